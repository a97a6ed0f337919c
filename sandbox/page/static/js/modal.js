// A form that the app has opened, as a dialog: the browser keeps the focus in it.

import { tell } from "./api.js";
import { blocks } from "./blocks.js";
import { el } from "./dom.js";
import { typed } from "./fields.js";
import { checked } from "./inputs.js";
import { trying } from "./notice.js";
import { plain } from "./texts.js";

let dialog = null;
let drawn = null;
let leave = () => {};

// Shows the visible one of the person's forms, or none; what was typed stays while the app draws it anew.
export function show(view, below, reader) {
  const looks = JSON.stringify([view, reader.me]);
  if (looks === drawn?.looks) return;
  const before = drawn;
  drawn = view && { looks, id: view.id, fields: new Map() };
  if (!view) return shut();
  const kept = before?.id === view.id ? typed(before.fields) : {};
  const focused = before?.id === view.id ? document.activeElement?.dataset.name : undefined;
  if (!dialog?.open) open();
  dialog.replaceChildren(form(view, below, kept, reader));
  focus(focused);
}

function open() {
  dialog?.remove();
  // Escape asks the app first; pressed twice, the browser closes a dialog whatever the page says.
  const cancelled = (event) => {
    event.preventDefault();
    leave();
  };
  dialog = el("dialog", {
    class: "modal",
    "aria-labelledby": "modal-title",
    oncancel: cancelled,
    onclose: () => dialog && leave(),
  });
  document.body.append(dialog);
  dialog.showModal();
}

function shut() {
  const gone = dialog;
  dialog = null;
  gone?.close();
  gone?.remove();
}

function focus(name) {
  const all = [...dialog.querySelectorAll("[data-name]")];
  const wrong = dialog.querySelector("[aria-invalid]");
  const one = wrong ?? all.find((node) => node.dataset.name === name) ?? all[0];
  (one?.matches(".boxes") ? one.querySelector("input") : one)?.focus();
}

function form(view, below, kept, reader) {
  const { id, fields } = drawn;
  const use = (touch) =>
    trying(() => tell("/api/press", { user: reader.me, view: id, ...touch, typed: typed(fields) }));
  const context = { reader, fields, typed: kept, errors: view.errors, use };
  const close = (whole) => trying(() => tell("/api/close", { user: reader.me, view: id, whole }));
  const cross = el(
    "button",
    { type: "button", class: "cross", "aria-label": "Close", onclick: () => close(true) },
    "✕",
  );
  const shuts = el(
    "button",
    { type: "button", class: "button", onclick: () => close(false) },
    plain(view.close?.text ?? "Cancel", reader),
  );
  const sends = view.submit ? el("button", { class: "button primary" }, plain(view.submit.text, reader)) : null;
  const icon = el("img", { src: "/icon.svg", alt: "" });
  const node = el(
    "form",
    { novalidate: true },
    el("header", {}, icon, el("h2", { id: "modal-title" }, plain(view.title.text, reader)), cross),
    el("div", { class: "blocks" }, blocks(view.blocks, context)),
    el("footer", {}, below || view.submit || view.close ? shuts : null, sends),
  );
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(node, id, fields, reader);
  });
  leave = () => close(true);
  return node;
}

async function submit(node, id, fields, reader) {
  const wrong = checked(node, fields);
  if (wrong) return wrong.focus();
  node.setAttribute("aria-busy", "true");
  await trying(() => tell("/api/submit", { user: reader.me, view: id, typed: typed(fields) }));
  node.removeAttribute("aria-busy");
}

// The compliance folder: each file's versions, to be read here.

import { ask } from "./api.js";
import { moment } from "./dates.js";
import { el, keep } from "./dom.js";
import { trying } from "./notice.js";
import { size } from "./pictures.js";

let panel;
let zone;

export function start(node, hello) {
  panel = node;
  zone = hello.zone;
}

export function show(state) {
  if (!panel.childElementCount) panel.append(el("h3", {}), el("ul", { class: "files" }), el("p", { class: "empty" }));
  const [title, list, empty] = panel.children;
  title.textContent = `📁 ${state.folder}`;
  empty.textContent = state.files.length ? "" : "No report has been filed here yet.";
  keep(
    list,
    state.files,
    (file) => file.id,
    (file) =>
      el(
        "li",
        {},
        el("b", {}, file.title),
        el(
          "ol",
          { reversed: true },
          file.versions.map((one) => version(file, one)),
        ),
      ),
  );
}

function version(file, one) {
  const open = () => trying(() => read(file.id, one.number));
  const name = `file-${file.id}-${one.number}`;
  const button = el(
    "button",
    { class: "plain", "data-name": name, "aria-label": `Read ${file.title}, version ${one.number}`, onclick: open },
    `Version ${one.number}`,
  );
  return el(
    "li",
    { value: String(one.number) },
    button,
    el("span", {}, ` ${size(one.size)} · ${moment(one.at, zone)} · ${one.by}`),
    one.comment ? el("i", {}, one.comment) : null,
  );
}

async function read(id, version) {
  const query = { id, version };
  const file = await ask("/api/portal/file", query);
  const href = `/portal/files?${new URLSearchParams(query)}`;
  const whole = el("a", { class: "button", href, download: file.title }, "Save");
  const close = el("button", { class: "button", value: "close" }, "Close");
  const dialog = el(
    "dialog",
    { class: "reader", "aria-labelledby": "reader-title" },
    el(
      "header",
      {},
      el("h2", { id: "reader-title" }, file.title),
      el("p", {}, `version ${file.version}, ${size(file.size)}`),
    ),
    body(file, href),
    el(
      "footer",
      {},
      file.more ? el("span", {}, `${file.more.toLocaleString("en-US")} more characters are in the file.`) : null,
      whole,
      el("form", { method: "dialog" }, close),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function body(file, href) {
  if (file.is_picture) return el("div", { class: "content" }, el("img", { src: href, alt: file.title }));
  return el("pre", { class: "content", tabindex: "0" }, file.text ?? "This file is neither text nor a picture.");
}

// A link into the stand-in portal, which has no pages of its own, opens the file here.
export function follow(hello) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link?.href.startsWith(`${hello.portal}/`)) return;
    const query = new URL(link.href).searchParams;
    event.preventDefault();
    if (query.has("fileid")) trying(() => read(query.get("fileid"), query.get("version") ?? ""));
  });
}

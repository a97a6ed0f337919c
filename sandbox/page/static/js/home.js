// The app's own place: its home tab, drawn for this person alone.

import { tell } from "./api.js";
import { blocks } from "./blocks.js";
import { el, focusedIn, refocus } from "./dom.js";
import { typed } from "./fields.js";
import { trying } from "./notice.js";

let drawn = "";
let opened = "";

// Slack tells the app that its home was opened each time somebody comes to it.
export function enter(reader) {
  if (opened === reader.me) return;
  opened = reader.me;
  trying(() => tell("/api/home", { user: reader.me }));
}

export function leave() {
  opened = "";
}

export function show(view, reader) {
  const node = document.getElementById("home");
  const looks = JSON.stringify([view, reader.me]);
  if (looks === drawn && node.childElementCount) return;
  drawn = looks;
  if (!view) return node.replaceChildren(el("p", { class: "empty" }, "The app has not published a home for you yet."));
  const fields = new Map();
  const use = (touch) =>
    trying(() => tell("/api/press", { user: reader.me, view: view.id, ...touch, typed: typed(fields) }));
  const focused = focusedIn(node);
  node.replaceChildren(...blocks(view.blocks, { reader, fields, use }));
  refocus(node, focused);
}

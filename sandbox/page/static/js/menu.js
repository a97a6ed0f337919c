import { el } from "./dom.js";

// A button that opens a list of things to do: arrows, Escape and a click elsewhere do what they do everywhere.
export function menu(label, sign, items, properties = {}) {
  const list = el("div", { role: "menu", "aria-label": label, hidden: true });
  const button = el(
    "button",
    { type: "button", "aria-label": label, "aria-haspopup": "menu", "aria-expanded": "false", ...properties },
    sign,
  );
  const show = (open) => {
    list.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  };
  for (const item of items) {
    const choose = () => {
      show(false);
      button.focus();
      item.choose();
    };
    list.append(el("button", { type: "button", role: "menuitem", tabindex: "-1", onclick: choose }, item.text));
  }
  const node = el("div", { class: "menu" }, button, list);
  button.addEventListener("click", () => {
    show(list.hidden);
    if (!list.hidden) list.firstElementChild?.focus();
  });
  node.addEventListener("focusout", (event) => node.contains(event.relatedTarget) || show(false));
  node.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "Escape") {
      show(false);
      button.focus();
      event.stopPropagation();
      event.preventDefault();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...list.children];
    all.at((all.indexOf(document.activeElement) + step) % all.length).focus();
  });
  return node;
}

// The box that words are typed into, with a list of how they can go on.

import { tell } from "./api.js";
import { el } from "./dom.js";
import { trying } from "./notice.js";

export function composer(form, { label, where, offered, before = [] }) {
  const id = `${form.id || "reply"}-offers`;
  const list = el("div", { id, role: "listbox", "aria-label": "How it can go on", hidden: true });
  const box = el("textarea", {
    rows: "1",
    placeholder: label,
    "aria-label": label,
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-controls": id,
    "aria-expanded": "false",
  });
  const send = el("button", { class: "send", "aria-label": "Send" }, "➤");
  const state = { offers: [], chosen: -1 };
  const draw = () => {
    list.replaceChildren(
      ...state.offers.map((offer, place) => row(offer, place === state.chosen, `${id}-${place}`, () => take(place))),
    );
    list.hidden = !state.offers.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
    if (state.chosen < 0) box.removeAttribute("aria-activedescendant");
    else box.setAttribute("aria-activedescendant", `${id}-${state.chosen}`);
  };
  const offer = (offers) => {
    Object.assign(state, { offers, chosen: -1 });
    draw();
  };
  const take = (place) => {
    box.value = state.offers[place].whole;
    box.focus();
    offer(offered(box.value));
  };
  form.replaceChildren(list, ...before, box, send);
  box.addEventListener("input", () => offer(offered(box.value)));
  box.addEventListener("focus", () => offer(offered(box.value)));
  form.addEventListener("focusout", (event) => form.contains(event.relatedTarget) || offer([]));
  box.addEventListener("keydown", (event) => keyed(event, state, { draw, take, offer, form }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const words = box.value.trim();
    box.value = "";
    offer([]);
    if (words) trying(() => tell("/api/say", { ...where(), text: words }));
  });
}

// Arrows choose, Tab takes what is chosen or first, Enter takes what is chosen or sends.
function keyed(event, state, { draw, take, offer, form }) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && state.offers.length) {
    event.preventDefault();
    const count = state.offers.length;
    state.chosen = state.chosen < 0 && step < 0 ? count - 1 : (state.chosen + step + count) % count;
    draw();
  } else if (event.key === "Tab" && state.offers.length && !event.shiftKey) {
    event.preventDefault();
    take(Math.max(0, state.chosen));
  } else if (event.key === "Escape" && state.offers.length) {
    event.stopPropagation();
    offer([]);
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    if (state.chosen >= 0) take(state.chosen);
    else form.requestSubmit();
  }
}

function row(offer, chosen, id, choose) {
  const taken = (event) => {
    event.preventDefault(); // the box keeps the focus
    choose();
  };
  return el(
    "div",
    { id, role: "option", "aria-selected": String(chosen), onmousedown: taken },
    el("b", {}, offer.shown),
    el("span", {}, offer.said ?? ""),
  );
}

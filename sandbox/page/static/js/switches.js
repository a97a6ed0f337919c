// What can be made to go wrong, and what the portal was asked last.

import { tell } from "./api.js";
import { el } from "./dom.js";
import { trying } from "./notice.js";

const ui = {};

export function start(panel) {
  ui.list = el("div", { class: "switches" });
  ui.last = el("ol", { class: "requests" });
  panel.append(ui.list, el("h3", {}, "The portal's last requests"), ui.last);
}

export function show(state) {
  if (!ui.list.childElementCount) ui.list.append(...state.switches.map(lever));
  for (const one of state.switches) document.getElementById(`switch-${one.name}`).checked = one.on;
  ui.last.replaceChildren(...state.last.map((line) => el("li", {}, line)));
}

function lever(one) {
  const turn = (event) => trying(() => tell("/api/portal/switch", { name: one.name, on: event.target.checked }));
  const box = el("input", { type: "checkbox", role: "switch", id: `switch-${one.name}`, onchange: turn });
  return el("label", {}, box, el("span", {}, el("b", {}, `${one.of}: `), one.label));
}

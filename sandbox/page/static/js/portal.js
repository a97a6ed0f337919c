// The right of the page: the stand-in portal, whose trail the bot reads and in whose folder it files.

import { ask } from "./api.js";
import { el } from "./dom.js";
import * as folder from "./folder.js";
import * as switches from "./switches.js";
import * as trail from "./trail.js";

const TABS = [
  { name: "Folder", part: folder },
  { name: "Events", part: trail },
  { name: "What goes wrong", part: switches },
];
let chosen = 0;
let state = null;

export function start(hello) {
  const panels = TABS.map((tab, place) =>
    el("div", { id: `panel-${place}`, role: "tabpanel", "aria-labelledby": `tab-${place}`, tabindex: "0" }),
  );
  const tabs = TABS.map((tab, place) =>
    el(
      "button",
      { id: `tab-${place}`, role: "tab", "aria-controls": `panel-${place}`, onclick: () => choose(place) },
      tab.name,
    ),
  );
  const bar = el("div", { role: "tablist", "aria-label": "The portal" }, tabs);
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    choose((chosen + step + TABS.length) % TABS.length);
    tabs[chosen].focus();
  });
  const head = el("header", {}, el("h2", {}, "Stand-in DocSpace"), el("p", { id: "asked" }));
  document.getElementById("portal").replaceChildren(head, bar, ...panels);
  TABS.forEach((tab, place) => tab.part.start(panels[place], hello));
  folder.follow(hello);
  choose(0);
}

function choose(place) {
  chosen = place;
  TABS.forEach((tab, one) => {
    const node = document.getElementById(`tab-${one}`);
    node.setAttribute("aria-selected", String(one === place));
    node.tabIndex = one === place ? 0 : -1;
    document.getElementById(`panel-${one}`).hidden = one !== place;
  });
  if (state) TABS[place].part.show(state);
}

export async function show() {
  state = await ask("/api/portal");
  document.getElementById("asked").textContent = `requests of the bot: ${state.requests.toLocaleString("en-US")}`;
  TABS[chosen].part.show(state);
}

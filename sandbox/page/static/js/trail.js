// The audit trail, a page at a time, with a search, and a way to let more happen.

import { ask, tell } from "./api.js";
import { moment } from "./dates.js";
import { el } from "./dom.js";
import { trying } from "./notice.js";

let zone;
let first = 0;
let turns = 0;
let shown = "";
const ui = {};

export function start(panel, hello) {
  zone = hello.zone;
  ui.month = el("select", { id: "trail-month", onchange: () => turn(0) });
  ui.words = el("input", {
    id: "trail-words",
    type: "search",
    placeholder: "person, action, room, file",
    oninput: () => turn(0),
  });
  ui.count = el("p", { role: "status" });
  ui.rows = el("ul", { class: "events" });
  ui.newer = el("button", { class: "button", onclick: () => turn(-1) }, "Newer");
  ui.older = el("button", { class: "button", onclick: () => turn(1) }, "Older");
  const filter = el(
    "div",
    { class: "line" },
    el("label", { for: "trail-month" }, "Month"),
    ui.month,
    el("label", { for: "trail-words" }, "Search"),
    ui.words,
  );
  panel.append(more(), filter, el("div", { class: "line" }, ui.newer, ui.older, ui.count), ui.rows);
}

export async function show(state) {
  ui.coming.textContent = state.coming ? `${state.coming} late events are still to come.` : "";
  const looks = JSON.stringify(state.months);
  if (looks === shown) return;
  shown = looks;
  const chosen = ui.month.value || state.months[0]?.month;
  const words = (one) => `${one.month} (${one.events.toLocaleString("en-US")})`;
  ui.month.replaceChildren(...state.months.map((one) => el("option", { value: one.month }, words(one))));
  ui.month.value = chosen;
  await load();
}

async function turn(step) {
  first = step ? Math.max(0, first + step * 50) : 0;
  await load();
}

async function load() {
  const query = { month: ui.month.value, words: ui.words.value, start: first };
  const turn = ++turns;
  const page = await trying(() => ask("/api/portal/events", query));
  if (!page || turn !== turns) return; // another month, or other words, are wanted by now
  const { total } = page;
  const end = Math.min(total, first + page.page);
  ui.count.textContent = total
    ? `${first + 1} to ${end} of ${total.toLocaleString("en-US")}, newest first`
    : "No such event.";
  ui.newer.disabled = first === 0;
  ui.older.disabled = end >= total;
  ui.rows.replaceChildren(...page.events.map(row));
}

function row(event) {
  return el(
    "li",
    {},
    el("time", {}, moment(event.date, zone)),
    el("b", {}, event.user),
    el("span", {}, event.action),
    el("small", {}, [event.name, event.context, event.ip, `id ${event.id}`].filter(Boolean).join(" · ")),
  );
}

function more() {
  const month = el("input", {
    id: "more-month",
    required: true,
    pattern: "20[0-9]{2}-[01][0-9]",
    value: "2025-01",
    size: "8",
  });
  const count = el("input", { id: "more-count", type: "number", min: "1", max: "20000", value: "25" });
  const hostile = el("input", { type: "checkbox" });
  const late = el("input", { type: "checkbox" });
  ui.coming = el("p", { role: "status" });
  const form = el(
    "form",
    { class: "line", "aria-label": "More events" },
    el("label", { for: "more-count" }, "Add"),
    count,
    el("label", { for: "more-month" }, "events in"),
    month,
    el("label", {}, hostile, " with hostile names"),
    el("label", {}, late, " half a minute late"),
    el("button", { class: "button" }, "Add"),
    ui.coming,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    trying(() =>
      tell("/api/portal/add", { month: month.value, count: count.value, hostile: hostile.checked, late: late.checked }),
    );
  });
  return form;
}

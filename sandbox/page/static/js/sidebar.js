// The left of the page: who one is, and where one can go.

import { go, link } from "./address.js";
import { el, focusedIn, refocus } from "./dom.js";

const read = new Map(); // the newest message that this person has had before their eyes, by person and channel

export function show(channels, at, hello, reader) {
  const here = channels.find((one) => one.id === at.place);
  for (const one of channels) {
    const known = `${reader.me} ${one.id}`;
    if (one === here || !read.has(known)) read.set(known, one.newest);
  }
  const fresh = (one) => read.get(`${reader.me} ${one.id}`) < one.newest;
  const nodes = [
    who(hello, at, reader),
    ...list(
      "Channels",
      channels.filter((one) => !one.is_im).map((one) => room(one, at, fresh(one))),
    ),
  ];
  const direct = channels
    .filter((one) => one.is_im)
    .map((one) => entry(hello.app.name, one.id, at, fresh(one), "app-icon"));
  const home = entry("Home", "home", at, false, "home-icon");
  draw([...nodes, ...list("Apps", [...direct, ...(hello.has_home ? [home] : [])])]);
}

// Drawn anew only if something is different, so that the focus stays.
function draw(nodes) {
  const sidebar = document.getElementById("sidebar");
  const next = el("div", {}, nodes);
  if (sidebar.firstElementChild?.isEqualNode(next)) return;
  const focused = focusedIn(sidebar);
  const chosen = next.querySelector("select option[selected]")?.value;
  sidebar.replaceChildren(next);
  next.querySelector("select").value = chosen;
  refocus(sidebar, focused);
}

function who(hello, at, reader) {
  const options = hello.people.map((person) =>
    el("option", { value: person.name, selected: person.id === reader.me }, `${person.real_name} (${person.role})`),
  );
  const change = (event) => go({ user: event.target.value, place: at.place });
  const select = el("select", { "data-name": "who", id: "who", onchange: change }, options);
  return el("header", {}, el("h2", {}, hello.workspace), el("label", { for: "who" }, "You are"), select);
}

function list(name, entries) {
  return [
    el("h3", {}, name),
    el(
      "ul",
      {},
      entries.map((one) => el("li", {}, one)),
    ),
  ];
}

function room(channel, at, fresh) {
  const kind = channel.is_private ? "private" : "public";
  const marks = [channel.is_shared ? " ⇄" : "", channel.is_archived ? " (archived)" : ""].join("");
  return entry(`${channel.name}${marks}`, channel.id, at, fresh, kind);
}

function entry(words, place, at, fresh, looks) {
  const current = place === at.place ? { "aria-current": "page" } : {};
  const unread = fresh ? el("span", { class: "unread", "aria-label": "unread" }) : null;
  return el(
    "a",
    { href: link({ user: at.user, place }), class: `${looks}${fresh ? " fresh" : ""}`, "data-name": place, ...current },
    words,
    unread,
  );
}

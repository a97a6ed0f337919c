// Everything follows from the address and from what the server says is to be seen now.

import { address, go } from "./address.js";
import { ask, watch } from "./api.js";
import { composer } from "./composer.js";
import * as conversation from "./conversation.js";
import { el } from "./dom.js";
import * as home from "./home.js";
import * as modal from "./modal.js";
import { notice, trying } from "./notice.js";
import { offers } from "./offers.js";
import { released } from "./pointer.js";
import * as portal from "./portal.js";
import { shortcuts } from "./shortcuts.js";
import * as sidebar from "./sidebar.js";
import * as thread from "./thread.js";

const hello = await ask("/api/hello");
let turns = 0;

function at() {
  const here = address();
  const user = hello.people.some((person) => person.name === here.user) ? here.user : hello.people[0].name;
  return { ...here, user };
}

function readerOf(here, screen) {
  const me = hello.people.find((person) => person.name === here.user);
  const own = Object.fromEntries(screen.channels.map((channel) => [channel.id, channel.name]));
  const { app, emoji, people, shortcuts } = hello;
  const names = { ...hello.names, ...own };
  return {
    me: me.id,
    name: me.name,
    zone: me.tz,
    place: here.place,
    names,
    app,
    emoji,
    people,
    shortcuts,
    channels: screen.channels,
  };
}

async function draw() {
  const here = at();
  const turn = ++turns;
  const screen = await ask("/api/screen", { user: here.user, channel: here.place });
  await released();
  if (turn !== turns) return; // a later look is on its way
  const channel = screen.channels.find((one) => one.id === here.place);
  if (!channel && here.place !== "home") return go({ user: here.user, place: screen.channels[0].id });
  const reader = readerOf(here, screen);
  sidebar.show(screen.channels, here, hello, reader);
  modal.show(screen.modal, screen.below, reader);
  if (channel) showChannel(channel, screen, here, reader);
  else showHome(screen, reader);
}

function showChannel(channel, screen, here, reader) {
  swap(false);
  home.leave();
  document.title = `${conversation.title(channel, reader)} · ${hello.workspace}`;
  conversation.show(channel, screen.messages, reader);
  thread.show(
    channel,
    screen.messages.find((one) => one.ts === here.thread),
    reader,
  );
}

function showHome(screen, reader) {
  swap(true);
  document.title = `${hello.app.name} · ${hello.workspace}`;
  conversation.heading({ id: "home" }, () => el("h1", {}, hello.app.name));
  thread.show(null, null, reader);
  home.enter(reader);
  home.show(screen.home, reader);
}

function swap(isHome) {
  document.getElementById("home").hidden = !isHome;
  document.getElementById("messages").hidden = isHome;
  document.getElementById("composer").hidden = isHome;
}

composer(document.getElementById("composer"), {
  label: "Message, or /compliance-report …",
  where: () => ({ user: at().user, channel: at().place }),
  offered: (words) => offers(words, hello.commands, hello.words),
  before: shortcuts(hello, () => at().user),
});
portal.start(hello);
window.addEventListener("hashchange", () => trying(draw));
await draw();
await watch(async (mark) => {
  if (mark === null) return notice("The sandbox has ended. Start it again and load this page anew.");
  await Promise.all([draw(), portal.show()]);
});

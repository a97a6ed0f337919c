// The middle of the page: a channel with its messages.

import { tell } from "./api.js";
import { dayOf } from "./dates.js";
import { el, keep } from "./dom.js";
import { menu } from "./menu.js";
import { message } from "./message.js";
import { trying } from "./notice.js";

let place = "";

export function show(channel, said, reader) {
  const list = document.getElementById("messages");
  const same = place === `${reader.me} ${channel.id}`;
  const low = !same || list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  place = `${reader.me} ${channel.id}`;
  const { newest, ...known } = channel; // a new message is no reason to draw the head anew
  heading(known, (one) => head(one, reader));
  list.setAttribute("aria-label", `Messages in ${channel.name}`);
  keep(
    list,
    withDays(said, reader),
    (item) => `${place} ${item.day ?? item.ts}`,
    (item) => ("day" in item ? divider(item.day) : message(item, channel, reader)),
  );
  if (low) list.scrollTop = list.scrollHeight;
}

// What stands above, drawn anew only if it is different: somebody may have its menu open.
export function heading(known, build) {
  keep(
    document.getElementById("head"),
    [known],
    (one) => one.id,
    (one) => el("div", {}, build(one)),
  );
}

function withDays(said, reader) {
  const items = [];
  let day = null;
  for (const one of said) {
    const its = dayOf(one.ts, reader.zone);
    if (its !== day) items.push({ day: its });
    day = its;
    items.push(one);
  }
  return items.length ? items : [{ day: "" }];
}

function divider(words) {
  if (!words)
    return el("p", { class: "empty" }, "Nothing has been said here yet. Try /compliance-report 2025-01 below.");
  return el("div", { class: "day", role: "separator", "aria-label": words }, el("span", {}, words));
}

function head(channel, reader) {
  const marks = [channel.is_shared ? "shared with another workspace" : "", channel.is_archived ? "archived" : ""];
  const known = channel.is_im ? "" : `${channel.members} members${channel.has_bot ? "" : ", without the bot"}`;
  const said = [channel.purpose, known, ...marks].filter(Boolean).join(" · ");
  const words = [el("h1", {}, title(channel, reader)), el("p", {}, said)];
  return channel.is_im ? words : [...words, settings(channel)];
}

export function title(channel, reader) {
  if (channel.is_im) return reader.app.name;
  return `${channel.is_private ? "🔒 " : "# "}${channel.name}`;
}

// What somebody could do to the channel behind the bot's back.
function settings(channel) {
  const change = (words) => trying(() => tell("/api/channel", { channel: channel.id, ...words }));
  const items = [
    {
      text: channel.has_bot ? "Take the bot out of the channel" : "Invite the bot",
      choose: () => change({ has_bot: !channel.has_bot }),
    },
    {
      text: channel.is_archived ? "Bring the channel back" : "Archive the channel",
      choose: () => change({ is_archived: !channel.is_archived }),
    },
  ];
  return menu("Channel settings", "⋮", items, { class: "tool", "data-name": "channel-settings" });
}

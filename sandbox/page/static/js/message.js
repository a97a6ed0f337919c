// One message: who, when, what it says, what hangs on it.

import { tell } from "./api.js";
import { link } from "./address.js";
import { blocks } from "./blocks.js";
import { clock, shown } from "./dates.js";
import { el } from "./dom.js";
import { typed } from "./fields.js";
import { menu } from "./menu.js";
import { trying } from "./notice.js";
import { attached } from "./pictures.js";
import { mrkdwn, plain } from "./texts.js";

export function message(said, channel, reader) {
  const avatar = said.is_app ? el("img", { src: "/icon.svg", alt: "", class: "avatar" }) : initials(said.user, reader);
  const name = reader.names[said.user] ?? said.user;
  const head = el(
    "div",
    { class: "by" },
    el("b", {}, name),
    said.is_app ? el("span", { class: "app" }, "APP") : null,
    el("time", { title: shown(said.ts, "{date_long} {time_secs}", reader.zone) }, clock(said.ts, reader.zone)),
  );
  const own = said.is_ephemeral
    ? el("div", { class: "own" }, el("span", { "aria-hidden": "true" }, "👁 "), "Only visible to you")
    : null;
  const edited = said.is_edited ? el("span", { class: "edited" }, " (edited)") : null;
  const files = said.files.map((file) => attached(file, reader));
  const body = el(
    "div",
    { class: "said" },
    own,
    head,
    el("div", { class: "content" }, content(said, channel, reader), edited),
    files,
    replies(said, channel, reader),
  );
  return el(
    "article",
    { class: said.is_ephemeral ? "message ephemeral" : "message", "aria-label": `${name}: ${said.text.slice(0, 80)}` },
    avatar,
    body,
    tools(said, channel, reader),
  );
}

// With blocks Slack shows no text.
function content(said, channel, reader) {
  const fields = new Map();
  const where = { user: reader.me, channel: channel.id, ts: said.ts };
  const use = (touch) => trying(() => tell("/api/press", { ...where, ...touch, typed: typed(fields) }));
  const context = { reader, fields, use };
  const body = said.blocks.length
    ? blocks(said.blocks, context)
    : [el("div", { class: "text" }, mrkdwn(said.text, reader))];
  return [...body, ...said.attachments.map((one) => attachment(one, context))];
}

function attachment(one, context) {
  if (one.blocks) return el("div", { class: "attachment" }, blocks(one.blocks, context));
  const words = [one.pretext, one.title, one.text].filter(Boolean);
  const said = words.length ? words : [one.fallback ?? ""];
  return el(
    "div",
    { class: "attachment" },
    said.map((word) => el("div", { class: "text" }, mrkdwn(word, context.reader))),
  );
}

function initials(user, reader) {
  const name = reader.names[user] ?? "?";
  const letters = name
    .split(" ")
    .map((word) => word[0])
    .join("")
    .slice(0, 2);
  return el(
    "span",
    { class: `avatar shade-${(user.charCodeAt(2) + user.charCodeAt(3)) % 5}`, "aria-hidden": "true" },
    letters,
  );
}

function replies(said, channel, reader) {
  if (!said.replies?.length) return null;
  const count = said.replies.length === 1 ? "1 reply" : `${said.replies.length} replies`;
  const last = shown(said.replies.at(-1).ts, "{date_short_pretty} at {time}", reader.zone);
  const href = link({ user: reader.name, place: channel.id, thread: said.ts });
  return el(
    "a",
    { class: "replies", href },
    el("b", {}, count),
    el("span", {}, ` Last reply ${last.charAt(0).toLowerCase()}${last.slice(1)}`),
  );
}

// What can be done with a message besides its own buttons: its thread, and the app's message shortcuts.
function tools(said, channel, reader) {
  if (said.is_ephemeral) return null;
  const href = link({ user: reader.name, place: channel.id, thread: said.thread_ts ?? said.ts });
  const thread = el("a", { href, class: "tool", title: "Reply in thread", "aria-label": "Reply in thread" }, "💬");
  const shortcuts = reader.shortcuts.filter((one) => one.kind === "message");
  const where = { user: reader.me, channel: channel.id, ts: said.ts };
  const items = shortcuts.map((one) => ({
    text: plain(one.name, reader),
    choose: () => trying(() => tell("/api/shortcut", { ...where, callback_id: one.callback_id })),
  }));
  const more = items.length ? menu("More actions", "⋮", items, { class: "tool", title: "More actions" }) : null;
  return el("div", { class: "tools" }, thread, more);
}

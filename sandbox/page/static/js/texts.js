// Slack's text objects as nodes: mrkdwn with its marks, plain text with nothing but emoji.
// Source: https://docs.slack.dev/messaging/formatting-message-text, 2026-09.

import { shown } from "./dates.js";
import { el } from "./dom.js";

const FENCE = /```([\s\S]+?)```/;
const QUOTE = /^(?:>|&gt;) ?/;
const EMOJI = /:([a-z0-9_+'-]+):/g;
const TOKEN = new RegExp(
  [
    "`(?<code>[^`\\n]+)`",
    "<(?<angle>[^<>\\n]+)>",
    "(?<![\\w*])\\*(?<b>\\S(?:[^\\n]*?\\S)?)\\*(?![\\w*])",
    "(?<![\\w_])_(?<i>\\S(?:[^\\n]*?\\S)?)_(?![\\w_])",
    "(?<![\\w~])~(?<s>\\S(?:[^\\n]*?\\S)?)~(?![\\w~])",
    ":(?<emoji>[a-z0-9_+'-]+):",
    "(?<address>https?://[^\\s<>|]+[^\\s<>|.,;:!?)])",
  ].join("|"),
  "g",
);

export function text(object, reader) {
  return object.type === "mrkdwn" ? mrkdwn(object.text, reader) : plain(object.text, reader);
}

export function plain(words, reader) {
  return [words.replace(EMOJI, (code, name) => reader.emoji[name] ?? code)];
}

export function mrkdwn(words, reader) {
  return words.split(FENCE).flatMap((part, place) => {
    if (place % 2) return el("pre", {}, unescaped(part.replace(/^\n/, "").replace(/\n$/, "")));
    return lines(place ? part.replace(/^\n/, "") : part, reader);
  });
}

// Lines that begin with ">" are one quotation as long as they follow each other.
function lines(words, reader) {
  const groups = [];
  for (const line of words.split("\n")) {
    const quoted = QUOTE.test(line);
    if (groups.at(-1)?.quoted !== quoted) groups.push({ quoted, lines: [] });
    groups.at(-1).lines.push(line.replace(quoted ? QUOTE : "", ""));
  }
  return groups.flatMap((group) => {
    const nodes = inline(group.lines.join("\n"), reader);
    return group.quoted ? el("blockquote", {}, nodes) : nodes;
  });
}

function inline(words, reader) {
  const nodes = [];
  let end = 0;
  for (const found of words.matchAll(TOKEN)) {
    nodes.push(unescaped(words.slice(end, found.index)), token(found, reader));
    end = found.index + found[0].length;
  }
  return [...nodes, unescaped(words.slice(end))].flat().filter((node) => node !== "");
}

function token(found, reader) {
  const { code, angle, b, i, s, emoji, address } = found.groups;
  if (code) return el("code", {}, unescaped(code));
  if (angle) return angled(angle, reader);
  if (address) return anchor(unescaped(address), [unescaped(address)]);
  if (emoji) return reader.emoji[emoji] ?? found[0];
  if (b) return el("b", {}, inline(b, reader));
  return i ? el("i", {}, inline(i, reader)) : el("s", {}, inline(s, reader));
}

function angled(inside, reader) {
  const [target, ...rest] = inside.split("|");
  const label = unescaped(rest.join("|"));
  if (target.startsWith("@") || target.startsWith("#")) return mention(target[0], target.slice(1), label, reader);
  if (target.startsWith("!date^")) return date(target, label, reader);
  if (target.startsWith("!subteam^"))
    return mention("@", target.slice(9).split("|")[0], label.replace("@", ""), reader);
  if (target.startsWith("!")) return el("span", { class: "mention" }, `@${target.slice(1)}`);
  return anchor(unescaped(target), [label || unescaped(target).replace(/^mailto:/, "")]);
}

export function mention(sign, id, label, reader) {
  const name = reader.names[id] ?? label ?? id;
  const mine = id === reader.me ? " mine" : "";
  return el("span", { class: `mention${mine}` }, `${sign}${name || label || id}`);
}

function date(target, label, reader) {
  const [, seconds, format = "", url] = target.split("^");
  const words = /^\d+$/.test(seconds) && format ? shown(seconds, format, reader.zone) : "";
  const node = el("time", { title: label }, words || label);
  return url ? anchor(url, [node]) : node;
}

// A link leads out of the page, and only where a link may lead; an address of the stand-in portal is opened beside.
export function anchor(address, children) {
  if (!/^(https?:\/\/|mailto:)/i.test(address)) return el("span", {}, children);
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, children);
}

function unescaped(words) {
  return words.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

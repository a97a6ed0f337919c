// Rich text blocks.
// Source: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block, 2026-09.

import { shown } from "./dates.js";
import { el } from "./dom.js";
import { anchor, mention } from "./texts.js";

const STYLES = { bold: "b", italic: "i", strike: "s", underline: "u", code: "code" };
const TAGS = { rich_text_section: "div", rich_text_preformatted: "pre", rich_text_quote: "blockquote" };

export function richText(elements, reader) {
  return elements.map((element) => {
    if (element.type === "rich_text_list") return list(element, reader);
    return el(TAGS[element.type], {}, pieces(element.elements, reader));
  });
}

function list(element, reader) {
  const items = element.elements.map((item) => el("li", {}, pieces(item.elements, reader)));
  const indent = { class: `indent-${Math.min(element.indent ?? 0, 4)}` };
  const start = element.offset ? { start: element.offset + 1 } : {};
  return el(element.style === "ordered" ? "ol" : "ul", { ...indent, ...start }, items);
}

function pieces(elements, reader) {
  return elements.map((piece) => styled(piece, PIECES[piece.type]?.(piece, reader) ?? ""));
}

function styled(piece, node) {
  const wanted = Object.keys(STYLES).filter((name) => piece.style?.[name]);
  return wanted.reduce((inner, name) => el(STYLES[name], {}, inner), node);
}

const PIECES = {
  text: (piece) => piece.text,
  link: (piece) => anchor(piece.url, [piece.text || piece.url]),
  user: (piece, reader) => mention("@", piece.user_id, "", reader),
  usergroup: (piece, reader) => mention("@", piece.usergroup_id, "", reader),
  channel: (piece, reader) => mention("#", piece.channel_id, "", reader),
  broadcast: (piece) => el("span", { class: "mention" }, `@${piece.range}`),
  emoji: (piece, reader) => reader.emoji[piece.name] ?? `:${piece.name}:`,
  color: (piece) => el("code", {}, piece.value),
  date: (piece, reader) => el("time", {}, shown(piece.timestamp, piece.format, reader.zone) || piece.fallback || ""),
};

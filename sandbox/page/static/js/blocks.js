// Blocks by their type, whatever message or view they stand in.
// Source: https://docs.slack.dev/reference/block-kit/blocks, 2026-09.

import { control } from "./controls.js";
import { el } from "./dom.js";
import { input } from "./inputs.js";
import { image, thumbnail } from "./pictures.js";
import { richText } from "./richtext.js";
import { table } from "./tables.js";
import { plain, text } from "./texts.js";

export function blocks(list, context) {
  return list.map((block) => {
    const node = DRAWN[block.type]?.(block, context) ?? unknown(block);
    node.classList.add("block", `block-${block.type}`);
    return node;
  });
}

function unknown(block) {
  return el("div", {}, `[a block of type ${block.type}, which this page cannot show]`);
}

function section(block, context) {
  const words = block.text ? [el("div", { class: "text" }, text(block.text, context.reader))] : [];
  const fields = (block.fields ?? []).map((field) => el("div", { class: "text" }, text(field, context.reader)));
  const body = el("div", { class: "body" }, words, fields.length ? el("div", { class: "fields" }, fields) : null);
  if (!block.accessory) return el("div", {}, body);
  const beside =
    block.accessory.type === "image" ? thumbnail(block.accessory, context) : control(block.accessory, block, context);
  return el("div", {}, body, el("div", { class: "accessory" }, beside));
}

function small(element, context) {
  if (element.type === "image") return thumbnail(element, context);
  return el("span", { class: "text" }, text(element, context.reader));
}

const DRAWN = {
  header: (block, context) => el("h2", {}, plain(block.text.text, context.reader)),
  section,
  divider: () => el("hr"),
  context: (block, context) =>
    el(
      "div",
      {},
      block.elements.map((element) => small(element, context)),
    ),
  actions: (block, context) =>
    el(
      "div",
      {},
      block.elements.map((element) => control(element, block, context)),
    ),
  image: (block, context) => image(block, context),
  input,
  markdown: (block) => el("div", { class: "text" }, block.text),
  rich_text: (block, context) => el("div", { class: "text" }, richText(block.elements, context.reader)),
  table: (block, context) => el("div", { tabindex: "0" }, table(block, context.reader)),
};

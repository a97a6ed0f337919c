import { el } from "./dom.js";
import { richText } from "./richtext.js";

// The first row is the head, as in Slack.
export function table(block, reader) {
  const settings = block.column_settings ?? [];
  const [head, ...body] = block.rows.map((row, place) =>
    el(
      "tr",
      {},
      row.map((cell, column) => drawn(cell, settings[column] ?? {}, place ? "td" : "th", reader)),
    ),
  );
  return el("table", {}, el("thead", {}, head), el("tbody", {}, body));
}

function drawn(cell, setting, tag, reader) {
  const looks = `${setting.align ?? "left"}${setting.is_wrapped ? " wrapped" : ""}`;
  const scope = tag === "th" ? { scope: "col" } : {};
  return el(tag, { class: looks, ...scope }, cell.type === "rich_text" ? richText(cell.elements, reader) : cell.text);
}

// Fields by the type of their element: what is seen, and how what was chosen is read again.
// Source: https://docs.slack.dev/reference/block-kit/block-elements, 2026-09.

import { boxes, select } from "./choices.js";
import { el } from "./dom.js";
import { entry, moment, numeric } from "./entries.js";
import { channels, conversations, options, people } from "./offered.js";

export function nameOf(element, block) {
  return `${block.block_id}/${element.action_id}`;
}

// What stands in it: what the person had put there before the form was drawn anew, or what the app put there.
export function field(element, block, context) {
  const kept = context.typed?.[block.block_id]?.[element.action_id];
  const initial = kept === undefined ? put(element) : kept;
  const looks = { "data-name": nameOf(element, block), "aria-label": context.label, id: context.id };
  const one = (FIELDS[element.type] ?? unknown)(element, initial, looks, context);
  context.fields.set(nameOf(element, block), { block, element, ...one });
  return one;
}

// Everything that is filled in, by block and action.
export function typed(fields) {
  const values = {};
  for (const { block, element, read } of fields.values()) (values[block.block_id] ??= {})[element.action_id] = read();
  return values;
}

function put(element) {
  if (element.initial_options) return element.initial_options.map((option) => option.value);
  if (element.initial_option) return element.initial_option.value;
  const name = Object.keys(element).find((one) => one.startsWith("initial_"));
  return name ? element[name] : null;
}

function unknown(element) {
  return { node: el("span", {}, `[a field of type ${element.type}, which this page cannot show]`), read: () => null };
}

const FIELDS = {
  plain_text_input: entry("text"),
  email_text_input: entry("email"),
  url_text_input: entry("url"),
  number_input: entry("number", numeric),
  datepicker: entry("date"),
  timepicker: entry("time"),
  datetimepicker: moment,
  static_select: select(options),
  users_select: select(people),
  channels_select: select(channels),
  conversations_select: select(conversations),
  radio_buttons: boxes("radio", options),
  checkboxes: boxes("checkbox", options),
  multi_static_select: boxes("checkbox", options),
  multi_users_select: boxes("checkbox", people),
  multi_channels_select: boxes("checkbox", channels),
  multi_conversations_select: boxes("checkbox", conversations),
};

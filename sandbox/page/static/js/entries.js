// Fields that are typed into: words, numbers, days and times.

import { local, secondsOf } from "./dates.js";
import { el } from "./dom.js";

export function entry(type, more = () => ({})) {
  return (element, initial, looks) => {
    const tag = element.multiline ? "textarea" : "input";
    const kind = element.multiline ? { rows: "4" } : { type };
    const limits = {
      minlength: element.min_length,
      maxlength: element.max_length,
      placeholder: element.placeholder?.text,
    };
    const node = el(tag, { ...looks, ...kind, ...limits, ...more(element) });
    node.value = initial ?? "";
    return { node, read: () => node.value || null };
  };
}

export function numeric(element) {
  return { min: element.min_value, max: element.max_value, step: element.is_decimal_allowed ? "any" : "1" };
}

// A day and a time, in the reader's zone.
export function moment(element, initial, looks, context) {
  const { zone } = context.reader;
  const node = el("input", { ...looks, type: "datetime-local" });
  if (initial) node.value = local(initial, zone);
  return { node, read: () => (node.value ? secondsOf(node.value, zone) : null) };
}

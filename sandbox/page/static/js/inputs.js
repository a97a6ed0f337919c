// Input blocks: a label, a field, a hint, and what is wrong with it.

import { use } from "./controls.js";
import { el } from "./dom.js";
import { field, nameOf } from "./fields.js";
import { plain } from "./texts.js";

const REQUIRED = "Please complete this required field.";

export function input(block, context) {
  const id = `field-${block.block_id}`;
  const element = block.element;
  const one = field(element, block, { ...context, id });
  const optional = block.optional ? el("span", { class: "optional" }, " (optional)") : null;
  const group = one.node.matches(".boxes");
  const label = el(
    group ? "div" : "label",
    { class: "label", id: `${id}-label`, for: group ? null : id },
    plain(block.label.text, context.reader),
    optional,
  );
  if (group) one.node.setAttribute("aria-labelledby", `${id}-label`);
  const hint = block.hint ? el("p", { class: "hint", id: `${id}-hint` }, plain(block.hint.text, context.reader)) : null;
  const error = el("p", { class: "error", id: `${id}-error`, role: "alert" });
  one.node.setAttribute("aria-describedby", `${id}-error${hint ? ` ${id}-hint` : ""}`);
  if (block.dispatch_action) dispatch(block, one, context);
  const node = el("div", { "data-block": block.block_id }, label, one.node, error, hint);
  complain(node, context.errors?.[block.block_id] ?? "");
  return node;
}

// Tells the app of each choice, and of typed words when Enter is pressed, or at each letter if it wants that.
function dispatch(block, one, context) {
  const element = block.element;
  const tell = () => use(element, block, context, one.read(), one.node);
  const when = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  if (!element.type.endsWith("_input")) one.node.addEventListener("change", tell);
  else if (when.includes("on_character_entered")) one.node.addEventListener("input", tell);
  else
    one.node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || element.multiline) return;
      event.preventDefault(); // the form is not to be submitted
      tell();
    });
}

// Says beside each field what Slack's own client would say before it sends anything; the first one, if any.
export function checked(form, fields) {
  let first = null;
  for (const [name, { block, element, node, read }] of fields) {
    if (block.type !== "input") continue;
    const value = read();
    const empty = value === null || value.length === 0;
    const problem = empty && !block.optional ? REQUIRED : (node.validationMessage ?? "");
    complain(form.querySelector(`[data-block="${CSS.escape(block.block_id)}"]`), problem);
    if (problem && name === nameOf(element, block)) first ??= node;
  }
  return first;
}

function complain(node, words) {
  node.querySelector(".error").textContent = words;
  node.classList.toggle("wrong", Boolean(words));
  const field = node.querySelector("[data-name]");
  if (words) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

// Controls that tell the app at once: buttons, menus and pickers in messages, in sections of a form, on the home tab.

import { confirmed } from "./confirm.js";
import { el } from "./dom.js";
import { field, nameOf } from "./fields.js";
import { menu } from "./menu.js";
import { plain, text } from "./texts.js";

export function control(element, block, context) {
  if (element.type === "button") return button(element, block, context);
  if (element.type === "overflow") return overflow(element, block, context);
  const label = element.placeholder?.text ?? element.action_id;
  const one = field(element, block, { ...context, label });
  one.node.addEventListener("change", () => use(element, block, context, one.read(), one.node));
  return one.node;
}

// What is filled in elsewhere in the same message or view goes with it, as in Slack.
export async function use(element, block, context, value, node) {
  if (element.confirm && !(await confirmed(element.confirm, context.reader))) return;
  node.setAttribute("aria-busy", "true");
  await context.use({ block_id: block.block_id, action_id: element.action_id, value });
  node.removeAttribute("aria-busy");
}

function button(element, block, context) {
  const looks = {
    class: `button ${element.style ?? ""}`,
    "data-name": nameOf(element, block),
    "aria-label": element.accessibility_label,
  };
  const label = plain(element.text.text, context.reader);
  const press = () => use(element, block, context, null, node);
  const leads = /^https?:\/\//i.test(element.url ?? "");
  const link = { href: element.url, target: "_blank", rel: "noopener noreferrer", onclick: press };
  const node = leads
    ? el("a", { ...looks, ...link }, label)
    : el("button", { ...looks, type: "button", onclick: press }, label);
  return node;
}

function overflow(element, block, context) {
  const items = element.options.map((option) => ({
    text: text(option.text, context.reader),
    choose: () => use(element, block, context, option.value, node),
  }));
  const node = menu("More", "⋯", items, { class: "button", "data-name": nameOf(element, block) });
  return node;
}

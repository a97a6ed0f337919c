// Fields that something is chosen in: menus, and boxes to be ticked.

import { el } from "./dom.js";

// A menu of options, or of the groups they come in.
export function select(offered) {
  return (element, initial, looks, context) => {
    const items = offered(element, context);
    const node = el("select", looks, el("option", { value: "" }, element.placeholder?.text ?? "Choose…"));
    for (const item of items) node.append(item.options ? group(item) : choice(item));
    node.value = initial ?? (element.default_to_current_conversation ? context.reader.place : "");
    if (node.selectedIndex < 0) node.value = "";
    return { node, read: () => node.value || null };
  };
}

function group(item) {
  return el("optgroup", { label: item.label }, item.options.map(choice));
}

function choice(item) {
  return el("option", { value: item.value }, item.text);
}

export function boxes(type, offered) {
  return (element, initial, looks, context) => {
    const chosen = [initial ?? []].flat();
    const { id, ...named } = looks;
    const node = el("div", {
      ...named,
      class: "boxes",
      role: type === "radio" ? "radiogroup" : "group",
      tabindex: "-1",
      id,
    });
    for (const item of offered(element, context).flatMap((one) => one.options ?? one)) {
      const box = el("input", { type, name: named["data-name"], value: item.value });
      box.checked = chosen.includes(item.value);
      const described = item.description ? el("small", {}, item.description) : null;
      node.append(el("label", {}, box, el("span", {}, item.text, described)));
    }
    const read = () => [...node.querySelectorAll("input:checked")].map((box) => box.value);
    return { node, read: type === "radio" ? () => read()[0] ?? null : read };
  };
}

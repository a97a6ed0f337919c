// Everything on the page is made here, and text only ever becomes text: what the bot and the portal say is hostile.

export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

// Puts nodes for these items into the container and leaves alone what is there already and still the same,
// so that the focus, a selection and a half open menu survive each change.
export function keep(container, items, key, build) {
  const before = new Map([...container.children].map((node) => [node.dataset.key, node]));
  const nodes = items.map((item) => {
    const old = before.get(key(item));
    const looks = JSON.stringify(item);
    if (old && old.looks === looks) return old;
    const node = build(item);
    node.dataset.key = key(item);
    node.looks = looks;
    if (old) handOver(old, node);
    return node;
  });
  for (const node of [...container.children]) if (!nodes.includes(node)) node.remove();
  nodes.forEach((node, place) => {
    if (container.children[place] !== node) container.insertBefore(node, container.children[place] ?? null);
  });
}

// The control that had the focus is replaced by the one of the same name.
function handOver(old, node) {
  const name = focusedIn(old);
  old.replaceWith(node);
  refocus(node, name);
}

export function focusedIn(node) {
  return node.contains(document.activeElement) ? document.activeElement.dataset.name : undefined;
}

export function refocus(node, name) {
  if (name) [...node.querySelectorAll("[data-name]")].find((one) => one.dataset.name === name)?.focus();
}

// Pictures come from the workspace's own files; nothing is fetched from anywhere else, so those are only named.

import { el } from "./dom.js";
import { plain } from "./texts.js";

export function address(id, reader) {
  return `/files?${new URLSearchParams({ id, user: reader.me })}`;
}

function source(thing, reader) {
  const file = thing.slack_file;
  const id = file?.id ?? file?.url?.match(/\/files-pri\/\w+-(\w+)\//)?.[1];
  return id ? address(id, reader) : null;
}

export function thumbnail(thing, context) {
  const src = source(thing, context.reader);
  if (src) return el("img", { src, alt: thing.alt_text, class: "thumbnail" });
  return el("span", { class: "elsewhere", title: thing.image_url }, `[picture: ${thing.alt_text}]`);
}

export function image(block, context) {
  const title = block.title ? el("figcaption", {}, plain(block.title.text, context.reader)) : null;
  const src = source(block, context.reader);
  const picture = src ? el("img", { src, alt: block.alt_text }) : thumbnail(block, context);
  return el("figure", {}, title, picture);
}

export function attached(file, reader) {
  const href = address(file.id, reader);
  const name = el("a", { href, download: file.name, class: "name" }, file.title);
  const said = el("figcaption", {}, name, ` ${size(file.size)}`);
  if (!file.is_picture) return el("figure", { class: "file" }, said);
  return el(
    "figure",
    { class: "file" },
    said,
    el("a", { href, target: "_blank" }, el("img", { src: href, alt: file.alt })),
  );
}

export function size(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

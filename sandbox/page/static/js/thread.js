// A thread beside the conversation.

import { go, link } from "./address.js";
import { composer } from "./composer.js";
import { el, keep } from "./dom.js";
import { message } from "./message.js";

let open = "";

export function show(channel, parent, reader) {
  const node = document.getElementById("thread");
  node.hidden = !parent;
  document.body.classList.toggle("with-thread", Boolean(parent));
  if (!parent) {
    open = "";
    return node.replaceChildren();
  }
  const here = `${reader.me} ${channel.id} ${parent.ts}`;
  if (open !== here) build(node, channel, parent, reader);
  const list = node.querySelector(".messages");
  const low = open !== here;
  open = here;
  const said = [{ ...parent, replies: [] }, ...parent.replies];
  keep(
    list,
    said,
    (one) => one.ts,
    (one) => message(one, channel, reader),
  );
  if (low) list.scrollTop = list.scrollHeight;
}

function build(node, channel, parent, reader) {
  const back = { user: reader.name, place: channel.id };
  const cross = el("a", { class: "cross", href: link(back), "aria-label": "Close thread" }, "✕");
  const form = el("form", { class: "composer", "aria-label": "Reply" });
  node.replaceChildren(
    el("header", {}, el("h2", {}, "Thread"), cross),
    el("div", { class: "messages", role: "log", "aria-label": "Messages in the thread", tabindex: "0" }),
    form,
  );
  composer(form, {
    label: "Reply…",
    where: () => ({ user: reader.me, channel: channel.id, thread_ts: parent.ts }),
    offered: () => [],
  });
  node.onkeydown = (event) => event.key === "Escape" && go(back);
  cross.focus({ preventScroll: true });
}

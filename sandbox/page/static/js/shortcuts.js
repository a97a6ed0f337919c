// The app's global shortcuts, which Slack offers from everywhere.

import { tell } from "./api.js";
import { menu } from "./menu.js";
import { trying } from "./notice.js";

// The menu, if there is anything to offer.
export function shortcuts(hello, user) {
  const run = (one) => trying(() => tell("/api/shortcut", { user: user(), callback_id: one.callback_id }));
  const global = hello.shortcuts.filter((one) => one.kind === "global");
  const items = global.map((one) => ({ text: one.name, choose: () => run(one) }));
  return items.length ? [menu("Shortcuts", "⚡", items, { class: "tool" })] : [];
}

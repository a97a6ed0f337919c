import { el } from "./dom.js";
import { plain, text } from "./texts.js";

// Asks as the app wants it asked; true only if the person says so.
export function confirmed(words, reader) {
  return new Promise((answer) => {
    const deny = el("button", { value: "no" }, plain(words.deny.text, reader));
    const confirm = el("button", { value: "yes", class: words.style ?? "primary" }, plain(words.confirm.text, reader));
    const dialog = el(
      "dialog",
      { class: "confirm", "aria-labelledby": "confirm-title" },
      el(
        "form",
        { method: "dialog" },
        el("h2", { id: "confirm-title" }, plain(words.title.text, reader)),
        el("div", { class: "text" }, text(words.text, reader)),
        el("footer", {}, deny, confirm),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      answer(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

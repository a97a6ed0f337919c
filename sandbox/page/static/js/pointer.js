// A button that is replaced between press and release is never clicked: whoever draws waits until nothing is pressed.

const LONGEST = 2000; // milliseconds, should the release go to another window
let pressed = Promise.resolve();

addEventListener(
  "pointerdown",
  () => {
    pressed = new Promise((resolve) => {
      const afterClick = () => setTimeout(resolve);
      addEventListener("pointerup", afterClick, { capture: true, once: true });
      addEventListener("pointercancel", afterClick, { capture: true, once: true });
      setTimeout(resolve, LONGEST);
    });
  },
  { capture: true },
);

export function released() {
  return pressed;
}

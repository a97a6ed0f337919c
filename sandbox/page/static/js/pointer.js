// A button that is replaced between press and release is never clicked: whoever draws waits until nothing is pressed.

const LONGEST = 2000; // milliseconds, should the release go to another window
let pressed = Promise.resolve();
let release = () => {};

function press() {
  pressed = new Promise((resolve) => {
    release = resolve;
    setTimeout(resolve, LONGEST);
  });
}

addEventListener("pointerdown", press, { capture: true });
for (const end of ["pointerup", "pointercancel"])
  addEventListener(end, () => setTimeout(release), { capture: true }); // after the click

export function released() {
  return pressed;
}

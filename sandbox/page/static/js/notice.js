import { Refused } from "./api.js";

const SECONDS = 8;
let clearing;

export function notice(words) {
  const node = document.getElementById("notice");
  node.textContent = words;
  clearTimeout(clearing);
  clearing = setTimeout(() => (node.textContent = ""), SECONDS * 1000);
}

// Does something and says what Slack would say if it cannot be done.
export async function trying(deed) {
  try {
    const said = await deed();
    if (said?.trouble) notice(said.trouble);
    return said;
  } catch (error) {
    if (!(error instanceof Refused || error instanceof TypeError)) throw error;
    notice(error instanceof Refused ? error.message : "The sandbox has ended.");
    return null;
  }
}

// The page's own server, and nobody else.

export class Refused extends Error {}

export async function ask(path, query = {}) {
  return read(await fetch(`${path}?${new URLSearchParams(query)}`));
}

// The header tells the server that this page sends it: a stranger's page cannot.
export async function tell(path, body) {
  const headers = { "Content-Type": "application/json", "X-Sandbox": "page" };
  return read(await fetch(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

async function read(response) {
  const said = await response.json();
  if (said.refused) throw new Refused(said.refused);
  return said;
}

// Calls back after each change, for as long as the sandbox runs; then once with nothing.
export async function watch(changed) {
  let mark = "";
  try {
    for (;;) {
      const now = (await ask("/api/changes", { since: mark })).mark;
      if (now !== mark) await changed(now);
      mark = now;
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    await changed(null); // the connection is refused: somebody pressed Ctrl-C
  }
}

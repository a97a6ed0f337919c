// How a command that is being typed can go on: the app's own hints, then the words of a filter.

const MOST = 24;

export function offers(words, commands, filters) {
  if (!words.startsWith("/")) return [];
  const [word, ...others] = words.split(" ");
  if (!others.length) {
    const fitting = commands.filter((one) => one.word.startsWith(word));
    return fitting.map((one) => ({ shown: one.word, said: one.description, whole: `${one.word} ` }));
  }
  const command = commands.find((one) => one.word === word);
  return command ? further(command, others.join(" "), filters) : [];
}

function further(command, rest, filters) {
  const hints = command.hints.filter((hint) => hint.startsWith(rest) && hint !== rest);
  const found = hints.map((hint) => ({ shown: hint, whole: `${command.word} ${hint}` }));
  const last = rest.split(" ").at(-1);
  if (rest.includes(" ")) {
    const start = `${command.word} ${rest.slice(0, rest.length - last.length)}`;
    const fitting = filters.filter((one) => one.startsWith(last) && one !== last);
    found.push(...fitting.map((one) => ({ shown: one, said: "filter", whole: start + one })));
  }
  return found.slice(0, MOST);
}

// Times as Slack shows them, in the reader's zone.
// Source: https://docs.slack.dev/messaging/formatting-message-text#date-formatting, 2026-09.

const DAY = 86_400_000;
const HALF_YEAR = 183 * DAY;
const ORDINALS = { one: "st", two: "nd", few: "rd", other: "th" };

function parts(date, zone, options) {
  return new Intl.DateTimeFormat("en-US", { timeZone: zone, ...options }).format(date);
}

function ordinal(date, zone) {
  const day = Number(parts(date, zone, { day: "numeric" }));
  return `${day}${ORDINALS[new Intl.PluralRules("en-US", { type: "ordinal" }).select(day)]}`;
}

function year(date, zone) {
  return Math.abs(Date.now() - date) < HALF_YEAR ? "" : `, ${parts(date, zone, { year: "numeric" })}`;
}

function numbers(date, zone) {
  const iso = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
  return iso.format(date);
}

function pretty(date, zone, otherwise) {
  const near = { [-1]: "yesterday", 0: "today", 1: "tomorrow" };
  const away = Math.round((new Date(numbers(date, zone)) - new Date(numbers(new Date(), zone))) / DAY);
  return near[away] ?? otherwise(date, zone);
}

const long = (date, zone) => `${parts(date, zone, { month: "long" })} ${ordinal(date, zone)}${year(date, zone)}`;
const short = (date, zone) => `${parts(date, zone, { month: "short", day: "numeric" })}${year(date, zone)}`;
const full = (date, zone) => `${parts(date, zone, { weekday: "long" })}, ${long(date, zone)}`;
const time = (date, zone) => parts(date, zone, { hour: "numeric", minute: "2-digit" });

const FORMATS = {
  date_num: numbers,
  date_slash: (date, zone) => parts(date, zone, { year: "numeric", month: "2-digit", day: "2-digit" }),
  date: long,
  date_short: short,
  date_long: full,
  date_pretty: (date, zone) => pretty(date, zone, long),
  date_short_pretty: (date, zone) => pretty(date, zone, short),
  date_long_pretty: (date, zone) => pretty(date, zone, full),
  day_divider_pretty: (date, zone) => pretty(date, zone, full),
  time,
  time_secs: (date, zone) => parts(date, zone, { hour: "numeric", minute: "2-digit", second: "2-digit" }),
};

// "{date_short_pretty} {time}" and seconds since 1970; nothing if that is no time.
export function shown(seconds, format, zone) {
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return "";
  const words = format.replace(/\{(\w+)\}/g, (token, name) => FORMATS[name]?.(date, zone) ?? token);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function clock(ts, zone) {
  return time(new Date(Number(ts) * 1000), zone);
}

export function dayOf(ts, zone) {
  return shown(ts, "{date_long_pretty}", zone);
}

export function moment(iso, zone) {
  const style = { dateStyle: "medium", timeStyle: "medium", timeZone: zone };
  return new Intl.DateTimeFormat("en-GB", style).format(new Date(iso));
}

// A moment as the reader's own calendar and clock have it, 2025-01-31T09:00, and back.
export function local(seconds, zone) {
  const date = new Date(seconds * 1000);
  const hours = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
  return `${numbers(date, zone)}T${hours.format(date)}`;
}

export function secondsOf(words, zone) {
  const guess = Date.parse(`${words}Z`);
  const ahead = Date.parse(`${local(guess / 1000, zone)}Z`) - guess;
  return (guess - ahead) / 1000;
}

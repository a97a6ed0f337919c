"""When a schedule is due, as people write it: ``every month on the 1st at 9am Riga time``, in any order."""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import time

from handlers.commands.months import PRIVATE
from handlers.errors import UnreadableRule
from handlers.recurrence import DAYS, EXAMPLE, NINE, ORDINALS, SPOKEN, WEEKDAYS, Rule, ordinal
from reporting.errors.request import UnknownZone
from reporting.time_zones import find, label

FILTER = re.compile(r"(?<!\S)[-!]*[^\W\d_]+:")
"""What a filter begins with; a time and an offset have digits before their colon."""
END = r"(?= |$)"
CADENCE = re.compile(rf"(?:monthly|(?:every|each|once an?|once every|once per|per) month){END}")
OF_MONTH = re.compile(rf"(?:of|in) (?:(?P<each>every|each)|the|a) month{END}|of month{END}")
SPANS = "day|week|fortnight|quarter|year|hour|weekday|other|two|three|four|six|[0-9]+(?= |$)"
OTHER = re.compile(
    r"(?:daily|weekly|biweekly|fortnightly|hourly|yearly|annually|quarterly|bimonthly|(?:on )?weekdays|twice|"
    rf"(?:every|each|once an?|per) (?:{SPANS})|(?:on |every |each )?(?:{'|'.join(WEEKDAYS)})s?){END}"
)
"""What a schedule cannot be."""
KINDS = {
    **{name: name for name in WEEKDAYS},
    **{name[:3]: name for name in WEEKDAYS},
    "tues": "tuesday",
    "thur": "thursday",
    "thurs": "thursday",
    "weds": "wednesday",
    **dict.fromkeys(("weekday", "week day", "business day", "working day", "work day", "workday"), "weekday"),
    "day": "day",
}
WHICH = {"1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth", "final": "last"} | {n: n for n in ORDINALS}
ON = r"(?P<every>every |each )?(?P<on>on )?(?P<the>the |day )?"
DAY_KINDS = "|".join(sorted(KINDS, key=len, reverse=True))
NTH_DAY = re.compile(rf"{ON}(?P<which>{'|'.join(WHICH)}|5th|fifth)(?:[ -](?P<kind>{DAY_KINDS}))?{END}")
NUMBER = re.compile(rf"{ON}(?P<number>[0-9]{{1,3}})(?P<suffix>st|nd|rd|th)?(?P<day> day)?{END}")
EDGE = re.compile(
    rf"(?:on |at )?(?:the )?(?P<edge>end|start|beginning) of (?:the |each |every )?month{END}|month[ -]?end{END}"
)
FROM_END = re.compile(
    rf"{ON}(?P<said>(?:(?:second|third|fourth|2nd|3rd|4th|next)[ -](?:to[ -])?last|penultimate)(?: day)?){END}"
    rf"|{ON.replace('P<', 'P<a_')}(?P<but>last (?:day |(?:{DAY_KINDS}) )?but (?:one|two|three)){END}"
)
"""Days that are counted from the month's end, of which only the last is known."""
HOURS = "(?: ?(?:h|hrs|hours|o'clock))?"
CLOCK = re.compile(
    r"(?P<at>at |@ ?)?(?:"
    rf"(?P<h>[0-9]{{1,2}})[:.h](?P<m>[0-9]{{2}})(?::00)?(?: ?(?P<half>[ap])\.?m\.?)?{HOURS}"
    r"|(?P<hour>[0-9]{1,2}) ?(?P<half2>[ap])\.?m\.?"
    rf"|(?:12 )?(?P<noon>noon|midday)|(?:12 )?(?P<midnight>midnight)){END}"
)
BARE_HOUR = re.compile(rf"(?:at |@ ?)(?:(?P<hh>[0-9]{{2}})(?P<mm>[0-9]{{2}})|(?P<hour>[0-9]{{1,2}})){HOURS}{END}")
IN_ZONE = re.compile(r"(?:in |zone |timezone |time zone |tz )(?:the )?")
OF_ZONE = re.compile(r" (?:local )?(?:time ?zone|time)$", re.IGNORECASE)
ZONE_WORDS = 4
NOON, HALF_DAY, DAY = 12, 12, 24
HOUR = 60
FIFTH = ("5th", "fifth")


@dataclass(frozen=True, slots=True)
class Draft:
    """What has been understood so far."""

    on: str = ""
    at: time | None = None
    zone: str = ""
    monthly: bool = False
    every: bool = False
    """It said "every" of a day that may be every other one."""

    def words(self) -> tuple[str, ...]:
        on = Rule(self.on, NINE).spoken() if self.on else ""
        return tuple(filter(None, ("schedule", on, f"{self.at:%H:%M}" if self.at else "", label(self.zone))))

    def example(self) -> str:
        """A rule that can be read and has what was understood."""
        if not self.on:
            return EXAMPLE
        return str(Rule(self.on, self.at or NINE, self.zone))


def parse(text: str) -> tuple[Rule, str]:
    """The rule that *text* begins with, and the filter after it, as it was written.

    Raises:
        UnreadableRule: it is none, or could be one or another; with one that can be read.
        UnknownZone: something like a zone that is none.
    """
    only = filter_of(text)
    rest, draft = " ".join(re.sub("[,;()]", " ", text[: len(text) - len(only)]).split()), Draft()
    while rest:
        step = next((found for read in READERS if (found := read(draft, rest))), None)
        if step is None:
            break
        draft, rest = step[0], step[1].strip()
    complete(draft, text)
    if rest and not draft.zone:
        raise leftover(draft, rest)
    left = " ".join(filter(None, (rest, only)))
    return Rule(draft.on, draft.at or NINE, draft.zone), left


def filter_of(text: str) -> str:
    """The filter that stands at the end of *text*; empty if there is none."""
    found = FILTER.search(text)
    return text[found.start() :] if found else ""


Step = tuple[Draft, str] | None


def cadence(draft: Draft, text: str) -> Step:
    lowered = text.casefold()
    found = CADENCE.match(lowered) or OF_MONTH.match(lowered)
    if found:
        each = found.re is CADENCE or bool(found["each"])
        return replace(draft, monthly=draft.monthly or each, every=False), text[found.end() :]
    other = OTHER.match(lowered)
    if other and other[0].split()[-1].rstrip("s") in WEEKDAYS:
        day = other[0].split()[-1].rstrip("s").title()
        raise refusal(draft, text, f"“{other[0]}” does not say which {day} of the month", f"first {day.casefold()}")
    if other:
        raise refusal(draft, text, f"“{other[0]}” is not once a month, as schedules are")
    return None


def day(draft: Draft, text: str) -> Step:
    if draft.on:
        return None
    lowered = text.casefold()
    edge = EDGE.match(lowered)
    if edge:
        on = "1" if edge["edge"] in ("start", "beginning") else "last"
        return replace(draft, on=on, monthly=True), text[edge.end() :]
    back = FROM_END.match(lowered)
    if back:
        raise refusal(draft, text, f"“{back['said'] or back['but']}” is no day of a month that I know", "last")
    nth = NTH_DAY.match(lowered)
    if nth:
        return replace(draft, on=nth_day(draft, text, nth), every=is_every_other(nth)), text[nth.end() :]
    found = NUMBER.match(lowered)
    if found and (draft.monthly or found["on"] or found["the"] or found["suffix"]):
        number = int(found["number"])
        if not 1 <= number <= 31:  # noqa: PLR2004 - days of the longest month
            raise refusal(draft, text, f"there is no day {number} of a month")
        every = bool(found["every"]) and number > 1
        return replace(draft, on=str(number), every=every), text[found.end() :]
    if re.match(r"(?:on|the)(?: |$)", lowered):
        raise no_day(draft, text)
    return None


def nth_day(draft: Draft, text: str, found: re.Match[str]) -> str:
    """One of DAYS."""
    kind = KINDS.get(found["kind"] or "", "")
    if found["which"] in FIFTH:
        if kind in ("", "day"):
            return "5"
        raise refusal(draft, text, f"not every month has a fifth {kind}", f"last {kind}")
    which = WHICH[found["which"]]
    if kind in ("", "day"):
        number = ORDINALS[which] + 1
        return "last" if which == "last" else str(number)
    return SPOKEN.get(f"{which} {kind}", f"{which} {kind}")


def is_every_other(found: re.Match[str]) -> bool:
    """Whether "every second …" was said, which may mean every other one."""
    return bool(found["every"]) and WHICH.get(found["which"], "") not in ("first", "last")


def no_day(draft: Draft, text: str) -> UnreadableRule:
    """What to say of something that stands where a day has to."""
    words = [word for word in text.casefold().split() if word not in ("on", "the")]
    words = [word[:40] for word in words]
    said = " ".join(words[:2] if len(words) > 1 and not CLOCK.match(words[1]) and words[1] != "at" else words[:1])
    near = difflib.get_close_matches(said, [one for one in DAYS if not one.isdecimal()], n=1, cutoff=0.5)
    why = f"“{said}” is no day of a month that I know" if said else "no day is named after “on”"
    return refusal(draft, text, why, near[0] if near else "")


def clock(draft: Draft, text: str) -> Step:
    if draft.at:
        return None
    lowered = text.casefold()
    found = CLOCK.match(lowered)
    if found:
        return replace(draft, at=moment(draft, text, found)), text[found.end() :]
    bare = BARE_HOUR.match(lowered)
    if bare:
        if not bare["hh"] and int(bare["hour"]) <= NOON:
            hour = int(bare["hour"]) % NOON
            why = f"“{bare[0]}” could be {hour:02}:00 or {hour + HALF_DAY}:00"
            raise refusal(draft, text, why)
        return replace(draft, at=time_of_day(draft, text, bare["hh"] or bare["hour"], bare["mm"] or "0")), text[
            bare.end() :
        ]
    if lowered.startswith(("at ", "@")) or lowered == "at":
        raise refusal(draft, text, "after “at” there has to be a time such as 09:00 or 5:30 pm")
    return None


def moment(draft: Draft, text: str, found: re.Match[str]) -> time:
    """The time of the day.

    Raises:
        UnreadableRule: there is no such time, or there are two.
    """
    if found["noon"]:
        return time(NOON)
    if found["midnight"]:
        why = "midnight could be 00:00, when that day begins, or 00:00 of the day after"
        raise refusal(replace(draft, at=time(0)), text, why)
    half = found["half"] or found["half2"]
    hour = int(found["h"] or found["hour"])
    if half:
        if not 1 <= hour <= NOON:
            raise refusal(draft, text, f"there is no {found[0].removeprefix('at ')}")
        hour = hour % HALF_DAY + (HALF_DAY if half == "p" else 0)
    return time_of_day(draft, text, str(hour), found["m"] or "0")


def time_of_day(draft: Draft, text: str, hour: str, minute: str) -> time:
    if int(hour) >= DAY or int(minute) >= HOUR:
        raise refusal(draft, text, f"there is no time {hour}:{minute}")
    return time(int(hour), int(minute))


def zone(draft: Draft, text: str) -> Step:
    """A zone, in up to four words; none is refused here, for something else may come first."""
    if draft.zone:
        return None
    prefix = IN_ZONE.match(text.casefold())
    words = text[prefix.end() if prefix else 0 :].split(" ")
    for count in range(min(len(words), ZONE_WORDS), 0, -1):
        try:
            found = find(OF_ZONE.sub("", " ".join(words[:count]), count=1))
        except UnknownZone:
            continue
        return replace(draft, zone=found), " ".join(words[count:])
    return None


def leftover(draft: Draft, text: str) -> UnreadableRule | UnknownZone:
    """What to say of words that nothing is known about, where a zone may stand."""
    prefix = IN_ZONE.match(text.casefold())
    name = OF_ZONE.sub("", text[prefix.end() if prefix else 0 :])
    first = text.casefold().split()[0]
    kind = difflib.get_close_matches(first, WEEKDAYS, n=1, cutoff=0.7)
    if first == PRIVATE:
        return refusal(draft, text, "a schedule posts in its channel, and is never private")
    if kind and draft.on in ("last", *map(str, range(1, len(ORDINALS)))):
        which = next(one for one, at in ORDINALS.items() if draft.on in (str(at + 1), one))
        return refusal(replace(draft, on=""), text, f"“{first[:40]}” is no day that I know", f"{which} {kind[0]}")
    if not prefix and re.match(r"(?:and |on |at )?[0-9]", text.casefold()):
        return refusal(draft, text, f"I don't know what “{text[:40]}” is for")
    try:
        find(name)
    except UnknownZone as error:
        error.context = draft.words()
        return error
    return refusal(draft, text, f"I don't know what “{text[:40]}” is for")


def complete(draft: Draft, text: str) -> None:
    """Make sure that a day was named, and once a month meant.

    Raises:
        UnreadableRule: with what is missing.
    """
    if not draft.on:
        why = "no day is named" if draft.monthly or draft.at else "it has to say the day, as in “monthly on 1”"
        raise refusal(draft, text, why)
    if draft.every:
        spoken = ordinal(int(draft.on)) if draft.on.isdecimal() else draft.on
        why = f"“every {spoken}” could be the {spoken} of each month, or every other one"
        raise refusal(draft, text, why)


def refusal(draft: Draft, text: str, why: str, on: str = "") -> UnreadableRule:
    """A refusal with what was understood, and a rule that can be read; *on* is a day that was probably meant."""
    error = UnreadableRule(text=text[:80], why=why, example=replace(draft, on=draft.on or on).example())
    error.context = draft.words() if draft != Draft() else ()
    return error


READERS: tuple[Callable[[Draft, str], Step], ...] = (cadence, day, clock, zone)
"""Each reads what *text* begins with, if it can."""

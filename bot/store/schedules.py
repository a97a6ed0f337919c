"""The schedules: the table is the truth, the clock only looks at it."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import Connection, RowMapping, or_, select, update

from bot.store.tables import schedules
from handlers.recurrence import Rule
from handlers.schedule import Plan, Schedule, ScheduleStatus
from reporting.filters import parse_stored
from reporting.period import Month

LONGEST = timedelta(hours=6)
"""Until a month is tried once more that could not be made."""
NOTHING_TRIED: dict[str, object] = {
    "making": "",
    "waits": "",
    "tries": 0,
    "again": None,
    "since": None,
    "trouble": "",
    "alerted": False,
}


def save(c: Connection, plan: Plan, *, key: str, channel: str, maker: str, now: datetime) -> Schedule:
    """Write a schedule down; a second time with the same *key* it is the same."""
    known = c.scalar(select(schedules.c.number).where(schedules.c.key == key))
    if known is None:
        columns = {
            "key": key,
            "channel": channel,
            "maker": maker,
            "made": now,
            **plan_columns(plan, plan.rule.first(now)),
        }
        c.execute(schedules.insert().values(standing=ScheduleStatus.ACTIVE, why="", **columns))
        known = c.scalar(select(schedules.c.number).where(schedules.c.key == key))
    return get(c, int(known or 0))


def plan_columns(plan: Plan, month: Month) -> dict[str, object]:
    rule = plan.rule
    return {
        "day": rule.on,
        "at": f"{rule.at:%H:%M}",
        "zone": rule.zone,
        "only": str(plan.only),
        "next": str(month),
        "due": rule.due(month),
    }


def get(c: Connection, number: int) -> Schedule:
    return unpacked(c.execute(select(schedules).where(schedules.c.number == number)).mappings().one())


def find(c: Connection, number: int) -> Schedule | None:
    """The schedule of that number, unless it was deleted."""
    kept = schedules.c.number == number, schedules.c.standing != ScheduleStatus.DELETED
    row = c.execute(select(schedules).where(*kept)).mappings().one_or_none()
    return unpacked(row) if row else None


def list_schedules(c: Connection, channel: str | None) -> list[Schedule]:
    """The schedules of a channel, or all of them, by number."""
    kept = [schedules.c.standing != ScheduleStatus.DELETED]
    if channel is not None:
        kept.append(schedules.c.channel == channel)
    return [unpacked(row) for row in c.execute(select(schedules).where(*kept).order_by(schedules.c.number)).mappings()]


def due(c: Connection, now: datetime, *, most: int) -> list[Schedule]:
    """Schedules whose moment has come, longest overdue first; each is this transaction's until it ends.

    What is put off for longer than it ever is was put off by a clock that was ahead.
    """
    again = schedules.c.again
    free = schedules.c.standing == ScheduleStatus.ACTIVE, schedules.c.making == ""
    ripe = *free, schedules.c.due <= now, or_(again.is_(None), again <= now, again > now + LONGEST)
    found = select(schedules).where(*ripe).order_by(schedules.c.due, schedules.c.number).limit(most)
    return [unpacked(row) for row in c.execute(found.with_for_update(skip_locked=True)).mappings()]


def begin(c: Connection, number: int, run: str) -> None:
    """That run makes its month; until it has ended nobody else does."""
    change(c, number, making=run)


def made_by(c: Connection, run: str) -> list[Schedule]:
    """The schedules whose month that run makes."""
    found = c.execute(select(schedules).where(schedules.c.making == run).order_by(schedules.c.number)).mappings()
    return [unpacked(row) for row in found]


def waiting(c: Connection, run: str, channel: str) -> list[Schedule]:
    """The schedules of a channel whose month that run could not make."""
    mine = schedules.c.waits == run, schedules.c.channel == channel, schedules.c.standing != ScheduleStatus.DELETED
    return [unpacked(row) for row in c.execute(select(schedules).where(*mine).order_by(schedules.c.number)).mappings()]


def advance(c: Connection, schedule: Schedule, month: Month) -> None:
    """Everything before *month* is done; of one that is paused meanwhile it stays known who was told why."""
    told = (schedules.c.standing == ScheduleStatus.PAUSED) & schedules.c.alerted
    anew = NOTHING_TRIED | {"alerted": told}
    change(c, schedule.number, next=str(month), due=schedule.plan.rule.due(month), **anew)


def postpone(c: Connection, schedule: Schedule, run: str, trouble: str, *, again: datetime, now: datetime) -> None:
    """Its month could not be made by that run, and is tried once more."""
    tried = {"making": "", "waits": run, "tries": schedule.tries + 1, "trouble": trouble}
    change(c, schedule.number, again=again, since=schedule.since or now, **tried)


def give_back(c: Connection, schedule: Schedule) -> None:
    """What its run came to does not matter to it any more."""
    change(c, schedule.number, making="")


def stop(c: Connection, schedule: Schedule, run: str, why: str) -> None:
    """Its month could not be made by that run, and will not be before people have done something."""
    change(c, schedule.number, making="", waits=run, again=None, trouble=why)
    pause(c, schedule.number, why)


def wait(c: Connection, number: int, again: datetime) -> None:
    """Look at it again at that moment."""
    change(c, number, again=again)


def try_now(c: Connection, number: int) -> None:
    """Try its month once more, now."""
    change(c, number, again=None)


def unannounced(c: Connection, before: datetime) -> list[Schedule]:
    """Schedules that were paused by the bot, or whose month is late since *before*, of which nobody was told yet."""
    late = (schedules.c.standing == ScheduleStatus.ACTIVE) & (schedules.c.since <= before)
    stuck = (schedules.c.standing == ScheduleStatus.PAUSED) & (schedules.c.why != "")
    mine = schedules.c.alerted.is_(False), or_(late, stuck)
    return [unpacked(row) for row in c.execute(select(schedules).where(*mine).order_by(schedules.c.number)).mappings()]


def mark_announced(c: Connection, numbers: Sequence[int]) -> None:
    """Those who have to know of these do."""
    c.execute(update(schedules).where(schedules.c.number.in_(numbers)).values(alerted=True))


def pause(c: Connection, number: int, why: str = "") -> None:
    """What was deleted stays deleted; *why*, if it is the bot that cannot go on, of which nobody was told yet."""
    there = schedules.c.number == number, schedules.c.standing != ScheduleStatus.DELETED
    c.execute(
        update(schedules)
        .where(*there)
        .values(standing=ScheduleStatus.PAUSED, why=why, alerted=not why, tries=schedules.c.tries + int(bool(why)))
    )


def resume(c: Connection, number: int, *, now: datetime) -> Schedule:
    """Go on: with the month that could not be made, if the bot itself had paused it.

    If somebody had, with the next month whose moment is to come: what was due meanwhile was not wanted.
    """
    schedule = get(c, number)
    change(c, number, standing=ScheduleStatus.ACTIVE, why="", again=None, since=None, alerted=False)
    month = schedule.plan.rule.first(now)
    if schedule.standing is ScheduleStatus.PAUSED and not schedule.why and schedule.next < month:
        advance(c, schedule, month)
    return get(c, number)


def take_over(c: Connection, number: int, maker: str, *, now: datetime) -> Schedule:
    """It runs in the name of *maker* from now on; where the bot had paused it, it goes on."""
    change(c, number, maker=maker)
    schedule = get(c, number)
    return resume(c, number, now=now) if schedule.why else schedule


def delete(c: Connection, number: int) -> None:
    """It is kept in the table, for the runs that it made."""
    change(c, number, standing=ScheduleStatus.DELETED)


def edit(c: Connection, number: int, plan: Plan) -> Schedule:
    """Give it another plan. The month whose turn it is stays: none is reported twice, and none is left out."""
    change(c, number, **plan_columns(plan, get(c, number).next), again=None)
    return get(c, number)


def zone_of(c: Connection, channel: str) -> str:
    """The zone of the channel's newest schedule; empty if it has none."""
    found = select(schedules.c.zone).where(schedules.c.channel == channel).order_by(schedules.c.number.desc())
    return c.scalar(found.limit(1)) or ""


def change(c: Connection, /, number: int, **columns: object) -> None:
    c.execute(update(schedules).where(schedules.c.number == number).values(**columns))


def unpacked(row: RowMapping) -> Schedule:
    return Schedule(
        row["number"],
        row["channel"],
        row["maker"],
        Plan(Rule(row["day"], time.fromisoformat(row["at"]), row["zone"]), parse_stored(row["only"])),
        ScheduleStatus(row["standing"]),
        row["why"],
        Month.parse(row["next"]),
        row["due"],
        row["made"],
        row["making"],
        row["waits"],
        row["tries"],
        row["again"],
        row["since"],
        row["trouble"],
    )

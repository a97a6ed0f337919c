"""The schedules: the table is the truth, the clock only looks at it."""

from datetime import datetime, time

from sqlalchemy import Connection, RowMapping, select, update

from bot.store.tables import schedules
from handlers.planned import Plan, Schedule, Standing
from handlers.rules import Rule
from reporting.only import recalled
from reporting.period import Month


def keep(c: Connection, plan: Plan, *, key: str, channel: str, maker: str, now: datetime) -> Schedule:
    """Write a schedule down; a second time with the same *key* it is the same."""
    known = c.scalar(select(schedules.c.number).where(schedules.c.key == key))
    if known is None:
        columns = {"key": key, "channel": channel, "maker": maker, "made": now, **planned(plan, plan.rule.first(now))}
        c.execute(schedules.insert().values(standing=Standing.ACTIVE, why="", **columns))
        known = c.scalar(select(schedules.c.number).where(schedules.c.key == key))
    return get(c, int(known or 0))


def planned(plan: Plan, month: Month) -> dict[str, object]:
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
    kept = schedules.c.number == number, schedules.c.standing != Standing.DELETED
    row = c.execute(select(schedules).where(*kept)).mappings().one_or_none()
    return unpacked(row) if row else None


def listed(c: Connection, channel: str | None) -> list[Schedule]:
    """The schedules of a channel, or all of them, by number."""
    kept = [schedules.c.standing != Standing.DELETED]
    if channel is not None:
        kept.append(schedules.c.channel == channel)
    return [unpacked(row) for row in c.execute(select(schedules).where(*kept).order_by(schedules.c.number)).mappings()]


def due(c: Connection, now: datetime, *, most: int) -> list[Schedule]:
    """Schedules whose moment has come, longest overdue first; each is this transaction's until it ends."""
    ripe = schedules.c.standing == Standing.ACTIVE, schedules.c.due <= now
    found = select(schedules).where(*ripe).order_by(schedules.c.due, schedules.c.number).limit(most)
    return [unpacked(row) for row in c.execute(found.with_for_update(skip_locked=True)).mappings()]


def advance(c: Connection, schedule: Schedule, month: Month) -> None:
    """Everything before *month* is done."""
    change(c, schedule.number, next=str(month), due=schedule.plan.rule.due(month))


def pause(c: Connection, number: int, why: str = "") -> None:
    """What was deleted stays deleted."""
    there = schedules.c.number == number, schedules.c.standing != Standing.DELETED
    c.execute(update(schedules).where(*there).values(standing=Standing.PAUSED, why=why))


def resume(c: Connection, number: int, *, now: datetime) -> Schedule:
    """Go on with the next month whose moment is to come; what was due meanwhile was not wanted."""
    schedule = get(c, number)
    month = max(schedule.next, schedule.plan.rule.first(now))
    change(c, number, standing=Standing.ACTIVE, why="", next=str(month), due=schedule.plan.rule.due(month))
    return get(c, number)


def delete(c: Connection, number: int) -> None:
    """It is kept in the table, for the runs that it made."""
    change(c, number, standing=Standing.DELETED)


def edit(c: Connection, number: int, plan: Plan) -> Schedule:
    """Give it another plan. The month whose turn it is stays: none is reported twice, and none is left out."""
    change(c, number, **planned(plan, get(c, number).next))
    return get(c, number)


def zone_of(c: Connection, channel: str) -> str:
    """The zone of the channel's newest schedule; empty if it has none."""
    found = select(schedules.c.zone).where(schedules.c.channel == channel).order_by(schedules.c.number.desc())
    return c.scalar(found.limit(1)) or ""


def change(c: Connection, number: int, **columns: object) -> None:
    c.execute(update(schedules).where(schedules.c.number == number).values(**columns))


def unpacked(row: RowMapping) -> Schedule:
    return Schedule(
        row["number"],
        row["channel"],
        row["maker"],
        Plan(Rule(row["day"], time.fromisoformat(row["at"]), row["zone"]), recalled(row["only"])),
        Standing(row["standing"]),
        row["why"],
        Month.parse(row["next"]),
        row["due"],
        row["made"],
    )

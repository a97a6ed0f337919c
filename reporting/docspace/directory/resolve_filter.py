"""Resolve a filter's words to ids, using the portal."""

from reporting.actions import action, catalogue
from reporting.docspace.api.client import Portal
from reporting.docspace.directory.people import person_id
from reporting.docspace.directory.rooms import BLIND, Room, objects_in_log, room, rooms_by_title
from reporting.errors.request import UnknownProfile
from reporting.filters import NUMBER, Clause, EventFilter
from reporting.matcher import Matcher, MatchRule
from reporting.period import Window

HIDDEN = "the portal's audit API never returns this action"


def resolve_filter(only: EventFilter, portal: Portal, window: Window) -> Matcher:
    """The filter with people and rooms looked up.

    Raises:
        WrongRequest: a person or room is unknown or ambiguous.
        PortalError: the portal could not be reached.
    """
    found = [rule(clause, portal, window) for clause in only.clauses]
    notes = [note for _, told in found for note in told]
    return Matcher(tuple(one for one, _ in found), tuple(dict.fromkeys(notes)))


def rule(clause: Clause, portal: Portal, window: Window) -> tuple[MatchRule, list[str]]:
    """What one word matches, and the notes about it."""
    negated, values = clause.negated, clause.values
    if clause.word == "type":
        return MatchRule(negated, categories=frozenset(values)), []
    if clause.word == "action":
        wanted = numbers(values)
        return MatchRule(negated, actions=frozenset(wanted)), [f"{HIDDEN}: {n}" for n in wanted if action(n).hidden]
    if clause.word == "user":
        people = {value: person_id(portal, value).casefold() for value in values}
        return MatchRule(negated, users=frozenset(people.values())), [f"{one} is {people[one]}" for one in people]
    if clause.word == "file":
        return MatchRule(negated, files=frozenset(values)), []
    if clause.word == "folder":
        return MatchRule(negated, folders=frozenset(values)), []
    if clause.word == "room":
        return of_rooms([room(portal, value) for value in values], portal, window, negated=negated)
    raise UnknownProfile(name=str(clause), nearest="none", odd="")


def of_rooms(found: list[Room], portal: Portal, window: Window, *, negated: bool) -> tuple[MatchRule, list[str]]:
    """What belongs to the rooms. A title that several rooms share cannot identify an event by its context."""
    unique = [
        one for one in found if one.title.strip() and all(r.id == one.id for r in rooms_by_title(portal, one.title))
    ]
    shared = [
        f"several rooms are named {one.title}, so contexts cannot identify it" for one in found if one not in unique
    ]
    known = MatchRule(
        negated,
        events=frozenset(number for one in found for number in objects_in_log(portal, one, window)),
        folders=frozenset(str(one.id) for one in found),
        rooms=frozenset(one.title.strip().casefold() for one in unique),
    )
    return known, [*(f"{one.title} is room {one.id}" for one in found), *shared, BLIND]


def numbers(values: tuple[str, ...]) -> list[int]:
    """Action ids, from ids and from names."""
    by_name = {known.name: known.id for known in catalogue().values()}
    return [int(value) if NUMBER.fullmatch(value) else by_name[value] for value in values]

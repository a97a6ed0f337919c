"""A filter's words become ids, with the portal's help."""

from reporting.actions import catalogue
from reporting.docspace.people import person_id
from reporting.docspace.portal import Portal
from reporting.docspace.rooms import BLIND, logged, room
from reporting.only import NUMBER, Clause, Only
from reporting.period import Window
from reporting.sieve import Rule, Sieve


def understand(only: Only, portal: Portal, window: Window) -> Sieve:
    """The filter with people and rooms looked up, each once.

    Raises:
        WrongRequest: a person or a room that is not there, or of whom there are several.
        PortalError: the portal could not be asked.
    """
    notes = [BLIND] if any(clause.word == "room" for clause in only.clauses) else []
    return Sieve(tuple(rule(clause, portal, window) for clause in only.clauses), tuple(notes))


def rule(clause: Clause, portal: Portal, window: Window) -> Rule:
    negated, values = clause.negated, clause.values
    if clause.word == "type":
        return Rule(negated, actions=frozenset(a.id for a in catalogue().values() if a.category.value in values))
    if clause.word == "action":
        return Rule(negated, actions=frozenset(numbers(values)))
    if clause.word == "user":
        return Rule(negated, users=frozenset(person_id(portal, value).casefold() for value in values))
    if clause.word == "file":
        return Rule(negated, files=frozenset(values))
    if clause.word == "folder":
        return Rule(negated, folders=frozenset(values))
    found = [room(portal, value) for value in values]
    return Rule(
        negated,
        events=frozenset(number for one in found for number in logged(portal, one, window)),
        folders=frozenset(str(one.id) for one in found),
        rooms=frozenset(one.title.strip().casefold() for one in found),
    )


def numbers(values: tuple[str, ...]) -> list[int]:
    """Action ids, from ids and from names."""
    by_name = {action.name: action.id for action in catalogue().values()}
    return [int(value) if NUMBER.fullmatch(value) else by_name[value] for value in values]

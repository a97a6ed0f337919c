"""Find the person that a filter names."""

import re
from uuid import UUID

import msgspec

from reporting.docspace.api.client import Portal
from reporting.docspace.api.pagination import paginate
from reporting.errors.request import AmbiguousPerson, UnknownPerson
from reporting.filters import nearest, unusual_hint
from reporting.normalize_text import fold

MOST = 100
"""People that one answer names."""
ENOUGH = 10_000
"""People that are looked through."""
FEW = 5
"""Candidates that are named to a person."""
GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Person(msgspec.Struct, rename="camel"):
    """Source: ``EmployeeFullDto`` of DocSpace server 3.7.2."""

    id: str
    display_name: str = ""
    email: str = ""


def person_id(portal: Portal, said: str) -> str:
    """The id of the person with that id, e-mail address or display name.

    Raises:
        UnknownPerson: nobody has that name; the error shows the nearest one.
        AmbiguousPerson: several people match; the error shows the candidates.

    Source: ``GET /people?filterValue=…``, which finds any part of a name or an address.
    """
    if GUID.fullmatch(said):
        return str(UUID(said))
    wanted = said.casefold()
    found = search(portal, said)
    exact = [one for one in found if wanted in {one.email.casefold(), one.display_name.casefold()}]
    everybody = [] if exact else search(portal, "")
    exact = exact or [one for one in everybody if fold(one.display_name) == fold(said)]
    if len(exact) == 1:
        return exact[0].id
    if exact:
        raise AmbiguousPerson(said=said, candidates=", ".join(one.email or one.id for one in exact[:FEW]))
    names = [one.display_name for one in found or everybody] or [""]
    near = nearest(said, names)
    raise UnknownPerson(said=said, nearest=near, odd=unusual_hint(said, near))


def search(portal: Portal, text: str) -> list[Person]:
    """Everybody whose name or address has *text* in it."""

    def page(start: int) -> tuple[list[Person], int]:
        asked: dict[str, str | int] = {"filterValue": text, "count": MOST, "startIndex": start}
        answer = portal.page("/people", list[Person], params=asked)
        return answer.response, answer.total

    return paginate(page, identity=lambda person: person.id, most=ENOUGH, host=portal.host)

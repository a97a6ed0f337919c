"""``/people``: enough to look somebody up."""

from sandbox.portal.envelope import reply, window
from sandbox.portal.refusals import Failure
from sandbox.portal.seed_people import Person
from sandbox.portal.state import State
from sandbox.portal.wire import Request, Response


def myself(state: State, request: Request, _: dict[str, str]) -> Response:
    return reply(request, _whole(state, state.owner))


def list_people(state: State, request: Request, _: dict[str, str]) -> Response:
    """Find people by any part of a name or an e-mail address."""
    wanted = request.params.get("filtervalue", "").strip().casefold()
    found = [person for person in state.people if wanted in f"{person.name} {person.email}".casefold()]
    rows = [_whole(state, person) for person in window(request, found)]
    return reply(request, rows, total=len(found))


def one_person(state: State, request: Request, names: dict[str, str]) -> Response:
    wanted = request.params.get("email", names.get("person", "")).casefold()
    for person in state.people:
        if wanted in {person.id, person.email.casefold()}:
            return reply(request, _whole(state, person))
    raise Failure(404, "The user could not be found", "ASC.Common.Web.ItemNotFoundException")


def person_brief(person: Person) -> dict[str, object]:
    """Show an EmployeeDto."""
    return {"id": person.id, "displayName": person.name, "hasAvatar": False, "isAnonim": False}


def _whole(state: State, person: Person) -> dict[str, object]:
    mine = person is state.owner
    return person_brief(person) | {
        "firstName": person.first,
        "lastName": person.last,
        "userName": person.email.partition("@")[0],
        "email": person.email,
        "status": 1,
        "activationStatus": 1,
        "isAdmin": state.setup.is_admin if mine else person.is_admin,
        "isRoomAdmin": person.is_admin,
        "isOwner": person is state.people[0] and (state.setup.is_admin or not mine),
        "isVisitor": person.is_guest,
        "isCollaborator": False,
        "cultureName": state.setup.culture if mine else "en-US",
    }

import pytest

from bot.access import Access
from handlers.desk import Place
from reporting.errors import ForAdmins, NotAllowed

CLOSED = Access(users=frozenset(), channels=frozenset())
NAMED = Access(users=frozenset({"U1"}), channels=frozenset({"C1"}))
DEED = "cancel a report that somebody else asked for"


@pytest.mark.parametrize(
    ("access", "place"),
    [
        (CLOSED, Place("C1", "U1", stranger=True)),
        (NAMED, Place("C1", "U1", stranger=True)),
        (NAMED, Place("C2", "U1")),
        (NAMED, Place("C1", "U2")),
    ],
)
def test_strangers_other_channels_and_others_than_the_named_are_refused(access: Access, place: Place) -> None:
    with pytest.raises(NotAllowed):
        access.check(place)


def test_the_named_may_ask_in_the_named_channel() -> None:
    NAMED.check(Place("C1", "U1"))


@pytest.mark.parametrize("person", [{"is_admin": True}, {"is_owner": True}])
def test_nobody_named_means_admins_and_owners(person: dict[str, bool]) -> None:
    CLOSED.check_person(person)


@pytest.mark.parametrize("person", [{}, {"is_admin": False}])
def test_nobody_named_means_nobody_else(person: dict[str, bool]) -> None:
    with pytest.raises(NotAllowed, match="admins and owners"):
        CLOSED.check_person(person)


@pytest.mark.parametrize("mark", ["is_restricted", "is_ultra_restricted", "is_stranger", "is_bot"])
def test_guests_are_refused_even_when_named(mark: str) -> None:
    with pytest.raises(NotAllowed, match="guests"):
        NAMED.check_person({mark: True, "is_admin": True})


@pytest.mark.parametrize("access", [CLOSED, NAMED])
def test_who_has_left_is_refused_even_as_an_admin(access: Access) -> None:
    """Their schedules live longer than their accounts."""
    with pytest.raises(NotAllowed, match="deactivated"):
        access.check_person({"deleted": True, "is_admin": True})


@pytest.mark.parametrize("access", [CLOSED, NAMED])
@pytest.mark.parametrize("person", [{"is_admin": True}, {"is_owner": True, "is_admin": False}])
def test_an_admin_may_end_what_another_asked_for(access: Access, person: dict[str, bool]) -> None:
    access.check_admin(person, deed=DEED)


@pytest.mark.parametrize("access", [CLOSED, NAMED])
@pytest.mark.parametrize("person", [{}, {"is_admin": False, "is_owner": False}])
def test_nobody_but_an_admin_may_end_what_another_asked_for(access: Access, person: dict[str, bool]) -> None:
    with pytest.raises(ForAdmins, match=DEED):
        access.check_admin(person, deed=DEED)


def test_the_named_may_ask_although_they_are_no_admins() -> None:
    NAMED.check_person({"is_admin": False})


def test_anybody_of_the_workspace_may_ask_anywhere_as_far_as_is_known_without_asking_slack() -> None:
    CLOSED.check(Place("C7", "U7"))

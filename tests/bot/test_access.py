import pytest

from bot.access import Access
from handlers.desk import Place
from reporting.errors import NotAllowed

CLOSED = Access(users=frozenset(), channels=frozenset())
NAMED = Access(users=frozenset({"U1"}), channels=frozenset({"C1"}))


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


@pytest.mark.parametrize("mark", ["is_restricted", "is_ultra_restricted", "is_stranger", "is_bot", "deleted"])
def test_guests_are_refused_even_when_named(mark: str) -> None:
    with pytest.raises(NotAllowed, match="guests"):
        NAMED.check_person({mark: True, "is_admin": True})

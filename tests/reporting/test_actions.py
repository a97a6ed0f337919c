from collections import Counter
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.actions import Action, Category, Highlight, action, catalogue, read

# Every id of MessageAction in DocSpace server 3.7.2.
IDS = [
    *range(-1, 0),
    *range(1000, 1030),
    *range(4000, 4038),
    *range(5000, 5067),
    *range(5068, 5134),
    *range(5150, 5161),
    *range(5201, 5205),
    *range(5501, 5504),
    *range(6000, 6100),
    *range(7000, 7005),
    *range(9901, 9910),
]
HIDDEN = {-1, 5083, 5098, *range(5101, 5106), *range(7001, 7005)}
FAILED_SIGN_INS = {1002, 1003, 1004, 1005, 1008, 1009, 1013, 1014, 1018, 1020, 1022, 1023, 1025, 1026}

# The portal spreads these over the action types Create, Update, Delete and UpdateAccess.
SHARING = [
    *(5008, 5068, 5021, 5066, 5058, 5059, 5060),
    *(5091, 5122, 5092, 5123, 5093, 5124),
    *(5088, 5089, 5090, 5097, 5082, 5086, 5087),
    *(5085, 5075, 5084, 5094, 5095, 5096, 5118),
]

MEANINGS = """
    1000 sign-in
    1002 sign-in   failed-sign-in
    1006 sign-in
    1017 sign-in
    1023 sign-in   failed-sign-in
    4000 user
    4017 user
    4018 user      user-removed
    4019 user      access-widened admin-rights
    4020 user      user-removed
    4022 user      user-removed
    4026 user
    4030 share     access-widened ownership
    4031 delete    deletion
    4036 sign-in
    5000 create
    5001 update
    5002 update
    5003 update
    5004 update
    5005 update
    5006 update
    5009 download
    5010 download
    5011 create
    5013 create
    5015 move
    5017 delete    deletion
    5018 delete    deletion
    5019 create
    5024 move
    5026 delete    deletion
    5027 delete    deletion
    5034 update
    5041 settings
    5043 share     access-widened ownership
    5044 update
    5047 user
    5057 download  bulk-download
    5061 delete    deletion
    5062 download
    5064 download
    5068 share     access-widened
    5069 settings
    5070 room
    5072 room
    5074 delete    deletion
    5078 room
    5084 share
    5085 share     access-widened
    5086 share     access-widened
    5088 share     access-widened public-link
    5090 share
    5091 share     access-widened public-link
    5092 share     access-widened public-link
    5093 share
    5094 share     access-widened
    5096 share
    5099 create
    5100 room
    5106 download  bulk-download
    5110 room      access-widened
    5119 delete    deletion
    5156 delete    deletion
    5159 share     access-widened ownership
    6002 settings
    6009 user      access-widened admin-rights
    6011 user      admin-rights
    6022 user      access-widened admin-rights ownership
    6026 settings  deletion
    6028 download  bulk-download
    6035 settings
    6049 room
    6055 settings
    6058 settings
    6094 settings
    7000 other
    9901 settings
"""


def entry(words: str) -> str:
    return f'[actions]\n4711 = {{ name = "Named", label = "Something done", {words} }}\n'


def test_every_action_of_the_server_is_in_the_catalogue_and_nothing_else() -> None:
    assert sorted(catalogue()) == IDS
    assert len(IDS) == 334


@pytest.mark.parametrize("meaning", MEANINGS.split("\n")[1:-1], ids=str.strip)
def test_an_action_means_what_an_auditor_would_say(meaning: str) -> None:
    action_id, category, *highlights = meaning.split()

    found = action(int(action_id))

    assert found.category == Category(category)
    assert found.highlights == {Highlight(word) for word in highlights}


@pytest.mark.parametrize("action_id", SHARING)
def test_whatever_changes_who_may_reach_content_is_sharing(action_id: int) -> None:
    assert action(action_id).category is Category.SHARE


@pytest.mark.parametrize("action_id", range(1000, 1030))
def test_the_sign_in_history_is_about_signing_in(action_id: int) -> None:
    assert action(action_id).category is Category.SIGN_IN


def test_labels_are_unique() -> None:
    times = Counter(found.label for found in catalogue().values())

    assert [label for label, count in times.items() if count > 1] == []


def test_a_label_is_a_short_readable_phrase() -> None:
    labels = [found.label for found in catalogue().values()]
    good = [
        label
        for label in labels
        if 5 <= len(label) <= 60
        and label[0].isupper()
        and label == " ".join(label.split())
        and not label.endswith(".")
        and label.isascii()
        and label.isprintable()
    ]

    assert good == labels
    assert len(labels) > 300


def test_names_are_the_portals_own_and_unique() -> None:
    names = [found.name for found in catalogue().values()]

    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)


def test_every_category_and_every_highlight_is_used() -> None:
    known = catalogue().values()

    assert {found.category for found in known} == set(Category)
    assert set(chain.from_iterable(found.highlights for found in known)) == set(Highlight)


def test_what_the_endpoint_never_returns_is_marked_hidden() -> None:
    assert {found.id for found in catalogue().values() if found.hidden} == HIDDEN
    assert action(-1) == Action(-1, "None", "No action", Category.OTHER, frozenset(), hidden=True)


def test_every_refused_sign_in_is_highlighted_and_no_other() -> None:
    assert ids_with(Highlight.FAILED_SIGN_IN) == FAILED_SIGN_INS


def test_every_deletion_by_category_is_highlighted() -> None:
    deletions = {found.id for found in catalogue().values() if found.category is Category.DELETE}

    assert deletions <= ids_with(Highlight.DELETION)


def test_only_sharing_opens_public_links() -> None:
    assert {action(found).category for found in ids_with(Highlight.PUBLIC_LINK)} == {Category.SHARE}


def ids_with(highlight: Highlight) -> set[int]:
    return {found.id for found in catalogue().values() if highlight in found.highlights}


@given(st.integers().filter(lambda number: number not in IDS))
def test_an_action_of_a_newer_server_is_kept_and_says_so(action_id: int) -> None:
    assert action(action_id) == Action(
        action_id, "", f"Action {action_id} (not in our catalogue)", Category.OTHER, frozenset(), hidden=False
    )


def test_the_catalogue_is_read_once_and_cannot_be_changed() -> None:
    assert catalogue() is catalogue()
    with pytest.raises(TypeError):
        catalogue()[5011] = action(5018)  # type: ignore[index]


def test_an_entry_is_read_as_written() -> None:
    text = entry('category = "move", highlights = ["deletion", "ownership"], hidden = true')

    assert read(text)[4711] == Action(
        4711,
        "Named",
        "Something done",
        Category.MOVE,
        frozenset({Highlight.DELETION, Highlight.OWNERSHIP}),
        hidden=True,
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (entry('category = "sharing"'), "unknown category 'sharing'"),
        (entry('category = "share", highlights = ["public"]'), "unknown highlight 'public'"),
        (entry('category = "share", highlight = ["deletion"]'), "unknown key highlight"),
        (entry("hidden = true"), "no category"),
        (
            entry('category = "move"') + '4711 = { name = "B", label = "B", category = "move" }',
            "appears twice",
        ),
        (
            entry('category = "move"') + '04711 = { name = "B", label = "B", category = "move" }',
            "appears twice",
        ),
    ],
)
def test_a_slip_in_the_catalogue_is_refused_naming_the_id(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=rf"^action 4711: .*{reason}"):
        read(text)


def test_an_id_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^action FileUploaded: an id is a whole number"):
        read('[actions]\nFileUploaded = { name = "A", label = "A", category = "create" }')

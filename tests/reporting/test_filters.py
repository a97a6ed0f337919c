import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reporting.actions import Category, catalogue
from reporting.errors.request import (
    ProfileMisused,
    UnknownFilterValue,
    UnknownProfile,
    UnknownWord,
    UnreadableFilter,
    WrongRequest,
)
from reporting.filters import ALL_EVENTS, LONGEST, WORDS, Clause, expanded, nearest, parse

BARE = st.text(st.characters(exclude_categories=["Cs", "Z", "C"], exclude_characters='",“”„«»<>'), min_size=1)
QUOTED = st.text(st.characters(exclude_categories=["Cs"], exclude_characters='"“”„«»<>'), min_size=1).filter(str.strip)
NAMES = BARE | QUOTED.map(lambda value: f'"{value}"')
NUMBERS = st.integers(1, 10**18).map(str)
VALUES = {
    "type": st.sampled_from(list(Category)).map(str),
    "user": NAMES.filter(lambda name: not name.strip('" ').startswith("@")),  # those are people in Slack
    "room": NAMES,
    "folder": NUMBERS,
    "file": NUMBERS,
    "profile": NAMES,
    "action": st.sampled_from([found.name for found in catalogue().values()]) | NUMBERS,
}
CLAUSES = st.sampled_from(WORDS).flatmap(
    lambda word: st.builds(
        lambda sign, said, values: f"{sign}{said}:{','.join(values)}",
        st.sampled_from(["", "-"]),
        st.sampled_from([word, word.upper(), word.title()]),
        st.lists(VALUES[word], min_size=1, max_size=4),
    )
)
FILTERS = st.lists(CLAUSES, max_size=5).map(" ".join).filter(lambda text: len(text) <= LONGEST)
TYPED = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('-:," <>|“”«»')) | st.lists(
    CLAUSES | st.sampled_from([*WORDS, "-", ":", ",", '"', "“", "<mailto:a@b|a@b>", "delete", "12", "  "])
).map("".join)


def one(text: str) -> Clause:
    (found,) = parse(text).clauses
    return found


@pytest.mark.parametrize("text", ["", " ", "\t\n"])
def test_nothing_typed_is_a_filter_that_keeps_everything(text: str) -> None:
    assert parse(text) == ALL_EVENTS
    assert not parse(text)
    assert str(parse(text)) == ""


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("type:delete", Clause("type", ("delete",))),
        ("type:sign-in", Clause("type", ("sign-in",))),
        ("type:share,delete", Clause("type", ("delete", "share"))),
        ("user:ann@example.com", Clause("user", ("ann@example.com",))),
        ('user:"Ann Smith"', Clause("user", ("Ann Smith",))),
        ("room:Legal", Clause("room", ("Legal",))),
        ("room:12", Clause("room", ("12",))),
        ('room:"Legal, affairs",Board', Clause("room", ("Board", "Legal, affairs"))),
        ("folder:12", Clause("folder", ("12",))),
        ("file:4711,4712", Clause("file", ("4711", "4712"))),
        ("action:FileDeleted", Clause("action", ("FileDeleted",))),
        ("-room:Legal", Clause("room", ("Legal",), negated=True)),
        ("room:-Legal", Clause("room", ("-Legal",))),
        ("user:a:b", Clause("user", ("a:b",))),
    ],
)
def test_a_word_and_its_values_are_read(text: str, clause: Clause) -> None:
    assert one(text) == clause


@pytest.mark.parametrize("category", Category)
def test_every_category_can_be_asked_for(category: Category) -> None:
    assert one(f"type:{category}").values == (category.value,)


def test_several_words_are_read_whatever_space_is_between() -> None:
    assert str(parse("  user:ann \t type:delete\n-room:Legal ")) == "-room:Legal type:delete user:ann"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("type:share,delete", "type:delete,share,delete"),
        ("type:delete", 'TYPE:"Delete"'),
        ("action:filedeleted", "action:FileDeleted"),
        ("action:5018", "action:FileDeleted"),
        ("user:ann type:share", "type:share user:ann type:share"),
        ('room:"Legal"', "room:Legal"),
        ('room:"Legal affairs"', 'room:" Legal affairs "'),
    ],
)
def test_equal_filters_are_written_equally_and_named_equally(one: str, other: str) -> None:
    assert (str(parse(one)), parse(one).slug) == (str(parse(other)), parse(other).slug)


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("tipe:delete", UnknownWord, "“tipe:”; the nearest is “type:”"),
        ("rooms:Legal", UnknownWord, "the nearest is “room:”"),
        ("--type:share", UnknownWord, "“-type:”"),
        ("type:deleted", UnknownFilterValue, "“type:” does not take “deleted”; the nearest value is delete"),
        ("type:delete,shared", UnknownFilterValue, "the nearest value is share"),
        ("action:FileDelted", UnknownFilterValue, "the nearest value is FileDeleted"),
        ("type:delete,", UnreadableFilter, "from “type:delete,” on"),
        ("type:delete,,share", UnreadableFilter, "on"),
        ("action:-1", UnknownFilterValue, "“action:” does not take “-1”"),
        ("file:Q3.docx", UnknownFilterValue, "“file:” does not take “Q3.docx”; the nearest value is a number"),
        ("folder:Legal", UnknownFilterValue, "the nearest value is a number"),
        ("folder:012", UnknownFilterValue, "“folder:” does not take “012”"),
        ("file:0", UnknownFilterValue, "“file:” does not take “0”"),
        ("delete", UnreadableFilter, "from “delete” on"),
        ("type: delete", UnreadableFilter, "from “type: delete” on"),
        ("type:", UnreadableFilter, "from “type:” on"),
        ("type:,", UnreadableFilter, "from “type:,” on"),
        ('room:""', UnreadableFilter, 'from “room:""” on'),
        ('room:"  "', UnreadableFilter, "on"),
        ('room:"Legal', UnreadableFilter, 'from “room:"Legal” on'),
        ("room:Legal affairs", UnreadableFilter, "from “affairs” on"),
        ("type:delete & user:ann", UnreadableFilter, "from “& user:ann” on"),
    ],
)
def test_what_is_not_understood_is_refused_with_what_was_probably_meant(
    text: str, kind: type[WrongRequest], words: str
) -> None:
    with pytest.raises(kind) as caught:
        parse(text)
    assert words in str(caught.value)
    assert caught.value.advice


@pytest.mark.parametrize("length", [900, 10_000])
@pytest.mark.parametrize(
    ("text", "repeated"),
    [("{}", 60), ("{}:y", 40), ("type:{}", 60), ("file:{}", 60), ("type: {}", 54), ("action:{}", 60), ("type:,{}", 59)],
)
def test_a_refusal_repeats_no_more_than_the_beginning_of_what_it_refuses(text: str, repeated: int, length: int) -> None:
    with pytest.raises(WrongRequest) as caught:
        parse(text.format("x" * length))
    told = str(caught.value)
    assert len(told) < 300
    assert max(map(len, re.findall("x+", told))) == (repeated if length <= LONGEST else 60 - text.index("{"))


def test_a_filter_may_be_a_thousand_characters_long_and_no_longer() -> None:
    longest = f"room:{'x' * (LONGEST - 5)}"
    assert len(longest) == LONGEST == 1_000
    assert str(parse(longest)) == longest
    with pytest.raises(UnreadableFilter):
        parse(longest + "x")


@given(TYPED)
def test_whatever_is_typed_is_read_or_refused_in_words(text: str) -> None:
    try:
        found = parse(text)
    except WrongRequest as refusal:
        assert str(refusal)
        assert refusal.advice
    else:
        assert all(clause.word in WORDS and clause.values for clause in found.clauses)


@given(FILTERS)
def test_a_filter_of_known_words_is_read(text: str) -> None:
    assert bool(parse(text)) == bool(text)


@given(FILTERS)
def test_a_filter_reads_as_it_is_written(text: str) -> None:
    assert parse(str(parse(text))) == parse(text)


@given(TYPED)
@example('room:"a,b","c d",e')
def test_whatever_could_be_read_reads_as_it_is_written(text: str) -> None:
    try:
        found = parse(text)
    except WrongRequest:
        return
    assert parse(str(found)) == found


@given(FILTERS.filter(bool))
def test_a_filters_name_fits_into_a_file_name_everywhere(text: str) -> None:
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,48}", parse(text).slug)


@given(FILTERS, FILTERS)
def test_different_filters_never_share_a_name(one: str, other: str) -> None:
    assert (parse(one).slug == parse(other).slug) == (parse(one) == parse(other))


@given(st.text(), st.lists(st.text(), min_size=1))
def test_there_is_always_a_nearest_word_and_it_is_a_known_one(said: str, known: list[str]) -> None:
    assert nearest(said, known) in known


NAMED = {"access": parse("type:share,user"), "legal": parse("room:Legal -type:download")}


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("", ""),
        ("type:delete", "type:delete"),
        ("profile:access", "type:share,user"),
        ("profile:ACCESS user:ann", "type:share,user user:ann"),
        ("profile:access profile:legal", "-type:download room:Legal type:share,user"),
        ("profile:legal room:Legal", "-type:download room:Legal"),
    ],
)
def test_a_profile_stands_for_its_filter(text: str, whole: str) -> None:
    assert expanded(parse(text), NAMED) == parse(whole)


def test_a_profile_that_is_not_there_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownProfile, match="“acess”; the nearest is access"):
        expanded(parse("profile:acess"), NAMED)
    with pytest.raises(UnknownProfile, match="the nearest is none"):
        expanded(parse("profile:access"), {})


@pytest.mark.parametrize(
    ("text", "misused"),
    [
        ("-profile:access", "-profile:access"),
        ("profile:access -profile:legal", "-profile:legal"),
        ("profile:nested", "profile:nested"),
        ("profile:access,legal", "profile:access,legal"),
    ],
)
def test_a_profile_is_neither_negated_nor_nested_nor_one_of_several_values(text: str, misused: str) -> None:
    with pytest.raises(ProfileMisused) as caught:
        expanded(parse(text), NAMED | {"nested": parse("profile:access")})
    assert f"“{misused}”" in str(caught.value)


@pytest.mark.parametrize("text", ["file:1٢", "folder:1２", "action:501१"], ids=["file", "folder", "action"])
def test_a_number_in_other_scripts_is_no_number_of_the_portal(text: str) -> None:
    with pytest.raises(UnknownFilterValue):
        parse(text)


@pytest.mark.parametrize("text", ['room:Le"gal affairs"', 'room:"Legal"affairs', 'user:"Ann""Bob"'])
def test_values_that_no_comma_parts_are_not_taken_for_two(text: str) -> None:
    with pytest.raises(WrongRequest):
        parse(text)


@pytest.mark.parametrize("text", ["room:\udcff", "\ud800", "type:delete \udfff"], ids=["value", "alone", "after"])
def test_half_a_character_as_a_shell_makes_one_of_a_wrong_byte_is_refused(text: str) -> None:
    with pytest.raises(UnreadableFilter):
        parse(text)

"""What people type: understood, or refused in words."""

from contextlib import suppress

from hypothesis import strategies as st

from bot.config.settings import check_zone, safe_address
from handlers.commands import months, parser, recurrence_parser
from handlers.listeners.form_values import form_values
from reporting.docspace.directory.account import Key, moment
from reporting.document.redact_tokens import redact_tokens
from reporting.errors.base import ComplianceError
from reporting.errors.request import WrongRequest
from reporting.escape import escape_untrusted
from reporting.filters import parse as only
from reporting.filters import parse_stored
from reporting.normalize_text import normalize
from reporting.period import Month
from reporting.run import ChainHead
from tests.fuzz.inputs import JSON, TEXT
from tests.fuzz.tried import fuzzed

NOW = Month(2026, 2)


@fuzzed(text=TEXT)
def test_a_command_is_understood_or_refused(text: str) -> None:
    with suppress(WrongRequest):
        parser.parse(text, lambda: NOW)


@fuzzed(text=TEXT)
def test_a_refusal_can_always_be_shown(text: str) -> None:
    try:
        parser.parse(text, lambda: NOW)
    except ComplianceError as error:
        shown = f"{error}{error.advice}"
        assert len(shown.splitlines()) == 1
        assert not [sign for sign in shown if sign < " " or sign == "\u202e"]


@fuzzed(text=TEXT)
def test_a_filter_is_understood_or_refused_and_says_itself_back(text: str) -> None:
    with suppress(WrongRequest):
        found = only(text)
        assert parse_stored(str(found)) == found


@fuzzed(text=TEXT)
def test_a_month_is_understood_or_refused(text: str) -> None:
    with suppress(WrongRequest):
        assert Month.parse(text).within is not None
    with suppress(WrongRequest):
        months.parse(text, lambda: NOW)


@fuzzed(text=TEXT)
def test_a_schedule_s_rule_is_understood_or_refused(text: str) -> None:
    for words in (text, f"monthly on {text}", f"monthly on 1 at {text}"):
        with suppress(WrongRequest):
            recurrence_parser.parse(normalize(words))
        with suppress(WrongRequest):
            parser.read_schedule(words)


@fuzzed(
    fields=st.dictionaries(st.text(max_size=9), st.dictionaries(st.just("value"), st.dictionaries(st.text(), JSON)))
)
def test_a_form_s_fields_are_texts_whatever_was_filled_in(fields: dict[str, object]) -> None:
    with suppress(AttributeError):  # Slack's own envelope is an object, and each of its choices too
        assert all(isinstance(value, str) for value in form_values({"state": {"values": fields}}).values())


@fuzzed(text=TEXT)
def test_an_address_is_safe_or_refused(text: str) -> None:
    for value in (text, f"https://{text}", f"http://{text}", f"https://x{text}"):
        with suppress(ValueError):
            assert safe_address(value).startswith(("https://", "http://", "HTTP"))


@fuzzed(text=TEXT)
def test_a_zone_is_known_or_refused(text: str) -> None:
    with suppress(ValueError):
        check_zone(text)


@fuzzed(text=TEXT)
def test_nothing_that_could_end_a_line_is_left_in_what_is_shown(text: str) -> None:
    assert len(escape_untrusted(text).splitlines()) <= 1


@fuzzed(text=TEXT, key=st.text("abcdefXYZ", min_size=12, max_size=20))
def test_an_address_is_shown_without_what_may_be_a_key(text: str, key: str) -> None:
    text = redact_tokens(text).replace(key, "")
    for address in (
        f"https://d.example/s/{key}",
        f"https://d.example/x?share={key}&{text}",
        f"//u:{key}@d.example/{text}",
    ):
        assert key not in redact_tokens(address)


@fuzzed(text=TEXT)
def test_what_a_portal_calls_a_moment_is_one_or_none(text: str) -> None:
    moment(text)
    assert Key(expires_at=text).end is None or Key(expires_at=text).end is not None


@fuzzed(number=st.integers(0, 10**9), digits=st.text("0123456789abcdef", min_size=64, max_size=64))
def test_a_head_says_itself_back(number: int, digits: str) -> None:
    head = ChainHead(number, digits)
    assert ChainHead.parse(str(head)) == head

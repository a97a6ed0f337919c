"""Nothing of the portal's data is left in what a channel of counts reads, whatever it is written in."""

import base64
import html
import json
import string
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import DatabaseTrouble
from handlers.exposure import Exposure
from handlers.recurrence import NINE, Rule
from handlers.schedule import Plan, ScheduleWithLastRun
from handlers.slack.errors import SlackTrouble
from handlers.views import evidence, history
from handlers.views.blocks import Message
from handlers.views.filed_report import Published
from handlers.views.home import Page, home
from handlers.views.mask import decoded, mask, masked_lines
from handlers.views.preview import preview
from handlers.views.progress import failed, reading
from handlers.views.redaction import (
    FOREIGN_REASONS,
    redact,
    redact_failure,
    redact_sentence,
    redact_target,
    redact_title,
)
from handlers.views.schedules import listing, saved
from handlers.views.status import status
from handlers.views.summary import summary
from reporting.api_call import ApiCall
from reporting.errors.base import ComplianceError
from reporting.errors.portal import PortalRedirects
from reporting.errors.request import WrongUsage
from reporting.filters import Clause, EventFilter
from reporting.period import Month
from reporting.report import (
    Assessment,
    BuiltReport,
    Counted,
    Failure,
    FiledFile,
    Order,
    Progress,
    SignIns,
    UploadResult,
    Verdict,
    report_name,
)
from reporting.run import OpenRuns, Origin, Requester, Run, State
from reporting.verification import Check, Edit, MonthRow, MonthState, Outcome, PastRun, Verification
from tests.handlers.agenda import changeable, schedule

COUNTS, MASKED, FULL = Exposure
Make = Callable[..., BuiltReport]
MONTH, PORTAL, ASKER = Month(2025, 1), "https://docspace.example.com", Requester("U0ANN00001")
SECRETS = ["Zoe Miller", "zoe.miller@example.com", "Dismissal of Søren.docx", "192.0.2.117", "2001:db8::1:77"]
ENCODINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "percent": quote,
    "percent, all of it": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "percent twice": lambda text: quote(quote(text, safe=""), safe=""),
    "plus": quote_plus,
    "HTML": lambda text: "".join(f"&#{ord(one)};" for one in text),
    "HTML names": html.escape,
    "JSON": lambda text: "".join(f"\\u{ord(one):04x}" for one in text),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "capitals": str.upper,
    "dots": lambda text: text.replace(" ", "."),
    "underscores": lambda text: text.replace(" ", "_"),
    "slug": lambda text: EventFilter((Clause("user", (text,)),)).slug,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "quoted-printable": lambda text: "".join(f"={byte:02X}" for byte in text.encode()),
    "backwards": lambda text: text[::-1],
}


def kinds(kind: type[ComplianceError] = ComplianceError) -> Iterator[type[ComplianceError]]:
    for child in kind.__subclasses__():
        yield child
        yield from kinds(child)


FOREIGN = {
    *("reason", "found", "path", "said", "nearest", "odd", "candidates", "title", "text", "what", "name", "word"),
    *("value", "target", "version"),
}
"""Facts of errors that can come from the portal, or name what is in it."""


def failures(secret: str) -> Iterator[Failure]:
    """Every error that a run can end in, with the secret wherever it can be."""
    for kind in kinds():
        if not issubclass(kind, SlackTrouble | DatabaseTrouble | WrongUsage):
            words = (kind.__doc__ or "") + kind.hint
            names = {name for _, name, _, _ in string.Formatter().parse(words) if name}
            foreign = FOREIGN - (set() if kind.__name__ in FOREIGN_REASONS else {"reason"})
            facts: dict[str, Any] = {name: secret if name in foreign else 7 for name in names}
            error = kind(**facts)
            yield Failure(kind.__name__, str(error), error.advice, transient=False)


def report(secret: str, draft: BuiltReport, filed: FiledFile) -> tuple[Published, list[str]]:
    """A report whose every foreign text is the secret; and its first lines."""
    only = EventFilter((Clause("user", (secret,)), Clause("room", (secret,), negated=True)))
    told = Assessment(Verdict.GAPS, (f"The portal 7 declined {secret}: {secret}.", f"the room “{secret}” is gone"))
    made = replace(
        draft,
        scope=replace(draft.scope, only=only),
        judgement=told,
        signins=SignIns(told, 1, 2, 3, 4),
        users=(Counted(secret, 5),),
    )
    file = replace(filed, title=secret, url=f"{PORTAL}/doceditor?fileid=1&title={quote(secret)}")
    lines = [f"User: {secret}", f"Target: {secret}", f"Location/IP: {secret} | {secret}", secret]
    return Published("r1", made, UploadResult((file,), replace(file, title=f"{secret}.manifest.json"))), lines


def messages(secret: str, draft: BuiltReport, filed: FiledFile) -> Iterator[Message]:
    """Everything that a channel of counts reads of anything, with the secret wherever the portal's words are."""
    published, lines = report(secret, draft, filed)
    only, name = published.draft.scope.only, report_name(MONTH, published.draft.scope.only)
    yield summary(published, ASKER, exposure=COUNTS)
    yield preview(lines, secret, published.draft, exposure=COUNTS)
    renamed = Check(secret, f"it was renamed to “{secret}”", Outcome.CHANGED)
    checks = (renamed, Check(f"{secret}: history", "x", Outcome.MISSING))
    edits = (Edit(secret, 2, secret, secret, secret),)
    traces = (f"5009 FileDownloaded of {secret}",)
    found = Verification(Outcome.CHANGED, "r1", name, "ab" * 32, checks, edits, traces, None)
    yield evidence.verification(found, "Check", ASKER.user, exposure=COUNTS)
    target = f"/api/2.0/people/{quote(secret)}?filterValue={quote(secret)}&{quote(secret)}=1&count=100"
    yield evidence.requests("How", [ApiCall("GET", one, 200, 1, 1, 1) for one in (target, secret)], exposure=COUNTS)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    for failure in failures(secret):
        shown = redact_failure(failure, COUNTS)
        run = Run("r1", Order(MONTH, only=only), Origin.COMMAND, "C1", "U7", at, State.FAILED, failure=failure)
        yield failed(run.order, ASKER, shown, run="r1")
        yield history.history("Made", [PastRun(run, "", ())], total=1, exposure=COUNTS)
        row = MonthRow(MONTH, MonthState.FAILED, (f"the newest attempt failed: {failure.message}",))
        yield history.calendar(2025, [row], PORTAL, exposure=COUNTS, may_ask=True)
    yield status(OpenRuns((run,), (0,), elsewhere=0), reader="U8")
    yield reading(run.order, ASKER, "r1", Progress(share=0.5, events=7))
    stuck = replace(schedule(plan=Plan(Rule("1", NINE, "UTC"), only)), trouble=shown.message, why=shown.message)
    yield listing(changeable([ScheduleWithLastRun(stuck, run)]), everywhere=True, reader="U8", exposure=COUNTS)
    yield saved(stuck, "U8", "made", exposure=COUNTS, overdue=False)
    made = MonthRow(MONTH, MonthState.MADE, run="r1", version=2, url=f"{PORTAL}/{quote(secret)}")
    yield home(
        Page(PORTAL, 2025, [made], [ScheduleWithLastRun(stuck, run)], [PastRun(run, "", ())], [], may_ask=True),
        exposure=COUNTS,
    )


def written(message: Message) -> str:
    """Everything that Slack is sent, with what it makes of its escapes."""
    said = json.dumps(message, ensure_ascii=False)
    return said + html.unescape(said) + said.replace("\\\\", "\\")


@pytest.mark.parametrize("how", ENCODINGS)
@pytest.mark.parametrize("secret", SECRETS)
def test_nothing_of_the_data_is_left_at_counts_in_any_encoding(
    secret: str, how: str, draft: Make, filed: FiledFile
) -> None:
    hidden = ENCODINGS[how](secret)
    forms = {hidden, html.escape(hidden, quote=False)}
    for message in messages(hidden, draft(), filed):
        assert [form for form in forms if form.casefold() in written(message).casefold()] == []


NAMES = st.text(st.characters(codec="utf-8", categories=["L", "M", "N", "P", "S", "Zs"]), min_size=12, max_size=24)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(secret=NAMES.filter(lambda text: any(one.isalpha() for one in text)))
def test_whatever_the_text_it_is_not_left_at_counts(secret: str, draft: Make, filed: FiledFile) -> None:
    core = max(secret.split(), key=len, default="")
    if len(core) >= 8 and any(one.isalpha() for one in core):
        for message in messages(secret, draft(), filed):
            assert core not in written(message)


# -- masked --


@pytest.mark.parametrize("how", sorted(set(ENCODINGS) - {"base64", "hex", "backwards", "slug", "HTML names"}))
@pytest.mark.parametrize("secret", ["Zoe Miller", "zoe.miller@example.com", "192.0.2.117"])
def test_people_and_addresses_are_unrecognisable_at_masked_however_encoded(secret: str, how: str) -> None:
    shown = redact(f"Target: {ENCODINGS[how](secret)} | x", MASKED, ["Zoe Miller"])
    assert decoded(ENCODINGS[how](secret)).casefold() not in decoded(shown).casefold()
    assert "miller" not in decoded(shown).casefold()


@pytest.mark.parametrize(
    "line",
    [
        "Portal: https://docspace.example.com (DocSpace 3.7.1)",
        "Portal: https://docspace.example.com (DocSpace 3.7.1.42)",
        "Client: Chrome 120.0.0.0 on Windows 10",
        "Client: Firefox/128.0.1.2 on Linux",
        "Context: version 3.7.1.5 of the contract",
        "Target: contract v1.2.3.4.docx",
        "Target: 3.7.1",
        "Target: 1.2.3.4.5",
    ],
)
def test_the_version_of_a_product_is_no_address(line: str) -> None:
    assert masked_lines([line], ["Zoe Miller"]) == [line]


@pytest.mark.parametrize(
    "line", ["Location/IP: 3.7.1.5 | Germany", "Target: on 10.0.0.1.txt", "Context: from 10.0.0.1."]
)
def test_an_address_is_one_that_could_be_a_version(line: str) -> None:
    assert ".x.x" in masked_lines([line], [])[0]


@pytest.mark.parametrize("exposure", [COUNTS, MASKED])
def test_a_request_shows_numbers_dates_and_what_the_bot_asks_for_and_nothing_else(exposure: Exposure) -> None:
    asked = "filterValue=Zoe%2520Miller&count=100&from=2025-01-01T00:00:00Z&x=Legal+affairs&ZoeMiller=1"
    target = f"/api/2.0/people/?{asked}"
    shown = redact_target(target, exposure)
    assert shown == "/api/2.0/people?filterValue=…&count=100&from=2025-01-01T00:00:00Z&…=…&…=1"
    assert "Zoe" in redact_target(target, FULL)


def test_our_own_titles_and_sentences_stay_as_they_are() -> None:
    title = "compliance-report-2025-01.part-1-of-2.txt"
    assert redact_title(title, COUNTS) == title
    assert redact_title("compliance-report-2025-01 (Zoe).txt", COUNTS) == "…"
    down = Failure("PortalFailing", "The portal p.example keeps failing with HTTP 503.", "Try later.", transient=True)
    assert redact_failure(down, COUNTS) == down


def test_the_portal_s_own_address_is_left_in_an_error_where_people_are_masked() -> None:
    said = str(PortalRedirects(host="10.20.30.40", target="192.0.2.7"))
    assert redact_sentence(said, Exposure.MASKED) == said.replace("192.0.2.7", "192.0.x.x")


def test_a_masked_text_without_anybody_in_it_is_left_as_it_is() -> None:
    assert mask("100%25 of R&amp;D, C:\\x41bc", ["Zoe Miller"]) == "100%25 of R&amp;D, C:\\x41bc"

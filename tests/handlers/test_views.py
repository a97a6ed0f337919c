import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.views.answers import accepted, refusal, usage
from handlers.views.kit import Message, foreign
from handlers.views.progress import failed, filing, reading
from handlers.views.summary import preview, same_site, summary
from reporting.only import parse
from reporting.period import Month
from reporting.report import Counted, Draft, Failure, Filed, Filing, Judgement, Order, Progress, SignIns, Verdict

GOLDEN = Path(__file__).parent / "golden"
ORDER = Order(Month(2025, 1))
ASKER = "U0ANN00001"
HOSTILE = "<!channel> <@U1> <https://evil.example|click> &amp; *b* `c`\n\u202efdp.exe\u200b"
Make = Callable[..., Draft]


def texts(part: Any) -> Iterator[str]:
    """Every text of a message's blocks, however deep."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "text" and isinstance(value, str):
                yield value
            else:
                yield from texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from texts(value)


def written(message: Message) -> str:
    return json.dumps(message, indent=2, ensure_ascii=False) + "\n"


FAILURE = Failure("FolderForbidden", "The API key's owner may not add files.", "Give it a role.", transient=False)


@pytest.fixture
def messages(draft: Make, filed: Filed) -> dict[str, Message]:
    """Every message there is, by the name of its golden file."""
    provisional = Judgement(Verdict.PROVISIONAL, ("the month is not over yet",))
    gaps = Judgement(Verdict.GAPS, ("the portal keeps its audit trail for 180 days",))
    unread = Judgement(Verdict.UNREAD, ("The portal kept failing with HTTP 500.",))
    filtered = replace(draft().scope, only=parse('type:delete,share -room:"Legal & <b>"'))
    return {
        "usage": usage(),
        "accepted": accepted("January 2025"),
        "refusal": refusal("“soon” is not a month I understand.", "Write 2025-01."),
        "reading": reading(ORDER, ASKER, Progress(share=0.42, events=1815)),
        "filing": filing(ORDER, ASKER),
        "failed": failed(ORDER, ASKER, FAILURE),
        "summary": summary(draft(), Filing((filed,)), ASKER),
        "summary-provisional": summary(draft(judgement=provisional), Filing((filed,)), ASKER),
        "summary-gaps": summary(draft(judgement=gaps, signins=SignIns(unread)), Filing((filed,)), ASKER),
        "summary-filtered": summary(draft(scope=filtered, kept=133), Filing((filed,)), ASKER),
        "reading-filtered": reading(Order(Month(2025, 1), only=filtered.only), ASKER, Progress(share=0, events=0)),
        "summary-empty": summary(
            draft(read=0, kept=0, categories=(), users=(), other_users=0), Filing((filed,)), ASKER
        ),
        "preview": preview(["Compliance report", "Period: 2025-01-01 - 2025-01-31"], filed.title),
    }


@pytest.mark.parametrize("name", [path.stem for path in sorted(GOLDEN.glob("*.json"))])
def test_a_message_is_what_was_looked_at_and_agreed(name: str, messages: dict[str, Message]) -> None:
    assert written(messages[name]) == (GOLDEN / f"{name}.json").read_text(encoding="utf-8")


def test_every_message_has_been_looked_at(messages: dict[str, Message]) -> None:
    assert set(messages) == {path.stem for path in GOLDEN.glob("*.json")}


def test_every_message_makes_sense_in_a_notification(messages: dict[str, Message]) -> None:
    for message in messages.values():
        assert 10 < len(message["text"]) < 4_000


def test_a_hostile_name_mentions_nobody_links_nowhere_and_hides_nothing(draft: Make, filed: Filed) -> None:
    hostile = summary(draft(users=(Counted(HOSTILE, 3),)), Filing((replace(filed, title=HOSTILE),)), ASKER)
    said = "\n".join([*texts(hostile["blocks"]), hostile["text"]])
    assert set(re.findall(r"<[^>]*>", said)) == {
        f"<@{ASKER}>",
        "<https://docspace.example.com/doceditor?fileid=90001&amp;version=2|" + foreign(HOSTILE) + ">",
    }
    assert not re.search("[\u200b\u202e]", said)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://evil.example/doceditor?fileid=1",
        "https://docspace.example.com.evil.example/",
        "https://docspace.example.com/a|b",
        "https://docspace.example.com/a>b",
        "",
    ],
)
def test_a_link_that_does_not_lead_to_the_portal_is_not_shown(url: str, draft: Make, filed: Filed) -> None:
    said = json.dumps(summary(draft(), Filing((replace(filed, url=url),)), ASKER))
    assert not same_site(url, "https://docspace.example.com")
    assert "open_in_docspace" not in said
    assert "evil.example" not in said


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.text(), reason=st.text(), lines=st.lists(st.text(max_size=400), max_size=60), count=st.integers(0, 10**12)
)
def test_a_message_fits_slack_s_limits_whatever_the_data(
    name: str, reason: str, lines: list[str], count: int, draft: Make, filed: Filed
) -> None:
    judgement = Judgement(Verdict.PROVISIONAL, (reason,) * 3)
    signins = SignIns(judgement, succeeded=count)
    made = draft(
        users=(Counted(name, count),) * 20, other_users=count, judgement=judgement, signins=signins, kept=count
    )
    failure = Failure(reason, reason, name, transient=True)
    for message in (
        summary(made, Filing((replace(filed, title=name),) * 7), ASKER),
        preview(lines, name),
        failed(ORDER, ASKER, failure),
        refusal(reason, name),
    ):
        said = list(texts(message["blocks"]))
        assert len(message["blocks"]) <= 50
        assert sum(map(len, said)) <= 9_000
        assert max(map(len, said)) <= 3_000
        assert len(message["text"]) <= 4_000

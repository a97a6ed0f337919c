"""Slack's Web API, with every fault understood in one place: each call is made as its row in the table says."""

import re
import socket
import ssl
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus
from http.client import HTTPException
from typing import Any, TypeVar
from urllib.error import URLError

import msgspec
import stamina
from slack_sdk.errors import SlackApiError, SlackClientError

from handlers.slack.call_table import METHODS, Call, Repeat
from handlers.slack.errors import (
    ChannelClosed,
    FormExpired,
    MessageRefused,
    MissingScope,
    PostUnclear,
    SlackBusy,
    SlackFailing,
    SlackTrouble,
    SlackUnreachable,
    TokenRejected,
)
from reporting.errors.base import ComplianceError

T = TypeVar("T")
CLOSED = {
    "not_in_channel": "I am not in it",
    "channel_not_found": "it is private and I am not in it",
    "is_archived": "it is archived",
    "is_inactive": "it is archived",
    "restricted_action": "the workspace allows only some people to post in it",
    "restricted_action_read_only_channel": "only some people may post in it",
    "restricted_action_thread_only_channel": "only threads may be written in it",
}
REJECTED = {
    "token_revoked",
    "token_expired",
    "account_inactive",
    "invalid_auth",
    "not_authed",
    "not_allowed_token_type",
}
REFUSED = {"invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long"}
"""Blocks of a kind that is rolled out to some workspaces only, or more text than Slack takes."""
EXPIRED = {"expired_trigger_id", "exchanged_trigger_id", "trigger_expired", "trigger_exchanged"}
RATE_LIMITED = {"ratelimited", "rate_limited"}
MIGRATING = {"team_added_to_org", "org_login_required"}
"""The workspace is being moved to an organization, and answers nothing until it is there."""
FAULTS = {"internal_error", "fatal_error", "request_timeout", "service_unavailable"}
"""Slack's own words for "something broke", after which nobody knows how far it came.

Source: https://docs.slack.dev/reference/methods/chat.postMessage
"""
CODE = re.compile(r"[a-z][a-z0-9_.:-]*")
UNREADABLE = "an answer that is not Slack's"
"""A page of a proxy's, JSON that was cut, or JSON without what belongs in it."""
UNREAD = (SlackClientError, URLError, HTTPException, OSError, ValueError, AttributeError, TypeError)
"""What the SDK raises where there was no answer, or one that it cannot read."""
WAIT_FIRST, WAIT_LONGEST = 0.5, 10.0
"""Seconds between two tries."""


class Fate(Enum):
    """What is known of a call that failed."""

    NOT_DONE = auto()
    """It was surely not done, and may be done later."""
    UNCLEAR = auto()
    """Nobody knows whether it was done."""
    REFUSED = auto()
    """It was not done, and would not be done later either."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a call failed."""

    fate: Fate
    reason: str
    """Slack's code, or what was met on the way."""
    retry_after: str = ""
    """Seconds, where Slack says when to come back."""
    scope: str = ""
    """Which one is missing."""


def ask(
    method: str,
    send: Callable[[], object],
    into: type[T],
    *,
    act: str,
    unclear: str = "",
    patience: float | None = None,
    deadline: float | None = None,
) -> T:
    """What Slack answers, as *into*; repeated as the row of *method* says, or for *patience* seconds.

    One try takes as long as the row says, or *deadline* seconds.

    *act* says what was wanted, *unclear* what may be there if nobody knows whether it was done.

    Raises:
        PostUnclear: nobody knows whether it was done, and it must not be repeated blindly.
        SlackBusy, SlackUnreachable: surely not done; later it may be (``transient``).
        SlackFailing: it failed each time; repeating does no harm (``transient``).
        ChannelClosed, SlackTrouble: refused for good.
    """
    call = METHODS[method]
    seconds = call.patience if patience is None else patience
    for attempt in stamina.retry_context(
        on=lambda error: pause(error, call, seconds),
        attempts=None,
        timeout=seconds or None,
        wait_initial=WAIT_FIRST,
        wait_max=WAIT_LONGEST,
    ):
        with attempt:
            found = once(call, send, into, act=act, unclear=unclear, deadline=deadline or call.deadline)
    return found


def pause(error: Exception, call: Call, patience: float) -> bool | float:
    """Whether to try again within the step's *patience*, and after how many seconds if Slack said so."""
    if isinstance(error, SlackFailing):
        return call.repeat is Repeat.ALWAYS and patience > 0
    if not isinstance(error, SlackBusy | SlackUnreachable):
        return False
    asked = str(error.facts.get("retry_after", ""))
    seconds = float(asked) if asked.isdecimal() else 0.0
    return seconds <= patience and patience > 0 and (seconds or True)


def once(call: Call, send: Callable[[], object], into: type[T], *, act: str, unclear: str, deadline: float) -> T:
    """One try."""
    try:
        return answered(within(deadline, send), into)
    except SlackApiError as error:
        raise trouble(refused(error), call, act=act, unclear=unclear) from error
    except UNREAD as error:
        raise trouble(unanswered(error), call, act=act, unclear=unclear) from error


def within(seconds: float, send: Callable[[], T]) -> T:
    """What *send* gives; after so many seconds it is left to itself.

    Raises:
        TimeoutError: it is not over.
    """
    thread = ThreadPoolExecutor(1, thread_name_prefix="slack")
    try:
        return thread.submit(send).result(seconds)
    finally:
        thread.shutdown(wait=False)


def answered(answer: object, into: type[T]) -> T:
    """The answer's content.

    Raises:
        ValueError: it has not what belongs in it.
    """
    if into is type(None):
        return None
    return msgspec.convert(getattr(answer, "data", answer), into)


def refused(error: SlackApiError) -> Fault:
    """What an answer says that is no yes."""
    data, status = error.response.data, error.response.status_code
    said: Mapping[str, Any] = data if isinstance(data, dict) else {}
    code = str(said.get("error") or "")
    if status == HTTPStatus.TOO_MANY_REQUESTS or code in RATE_LIMITED:
        return Fault(Fate.NOT_DONE, code or "ratelimited", header(error.response.headers, "retry-after"))
    if code in MIGRATING:
        return Fault(Fate.NOT_DONE, code)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Fault(Fate.UNCLEAR, code if CODE.fullmatch(code) else f"HTTP {status}")
    if not CODE.fullmatch(code):
        return Fault(Fate.UNCLEAR, UNREADABLE)
    if code in FAULTS:
        return Fault(Fate.UNCLEAR, code)
    return Fault(Fate.REFUSED, code, scope=str(said.get("needed") or ""))


def header(headers: Mapping[str, Any], name: str) -> str:
    """A header's value, whichever form the SDK has left it in."""
    found = next((value for key, value in headers.items() if key.lower() == name), "")
    return str(found[0] if isinstance(found, list) and found else found)


def unanswered(error: Exception) -> Fault:
    """What it means that no answer came, or none that can be read."""
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, ConnectionRefusedError | socket.gaierror | ssl.SSLCertVerificationError):
        return Fault(Fate.NOT_DONE, type(cause).__name__)
    if isinstance(cause, TimeoutError):
        return Fault(Fate.UNCLEAR, "no answer in time")
    if isinstance(cause, OSError | HTTPException | SlackClientError):
        return Fault(Fate.UNCLEAR, type(cause).__name__)
    return Fault(Fate.UNCLEAR, UNREADABLE)


def trouble(fault: Fault, call: Call, *, act: str, unclear: str) -> ComplianceError:
    """The fault in our words."""
    match fault.fate:
        case Fate.REFUSED:
            return refusal(fault, act)
        case Fate.UNCLEAR if call.repeat is Repeat.ALWAYS or not unclear:
            return SlackFailing(act=act, reason=fault.reason)
        case Fate.UNCLEAR:
            return PostUnclear(act=unclear, reason=fault.reason)
        case _ if fault.reason in RATE_LIMITED | MIGRATING:
            return SlackBusy(act=act, reason=fault.reason, retry_after=fault.retry_after)
        case _:
            return SlackUnreachable(act=act, reason=fault.reason)


def refusal(fault: Fault, act: str) -> ComplianceError:
    """What Slack's word for a refusal means.

    Source: https://docs.slack.dev/reference/methods/chat.postMessage and views.open, "Errors"
    """
    code = fault.reason
    if code in CLOSED:
        return ChannelClosed(reason=CLOSED[code])
    if code in EXPIRED:
        return FormExpired()
    if code == "missing_scope":
        return MissingScope(act=act, scope=fault.scope)
    kinds = {TokenRejected: REJECTED, MessageRefused: REFUSED}
    kind = next((kind for kind, codes in kinds.items() if code in codes), SlackTrouble)
    return kind(act=act, reason=code)

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.docspace.api.responses import content
from reporting.errors.base import ComplianceError
from reporting.errors.filing import FolderMissing
from reporting.errors.portal import (
    AnswerUnknown,
    AnswerUnreadable,
    Declined,
    KeyRejected,
    KeyTooWeak,
    NotAnAnswer,
    PlanUnpaid,
    PortalBusy,
    PortalError,
    PortalFailing,
    PortalMissing,
    PortalRedirects,
)

ASKED = httpx.Request("GET", "https://portal.test/api/2.0/some/thing?share=secret")
DENIED = b'{"error":{"message":"Access denied","type":"System.Security.SecurityException"},"status":1,"statusCode":403}'
DETAILS = (
    b'{"response":{"title":"One or more validation errors occurred.","status":400,'
    b'"errors":{"from":["The input was not valid."],"to":["Too late.","Too long."]}},'
    b'"count":1,"status":1,"statusCode":400}'
)


def answer(status: int, body: bytes = b"", **headers: str) -> httpx.Response:
    return httpx.Response(status, content=body, headers=headers, request=ASKED)


def understood(whole: httpx.Response) -> list[int]:
    return content(whole, list[int], meaning={}).response


def test_the_content_of_an_answer_is_its_response() -> None:
    whole = b'{"response":[1,2],"count":2,"links":[{"href":"x","action":"GET"}],"status":0,"statusCode":200}'

    assert understood(answer(200, whole)) == [1, 2]


@pytest.mark.parametrize("status", [200, 201])
def test_every_success_is_one(status: int) -> None:
    assert understood(answer(status, b'{"response":[]}')) == []


def test_an_answer_may_have_one_of_two_shapes() -> None:
    both = list[int] | dict[str, int]

    assert content(answer(200, b'{"response":{"a":1}}'), both, meaning={}).response == {"a": 1}
    assert content(answer(200, b'{"response":[1]}'), both, meaning={}).response == [1]


@pytest.mark.parametrize(
    "body", [b"", DENIED, b"<html>Forbidden</html>", b"\xff\xfe"], ids=["", "json", "html", "junk"]
)
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, KeyRejected),
        (402, PlanUnpaid),
        (403, KeyTooWeak),
        (404, PortalMissing),
        (429, PortalBusy),
        (500, PortalFailing),
        (502, PortalFailing),
        (503, PortalFailing),
        (504, PortalFailing),
        (599, PortalFailing),
        (400, Declined),
        (405, Declined),
        (409, Declined),
        (413, Declined),
        (415, Declined),
    ],
)
def test_a_status_means_the_same_whatever_stands_in_its_body(
    status: int, kind: type[ComplianceError], body: bytes
) -> None:
    with pytest.raises(kind) as caught:
        understood(answer(status, body))
    assert type(caught.value) is kind


def test_where_the_request_was_made_a_status_may_mean_something_particular() -> None:
    missing = FolderMissing(host="portal.test", folder=12)

    with pytest.raises(FolderMissing) as caught:
        content(answer(404), list[int], meaning={404: missing})
    assert caught.value is missing


def test_a_failing_portal_is_told_with_its_status() -> None:
    with pytest.raises(PortalFailing, match="HTTP 502"):
        understood(answer(502))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "HTTP 400"),
        (b"{}", "HTTP 400"),
        (b"null", "HTTP 400"),
        (b'{"error":null}', "HTTP 400"),
        (b'{"error":{}}', "HTTP 400"),
        (b'{"error":"words"}', "HTTP 400"),
        (b'{"response":[1]}', "HTTP 400"),
        (b"<h1>Bad Request</h1>", "HTTP 400"),
        (b'{"error":{"message":"No such thing"}}', "No such thing"),
        (b'{"error":{"title":"No such title"}}', "No such title"),
        (
            DETAILS,
            "One or more validation errors occurred. from: The input was not valid. to: Too late. Too long.",
        ),
    ],
)
def test_a_refusal_is_told_in_the_portals_own_words_where_it_has_any(body: bytes, reason: str) -> None:
    with pytest.raises(Declined) as caught:
        understood(answer(400, body))
    assert caught.value.facts["reason"] == reason


def test_the_portals_words_are_kept_short() -> None:
    with pytest.raises(Declined) as caught:
        understood(answer(400, b'{"error":{"message":"' + b"x" * 5_000 + b'"}}'))
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"", "nothing"),
        (b"<!DOCTYPE html><html></html>", "a web page"),
        (b"  \r\n<html>", "a web page"),
        (b'{"response":[1,', "no JSON, or JSON that is cut"),
        (b"garbage", "no JSON, or JSON that is cut"),
        (b"\xff\xfe", "no JSON, or JSON that is cut"),
        (b"{}", "an answer without content"),
        (b'{"count":0,"status":0,"statusCode":200}', "an answer without content"),
        (b'{"response":null,"status":0}', "an answer without content"),
        (b'{"response":[],"status":0,"response":[1]}', "an answer with a key twice"),
    ],
)
def test_an_answer_that_cannot_be_read_is_never_taken_for_no_events_and_may_be_asked_for_again(
    body: bytes, found: str
) -> None:
    with pytest.raises(AnswerUnreadable) as caught:
        understood(answer(200, body))
    assert str(caught.value.facts["found"]).startswith(found)
    assert caught.value.transient


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"[]", "JSON without the API's envelope"),
        (b"null", "JSON without the API's envelope"),
        (b'{"response":{"id":1}}', "content of another shape"),
        (b'{"response":["one"]}', "content of another shape"),
    ],
)
def test_an_answer_in_another_form_is_a_newer_portals_and_no_proxys(body: bytes, found: str) -> None:
    with pytest.raises(AnswerUnknown) as caught:
        understood(answer(200, body))
    assert str(caught.value.facts["found"]).startswith(found)
    assert "newer" in caught.value.advice
    assert not caught.value.transient


@pytest.mark.parametrize("body", [b"<!DOCTYPE html><html></html>", b"  \r\n<html>"])
def test_only_a_web_page_is_told_as_a_proxy_or_a_login_page(body: bytes) -> None:
    with pytest.raises(NotAnAnswer) as caught:
        understood(answer(200, body))
    assert "proxy" in caught.value.advice


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"error":{"message":"Something went wrong"},"status":1,"statusCode":500}', "Something went wrong"),
        (b'{"response":[],"status":1,"statusCode":200}', "status 1"),
        (b'{"response":[1,2],"status":1}', "status 1"),
        (b'{"error":{"message":"Odd"},"status":0}', "Odd"),
        (DETAILS, "One or more validation errors occurred."),
    ],
)
def test_a_success_code_does_not_hide_an_error_inside(body: bytes, reason: str) -> None:
    with pytest.raises(Declined) as caught:
        understood(answer(200, body))
    assert str(caught.value.facts["reason"]).startswith(reason)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https://elsewhere.test/login?token=x", "elsewhere.test"),
        ("//elsewhere.test/", "elsewhere.test"),
        ("/login", "another path of its own"),
    ],
)
def test_a_redirect_is_told_with_its_host_alone(status: int, location: str, target: str) -> None:
    with pytest.raises(PortalRedirects) as caught:
        understood(answer(status, location=location))
    assert caught.value.facts["target"] == target


@given(st.sampled_from([200, 400, 401, 403, 404, 429, 500]), st.binary(max_size=60))
def test_no_body_is_answered_with_anything_but_a_portals_error(status: int, body: bytes) -> None:
    with pytest.raises(PortalError):
        understood(answer(status, body))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["response", "status", "error", "message", "errors", "statusCode"]), inner)
    ),
    max_leaves=12,
)


@given(st.sampled_from([200, 400]), JSON)
def test_any_json_is_content_of_the_right_shape_or_a_portals_error(status: int, body: object) -> None:
    try:
        found = understood(answer(status, msgspec.json.encode(body)))
    except PortalError:
        return
    assert all(isinstance(one, int) for one in found)


@given(st.sampled_from([200, 400, 403, 500, 302]), st.binary(max_size=60))
def test_no_message_tells_the_query_of_the_address(status: int, body: bytes) -> None:
    with pytest.raises(PortalError) as caught:
        understood(answer(status, body, location="https://elsewhere.test/?share=secret"))
    assert "secret" not in str(caught.value)

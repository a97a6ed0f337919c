"""What is said while a portal does not answer."""

import pytest

from reporting.api_call import ApiCall, portal_trouble


def exchange(status: int) -> ApiCall:
    return ApiCall("GET", "/api/2.0/settings", status, None, 0, 12)


@pytest.mark.parametrize("statuses", [(), (200,), (503, 200), (404,)])
def test_a_portal_that_answers_gives_no_trouble(statuses: tuple[int, ...]) -> None:
    assert portal_trouble([exchange(status) for status in statuses]) == ""


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (0, "no answer came; it is asked again within 10 seconds"),
        (429, "HTTP 429, it asks to wait; it is asked again within 60 seconds"),
        (500, "HTTP 500; it is asked again within 10 seconds"),
        (503, "HTTP 503; it is asked again within 10 seconds"),
    ],
)
def test_a_portal_that_does_not_answer_is_said_to_and_when_it_is_asked_again(status: int, said: str) -> None:
    assert portal_trouble([exchange(200), exchange(status)]) == said

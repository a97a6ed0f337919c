import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.docspace.api.url_template import with_query

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
VALUES = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(" +&=?#%/:;@[]~*'\"\\"), max_size=20)
PARAMS = st.dictionaries(NAMES, VALUES | st.integers(), min_size=1, max_size=5)


@pytest.mark.parametrize("base", ["https://docspace.example.com", "http://127.0.0.1:8080", "https://[::1]:8443/x"])
@given(PARAMS)
def test_an_address_is_the_one_that_httpx_makes(base: str, params: dict[str, str | int]) -> None:
    place = httpx.URL(f"{base}/api/2.0/security/audit/events/filter")
    fast, usual = with_query(place, params), httpx.URL(place, params=params)

    assert (fast, str(fast), fast.raw_path) == (usual, str(usual), usual.raw_path)
    assert fast.params == usual.params
    assert place.query == b""


def test_a_request_for_it_is_the_one_that_httpx_builds() -> None:
    params: dict[str, str | int] = {
        "from": "2025-01-01T00:00:00Z",
        "to": "2025-01-31T23:59:59Z",
        "count": 100,
        "startIndex": 0,
    }
    with httpx.Client(base_url="http://127.0.0.1:8080") as client:
        usual = client.build_request("GET", "/x", params=params)
        fast = client.build_request("GET", with_query(client.build_request("GET", "/x").url, params))

    assert (fast.url, fast.headers, fast.method) == (usual.url, usual.headers, usual.method)

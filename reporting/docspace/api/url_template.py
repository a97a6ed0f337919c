"""Build URLs quickly that differ in their parameters only.

httpx parses and checks an address three times for each request, character by character, which takes as long as to send
it; here that is done once for each path.
"""

from collections.abc import Mapping
from urllib.parse import urlencode

import httpx


def with_query(place: httpx.URL, params: Mapping[str, str | int]) -> httpx.URL:
    """The same as ``place.copy_merge_params(params)``, for a *place* without a query.

    Source: httpx 0.28, ``_urls.URL`` and ``QueryParams.__str__``; it has no public way to set a query that is encoded.
    """
    found = httpx.URL(place)
    found._uri_reference = place._uri_reference._replace(query=urlencode(params))  # noqa: SLF001
    return found

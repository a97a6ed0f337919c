"""Who may talk to the page: a browser on this machine, and only from the page itself.

Any web page can make a browser send requests to a loopback port, and a name that leads to 127.0.0.1 (DNS rebinding)
even lets it read the answers. So the Host has to be ours, and whatever changes something has to come from our origin
with a header that no foreign page can send without asking first.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from sandbox.slack.http_server import Asked

MARK = "x-sandbox"
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def objection(asked: Asked, url: str) -> str | None:
    """Return why the page at *url* does not answer this, or nothing."""
    port = urlsplit(url).port
    hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
    if asked.headers.get("host") not in hosts:
        return "not a name of this page"
    if asked.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"} and not _opens(asked):
        return "asked for by another site"
    if asked.method == "GET":
        return None
    if asked.headers.get("origin") not in {f"http://{host}" for host in hosts} or MARK not in asked.headers:
        return "not sent by this page"
    return None


def _opens(asked: Asked) -> bool:
    """Whether somebody followed a link to the page, from wherever."""
    return asked.path == "/" and asked.headers.get("sec-fetch-mode") == "navigate"

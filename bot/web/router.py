"""What can be asked of the bot over HTTP: a path has one page, and a page the methods that it knows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Route:
    """Something at a path."""

    methods: tuple[str, ...]
    app: WSGIApplication


@dataclass(frozen=True, slots=True)
class Page:
    """An answer as a whole."""

    text: str
    status: str = "200 OK"
    kind: str = PLAIN


def get_only(page: Callable[[], Page]) -> Route:
    """A place that is made anew each time somebody looks."""
    return Route(("GET", "HEAD"), lambda environ, start: send_page(page(), environ, start))


def router(places: Mapping[str, Route]) -> WSGIApplication:
    """All *places* under their paths, and nothing else."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        place = places.get(environ["PATH_INFO"])
        if place is None:
            return send_page(Page("There is nothing here.\n", "404 Not Found"), environ, start_response)
        if environ["REQUEST_METHOD"] not in place.methods:
            allowed = ", ".join(place.methods)
            wrong = Page(f"Only {allowed} here.\n", "405 Method Not Allowed")
            return send_page(wrong, environ, start_response, ("Allow", allowed))
        return place.app(environ, start_response)

    return app


def send_page(
    page: Page, environ: WSGIEnvironment, start_response: StartResponse, *headers: tuple[str, str]
) -> Iterable[bytes]:
    body = page.text.encode()
    usual = [("Content-Type", page.kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
    start_response(page.status, [*usual, *headers])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

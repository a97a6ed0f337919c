"""A small language for Block Kit's rules: a check takes a value and its JSON pointer, and yields what is wrong.

The words are Slack's own, as ``response_metadata.messages`` gives them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from sandbox.slack.wire import Wire

Problems = Iterator[str]
Check = Callable[[Wire, str], Problems]

NO_MATCH = "failed to match all allowed schemas"


def problem(words: str, path: str) -> str:
    return f"{words} [json-pointer:{path}]"


def string(*, most: int, least: int = 1) -> Check:
    def check(value: Wire, path: str) -> Problems:
        if not isinstance(value, str):
            yield problem("must provide a string", path)
        elif len(value) > most:
            yield problem(f"must be less than {most + 1} characters", path)
        elif len(value) < least:
            yield problem(f"must be more than {least - 1} characters", path)

    return check


def choice(*allowed: str) -> Check:
    def check(value: Wire, path: str) -> Problems:
        if value not in allowed:
            yield problem(f"must be one of: {', '.join(allowed)}", path)

    return check


def boolean(value: Wire, path: str) -> Problems:
    if not isinstance(value, bool):
        yield problem("must provide a boolean", path)


def number(value: Wire, path: str) -> Problems:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield problem("must provide a number", path)


def anything(value: Wire, path: str) -> Problems:  # noqa: ARG001 - a check takes both
    yield from ()


def items(each: Check, *, most: int, least: int = 1) -> Check:
    def check(value: Wire, path: str) -> Problems:
        if not isinstance(value, list):
            yield problem("must provide an array", path)
            return
        if len(value) > most:
            yield problem(f"no more than {most} items allowed", path)
        elif len(value) < least:
            yield problem(f"no fewer than {least} items allowed", path)
        for index, item in enumerate(value):
            yield from each(item, f"{path}/{index}")

    return check


def record(*, required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """Return a check of an object that has every *required* field, and no other than these."""
    known = {**required, **(optional or {})}

    def check(value: Wire, path: str) -> Problems:
        if not isinstance(value, dict):
            yield problem("must provide an object", path)
            return
        for name in required:
            if name not in value:
                yield problem(f"missing required field: {name}", path)
        for name, field in value.items():
            if name not in known:
                yield problem(f"invalid additional property: {name}", path)
            else:
                yield from known[name](field, f"{path}/{name}")

    return check


def typed(kinds: Mapping[str, Check]) -> Check:
    """Return a check that chooses by the object's ``type``."""

    def check(value: Wire, path: str) -> Problems:
        if not isinstance(value, dict):
            yield problem("must provide an object", path)
        elif "type" not in value:
            yield problem("missing required field: type", path)
        elif not isinstance(value["type"], str) or value["type"] not in kinds:
            yield problem(f"unsupported type: {value['type']}", f"{path}/type")
        else:
            yield from kinds[value["type"]](value, path)

    return check


def matching(check: Check) -> Check:
    """Return *check* with the line Slack puts before a problem inside text and elements."""

    def outer(value: Wire, path: str) -> Problems:
        found = list(check(value, path))
        if found:
            yield problem(NO_MATCH, path)
        yield from found

    return outer


def chained(*checks: Check) -> Check:
    def check(value: Wire, path: str) -> Problems:
        for one in checks:
            yield from one(value, path)

    return check


def twice(values: Iterable[str | None]) -> Iterator[tuple[int, str]]:
    """Yield the place and value of everything that was there before."""
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value is None:
            continue
        if value in seen:
            yield index, value
        seen.add(value)

"""What one writes first: the month as one list of dicts, decoded with json, joined into one string.

The TXT has the form of the vendor's sample, each value taken from the first name that is present.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

from bench.job import PATH, Job, Outcome

PAGE = 100
TIMEOUT = 30.0
"""Seconds, as in the sample."""
RULE = "-" * 80
Row = dict[str, Any]
Get = Callable[[dict[str, str | int]], httpx.Response]


def sample(job: Job) -> Outcome:
    """One request for the first to the 31st, and what comes is the month; if it is refused, there is no report."""
    answer = single(job)({"from": "2025-01-01", "to": "2025-01-31"})
    if not answer.is_success:
        return Outcome(requests=1)
    return Outcome(requests=1, path=written(answer.json()["response"], Path(job.folder)))


def fresh(job: Job) -> Outcome:
    """Page after page, each with a client of its own, as the sample's request has."""
    return paged(job, single(job))


def kept(job: Job) -> Outcome:
    """Page after page over one connection."""
    with httpx.Client(headers=headers(job), timeout=TIMEOUT) as client:
        return paged(job, lambda params: client.get(job.url + PATH, params=params))


def paged(job: Job, get: Get) -> Outcome:
    """Every page by offset, of the exact window, until one is short."""
    events: list[Row] = []
    requests = 0
    while len(events) == requests * PAGE:
        window: dict[str, str | int] = {"from": job.since, "to": job.until}
        answer = get({**window, "count": PAGE, "startIndex": len(events)})
        events += answer.raise_for_status().json()["response"]
        requests += 1
    return Outcome(requests, written(events, Path(job.folder)))


def single(job: Job) -> Get:
    return lambda params: httpx.get(job.url + PATH, headers=headers(job), params=params, timeout=TIMEOUT)


def headers(job: Job) -> dict[str, str]:
    return {"Accept": "application/json", "Authorization": f"Bearer {job.key}", "Content-Type": "application/json"}


def written(events: list[Row], folder: Path) -> str:
    """The TXT's path."""
    lines = [
        "Compliance report",
        "Period: 2025-01-01 - 2025-01-31",
        f"Total events: {len(events)}",
        "",
        "Events:",
        RULE,
    ]
    for event in events:
        lines.extend(record(event))
    path = folder / "compliance-report-2025-01.txt"
    path.write_bytes("\n".join(lines).encode())
    return str(path)


def record(event: Row) -> Iterator[str]:
    """The lines of one event."""
    get = event.get
    yield f"ID: {get('id')}"
    yield f"Date: {get('date') or get('time') or ''}"
    yield f"User: {get('user') or get('userId') or get('createdBy') or get('createBy') or ''}"
    yield f"Action: {get('action') or get('eventType') or ''}"
    yield f"Target: {get('target') or get('targetId') or get('fileId') or get('folderId') or ''}"
    if get("context"):
        yield f"Context: {event['context']}"
    if get("page"):
        yield f"Page: {event['page']}"
    if get("ip") or get("country") or get("city"):
        yield f"Location/IP: {get('ip', '')} | {get('country', '')}, {get('city', '')}"
    if get("browser") or get("platform"):
        yield f"Client: {get('browser', '')} on {get('platform', '')}"
    yield RULE

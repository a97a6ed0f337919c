"""Compare the ledger's end with the heads in DocSpace: in manifests and in review comments.

A chain alone cannot show that its newest entries were removed, or that somebody else added one. A head that cannot be
reached is reported as not checked, never as intact.
"""

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from reporting.docspace.api.client import Portal
from reporting.docspace.files.listing import StoredFile, newest
from reporting.docspace.files.versions import download, file_version, file_versions
from reporting.errors.portal import PortalError
from reporting.escape import escape_untrusted
from reporting.evidence import chain, ledger, reviews
from reporting.evidence.ledger import runs
from reporting.evidence.manifest import ENDING
from reporting.report import FiledFile
from reporting.run import OPEN, ChainHead, Run
from reporting.verification import ChainEntry, Check, Kind, Outcome

Read = Callable[[Callable[[Connection], Any]], Any]
"""Gives what a function finds in the database, in one transaction."""
MANIFESTS, REVIEWS = "heads in DocSpace", "reviews in DocSpace"
MOST = 3
"""Unknown manifests that are read; the portal's audit trail records each download."""
LARGEST = 16 << 20
"""Bytes of a manifest; the largest real ones are some 100 KB."""
TOLD = re.compile(r"Review: .*?ledger entry ([0-9]{1,18}), ([0-9a-f]{12})")
"""What the bot writes beside a version that was reviewed."""


def check_heads(read: Read, portal: Portal, entry: Run, traces: list[str]) -> list[Check]:
    """Check the ledger against the heads in DocSpace; every download is added to *traces*."""
    return [
        *check_each(MANIFESTS, lambda: manifests(read, portal, entry, traces)),
        *check_each(REVIEWS, lambda: review_comments(read, portal, entry)),
    ]


def check_each(what: str, look: Callable[[], Iterable[Check]]) -> list[Check]:
    try:
        return list(look())
    except PortalError as error:
        return [unchecked(what, str(error))]


def unchecked(what: str, why: str) -> Check:
    return Check(what, escape_untrusted(why), Outcome.NOT_CHECKED)


def wrong(what: str, why: str) -> Check:
    return Check(what, escape_untrusted(why), Outcome.BROKEN)


def manifests(read: Read, portal: Portal, entry: Run, traces: list[str]) -> Iterator[Check]:
    """Check that the ledger knows the manifests in the report's folder and has the entries that they name.

    A manifest that the ledger knows was held against it when its run was verified; so only the newest one is read, and
    those that it does not know.
    """
    there = [file for file in newest(portal, entry.files[0].folder) if file.title.endswith(ENDING)]
    known: Mapping[tuple[int, int], FiledFile] = read(lambda c: filed_manifests(c, portal.address))
    own = (entry.manifest.id, entry.manifest.version) if entry.manifest else None
    strange = [file for file in there if (file.id, file.version) not in known]
    found = [one for file in strange[:MOST] for one in unknown(read, portal, file, traces)]
    familiar = next((file for file in there if file not in strange), None)
    if familiar and (familiar.id, familiar.version) != own:
        found += named(read, portal, familiar, known[familiar.id, familiar.version], traces)
    yield from found
    if not there:
        yield unchecked(MANIFESTS, "there is no manifest in the report's folder")
    elif familiar and all(one.outcome is Outcome.NOT_CHECKED for one in found):
        words = f"the ledger knows the newest manifest, file {familiar.id}, and all others but {len(found)}"
        yield Check(MANIFESTS, escape_untrusted(words.removesuffix(" but 0")), Outcome.INTACT)


def filed_manifests(c: Connection, portal: str) -> dict[tuple[int, int], FiledFile]:
    """Every manifest that a run filed there, by file id and version."""
    there = select(runs.c.manifest).where(runs.c.portal == portal, runs.c.manifest.is_not(None))
    found: dict[tuple[int, int], FiledFile] = {}
    for text in c.scalars(there):
        with suppress(ValueError, TypeError, msgspec.MsgspecError):  # the ledger's check reports other values
            file = msgspec.json.decode(text, type=FiledFile)
            found[file.id, file.version] = file
    return found


def unknown(read: Read, portal: Portal, file: StoredFile, traces: list[str]) -> Iterator[Check]:
    """Check a manifest that no ledger entry lists."""
    said, _ = content(portal, file, traces)
    run = said.get("run") if said else None
    if said is None or not isinstance(run, str) or "ledger" not in said:
        yield unchecked(MANIFESTS, f"file {file.id}, version {file.version}, is not a manifest from this bot")
        return
    mine: Run | None = read(lambda c: ledger.find(c, run)) if chain.is_text(run) else None
    if mine is None:
        words = f"file {file.id}, version {file.version}, names run {run}, which is not in the ledger"
        yield wrong(MANIFESTS, f"{words}: the entry was removed, or the manifest comes from another database")
    elif mine.state not in OPEN:
        words = f"file {file.id}, version {file.version}, names run {run}, but that run's entry does not list it"
        yield wrong(MANIFESTS, words)


def named(read: Read, portal: Portal, file: StoredFile, filed: FiledFile, traces: list[str]) -> Iterator[Check]:
    """Check that the entry that another run's manifest names is present."""
    said, sha256 = content(portal, file, traces)
    if said is None or sha256 != filed.sha256:
        yield unchecked(
            MANIFESTS, f"file {file.id} does not have the content that was filed, so what it names does not count"
        )
        return
    head = said.get("ledger")
    number, digits = (head.get("entry"), head.get("hash")) if isinstance(head, dict) else (0, "")
    if isinstance(number, int) and number and read(lambda c: chain.hash_at(c, number)) != digits:
        yield wrong(MANIFESTS, f"file {file.id} names ledger entry {number}, which is missing")


def content(portal: Portal, file: StoredFile, traces: list[str]) -> tuple[Mapping[str, Any] | None, str]:
    """A manifest's content, if it is a JSON object, and the SHA-256 of its bytes."""
    if file.pure_content_length > LARGEST:
        return None, ""
    traces.append(f"5009 FileDownloaded of file {file.id}")
    with io.BytesIO() as into:
        sha256 = download(portal, file_version(portal, file.id, None), version=None, into=into)
        try:
            said = json.loads(into.getvalue())
        except (ValueError, RecursionError):
            said = None
    return (said if isinstance(said, dict) else None), sha256


def review_comments(read: Read, portal: Portal, entry: Run) -> Iterator[Check]:
    """Check that the version's comment in DocSpace names the report's newest review."""
    file = entry.files[0]
    history = {one.version: one.comment for one in file_versions(portal, file.id)}
    told = TOLD.match(history.get(file.version, ""))
    links: list[ChainEntry] = read(lambda c: all_reviews(c, entry.run))
    last = links[-1] if links else None
    if told and not read(lambda c: chain.hash_at(c, int(told[1]))).startswith(told[2]):
        words = f"version {file.version} names ledger entry {told[1]}, {told[2]}, as its review; that entry is missing"
        yield wrong(REVIEWS, words)
    elif last and (told is None or int(told[1]) != last.number):
        words = f"DocSpace does not show the review of ledger entry {last.number}, {last.head.short}"
        yield Check(REVIEWS, words, Outcome.UNREADABLE)
    elif last:
        yield Check(REVIEWS, f"DocSpace shows the newest review, ledger entry {last.number}", Outcome.INTACT)


def all_reviews(c: Connection, run: str) -> list[ChainEntry]:
    """Every review of the report that a run filed, in the order of their entries."""
    found = [link for one in reviews.same_report(c, run) for link in chain.of_run(c, one, Kind.REVIEW)]
    return sorted(found, key=lambda link: link.number)


def slack_heads(heads: Iterable[ChainHead], read: Read, what: str) -> Check:
    """Check that the ledger has the entries whose heads (first 12 digits) were posted elsewhere."""
    there = list(heads)
    hashes: list[str] = read(lambda c: [chain.hash_at(c, one.number) for one in there])
    missing = [one for one, found in zip(there, hashes, strict=True) if not found.startswith(one.hash)]
    if missing:
        words = ", ".join(f"entry {one.number}, {one.hash}" for one in missing[:MOST])
        return wrong(what, f"the bot's messages name {words}, missing from the ledger")
    if not there:
        return unchecked(what, "found no message from the bot that names an entry")
    last = max(there, key=lambda one: one.number)
    return Check(
        what, f"entry {last.number}, {last.hash}, is the newest that a message names, and it is present", Outcome.INTACT
    )

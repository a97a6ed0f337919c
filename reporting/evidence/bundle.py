"""Pack everything that proves a report into one ZIP, to be checked without this bot; equal inputs give equal bytes."""

import hashlib
import json
import re
import shutil
import tempfile
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlalchemy import Connection

from reporting.docspace.api.client import Portal
from reporting.docspace.files.versions import download, file_version
from reporting.document.split import part_name
from reporting.errors.portal import FileGone
from reporting.errors.request import BundleRefused
from reporting.escape import escape_untrusted
from reporting.evidence import chain, reviews
from reporting.evidence.published_heads import Read
from reporting.evidence.verify import claim_of
from reporting.report import FiledFile
from reporting.run import ChainHead, Run
from reporting.verification import Kind

LEDGER, REVIEWS, SUMS, README, SCRIPT = "ledger.jsonl", "reviews.json", "SHA256SUMS", "README.txt", "check_chain.py"
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a ZIP can hold, for every file in it."""
UNIX, OWNER_ONLY = 3, 0o600
UNUSUAL = re.compile(r"[^A-Za-z0-9._-]")
BLOCK = 1 << 18
MANIFEST = ".manifest.json"
TITLE = b"Compliance report\n"
"""The first line of a TXT, and of each of its parts."""
OCSF = b'{"metadata":'
"""How every line of an OCSF begins, and none of a JSONL."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The contents of a bundle."""

    run: str
    names: tuple[str, ...]
    left_out: tuple[str, ...]
    """What is not in it, and why."""
    head: ChainHead


def bundle(read: Read, portal: Portal, *, name: str, out: Path) -> Bundle:
    """Write the bundle of the newest report of that *name* to *out*, whose folder needs the space twice.

    Raises:
        NoReport: there is none.
        BundleRefused: the ledger has faults, or the files in DocSpace are not the ones that were filed.
        PortalError: DocSpace did not give it.
        OSError: of the disk.
    """
    claim = read(lambda c: claim_of(c, portal.address, name))
    if claim.faults or claim.entry is None or claim.head is None:
        raise BundleRefused(problem=f"the ledger has faults: {'; '.join(map(str, claim.faults))}")
    entry, head = claim.entry, claim.head
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".bundle-") as folder:
        room = Path(folder)
        names, left_out = fetch_files(portal, entry, room)
        left_out += unfiled(entry, names)
        read(lambda c: written(c, entry, room, upto=head.number))
        script = resources.files("reporting.evidence").joinpath(SCRIPT).read_bytes()
        (room / SCRIPT).write_bytes(script)
        (room / README).write_text(readme(entry, head, names, left_out), encoding="utf-8")
        (room / SUMS).write_text("".join(sums(sorted(room.iterdir()))), encoding="utf-8")
        there = tuple(path.name for path in sorted(room.iterdir()))
        write_zip(sorted(room.iterdir()), room / "whole.zip")
        (room / "whole.zip").chmod(OWNER_ONLY)
        shutil.move(room / "whole.zip", out)
    return Bundle(entry.run, there, tuple(left_out), head)


def filed_files(entry: Run) -> list[FiledFile]:
    return [*entry.files, *([entry.manifest] if entry.manifest else [])]


def fetch_files(portal: Portal, entry: Run, room: Path) -> tuple[dict[str, FiledFile], list[str]]:
    """Download each file of the report in its filed version; return the files by bundle name, and what is missing.

    The portal's titles decide no name: two can be the same, or that of a file which the bundle itself brings.
    """
    kinds: dict[Path, tuple[str, FiledFile]] = {}
    missing = []
    for number, file in enumerate(filed_files(entry)):
        path = room / f".{number}"
        try:
            found = file_version(portal, file.id, file.version)
            with path.open("w+b") as content:
                sha256 = download(portal, found, version=file.version, into=content)
                content.seek(0)
                kind = MANIFEST if file is entry.manifest else kind_of(content.read(len(TITLE)), file.title)
        except FileGone as error:
            path.unlink(missing_ok=True)
            missing.append(f"{plain(file.title)}: {error}")
            continue
        if sha256 != file.sha256:
            raise BundleRefused(problem=f"{file.title} does not have the content that was filed")
        kinds[path] = kind, file
    return named(kinds, plain(entry.name)), missing


def kind_of(start: bytes, title: str) -> str:
    """The ending of a file of the report by its first bytes, which are as they were filed.

    The title decides only between JSONL and OCSF without events, which are both empty.
    """
    if start.startswith(TITLE):
        return ".txt"
    if start.startswith(BOM_UTF8):
        return ".csv"
    return ".ocsf" if start.startswith(OCSF) or (not start and title.endswith(".ocsf")) else ".jsonl"


def named(kinds: Mapping[Path, tuple[str, FiledFile]], name: str) -> dict[str, FiledFile]:
    """Give each file its name: that of the report with its kind, numbered where there are several of a kind."""
    of, seen, names = Counter(kind for kind, _ in kinds.values()), Counter[str](), {}
    for path, (kind, file) in kinds.items():
        seen[kind] += 1
        title = f"{name}{kind}"
        chosen = part_name(title, seen[kind], of[kind]) if of[kind] > 1 else title
        path.rename(path.with_name(chosen))
        names[chosen] = file
    return names


def unfiled(entry: Run, names: Collection[str]) -> Iterator[str]:
    """Yield the optional files that this report does not have."""
    if not any(name.endswith(".csv") for name in names):
        yield f"{entry.name}.csv: no CSV was filed with this report"
    if entry.manifest is None:
        yield "the manifest: the release that made the report did not write manifests"


def plain(title: str) -> str:
    """A title as a file name that is safe to unpack anywhere."""
    return UNUSUAL.sub("_", title)


def written(c: Connection, entry: Run, room: Path, *, upto: int) -> None:
    """Write the chain as far as it was checked, and the report's reviews."""
    with (room / LEDGER).open("w", encoding="utf-8", newline="\n") as lines:
        lines.writelines(chain.line(link) + "\n" for link in chain.links(c) if link.number <= upto)
    told = [review for run in sorted(reviews.same_report(c, entry.run)) for review in all_reviews(c, run, upto)]
    text = json.dumps(sorted(told, key=lambda one: one["entry"]), indent=2, ensure_ascii=False)
    (room / REVIEWS).write_text(text + "\n", encoding="utf-8")


def all_reviews(c: Connection, run: str, upto: int) -> Iterator[dict[str, Any]]:
    """Yield every review of a run, including revoked ones and revocations."""
    links = [link for link in chain.of_run(c, run, Kind.REVIEW) if link.number <= upto]
    standing = {review.link.number for review in reviews.in_force(links)}
    for link in links:
        yield {"entry": link.number, "run": run, "at": link.at, "in_force": link.number in standing, **link.body}


def sums(files: Iterable[Path]) -> Iterator[str]:
    """Yield lines for ``sha256sum -c``."""
    for path in files:
        with path.open("rb") as content:
            yield f"{hashlib.file_digest(content, 'sha256').hexdigest()}  {path.name}\n"


def write_zip(files: Iterable[Path], whole: Path) -> None:
    with ZipFile(whole, "x") as archive:
        for path in files:
            told = ZipInfo(path.name, LONG_AGO)
            told.compress_type, told.create_system, told.external_attr = ZIP_DEFLATED, UNIX, OWNER_ONLY << 16
            with path.open("rb") as content, archive.open(told, "w", force_zip64=True) as place:
                shutil.copyfileobj(content, place, BLOCK)


def readme(entry: Run, head: ChainHead, names: Mapping[str, FiledFile], left_out: list[str]) -> str:
    """The bundle's README: how to check it with standard tools."""
    missing = "\n".join(f"  {line}" for line in left_out) or "  nothing"
    renamed = [f"  {name}: “{escape_untrusted(file.title)}”" for name, file in names.items() if name != file.title]
    words = resources.files("reporting.evidence").joinpath("bundle.txt").read_text(encoding="utf-8")
    return words.format(
        name=plain(entry.name),
        month=entry.order.month.title,
        verdict=entry.verdict,
        run=entry.run,
        entry=entry.link.number if entry.link else "",
        head=head.hash,
        short=head.short,
        entries=head.number,
        renamed="\n".join(renamed) or "  nothing",
        missing=missing,
    )

"""The compliance folder: what was filed there, each version to be read."""

from sandbox.page.pictures import is_picture, served
from sandbox.page.session import Playing, number
from sandbox.portal import StandInPortal
from sandbox.portal.files import StoredFile, Version
from sandbox.portal.seed_people import OWNER, PEOPLE
from sandbox.slack.http_server import Answer
from sandbox.slack.wire import Json

READ = 200_000
"""Characters of a file that are shown; all of it can be saved."""


def files(portal: StandInPortal) -> list[Json]:
    """Return the folder's files, the newest change first."""
    return [_file(one) for one in portal.files.files_in(portal.folder_id)]


def read(playing: Playing, asked: Json) -> Json:
    """Return the text of a version, the newest if none is named; or that it is a picture, or neither."""
    file = playing.portal.files.file(number(asked, "id"))
    version = file.version(number(asked, "version") if asked.get("version") else None)
    wire = {"title": file.title, "version": version.number, "size": len(version.content), "text": None}
    if is_picture(version.content):
        return {**wire, "is_picture": True}
    try:
        text = version.content.decode()
    except UnicodeDecodeError:
        return wire
    return {**wire, "text": text[:READ], "more": max(0, len(text) - READ)}


def download(playing: Playing, asked: Json) -> Answer:
    file = playing.portal.files.file(number(asked, "id"))
    return served(file.version(number(asked, "version")).content, file.title)


def _file(file: StoredFile) -> Json:
    return {
        "id": file.id,
        "title": file.title,
        "versions": [_version(one) for one in reversed(file.versions)],
    }


def _version(version: Version) -> Json:
    by = next((person.name for person in PEOPLE if person.id == version.by), OWNER.name)
    return {
        "number": version.number,
        "size": len(version.content),
        "at": version.at.isoformat(),
        "by": by,
        "comment": version.comment,
    }

"""Set the comment of a file version in DocSpace."""

from reporting.docspace.api.client import Portal
from reporting.errors.portal import FileGone, KeyTooWeak

LONGEST = 255
"""Characters. Source: ``EF/DbFile.cs`` of DocSpace server 3.7.2, ``varchar(255)``."""


def put_comment(portal: Portal, file: int, version: int, text: str) -> None:
    """Set the version's comment to *text*, replacing the old one; safe to repeat.

    Raises:
        PortalError: refused, gone, or out of patience.

    Source: ``PUT /files/file/{id}/comment``.
    """
    words = {
        403: KeyTooWeak(host=portal.host, act=f"comment on file {file}"),
        404: FileGone(host=portal.host, what=f"file {file}"),
    }
    body: dict[str, str | int | bool] = {"version": version, "comment": text[:LONGEST]}
    portal.again(lambda: portal.send_change("PUT", f"/files/file/{file}/comment", str, json=body, meaning=words))

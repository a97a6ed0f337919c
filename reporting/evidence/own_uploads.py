"""List the bot's own uploads from the ledger: a control sample for the portal's audit trail."""

from sqlalchemy import Connection, select

from reporting.evidence import ledger
from reporting.evidence.ledger import runs
from reporting.period import Window
from reporting.recording_check import BotUpload
from reporting.report import Change


def bot_uploads(c: Connection, *, portal: str, window: Window) -> tuple[BotUpload, ...]:
    """What runs that began and ended within *window* uploaded to that portal, each version of a file once.

    Of what was found there already it is not known when it was uploaded.
    """
    within = runs.c.began >= window.start, runs.c.ended < window.end
    of_portal = select(runs).where(runs.c.portal == portal, runs.c.files != "[]", *within)
    entries = map(ledger.from_row, c.execute(of_portal.order_by(runs.c.ended, runs.c.run)).mappings())
    found: dict[tuple[int, int], BotUpload] = {}
    for entry in entries:
        if entry.began and entry.ended:
            for file in (*entry.files, *([entry.manifest] if entry.manifest else [])):
                if file.uploaded and file.change is not Change.UNCHANGED:
                    one = BotUpload(file.id, file.version, file.title, entry.began, entry.ended)
                    found.setdefault((file.id, file.version), one)
    return tuple(found.values())

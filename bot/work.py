"""What the steps of a run do: DocSpace on one side, Slack on the other."""

import dataclasses
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

import structlog
from slack_sdk import WebClient

from bot.access import Access
from handlers.deliver import Anchor, change, post, understood, whisper
from handlers.desk import Place, Request
from handlers.views.answers import refusal
from handlers.views.kit import Message
from handlers.views.progress import failed, filing, reading
from handlers.views.summary import preview, summary
from reporting.docspace.portal import Portal
from reporting.errors import SlackTrouble
from reporting.make import Workshop, draft, file, meet
from reporting.report import Draft, Failure, Filing, Progress

log = structlog.get_logger()
PREVIEWED = 40
"""Lines of the report that the preview may show."""
BETWEEN_UPDATES = 3.0
"""Seconds between two changes of the anchor message while a month is read."""


@dataclass(frozen=True, slots=True)
class RealWork:
    """The work of a run, for real."""

    portal: Callable[[], Portal]
    """A portal with counters of its own, for one run."""
    folder: int
    """DocSpace's number of the compliance folder."""
    workshop: Workshop
    slack: WebClient
    """Repeats what Slack turned down for the moment."""
    poster: WebClient
    """Repeats nothing that may have been done."""
    access: Access
    monotonic: Callable[[], float]

    def announce(self, request: Request) -> Anchor:
        """Make sure that the asker may, and post the message that will become the report."""
        self.access.check(request.place)
        self._check_person(request.place)
        return post(self.poster, request.place.channel, self._reading(request, Progress(share=0, events=0)))

    def draft(self, run: str, request: Request, anchor: Anchor) -> Draft:
        portal = self.portal()
        told = meet(portal, folder=self.folder)
        place = dataclasses.replace(self.workshop, folder=self.workshop.folder / run)
        made = draft(request.order, told, portal, place, watch=self._watch(request, anchor))
        self._try_to_show(anchor, filing(request.order, request.place.asker))
        return made

    def file(self, made: Draft) -> Filing:
        return file(made, self.portal(), self.folder)

    def publish(self, request: Request, anchor: Anchor, made: Draft, filed: Filing) -> None:
        change(self.slack, anchor, summary(made, filed, request.place.asker))
        with made.path.open(encoding="utf-8") as report:
            lines = [line.rstrip("\n") for line in islice(report, PREVIEWED)]
        post(self.poster, anchor.channel, preview(lines, filed.first.title), thread=anchor.ts)

    def refuse(self, request: Request, failure: Failure) -> None:
        """Nothing was posted: tell the asker alone."""
        whisper(request.place.response_url, refusal(failure.message, failure.hint))

    def fail(self, request: Request, anchor: Anchor, failure: Failure) -> None:
        change(self.slack, anchor, failed(request.order, request.place.asker, failure))

    def tidy(self, run: str) -> None:
        """What lies in DocSpace need not lie here too."""
        shutil.rmtree(self.workshop.folder / run, ignore_errors=True)

    def _check_person(self, place: Place) -> None:
        with understood("to say who you are"):
            person = self.slack.users_info(user=place.asker)
        self.access.check_person(person["user"])

    def _watch(self, request: Request, anchor: Anchor) -> Callable[[Progress], None]:
        """Shows progress in the anchor message, now and then."""
        shown = self.monotonic()

        def watch(progress: Progress) -> None:
            nonlocal shown
            if self.monotonic() - shown >= BETWEEN_UPDATES:
                shown = self.monotonic()
                self._try_to_show(anchor, self._reading(request, progress))

        return watch

    def _reading(self, request: Request, progress: Progress) -> Message:
        return reading(request.order, request.place.asker, progress)

    def _try_to_show(self, anchor: Anchor, message: Message) -> None:
        """A report is not given up because its progress could not be shown."""
        try:
            change(self.slack, anchor, message)
        except SlackTrouble as error:
            log.warning("progress not shown", reason=str(error))

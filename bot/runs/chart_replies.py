"""The chart of a month, as a reply to its report."""

from dataclasses import dataclass

from slack_sdk import WebClient

from bot.slack.channels import MissingScopes
from bot.slack.poster import Poster
from bot.store.posts import CHART
from handlers.slack.errors import PostUnclear, SlackTrouble
from handlers.slack.files import upload_and_share
from handlers.slack.messages import Anchor
from handlers.views.preview import picture
from reporting.document.chart import chart
from reporting.document.text_chart import bars, description
from reporting.errors.base import ChartFailed
from reporting.report import PREFIX, BuiltReport


@dataclass(frozen=True, slots=True)
class ChartReplies:
    """Posts charts; bars of characters where the app may not upload a picture."""

    slack: WebClient
    """Repeats nothing by itself."""
    poster: Poster
    lacking: MissingScopes

    def post(self, run: str, channel: str, draft: BuiltReport, anchor: Anchor, *, by: str) -> None:
        if draft.kept and not draft.days:
            return  # an earlier release has begun it, and did not count by day
        drawing, verdict = (draft.scope, draft.days, draft.categories), draft.judgement.verdict

        def show() -> Anchor:
            name, title = f"{PREFIX}{draft.scope.month}.png", f"Events by day, {draft.scope.month.title}"
            image, alt = chart(*drawing, verdict=verdict), description(*drawing, verdict=verdict)
            upload_and_share(self.slack, anchor.channel, anchor.ts, image, name=name, title=title, alt=alt)
            return anchor

        try:
            self.lacking.demand("files:write", act="to show a picture")
            self.poster.at_most_once(run, channel, CHART, show, by=by)
        except PostUnclear:
            raise  # it may be there
        except (SlackTrouble, ChartFailed) as error:
            scope = str(error.facts.get("scope", ""))
            news = bool(scope) and self.lacking(scope, without="pictures of the month: it is shown in characters")
            message = picture(draft.scope.month.title, bars(*drawing, verdict=verdict), scope if news else "")
            self.poster.once(run, channel, CHART, message, by=by, thread=anchor.ts)

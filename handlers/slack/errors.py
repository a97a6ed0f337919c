"""Slack did not do what was asked of it."""

from reporting.errors.base import ComplianceError


class ChannelClosed(ComplianceError):
    """I can't post in this channel: {reason}."""

    hint = "If I am not in it, invite me with /invite and my name, then ask again; otherwise ask in another channel."


class SlackTrouble(ComplianceError):
    """Slack refused {act}: {reason}."""

    hint = "Compare the app's scopes with manifest.yml, and SLACK_BOT_TOKEN with the app's settings page."


class SlackBusy(SlackTrouble):
    """Slack had no time {act}: the bot has asked too often ({reason})."""

    hint = "Try again in a minute."
    transient = True


class SlackFailing(SlackTrouble):
    """Slack was asked {act} and failed ({reason})."""

    hint = "Try again in a few minutes. If it goes on, look at https://slack-status.com."
    transient = True


class SlackUnreachable(SlackTrouble):
    """Slack could not be reached ({reason}), so it was not asked {act}."""

    hint = "Check this machine's network and proxy, and SLACK_API_URL if it is set; then start the bot again."
    transient = True


class TokenRejected(SlackTrouble):
    """Slack does not accept the bot's token ({reason}), so it refused {act}."""

    hint = "Install the app again, and set SLACK_BOT_TOKEN to the token that its settings page shows then."


class AppTokenRejected(SlackTrouble):
    """Slack does not accept SLACK_APP_TOKEN ({reason}), so it refused {act}."""

    hint = "Make an app-level token with the scope connections:write (Basic Information); set SLACK_APP_TOKEN to it."


class MissingScope(SlackTrouble):
    """Slack refused {act}: the app lacks the scope {scope}."""

    hint = "Compare the app's scopes with manifest.yml, and install it again with those it lacks."


class MessageRefused(SlackTrouble):
    """Slack refused {act} because of its form: {reason}."""

    hint = "Whoever hosts the bot will want to tell its authors."


class FormExpired(SlackTrouble):
    """Slack gives three seconds to open a form, and they were over."""

    hint = "Press or type it once more."


class PostUnclear(SlackTrouble):
    """Slack did not say whether it took {act}: {reason}."""

    hint = (
        "Look whether it is there. With the scopes channels:history and groups:history, in direct messages im:history "
        "and im:write, the bot can look by itself."
    )

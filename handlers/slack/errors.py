"""Errors of Slack: it did not do what it was asked."""

from reporting.errors.base import ComplianceError


class ChannelClosed(ComplianceError):
    """I can't post in this channel: {reason}."""

    hint = (
        "If the bot is not in the channel, invite it with /invite and its name, then try again; otherwise use "
        "another channel."
    )


class SlackTrouble(ComplianceError):
    """Slack refused {act}: {reason}."""

    hint = "Compare the app's scopes with manifest.yml, and SLACK_BOT_TOKEN with the app's settings page."


class SlackBusy(SlackTrouble):
    """Slack is rate limiting the bot ({reason}) and refused {act}."""

    hint = "Try again in a minute."
    transient = True


class SlackFailing(SlackTrouble):
    """Slack failed ({reason}) when asked {act}."""

    hint = "Try again in a few minutes. If it keeps failing, check https://slack-status.com."
    transient = True


class SlackUnreachable(SlackTrouble):
    """Slack could not be reached ({reason}); it was not asked {act}."""

    hint = "Check this machine's network and proxy, and SLACK_API_URL if it is set; then restart the bot."
    transient = True


class TokenRejected(SlackTrouble):
    """Slack rejected the bot's token ({reason}) and refused {act}."""

    hint = "Reinstall the app, and set SLACK_BOT_TOKEN to the token that its settings page shows then."


class AppTokenRejected(SlackTrouble):
    """Slack rejected SLACK_APP_TOKEN ({reason}) and refused {act}."""

    hint = (
        "Create an app-level token with the scope connections:write (Basic Information), and set SLACK_APP_TOKEN to it."
    )


class MissingScope(SlackTrouble):
    """Slack refused {act}: the app lacks the scope {scope}."""

    hint = "Compare the app's scopes with manifest.yml, add what is missing, and reinstall the app."


class MessageRefused(SlackTrouble):
    """Slack refused {act} because of its format: {reason}."""

    hint = "This is a bug in the bot; please report it."


class FormExpired(SlackTrouble):
    """The form took too long to open."""

    hint = "Try again."


class PostUnclear(SlackTrouble):
    """Slack did not confirm {act}: {reason}."""

    hint = (
        "Check whether it is there. With the scopes channels:history and groups:history (in direct messages "
        "im:history and im:write), the bot can check this itself."
    )

"""What the workspace's admins are told without having asked."""

from handlers.views.blocks import Message, escape_mrkdwn, section, with_text


def clocks_differ(difference: str) -> Message:
    """No schedule goes on while it is not clear what time it is."""
    text = (
        f":alarm_clock: The clock of the bot's machine is {escape_mrkdwn(difference)} the portal's. "
        "*Schedules are on hold* until both agree within five minutes; nothing is lost, and they then continue. "
        "Ask the bot's operator to sync that machine's clock by NTP, or to check the portal's clock."
    )
    return with_text("Schedules are on hold: the clocks differ", [section(text)])

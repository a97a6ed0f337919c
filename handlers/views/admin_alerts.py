"""What the workspace's admins are told without having asked."""

from handlers.views.blocks import Message, escape_mrkdwn, section, with_text


def clocks_differ(difference: str) -> Message:
    """No schedule goes on while it is not clear what time it is."""
    text = (
        f":alarm_clock: The clock of the machine that I run on is {escape_mrkdwn(difference)} the portal's. "
        "*Schedules wait* until both agree within five minutes; nothing is lost, and they go on by themselves. "
        "Ask whoever hosts the bot to let that machine set its clock by NTP, or to look at the portal's."
    )
    return with_text("Schedules wait: the clocks differ", [section(text)])

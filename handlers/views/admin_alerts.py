"""What the workspace's admins are told without having asked."""

from handlers.views.blocks import Message, foreign, section, spoken


def clocks_differ(difference: str) -> Message:
    """No schedule goes on while it is not clear what time it is."""
    text = (
        f":alarm_clock: The clock of the machine that I run on is {foreign(difference)} the portal's. "
        "*Schedules wait* until both agree within five minutes; nothing is lost, and they go on by themselves. "
        "Ask whoever hosts the bot to let that machine set its clock by NTP, or to look at the portal's."
    )
    return spoken("Schedules wait: the clocks differ", [section(text)])

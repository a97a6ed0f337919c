"""What people ask the bot to look up."""

from enum import StrEnum


class QueryKind(StrEnum):
    """What is looked up; all of it is answered once it is known that the asker may know."""

    VERIFY = "verify"
    """Whether what lies in DocSpace is what was filed."""
    DIFF = "diff"
    """What the newest report of a month has that the one before had not, and the other way round."""
    CALENDAR = "calendar"
    """How the months of a year are covered."""
    HISTORY = "history"
    """What was made, of a month, a year, or lately."""
    REQUESTS = "requests"
    """How a run read the portal: each request, and what came back."""
    SCHEDULES = "schedules"
    """The schedules of every channel, for admins."""
    REREAD = "reread"
    """Have the month of a provisional report read again once it has settled."""
    HEALTH = "health"
    """How the bot is, for admins; nothing for anybody else."""
    HOME = "home"
    """The app's own page, for the one who opened it."""

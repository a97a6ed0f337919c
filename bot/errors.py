"""The bot's own process: its database, its clock, its command line."""

from reporting.errors.base import ComplianceError
from reporting.errors.request import WrongUsage


class Misused(WrongUsage):
    """The command line cannot be read: {reason}."""

    hint = "python -m bot --help shows what there is, and --help after a command what belongs to it."


class ClocksDiffer(ComplianceError):
    """The clock of the bot's machine is {difference} the clock of the portal {host}, so no schedule goes on."""

    hint = "Let this machine set its clock by NTP. The schedules go on by themselves once both clocks agree."
    transient = True


class DatabaseTrouble(ComplianceError):
    """The bot's database can't be used: {reason}."""

    hint = "Ask again in a moment. If it lasts, whoever hosts the bot should look at DATABASE_URL and the free space."
    transient = True


class DatabaseGone(DatabaseTrouble):
    """The bot's database is gone: {reason}. Until it is back, no request is taken and no report is filed."""

    hint = "Whoever hosts the bot should restore it and start the bot again: docs/operations.md, “If it is gone”."
    transient = False


class DatabaseDamaged(DatabaseTrouble):
    """The bot's database is damaged: {reason}."""

    hint = (
        "Stop the bot, put the damaged file aside and the newest backup in its place, run python -m bot doctor, and "
        "start the bot again: docs/operations.md, “Backup and restore”."
    )
    transient = False


class DatabaseNewer(ComplianceError):
    """The database was made by a newer release of the bot (schema {found}); this one knows {known}."""

    hint = "Start the newer release, or restore the copy that was made before the upgrade (docs/operations.md)."


class AlreadyRunning(ComplianceError):
    """Another bot is at work with the database {path}."""

    hint = "Stop it first. For several bots side by side, set DATABASE_URL to a PostgreSQL (docs/operations.md)."


class BackupElsewhere(ComplianceError):
    """A PostgreSQL is copied by its own tools, not by the bot."""

    hint = "Run: pg_dump --format=custom --file={out} {address}"


class AlreadyThere(ComplianceError):
    """{path} is there already, and nothing is written over."""

    hint = "Give --out a name that is not taken."


class BackupUnsound(ComplianceError):
    """The copy {path} was made, and the ledger in it is not as it was written: {reason}."""

    hint = "Keep both, and compare them with an earlier copy: docs/operations.md."


class DatabaseMissing(ComplianceError):
    """There is no database at {path}."""

    hint = "The bot makes it when it starts; DATA_DIR and DATABASE_URL say where it is."


class KeepsDying(ComplianceError):
    """The bot was ended {attempts} times while it made this report."""

    hint = "Whoever hosts the bot should look at its memory limit and its log before the report is asked for again."


class DemoFailed(ComplianceError):
    """The demonstration did not come to its end: {reason}."""

    hint = "What the bot itself wrote is above."

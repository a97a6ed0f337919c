"""Errors of the bot's own process: its database, its clock, its command line."""

from reporting.errors.base import ComplianceError
from reporting.errors.request import WrongUsage


class Misused(WrongUsage):
    """Invalid command: {reason}."""

    hint = "Run python -m bot --help for all commands, or a command with --help for its options."


class ClocksDiffer(ComplianceError):
    """The clock of the bot's machine is {difference} the clock of the portal {host}, so schedules wait."""

    hint = "Sync this machine's clock with NTP. Schedules resume by themselves once both clocks agree."
    transient = True


class DatabaseTrouble(ComplianceError):
    """The bot's database is unavailable: {reason}."""

    hint = (
        "Try again in a moment. If it keeps failing, the bot's operator should check DATABASE_URL and the free space."
    )
    transient = True


class DatabaseGone(DatabaseTrouble):
    """The bot's database is gone: {reason}. Until it is back, requests are refused and no report is filed."""

    hint = "The bot's operator should restore it and restart the bot: docs/operations.md, “If it is gone”."
    transient = False


class DatabaseDamaged(DatabaseTrouble):
    """The bot's database is damaged: {reason}."""

    hint = (
        "Stop the bot, move the damaged file aside, put the newest backup in its place, run python -m bot doctor, "
        "and start the bot again: docs/operations.md, “Backup and restore”."
    )
    transient = False


class DatabaseNewer(ComplianceError):
    """The database was made by a newer release of the bot (schema {found}); this release supports {known}."""

    hint = "Start the newer release, or restore the copy made before the upgrade (docs/operations.md)."


class AlreadyRunning(ComplianceError):
    """Another bot is already using the database {path}."""

    hint = (
        "Stop it first. To run several bots side by side, set DATABASE_URL to a PostgreSQL database "
        "(docs/operations.md)."
    )


class BackupElsewhere(ComplianceError):
    """PostgreSQL is backed up with its own tools, not by the bot."""

    hint = "Run: pg_dump --format=custom --file={out} {address}"


class AlreadyThere(ComplianceError):
    """Nothing was written: {path} already exists."""

    hint = "Choose another name for --out."


class BackupUnsound(ComplianceError):
    """The copy {path} was made, but its ledger is not intact: {reason}."""

    hint = "Keep both, and compare them with an earlier copy: docs/operations.md."


class DatabaseMissing(ComplianceError):
    """There is no database at {path}."""

    hint = "The bot creates it when it starts; DATA_DIR and DATABASE_URL set where it is."


class KeepsDying(ComplianceError):
    """The bot was killed {attempts} times while making this report."""

    hint = "The bot's operator should check its memory limit and its log before the report is requested again."


class DemoFailed(ComplianceError):
    """The demo failed: {reason}."""

    hint = "The bot's own output is above."

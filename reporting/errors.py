"""Everything that can go wrong on the way to a report, in one tree.

An error's docstring is its message, filled with the facts it carries (text among them is made visible: it may be
foreign); ``hint`` says what a person can do about it, and ``transient`` whether trying again later may help without
anybody doing anything.

::

    ComplianceError
    ├── WrongRequest                 what was asked for cannot be made
    │   ├── WrongUsage               it was not written as it has to be
    │   │   ├── TooLongText
    │   │   ├── Misused
    │   │   ├── WrongMonth
    │   │   │   └── NoMonth
    │   │   ├── WrongYear
    │   │   ├── UnknownCommand
    │   │   ├── FilterFirst
    │   │   ├── TooManyWords
    │   │   ├── UnknownWord
    │   │   ├── UnknownFilterValue
    │   │   ├── UnreadableFilter
    │   │   ├── ProfileMisused
    │   │   ├── UnreadableRule
    │   │   ├── WrongNumber
    │   │   ├── TooLongToKeep
    │   │   ├── TooLongToEdit
    │   │   └── UnknownProfile
    │   ├── MonthAhead
    │   ├── UnknownZone
    │   ├── UnknownPerson
    │   ├── AmbiguousPerson
    │   ├── UnknownRoom
    │   ├── NotARoom
    │   ├── AmbiguousRoom
    │   ├── NothingToCancel
    │   ├── SeveralToCancel
    │   ├── TooLateToCancel
    │   ├── NoSuchSchedule
    │   ├── ProposalGone
    │   ├── ZoneUnknown
    │   ├── ZoneNotLearned
    │   ├── NoReport
    │   ├── NotComparable
    │   ├── OwnReport
    │   ├── OwnRunUnderWay
    │   ├── Superseded
    │   ├── ReviewedAlready
    │   ├── NothingToRevoke
    │   ├── BundleRefused
    │   ├── ForAdmins
    │   └── NotAllowed
    │       └── AccountDeactivated
    ├── WrongSettings                the bot's own settings
    ├── ClocksDiffer                 transient
    ├── DatabaseTrouble              transient
    │   ├── DatabaseDamaged
    │   ├── DatabaseGone             the SQLite file is not the one that was opened
    │   └── DatabaseDamaged          SQLite says that it is no database any more
    ├── DatabaseNewer
    ├── AlreadyRunning
    ├── BackupElsewhere
    ├── AlreadyThere
    ├── BackupUnsound
    ├── DatabaseMissing
    ├── RunUnreadable                somebody else than the bot has written into its row
    ├── PortalError                  DocSpace did not give what was needed
    │   ├── PortalUnreachable        transient
    │   ├── PortalBusy               transient
    │   ├── PortalFailing            transient
    │   ├── TlsFailed
    │   ├── CertificateRejected
    │   ├── KeyRejected
    │   ├── KeyTooWeak
    │   ├── PlanUnpaid
    │   ├── PortalMissing
    │   ├── PortalRedirects
    │   ├── ContentElsewhere
    │   ├── PortalTooOld
    │   ├── FileGone
    │   ├── AnswerUnreadable         transient
    │   │   └── NotAnAnswer          transient
    │   ├── AnswerTooLarge
    │   ├── AnswerUnknown
    │   └── Declined
    ├── TrailError                   the audit trail cannot be trusted
    │   ├── AuditNotInPlan
    │   ├── AuditEmpty
    │   ├── OldestFirst
    │   ├── OrderUnknown
    │   ├── BoundsUnreliable
    │   ├── OffsetIgnored
    │   ├── OutsideWindow
    │   ├── PageTooLong
    │   ├── RowsContradict           transient
    │   ├── CountContradicts         transient
    │   ├── AuditClosed
    │   ├── CursorStuck
    │   ├── UnprovenSecond           transient
    │   ├── UnprovenWalk             transient
    │   ├── EndlessHistory
    │   ├── BeyondRetention
    │   └── OutOfTime
    ├── FilingError                  the report was made, but not filed
    │   ├── FolderMissing
    │   ├── FolderForbidden
    │   ├── TooLargeToFile
    │   ├── UploadTooLarge
    │   ├── TooLargeForParts
    │   ├── UploadLost               transient
    │   └── UploadUnconfirmed
    ├── Stopped                      nobody wants the result any more
    ├── KeepsDying                   each process that worked on it was killed
    ├── ChannelClosed                Slack does not let the bot post where it was asked
    ├── SlackTrouble
    │   ├── SlackBusy                transient
    │   ├── SlackFailing             transient
    │   ├── SlackUnreachable         transient
    │   ├── TokenRejected
    │   ├── AppTokenRejected
    │   ├── MissingScope             the app may not do one of its jobs; the others go on
    │   ├── MessageRefused           too long, or in a form that this workspace does not take
    │   ├── FormExpired
    │   └── PostUnclear              nobody can tell whether a message was posted
    ├── DiskTrouble
    ├── ChartFailed                  the report is whole, only its picture is missing
    ├── DemoFailed
    └── Unexpected                   a fault of our own
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any, ClassVar, Protocol, TypeAlias

from reporting.escape import escape_untrusted

UNDERSTOOD = 150
"""Characters that a refusal spends on what was understood."""


class Value(Protocol):
    """One of our own values: a month, a window, a rule."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


Fact: TypeAlias = str | int | float | PurePath | Value
"""What an error may tell; not None, which would stand in its message as a word."""


class ComplianceError(Exception):
    """Something went wrong."""

    hint: ClassVar[str] = ""
    transient: ClassVar[bool] = False

    def __init__(self, **facts: Fact) -> None:
        self.facts = {name: escape_untrusted(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
        words = " ".join((type(self).__doc__ or "").split())
        super().__init__(words.format(**self.facts))

    @property
    def advice(self) -> str:
        """What a person can do, with this error's own facts filled in."""
        return type(self).hint.format(**self.facts)


class WrongRequest(ComplianceError):
    """I can't make that."""

    correction: ClassVar[tuple[str, str]] = ("", "")
    """The names of two facts: what was typed, and what was probably meant."""
    context: tuple[str, ...] = ()
    """What could be read before what could not, in words."""
    line: str = ""
    """What to write instead, as a whole."""

    @property
    def advice(self) -> str:
        parts = ", ".join(self.context)
        parts = parts if len(parts) <= UNDERSTOOD else f"{parts[:UNDERSTOOD]}…"
        before = f"I understood: {escape_untrusted(parts)}." if parts else ""
        line = f"Write: {escape_untrusted(self.line)}" if self.line else ""
        return " ".join(filter(None, (before, super().advice, line)))


@contextmanager
def error_context(*parts: str) -> Iterator[None]:
    """Within, what goes wrong goes wrong after *parts*, which were understood."""
    try:
        yield
    except WrongRequest as error:
        error.context = (*parts, *error.context)
        raise


class WrongUsage(WrongRequest):
    """That is not written as it has to be."""


class TooLongText(WrongUsage):
    """That is {length:,} characters long, and I read {most:,} at the most."""

    hint = "Use fewer values, or a profile that stands for them."


class Misused(WrongUsage):
    """The command line cannot be read: {reason}."""

    hint = "python -m bot --help shows what there is, and --help after a command what belongs to it."


class WrongMonth(WrongUsage):
    """“{text}” can't be read as a month{why}."""

    hint = "Write the year and the month, for example 2025-01 or January 2025."
    correction = ("text", "meant")


class NoMonth(WrongMonth):
    """No month is named."""


class WrongYear(WrongUsage):
    """“{text}” is not a year I understand."""

    hint = "Write four digits, for example 2025."


class UnknownCommand(WrongUsage):
    """“{word}” is neither a month nor a word that I know; the nearest is “{nearest}”{odd}."""

    hint = "A request begins with a month, such as 2025-01, or with a word, such as verify; help shows them all."
    correction = ("word", "nearest")


class FilterFirst(WrongUsage):
    """“{word}” looks like a filter, and the month comes before it."""

    hint = "First the month, then its filter."


class TooManyWords(WrongUsage):
    """“{word}” has nothing after it, and I don't know what “{rest}” is for."""

    hint = "It is written alone; help shows everything."


class MonthAhead(WrongRequest):
    """{month} has not begun yet in {zone}."""

    hint = "Ask for a month that has begun, for example {example}."


class UnknownZone(WrongRequest):
    """“{zone}” can't be used as a time zone{why}."""

    hint = "Name a place of the time zone database, such as {example}. A fixed offset is written UTC+2."
    correction = ("zone", "nearest")


class UnknownWord(WrongUsage):
    """I don't know what to do with “{word}”; the nearest word that I know is “{nearest}”{odd}."""

    hint = "Filter words are type:, user:, room:, folder:, file:, action: and profile:."
    correction = ("word", "nearest")


class UnknownFilterValue(WrongUsage):
    """“{word}:” cannot be “{value}”; the nearest that it can be is {nearest}{odd}."""

    hint = "Several values have commas between them, and a value with spaces has quotes."
    correction = ("value", "nearest")


class UnreadableFilter(WrongUsage):
    """I can't read the filter from “{text}” on."""

    hint = 'Write a word, a colon and its values without spaces around: type:delete,share room:"Legal affairs".'
    correction = ("wrong", "right")


class ProfileMisused(WrongUsage):
    """“{text}” asks more of profiles than they can: each is named by itself, not negated, and names no other."""

    hint = "Write profile:name; with two of them, profile:one profile:two, an event has to fit both."


class UnreadableRule(WrongUsage):
    """I can't read when the schedule is due: {why}."""

    hint = "Days are 1 to 31, last, first weekday, last weekday, first monday to last sunday; times 09:00 or 9 am."


class WrongNumber(WrongUsage):
    """“{verb}” wants the number of a schedule, not “{said}”."""

    hint = "/compliance-report schedules shows the schedules of this channel with their numbers."


class TooLongToKeep(WrongUsage):
    """That filter is too long for a schedule."""

    hint = "Use fewer values, or make two schedules of it."


class TooLongToEdit(WrongUsage):
    """The filter of that schedule is longer than a form has room for; nothing has changed."""

    hint = (
        "Type the schedule anew with what is different: /compliance-report schedule monthly on 2 at 09:00 and its "
        "filter or profiles. Once that is saved, delete the one whose place it takes."
    )


class UnknownProfile(WrongUsage):
    """There is no filter profile “{name}”; the nearest is {nearest}{odd}."""

    hint = "Whoever hosts the bot names profiles in the file that PROFILES_FILE points to."


class UnknownPerson(WrongRequest):
    """Nobody in DocSpace is called “{said}”; the nearest name is “{nearest}”{odd}."""

    hint = "Give the whole display name in quotes, the e-mail address, or the id, which also finds people who are gone."


class AmbiguousPerson(WrongRequest):
    """Several people in DocSpace are called “{said}”: {candidates}."""

    hint = "Name the one you mean by e-mail address or id."


class UnknownRoom(WrongRequest):
    """There is no room “{said}” that the API key can see; the nearest is “{nearest}”{odd}."""

    hint = "Give the whole title in quotes, or the room's number from its address in the browser."


class NotARoom(WrongRequest):
    """“{said}” is the number of the folder “{title}”, which is no room."""

    hint = "Write folder:{said} for events that aim at it, or the number of the room that it is in."


class AmbiguousRoom(WrongRequest):
    """Several rooms are called “{said}”: {candidates}."""

    hint = "Name the one you mean by its number."


class ForAdmins(WrongRequest):
    """Only an admin of the workspace may {deed}."""

    hint = "Ask whoever did that, or an admin."


class NotAllowed(WrongRequest):
    """You may not ask for compliance reports here: {reason}."""

    hint = "Whoever hosts the bot decides that with ALLOWED_USERS, ALLOWED_USERGROUPS and ALLOWED_CHANNELS."


class AccountDeactivated(NotAllowed):
    """The Slack account in whose name this report is made is deactivated."""

    hint = "Somebody else who may can ask for it; if it comes from a schedule, an admin can take the schedule over."


class NothingToCancel(WrongRequest):
    """No report{of} is being made for this channel, or for you alone."""

    hint = "/compliance-report status shows what is being made."


class SeveralToCancel(WrongRequest):
    """Several reports are being made: {titles}."""

    hint = "Say which month, for example /compliance-report cancel {example}, or press Cancel under the right one."


class TooLateToCancel(WrongRequest):
    """That report is {state} and can't be cancelled any more."""

    hint = "Reports can be cancelled until they are put into DocSpace."


class NoSuchSchedule(WrongRequest):
    """There is no schedule {number} in this channel."""

    hint = "/compliance-report schedules shows the schedules of this channel with their numbers."


class ProposalGone(WrongRequest):
    """What was to be saved is not known any more, or it was proposed to somebody else."""

    hint = "Describe the schedule once more: /compliance-report schedule opens its form."


class ZoneUnknown(WrongRequest):
    """I don't know the portal's time zone yet, so I can't say when that is."""

    hint = "Name a zone: /compliance-report schedule {example} Europe/Riga. Or try again in a minute."


class ZoneNotLearned(WrongRequest):
    """I don't know the portal's time zone yet, so I can't say which month it is."""

    hint = "Write the month, for example 2025-01, or try again in a minute. REPORT_TIMEZONE makes it known at once."


class NoReport(WrongRequest):
    """There is no report of {what} in the ledger."""

    hint = "Ask for it first: /compliance-report {example}."


class NotComparable(WrongRequest):
    """The two reports cannot be compared: {reason}."""

    hint = "Ask for the report again now and once more later: those two can be compared."


class OwnReport(WrongRequest):
    """You have asked for this report yourself, or begun or scheduled it, so somebody else has to review it."""

    hint = "Ask a colleague who had no part in it to press Review."


class OwnRunUnderWay(WrongRequest):
    """A report of {month} that you asked for, joined or began is being made, so somebody else has to review it now."""

    hint = "Ask a colleague who did not ask for it to press Review."


class Superseded(WrongRequest):
    """That report is not the newest of its month any more; run {by} took its place."""

    hint = "Review the newest one: its message has a button of its own."


class ReviewedAlready(WrongRequest):
    """You have reviewed this report already: {result}."""

    hint = "Revoke that first, with the reason; both stay in the ledger."


class NothingToRevoke(WrongRequest):
    """You have no review of this report that could be revoked."""

    hint = "Only whoever reviewed it can revoke that."


class BundleRefused(WrongRequest):
    """No bundle was made: {problem}."""

    hint = "python -m bot verify tells what is wrong with each part, and since when."


class WrongSettings(ComplianceError):
    """The settings are not usable: {problems}."""

    hint = "Set them in the environment or in a file named .env; .env.example explains each one."


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


class RunUnreadable(ComplianceError):
    """What the database holds of run {run} cannot be read any more: it is not what the bot wrote."""

    hint = "Keep everything as it is: python -m bot verify names what was changed, docs/auditors.md says what to do."


class PortalError(ComplianceError):
    """The portal {host} did not give what was needed."""


class PortalUnreachable(PortalError):
    """The portal {host} could not be reached: {reason}."""

    hint = "Check DOCSPACE_API_HOST and that this machine can reach it; if the portal is down, try again later."
    transient = True


class PortalBusy(PortalError):
    """The portal {host} kept answering that it gets too many requests (429)."""

    hint = "Try again in a few minutes, or lower DOCSPACE_REQUESTS_PER_MINUTE."
    transient = True


class PortalFailing(PortalError):
    """The portal {host} kept failing with HTTP {status}."""

    hint = "The fault is on the portal's side. Try again later; if it lasts, show its administrator this message."
    transient = True


class TlsFailed(PortalError):
    """No secure connection to the portal {host} could be made: {reason}."""

    hint = "Check DOCSPACE_API_HOST: does that address and port speak https?"


class CertificateRejected(PortalError):
    """The portal {host} has a TLS certificate that cannot be trusted: {reason}."""

    hint = "Check the address; for a private certificate authority, point SSL_CERT_FILE to its certificate."


class KeyRejected(PortalError):
    """The portal {host} does not accept the API key (401)."""

    hint = (
        "It is wrong, expired or switched off. Make one in DocSpace (Developer tools, API keys), set DOCSPACE_API_KEY."
    )


class KeyTooWeak(PortalError):
    """The API key may not {act} on {host} (403)."""

    hint = "The key needs the scopes *:read and files:write, and its owner must be a DocSpace administrator."


class PlanUnpaid(PortalError):
    """The portal {host} refuses this because of its plan or an unpaid bill (402)."""

    hint = "Ask the portal's owner to check the plan and its payment."


class PortalMissing(PortalError):
    """There is no DocSpace portal at {host}, or it is suspended (404)."""

    hint = "Check DOCSPACE_API_HOST: the portal's own address, such as https://yourname.onlyoffice.com."


class PortalRedirects(PortalError):
    """The portal {host} sends us on to {target}; the API key is not taken there."""

    hint = "If that address is right, set DOCSPACE_API_HOST to it."


class ContentElsewhere(PortalError):
    """The portal {host} keeps a file's content at {target}, where the API key is not taken."""

    hint = "Set DOCSPACE_API_HOST to the very address, scheme and port included, that the portal's own links have."


class PortalTooOld(PortalError):
    """The portal {host} runs DocSpace {version}; its audit dates cannot be trusted before 3.0."""

    hint = "Update the portal to DocSpace 3.1 or newer."


class FileGone(PortalError):
    """The portal {host} has no {what} any more."""

    hint = "Whoever may look into the room's trash, or into the portal's audit trail, can tell what became of it."


class AnswerUnreadable(PortalError):
    """The portal {host} answered {path} with something that cannot be read: {found}."""

    hint = (
        "The answer was damaged on its way, or a proxy answered for the portal. Try again later; if it lasts, ask "
        "whoever runs the network between the bot and the portal."
    )
    transient = True


class NotAnAnswer(AnswerUnreadable):
    """The portal {host} answered {path} with something that is not its API's answer: {found}."""

    hint = (
        "Does a proxy or a login page stand before the portal, or is it under maintenance? Open DOCSPACE_API_HOST in a "
        "browser to see."
    )
    transient = True


class AnswerTooLarge(PortalError):
    """The portal {host} answered {path} with more than {limit} MiB, which no answer of its API has."""

    hint = "Show the portal's administrator this message: a proxy before it may be broken, or somebody means harm."


class AnswerUnknown(PortalError):
    """The portal {host} answered {path} in a form that this bot does not know: {found}."""

    hint = "This DocSpace may be newer than this release of the bot. Look for a newer release, or report this message."


class Declined(PortalError):
    """The portal {host} declined {path}: {reason}."""

    hint = "The portal's own words are above; its administrator can tell more."


class TrailError(ComplianceError):
    """The audit trail of {host} cannot be trusted."""


class AuditNotInPlan(TrailError):
    """The portal {host} does not give its audit trail: it answered with events that were not asked for."""

    hint = "This portal's plan has no audit trail, or its section is hidden. A report from these events would be wrong."


class AuditEmpty(TrailError):
    """The portal {host} shows no audit event of any time, so nothing shows that its audit trail works."""

    hint = (
        "Change something in DocSpace, such as the name of a room, and try again. If that does not show, auditing is "
        "switched off on the server."
    )


class OldestFirst(TrailError):
    """The portal {host} lists its audit events oldest first; this bot reads them newest first."""

    hint = "This DocSpace may be newer than this release of the bot. Look for a newer release; no report was made."


class OrderUnknown(TrailError):
    """The portal {host} lists its audit events in no order: event {event} of {date} comes after an older one."""

    hint = "Without an order nobody can tell whether events are missing. No report was made; tell its administrator."


class BoundsUnreliable(TrailError):
    """The portal {host} does not show event {event} of {date} when it is asked for that very second."""

    hint = (
        "It reads the start or the end of a period differently from any DocSpace known, so events at its edges could "
        "be missing. No report was made. Look for a newer release of the bot."
    )


class OffsetIgnored(TrailError):
    """The portal {host} does not do what startIndex asks for, so the number of its events cannot be checked."""

    hint = "No report was made, since it could lack events. Look for a newer release of the bot, or tell its vendor."


class RowsContradict(TrailError):
    """The portal {host} contradicts itself: {found}."""

    hint = (
        "It may be restarting, or several servers behind one address may differ. Try again later; no report was made, "
        "since it could lack events."
    )
    transient = True


class CountContradicts(TrailError):
    """Of {window}, {seen} events were read from {host}; counting them (startIndex) does not confirm that number."""

    hint = (
        "Events were added or removed meanwhile, several servers behind one address differ, or pages vary in length. "
        "Try again later; if it lasts, the portal cannot be counted. No report was made, since it could lack events."
    )
    transient = True


class OutsideWindow(TrailError):
    """The portal {host} answered with event {event} of {date}, outside of what was asked ({window})."""

    hint = "The portal ignores the period that it is asked for. No report was made; tell its administrator."


class PageTooLong(TrailError):
    """The portal {host} answered with {rows} events where {asked} were asked for."""

    hint = "The portal ignores its own paging. No report was made; show its administrator this message."


class UnprovenSecond(TrailError):
    """Of {rows} events in the second {second} only {seen} could be read in {passes} passes."""

    hint = "Try again when the portal is less busy; no report was made, since it would lack events."
    transient = True


class AuditClosed(TrailError):
    """The portal {host} refuses its audit trail (402): it is not part of its plan, or its section is hidden."""

    hint = "Ask the portal's owner about the plan, and whether Login history was hidden in the portal's settings."


class CursorStuck(TrailError):
    """The portal {host} gave the same page of the second {second} {pages} times, whatever page was asked for."""

    hint = "The portal ignores its own paging. No report was made; show its administrator this message."


class UnprovenWalk(TrailError):
    """Each of {walks} walks through the sign-in history of {host} showed entries that the ones before had not."""

    hint = "Ask for the report again when fewer people sign in."
    transient = True


class EndlessHistory(TrailError):
    """More than {rows:,} entries of the sign-in history of {host} are newer than the month."""

    hint = "The portal can only be asked for them all, newest first; reports made sooner after their month have them."


class BeyondRetention(TrailError):
    """The portal {host} keeps its audit trail for {days} days; nothing of {month} is left to report."""

    hint = "Reports that were made in time are in the compliance folder. The portal's owner can have it kept longer."


class OutOfTime(TrailError):
    """The run on {host} took longer than {minutes} minutes and was given up."""

    hint = "Raise DOCSPACE_REQUESTS_PER_MINUTE if the portal allows it, or try again when it is less busy."


class FilingError(ComplianceError):
    """The report could not be filed in DocSpace."""


class FolderMissing(FilingError):
    """The portal {host} has no folder {folder} (404)."""

    hint = "Set COMPLIANCE_ROOM_FOLDER_ID to the folder's number: the last number in its address in the browser."


class FolderForbidden(FilingError):
    """The API key's owner may not add files to folder {folder} on {host} (403)."""

    hint = "Being administrator is not enough: make the key's owner Room manager or Content creator in that room."


class TooLargeToFile(FilingError):
    """The portal {host} does not take a file of {size} bytes (402): it is full, or unpaid."""

    hint = "Raise the room's or the portal's storage limit, or make space; the report itself is complete."


class UploadTooLarge(FilingError):
    """The portal {host} refuses a file of {size} bytes (413): more than it, or a proxy before it, takes at once."""

    hint = (
        "Have whoever runs the proxy before the portal raise its limit for uploads, above 10 MiB (nginx: "
        "client_max_body_size). The report itself is complete."
    )


class TooLargeForParts(FilingError):
    """The report cannot be divided into files of less than {limit} bytes: a record and the header take {size}."""

    hint = "The portal's largest file is very small: raise it, in its plan or its settings; the report is complete."


class UploadLost(FilingError):
    """The portal {host} lost the upload of {name} on the way, each time it was begun."""

    hint = "Ask for the report again; if it lasts, show the portal's administrator this message."
    transient = True


class UploadUnconfirmed(FilingError):
    """The report was sent to {host}, but what lies there does not match: {found}."""

    hint = "Look at the file in DocSpace, then ask for the report again."


class DiskTrouble(ComplianceError):
    """Nothing could be written to {path}: {reason}."""

    hint = "Check the free space and the rights there; DATA_DIR says where reports are made."


class Stopped(ComplianceError):
    """The run was stopped."""

    hint = "Ask for the report again if you want it after all."


class KeepsDying(ComplianceError):
    """The bot was ended {attempts} times while it made this report."""

    hint = "Whoever hosts the bot should look at its memory limit and its log before the report is asked for again."


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


class ChartFailed(ComplianceError):
    """The month could not be drawn: {reason}."""

    hint = "The report is whole without it, and tells the same in numbers."


class DemoFailed(ComplianceError):
    """The demonstration did not come to its end: {reason}."""

    hint = "What the bot itself wrote is above."


class Unexpected(ComplianceError):
    """Something went wrong that should not have: {kind}."""

    hint = "The bot's log has the details; whoever hosts it will want to see them."

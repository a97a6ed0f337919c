"""Everything that can go wrong on the way to a report, in one tree; each family is in the room it belongs to.

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

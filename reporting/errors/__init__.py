"""Every error on the way to a report, in one tree; each family is defined in the package it belongs to.

An error's docstring is its message, filled with the error's facts (text in them is escaped, because it may be
untrusted); ``hint`` says what a person can do, and ``transient`` whether trying again later may help by itself.

::

    ComplianceError
    ├── WrongRequest                 the request is impossible
    │   ├── WrongUsage               it can't be read
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
    │   └── DatabaseDamaged          SQLite no longer recognizes it as a database
    ├── DatabaseNewer
    ├── AlreadyRunning
    ├── BackupElsewhere
    ├── AlreadyThere
    ├── BackupUnsound
    ├── DatabaseMissing
    ├── RunUnreadable                something other than the bot changed its row
    ├── PortalError                  DocSpace did not return what was needed
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
    ├── TrailError                   the audit trail can't be trusted
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
    ├── Stopped                      nobody wants the result anymore
    ├── KeepsDying                   every process that worked on it was killed
    ├── ChannelClosed                the bot may not post in that channel
    ├── SlackTrouble
    │   ├── SlackBusy                transient
    │   ├── SlackFailing             transient
    │   ├── SlackUnreachable         transient
    │   ├── TokenRejected
    │   ├── AppTokenRejected
    │   ├── MissingScope             the app can't do one of its jobs; the others continue
    │   ├── MessageRefused           too long, or in a format that this workspace refuses
    │   ├── FormExpired
    │   └── PostUnclear              unclear whether a message was posted
    ├── DiskTrouble
    ├── ChartFailed                  the report is complete; only its chart is missing
    ├── DemoFailed
    └── Unexpected                   a bug in the bot
"""

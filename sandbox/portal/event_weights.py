"""How often what happens on a busy portal, and when."""

from datetime import datetime
from types import MappingProxyType

# Views and edits make up most of a trail; deletions, links and rights are rare, and what a report is for.
ACTIONS = MappingProxyType(
    {
        5064: 260,  # FileReaded
        5034: 170,  # UserFileUpdated
        5001: 20,  # FileRenamed
        5002: 25,  # FileUpdated
        5011: 120,  # FileUploaded
        5099: 35,  # FileUploadedWithOverwriting
        5000: 40,  # FileCreated
        5009: 110,  # FileDownloaded
        5010: 18,  # FileDownloadedAs
        5057: 4,  # FolderDownloaded
        5015: 22,  # FileMoved
        5013: 14,  # FileCopied
        5017: 16,  # FileMovedToTrash
        5018: 5,  # FileDeleted
        5004: 2,  # FileDeletedVersion
        5061: 1,  # TrashEmptied
        5019: 12,  # FolderCreated
        5020: 4,  # FolderRenamed
        5006: 5,  # FileLocked
        5007: 5,  # FileUnlocked
        5091: 5,  # FileExternalLinkCreated
        5092: 2,  # FileExternalLinkUpdated
        5088: 2,  # RoomExternalLinkCreated
        5082: 2,  # RoomInvitationLinkUpdated
        5085: 4,  # RoomCreateUser
        5075: 3,  # RoomUpdateAccessForUser
        5084: 2,  # RoomRemoveUser
        5071: 1,  # RoomRenamed
        4002: 2,  # UserCreatedViaInvite
        4006: 3,  # UserUpdated
        4017: 2,  # UserUpdatedPassword
        4018: 1,  # UserDeleted
        4019: 1,  # UsersUpdatedType
        6009: 1,  # AdministratorAdded
        6011: 1,  # AdministratorDeleted
        6004: 1,  # PasswordStrengthSettingsUpdated
        6018: 1,  # GreetingSettingsUpdated
        6035: 1,  # AuditSettingsUpdated
        6058: 1,  # ApiKeyCreated
    }
)
SIGN_INS = MappingProxyType(
    {1029: 60, 1000: 10, 1006: 25, 1002: 6, 1015: 8, 1021: 6, 1022: 1, 1004: 1, 1023: 1, 1010: 2}
)
BULK = (5017, 5018, 5015, 5009, 5011)
"""What is done to many files at once, in one second."""
MOVES = frozenset({5015, 5016})
ADMINISTRATION = range(6000, 7000)

_DAY = (1, 1, 1, 1, 1, 2, 6, 20, 70, 100, 100, 90, 60, 90, 100, 100, 85, 50, 20, 12, 8, 5, 3, 2)


def busyness(local: datetime) -> int:
    """Weigh an hour of the office's clock; a weekend has a twelfth of it."""
    weight = _DAY[local.hour] * 12
    return weight if local.weekday() < 5 else weight // 12

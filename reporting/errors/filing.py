"""The report was made, but not filed."""

from reporting.errors.base import ComplianceError


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

"""Errors of filing: the report was made, but not filed."""

from reporting.errors.base import ComplianceError


class FilingError(ComplianceError):
    """The report could not be filed in DocSpace."""


class FolderMissing(FilingError):
    """The portal {host} has no folder {folder} (404)."""

    hint = "Set COMPLIANCE_ROOM_FOLDER_ID to the folder's number: the last number in its address in the browser."


class FolderForbidden(FilingError):
    """The API key's owner may not add files to folder {folder} on {host} (403)."""

    hint = "Being an administrator is not enough: make the key's owner Room manager or Content creator in that room."


class TooLargeToFile(FilingError):
    """The portal {host} refused a file of {size} bytes (402): its storage is full, or its plan is unpaid."""

    hint = "The report itself is complete. Free up space, or raise the storage limit of the room or the portal."


class UploadTooLarge(FilingError):
    """The portal {host} refused a file of {size} bytes (413): this exceeds the limit of the portal or its proxy."""

    hint = (
        "The report itself is complete. Ask whoever runs the portal, or the proxy in front of it, to raise the upload "
        "limit above 10 MiB (nginx: client_max_body_size)."
    )


class TooLargeForParts(FilingError):
    """The report can't be split into files of less than {limit} bytes: one record with the header takes {size}."""

    hint = (
        "The report is complete, but the portal's file size limit is very small: raise it in the plan or the settings."
    )


class UploadLost(FilingError):
    """The portal {host} lost the upload of {name} on every try."""

    hint = "Request the report again; if it keeps failing, show this message to the portal's administrator."
    transient = True


class UploadUnconfirmed(FilingError):
    """The report was sent to {host}, but the file there does not match: {found}."""

    hint = "Check the file in DocSpace, then request the report again."

"""Errors of DocSpace: it did not return what was needed."""

from reporting.errors.base import ComplianceError


class PortalError(ComplianceError):
    """The portal {host} did not return what was needed."""


class PortalUnreachable(PortalError):
    """The portal {host} could not be reached: {reason}."""

    hint = "Check DOCSPACE_API_HOST and this machine's connection to it; if the portal is down, try again later."
    transient = True


class PortalBusy(PortalError):
    """The portal {host} keeps refusing requests because there are too many (429)."""

    hint = "Try again in a few minutes, or lower DOCSPACE_REQUESTS_PER_MINUTE."
    transient = True


class PortalFailing(PortalError):
    """The portal {host} keeps failing with HTTP {status}."""

    hint = "The portal has a problem. Try again later; if it keeps failing, show this message to its administrator."
    transient = True


class TlsFailed(PortalError):
    """Can't make a secure connection to the portal {host}: {reason}."""

    hint = "Check that the address and port in DOCSPACE_API_HOST use https."


class CertificateRejected(PortalError):
    """The portal {host} has an untrusted TLS certificate: {reason}."""

    hint = "Check the address. For a private certificate authority, set SSL_CERT_FILE to its certificate."


class KeyRejected(PortalError):
    """The portal {host} rejected the API key (401)."""

    hint = (
        "The key is wrong, expired or disabled. Create one in DocSpace (Developer tools, API keys) and set "
        "DOCSPACE_API_KEY to it."
    )


class KeyTooWeak(PortalError):
    """The API key may not {act} on {host} (403)."""

    hint = "The key needs the scopes *:read and files:write, and its owner must be a DocSpace administrator."


class PlanUnpaid(PortalError):
    """The portal {host} refused the request because of its plan or an unpaid bill (402)."""

    hint = "Ask the portal's owner to check the plan and its payment."


class PortalMissing(PortalError):
    """There is no DocSpace portal at {host}, or it is suspended (404)."""

    hint = "Check DOCSPACE_API_HOST: the portal's own address, such as https://yourname.onlyoffice.com."


class PortalRedirects(PortalError):
    """The portal {host} redirects to {target}; the API key is not sent there."""

    hint = "If that address is right, set DOCSPACE_API_HOST to it."


class ContentElsewhere(PortalError):
    """The portal {host} stores file content at {target}; the API key is not sent there."""

    hint = "Set DOCSPACE_API_HOST to the exact address, scheme and port included, that the portal's own links use."


class PortalTooOld(PortalError):
    """The portal {host} runs DocSpace {version}; audit dates are not reliable before 3.0."""

    hint = "Update the portal to DocSpace 3.1 or newer."


class FileGone(PortalError):
    """The portal {host} no longer has {what}."""

    hint = "To find out what happened to it, check the room's trash or the portal's audit trail."


class AnswerUnreadable(PortalError):
    """The portal {host} sent an unreadable response to {path}: {found}."""

    hint = (
        "The response was damaged in transit, or a proxy answered for the portal. Try again later; if it keeps "
        "failing, ask whoever runs the network between the bot and the portal."
    )
    transient = True


class NotAnAnswer(AnswerUnreadable):
    """The portal {host} sent something other than an API response to {path}: {found}."""

    hint = (
        "A proxy or a login page may be in front of the portal, or it may be under maintenance. Open "
        "DOCSPACE_API_HOST in a browser to check."
    )
    transient = True


class AnswerTooLarge(PortalError):
    """The portal {host} sent more than {limit} MiB in response to {path}; no API response is that large."""

    hint = (
        "A proxy in front of the portal may be broken, or this may be an attack. Show this message to the portal's"
        " administrator."
    )


class AnswerUnknown(PortalError):
    """The portal {host} sent a response to {path} in a format that this bot does not know: {found}."""

    hint = "This DocSpace may be newer than this release of the bot. Look for a newer release, or report this message."


class Declined(PortalError):
    """The portal {host} declined {path}: {reason}."""

    hint = "The portal's own message is above; its administrator can tell you more."

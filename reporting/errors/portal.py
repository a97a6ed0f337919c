"""DocSpace did not give what was needed."""

from reporting.errors.base import ComplianceError


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

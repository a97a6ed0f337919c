"""The rows of the audit trail and the sign-in history."""

from datetime import datetime
from typing import Annotated

import msgspec

LARGEST = 2**63 - 1
Number = Annotated[int, msgspec.Meta(ge=-LARGEST, le=LARGEST)]
"""An integer as databases have them."""
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""A date that says its offset."""


class AuditEvent(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """One row of the audit trail, as the portal's API returns it. Every text in it is untrusted.

    Source: ``AuditEventDto`` of DocSpace server 3.0 to 3.7.2. Properties that are null are left out on the wire.
    """

    id: Number
    date: Moment
    """Aware; in the portal's zone on the wire, and one hour late in the first of autumn's two repeated hours."""
    user: str = ""
    """The name as it is now, not as it was then, and in the language of the key's owner where it is made up."""
    user_id: str = ""
    action: str = ""
    """A sentence in the language of the key's owner; empty for some actions."""
    action_id: Number = 0
    ip: str = ""
    """Without the part after the first colon: an IPv6 address arrives cut."""
    country: str = ""
    city: str = ""
    browser: str = ""
    platform: str = ""
    page: str = ""
    """An address with its query, which may carry the keys of public links."""
    context: str = ""
    target: list[str] = []
    entries: list[Number] = []
    """What kinds of things the targets are, in their order; the last kind goes for the rest."""


class SignIn(AuditEvent, frozen=True, gc=False, rename="camel"):
    """One row of the sign-in history. Source: ``LoginEventDto`` of DocSpace server 3.0 to 3.7.2."""

    login: str = ""
    """What was typed or found as the name to sign in with."""

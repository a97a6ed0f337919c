"""A stand-in DocSpace portal: the real protocol over HTTP on loopback, as strict as the server."""

from bot.sandbox.portal.audit import AuditLog
from bot.sandbox.portal.events import AuditEvent, LoginEvent
from bot.sandbox.portal.faults import Faults
from bot.sandbox.portal.generation import Generation
from bot.sandbox.portal.lies import Lie, LieKind
from bot.sandbox.portal.logins import LoginLog
from bot.sandbox.portal.mishaps import (
    Damaged,
    Drip,
    ErrorBody,
    Fault,
    Garbage,
    Hang,
    Html,
    NoResponse,
    Redirect,
    Reset,
    Slow,
    Status,
    TooLong,
    Truncated,
    too_many,
)
from bot.sandbox.portal.month import EventSeries, login_events, month_of_events
from bot.sandbox.portal.portal import StandInPortal
from bot.sandbox.portal.query import AuditQuery
from bot.sandbox.portal.semantics import Bound, DateHeader, Question, Semantics
from bot.sandbox.portal.setup import FolderSetup, PortalSetup

__all__ = [
    "AuditEvent",
    "AuditLog",
    "AuditQuery",
    "Bound",
    "Damaged",
    "DateHeader",
    "Drip",
    "ErrorBody",
    "EventSeries",
    "Fault",
    "Faults",
    "FolderSetup",
    "Garbage",
    "Generation",
    "Hang",
    "Html",
    "Lie",
    "LieKind",
    "LoginEvent",
    "LoginLog",
    "NoResponse",
    "PortalSetup",
    "Question",
    "Redirect",
    "Reset",
    "Semantics",
    "Slow",
    "StandInPortal",
    "Status",
    "TooLong",
    "Truncated",
    "login_events",
    "month_of_events",
    "too_many",
]

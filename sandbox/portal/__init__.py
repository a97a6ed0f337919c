"""A stand-in DocSpace portal: the real protocol over HTTP on loopback, as strict as the server."""

from sandbox.portal.audit import AuditLog
from sandbox.portal.events import AuditEvent, LoginEvent
from sandbox.portal.fault_kinds import (
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
from sandbox.portal.faults import Faults
from sandbox.portal.generation import Generation
from sandbox.portal.lies import Lie, LieKind
from sandbox.portal.login_history import LoginLog
from sandbox.portal.portal import StandInPortal
from sandbox.portal.query import AuditQuery
from sandbox.portal.sample_month import EventSeries, login_events, month_of_events
from sandbox.portal.semantics import Bound, DateHeader, Question, Semantics
from sandbox.portal.setup import FolderSetup, PortalSetup

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

"""A stand-in Slack workspace: strict like Slack, on loopback, with the people in it."""

from sandbox.slack.answers import Touch
from sandbox.slack.calls import Call
from sandbox.slack.delivery import Delivery, Sending
from sandbox.slack.faults import (
    Fault,
    Faults,
    delay,
    drip,
    half,
    hang,
    html,
    rate_limit,
    refuse,
    reset,
    server_error,
    unclear,
)
from sandbox.slack.messages import File, Message
from sandbox.slack.setup import Channel, User, UserGroup, WorkspaceSetup
from sandbox.slack.transcript import screen, transcript
from sandbox.slack.views import View
from sandbox.slack.workspace import Workspace
from sandbox.slack.workspace_server import StandInSlack

__all__ = [
    "Call",
    "Channel",
    "Delivery",
    "Fault",
    "Faults",
    "File",
    "Message",
    "Sending",
    "StandInSlack",
    "Touch",
    "User",
    "UserGroup",
    "View",
    "Workspace",
    "WorkspaceSetup",
    "delay",
    "drip",
    "half",
    "hang",
    "html",
    "rate_limit",
    "refuse",
    "reset",
    "screen",
    "server_error",
    "transcript",
    "unclear",
]

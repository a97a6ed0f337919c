"""A stand-in Slack workspace: strict like Slack, on loopback, with the people in it."""

from bot.sandbox.slack.answers import Touch
from bot.sandbox.slack.calls import Call
from bot.sandbox.slack.delivery import Delivery, Sending
from bot.sandbox.slack.faults import (
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
from bot.sandbox.slack.messages import File, Message
from bot.sandbox.slack.setup import Channel, User, UserGroup, WorkspaceSetup
from bot.sandbox.slack.standin import StandInSlack
from bot.sandbox.slack.transcript import screen, transcript
from bot.sandbox.slack.views import View
from bot.sandbox.slack.workspace import Workspace

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

"""One local page to look at and play with: the stand-in workspace as people see it, the stand-in portal beside it."""

from sandbox.page.manifest import Command, Manifest, Shortcut, read_manifest
from sandbox.page.page import SandboxPage

__all__ = ["Command", "Manifest", "SandboxPage", "Shortcut", "read_manifest"]

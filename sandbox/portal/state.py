"""All that one portal knows."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.portal.audit import AuditLog
from sandbox.portal.events import AuditEvent
from sandbox.portal.files import Files
from sandbox.portal.login_history import LoginLog
from sandbox.portal.seed_people import OWNER, PEOPLE, Person
from sandbox.portal.setup import Clock, PortalSetup
from sandbox.portal.upload_sessions import Sessions
from sandbox.portal.wire import Request, Response


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    setup: PortalSetup
    now: Clock
    audit: AuditLog
    logins: LoginLog
    files: Files
    sessions: Sessions
    owner: Person = OWNER
    """Whose key it is."""
    people: tuple[Person, ...] = PEOPLE

    def record(self, request: Request, action_id: int, *, file_id: int, title: str, folder_id: int) -> None:
        """Write what the key's owner did into the audit trail, dated now."""
        room = self.files.folder(folder_id)
        self.audit.add(
            AuditEvent(
                id=self.audit.next_id(),
                date=self.now(),
                action_id=action_id,
                user_id=self.owner.id,
                user=self.owner.name,
                arguments=(title,),
                ip="127.0.0.1",
                browser=request.headers.get("user-agent"),
                page=request.url,
                target=(str(file_id),),
                context=f"Rooms: {room.title}",
                room_id=folder_id,
            )
        )


Endpoint = Callable[[State, Request, dict[str, str]], Response]

"""Fingerprint an event in 18 bytes (id, facts, labels), to compare it with another reading.

Labels are what the portal tells of people and actions as it names them now; the rest are facts, which never change.
"""

from datetime import datetime
from hashlib import blake2b
from struct import Struct
from zlib import crc32

import msgspec

from reporting.events import AuditEvent

ROW = Struct(">q6sI")
"""Id, hash of the facts, hash of the labels."""
encode = msgspec.msgpack.Encoder().encode


def fingerprint(event: AuditEvent, _local: datetime) -> bytes:
    facts = (
        event.date,  # as an instant, whatever its zone
        event.user_id,
        event.action_id,
        event.ip,
        event.country,
        event.city,
        event.browser,
        event.platform,
        event.page,
        event.context,
        event.target,
        event.entries,
    )
    labels = f"{event.user}\0{event.action}"
    return ROW.pack(event.id, blake2b(encode(facts), digest_size=6).digest(), crc32(labels.encode()))

"""The one file of a multipart form: the upload URL takes it as well as raw bytes."""

from email import message_from_bytes
from email.policy import HTTP


def first_file(content_type: str, body: bytes) -> bytes:
    if not content_type.startswith("multipart/form-data"):
        return body
    message = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body, policy=HTTP)
    for part in message.iter_parts():
        payload = part.get_payload(decode=True)
        if part.get_filename() and isinstance(payload, bytes):
            return payload
    return b""

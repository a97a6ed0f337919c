"""Slack's request signature, right and wrong.

Source: https://docs.slack.dev/authentication/verifying-requests-from-slack, version v0.
"""

import hashlib
import hmac
from typing import Literal

Signature = Literal["valid", "forged", "stale", "missing", "garbled"]
STALE_SECONDS = 6 * 60


def signed(secret: str, now: float, body: bytes, how: Signature) -> dict[str, str]:
    """Return the headers of a request: signed, or wrong in the way asked for.

    ``stale`` is signed well, six minutes ago; ``garbled`` has a timestamp that is no number.
    """
    if how == "missing":
        return {}
    stamp = "yesterday" if how == "garbled" else str(int(now - (STALE_SECONDS if how == "stale" else 0)))
    key = secret if how != "forged" else secret[::-1] + "!"
    digest = hmac.new(key.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

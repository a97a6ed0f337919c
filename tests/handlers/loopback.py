"""A server on this machine that keeps what it is sent and answers what it is told to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qsl


@dataclass
class Recorded:
    """Slack's Web API and its response URLs, as far as a listener needs them."""

    url: str
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """Methods with their arguments."""
    refusals: dict[str, str] = field(default_factory=dict)
    """Slack's errors by method."""

    @property
    def whispers(self) -> list[dict[str, Any]]:
        """What was sent to a response URL."""
        return [said for method, said in self.calls if method == "whisper"]

    def said(self, method: str) -> list[dict[str, Any]]:
        return [arguments for called, arguments in self.calls if called == method]


@contextmanager
def recorded() -> Iterator[Recorded]:
    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            structured = "json" in self.headers.get("content-type", "")
            method = self.path.removeprefix("/")
            slack.calls.append((method, json.loads(body) if structured else dict(parse_qsl(body))))
            refusal = slack.refusals.get(method)
            done = {"ok": True, "channel": "D7", "ts": "1.8"} if method == "chat.postMessage" else {"ok": True}
            answer = json.dumps({"ok": False, "error": refusal} if refusal else done).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        slack = Recorded(f"http://127.0.0.1:{server.server_port}/")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield slack
        server.shutdown()
        thread.join()

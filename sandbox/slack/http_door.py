"""What the workspace answers over HTTP: methods, uploads, downloads, response URLs."""

import json
import threading
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, replace

from sandbox.multipart import first_file
from sandbox.slack.calls import Call
from sandbox.slack.faults import Fault, Faults
from sandbox.slack.http_server import Answer, Asked
from sandbox.slack.refusal import Refusal
from sandbox.slack.respond import answer_url
from sandbox.slack.webapi import dispatch
from sandbox.slack.webapi.files import take
from sandbox.slack.webapi.method import Site
from sandbox.slack.wire import Json, Wire

NOT_FOUND = Answer(404, b"Not found", "text/plain")
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass(frozen=True, slots=True)
class HttpDoor:
    site: Site
    tokens: dispatch.Tokens
    faults: Faults
    calls: list[Call]
    stopping: threading.Event

    def respond(self, asked: Asked) -> Answer | None:
        path = urllib.parse.unquote(urllib.parse.urlsplit(asked.path).path)
        if path.startswith("/files-pri/") and asked.method == "GET":
            return self._download(path, asked)
        if asked.method != "POST" and not path.startswith("/api/"):
            return NOT_FOUND
        if path.startswith("/api/"):
            name = path.removeprefix("/api/").strip("/")
            return self._spoilt(name, lambda: self._method(name, asked))
        if path.startswith("/upload/v1/"):
            return self._spoilt("upload", lambda: self._upload(path.removeprefix("/upload/v1/"), asked))
        if path.startswith("/commands/"):
            return self._spoilt("response_url", lambda: self._answer(path.removeprefix("/commands/"), asked))
        return NOT_FOUND

    def _spoilt(self, name: str, perform: Callable[[], Answer]) -> Answer | None:
        """Perform the call, or what was planned for it."""
        fault = self.faults.take(name)
        if fault is None:
            return perform()
        if fault.delay:
            self.stopping.wait(fault.delay)
        answer = perform() if fault.performed or not fault.spoils else None
        if fault.hang:
            self.faults.wait()
        if fault.hang or fault.cut:
            self._cut(name, answer)
            return None
        if answer and (fault.half or fault.drip):
            return replace(answer, body=answer.body[: len(answer.body) // 2 if fault.half else None], drip=fault.drip)
        if fault.page is not None:
            self._record(name, {}, ok=False, error="a page", status=200)
            return Answer(200, fault.page.encode(), "text/html; charset=utf-8")
        return self._failed(name, fault) if fault.spoils else answer

    def _cut(self, name: str, answer: Answer | None) -> None:
        if answer is None:
            self._record(name, {}, ok=False, error="connection reset", status=0)

    def _failed(self, name: str, fault: Fault) -> Answer:
        status = fault.status or 200
        error = fault.error or ("ratelimited" if status == 429 else "internal_error")
        headers = {} if fault.retry_after is None else {"retry-after": str(fault.retry_after)}
        self._record(name, {}, ok=False, error=error, status=status)
        return Answer(status, _dump({"ok": False, "error": error}), headers=headers)

    def _method(self, name: str, asked: Asked) -> Answer:
        try:
            values = _values(asked)
        except ValueError:
            return Answer(200, _dump({"ok": False, "error": "invalid_json"}))
        token = str(values.pop("token", "")) or asked.headers.get("authorization", "").removeprefix("Bearer ").strip()
        answer = dispatch.call(self.site, self.tokens, name, token, values)
        retry_after = answer.pop("retry_after", None)
        status = 200 if retry_after is None else 429
        self._record(name, values, ok=answer["ok"], error=answer.get("error"), status=status)
        headers = {"x-oauth-scopes": ",".join(sorted(self.site.workspace.setup.scopes))}
        if name in dispatch.METHODS and dispatch.METHODS[name].scope:
            headers["x-accepted-oauth-scopes"] = str(dispatch.METHODS[name].scope)
        if retry_after is not None:
            headers["retry-after"] = str(retry_after)
        return Answer(status, _dump(answer), headers=headers)

    def _upload(self, file_id: str, asked: Asked) -> Answer:
        content = first_file(asked.headers.get("content-type", ""), asked.body)
        try:
            said = take(self.site.workspace, file_id, content)
        except Refusal as refusal:
            self._record("upload", {"file": file_id}, ok=False, error=refusal.error, status=400)
            return Answer(400, refusal.error.encode(), "text/plain")
        self._record("upload", {"file": file_id, "length": len(content)}, ok=True, error=None, status=200)
        return Answer(200, said.encode(), "text/plain")

    def _answer(self, ticket: str, asked: Asked) -> Answer:
        try:
            payload = json.loads(asked.body)
            answer_url(self.site, ticket, payload)
        except ValueError:
            return Answer(400, b"invalid_payload", "text/plain")
        except Refusal as refusal:
            self._record("response_url", {}, ok=False, error=refusal.error, status=404)
            return Answer(404, _dump(refusal.wire()))
        self._record("response_url", payload, ok=True, error=None, status=200)
        return Answer(200, b"ok", "text/html")

    def _download(self, path: str, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"Bearer {self.tokens.bot}":
            return Answer(403, b"Forbidden", "text/plain")
        file_id = path.split("/")[2].rpartition("-")[2]
        file = self.site.workspace.files.get(file_id)
        if file is None or file.content is None:
            return NOT_FOUND
        return Answer(200, file.content, "application/octet-stream")

    def _record(self, name: str, args: Json, *, ok: bool, error: str | None, status: int) -> None:
        self.calls.append(Call(name, args, ok=ok, error=error, status=status, at=self.site.workspace.clock()))


def _values(asked: Asked) -> Json:
    """Return the arguments of the query, and of a form or JSON body."""
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(asked.path).query, keep_blank_values=True))
    kind = asked.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not asked.body:
        return query
    if kind == JSON:
        values: Wire = json.loads(asked.body)
        if not isinstance(values, dict):
            raise ValueError(kind)
        return query | values
    return query | dict(urllib.parse.parse_qsl(asked.body.decode(), keep_blank_values=True))


def _dump(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()

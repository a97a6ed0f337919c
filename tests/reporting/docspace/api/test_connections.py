import os
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from reporting.docspace.api.client import Portal, connect
from reporting.docspace.api.minimum_rate import MinimumRate, enforce
from reporting.docspace.api.network import certificates
from reporting.docspace.api.rate_limit import RateLimit
from reporting.errors.base import WrongSettings
from reporting.errors.portal import CertificateRejected, PortalUnreachable, TlsFailed

LIMIT = 5.0
"""Seconds that a test waits at most for what must happen."""


def ask(url: str, key: str = "sk-key") -> dict[str, str]:
    with connect(url, key) as client:
        portal = Portal(client, RateLimit(per_minute=10, at_once=1), patience=1, minutes=10)
        return portal.get("/settings/version/build", dict[str, str])


@pytest.mark.parametrize("key", ["sk-hush\n", "sk-hush\r\nX: 1"])
def test_a_key_that_cannot_be_sent_is_not_quoted(key: str) -> None:
    with pytest.raises(PortalUnreachable) as refused:
        ask("http://127.0.0.1:9", key)
    assert "hush" not in f"{refused.value} {refused.value.advice} {refused.value.facts}"


@contextmanager
def listening(serve: Callable[[socket.socket], object]) -> Iterator[int]:
    """A port whose every connection is given to *serve*."""
    over = threading.Event()

    def accept(listener: socket.socket) -> None:
        while not over.is_set():
            with suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    connection.settimeout(LIMIT)
                    serve(connection)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        thread = threading.Thread(target=accept, args=(listener,))
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            over.set()
            thread.join(LIMIT)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Of 127.0.0.1, signed by nobody but itself; its key is in the same file."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("makes its certificate with openssl")
    made, public = tmp_path / "self-signed.pem", tmp_path / "public.pem"
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
    more = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(made), "-out", str(public)]
    subprocess.run([program, *words.split(), *more], check=True, capture_output=True, timeout=LIMIT)
    with made.open("ab") as whole:
        whole.write(public.read_bytes())
    return made


def test_a_file_of_certificates_is_read_once_and_again_when_it_has_changed(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    first = certificates(os.environ)
    assert certificates(os.environ) is first
    later = certificate.stat().st_mtime_ns + 1_000_000_000
    os.utime(certificate, ns=(later, later))
    assert certificates(os.environ) is not first
    certificate.write_text("no certificate")
    with pytest.raises(WrongSettings, match="SSL_CERT_FILE"):
        certificates(os.environ)


def test_a_port_where_nobody_listens_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(PortalUnreachable):
        ask(f"http://127.0.0.1:{port}")


def test_a_portal_that_hangs_up_without_a_word_is_unreachable() -> None:
    with listening(lambda connection: connection.recv(65_536)) as port, pytest.raises(PortalUnreachable):
        ask(f"http://127.0.0.1:{port}")


def test_something_that_does_not_speak_http_is_unreachable() -> None:
    with (
        listening(lambda connection: connection.sendall(b"220 mail.test ESMTP\r\n")) as port,
        pytest.raises(PortalUnreachable),
    ):
        ask(f"http://127.0.0.1:{port}")


def test_a_certificate_that_nobody_vouches_for_is_rejected(certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    with (
        listening(lambda connection: context.wrap_socket(connection, server_side=True).close()) as port,
        pytest.raises(CertificateRejected, match=r"self.signed certificate"),
    ):
        ask(f"https://127.0.0.1:{port}")


def test_https_to_a_port_that_speaks_plain_http_is_told_as_a_fault_of_the_address() -> None:
    def answer(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")

    with listening(answer) as port, pytest.raises(TlsFailed):
        ask(f"https://127.0.0.1:{port}")


def test_an_answer_that_drips_behind_tls_is_given_up(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    over = threading.Event()

    def drip(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            secured.recv(65_536)
            while not over.wait(0.02):
                secured.sendall(b"H")

    with listening(drip) as port, connect(f"https://127.0.0.1:{port}", "sk-key") as client:
        enforce(MinimumRate(grace=0.3, bytes_per_second=100_000_000), client)
        portal = Portal(client, RateLimit(per_minute=10, at_once=1), patience=0.1, minutes=10)
        try:
            with pytest.raises(PortalUnreachable, match=r"too slow|timed out"):
                portal.get("/settings/version/build", dict[str, str])
        finally:
            over.set()

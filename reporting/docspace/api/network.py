"""Choose the proxy and the trusted certificates of a connection.

Plain http is for this machine alone (the settings refuse it elsewhere), so it never goes through a proxy: HTTP_PROXY
is not read. Everything that cannot work is refused by the name of its environment variable; values may hold passwords
and are never quoted.

Source: https://everything.curl.dev/usingcurl/proxies/env.html for the names, their order and NO_PROXY.
"""

import ipaddress
import os
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from reporting.errors.base import WrongSettings
from reporting.os_error import os_reason

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
HTTPS_PORT = 443
EXAMPLE = "http://proxy.example.com:3128"
TRUST = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
"""Variables that certificates depend on."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that https goes through."""

    variable: str
    """The environment variable that names it."""
    url: str = field(repr=False)
    """May hold a password."""

    @property
    def address(self) -> str:
        """Scheme, host and port, without name and password."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def proxy_for(url: str, environment: Mapping[str, str]) -> Proxy | None:
    """The proxy that requests to *url* go through; None if they go straight there.

    Raises:
        WrongSettings: the environment names one that cannot be used.
    """
    parts = urlsplit(url)
    if parts.scheme != "https":
        return None
    found = https_proxy(environment)
    return None if found is None or is_excepted(parts.hostname or "", parts.port, environment) else found


def https_proxy(environment: Mapping[str, str]) -> Proxy | None:
    """The proxy that HTTPS_PROXY names, or else ALL_PROXY.

    Raises:
        WrongSettings: it cannot be used.
    """
    for pair in ("https_proxy", "all_proxy"):
        name, value = variable(pair, environment)
        if value:
            return Proxy(name, checked(name, value if "://" in value else f"http://{value}"))
    return None


def variable(name: str, environment: Mapping[str, str]) -> tuple[str, str]:
    """A variable's name as it is set, and its value; an empty one in lower case switches the other off."""
    found = name if name in environment else name.upper()
    return found, environment.get(found, "").strip()


def checked(name: str, url: str) -> str:
    """*url*, if it is the address of an HTTP proxy; raises WrongSettings by the *name* of its variable."""
    try:
        parts = urlsplit(url)
        httpx.Proxy(url)
        usable = parts.scheme in {"http", "https"} and parts.port != 0 and is_host(parts.hostname or "")
        bare = not (parts.query or parts.fragment or parts.path.strip("/"))
    except (ValueError, httpx.InvalidURL):
        usable = bare = False
    if not (usable and bare):
        problem = f"{name} does not name an HTTP proxy; write {EXAMPLE}, or clear it (SOCKS proxies cannot be used)"
        raise WrongSettings(problems=problem)
    return url


def is_host(name: str) -> bool:
    """Whether *name* can be looked up: an IP address, or a name that DNS can hold."""
    try:
        return bool(name.encode("idna")) and name.isprintable() and " " not in name
    except UnicodeError:  # an empty label, or one of more than 63 characters
        return False


def is_excepted(host: str, port: int | None, environment: Mapping[str, str]) -> bool:
    """Whether NO_PROXY names the *host*: itself, a domain that it is in, a network that its address is in, or ``*``.

    Raises:
        WrongSettings: NO_PROXY cannot be understood.
    """
    address = ip_address(host)
    for name, only_port in exceptions(environment):
        if only_port not in {None, port or HTTPS_PORT}:
            continue
        if isinstance(name, str):
            if name in {"*", host} or host.endswith(f".{name}"):
                return True
        elif address in name:
            return True
    return False


def exceptions(environment: Mapping[str, str]) -> Iterator[tuple[str | Network, int | None]]:
    """What NO_PROXY names: a name or a network, and the port that it is for."""
    name, value = variable("no_proxy", environment)
    for entry in filter(None, (part.strip().casefold() for part in value.split(","))):
        try:
            yield exception(entry.rpartition("://")[2])
        except ValueError:
            problem = f"{name} holds an entry that is neither a host nor a network; write names with commas between"
            raise WrongSettings(problems=problem) from None


def exception(entry: str) -> tuple[str | Network, int | None]:
    """An entry in normal form.

    Raises:
        ValueError: that is unknown.
    """
    if address := ip_address(entry.strip("[]")):
        return ipaddress.ip_network(address), None
    if "/" in entry:
        return ipaddress.ip_network(entry, strict=False), None
    parts = urlsplit(f"//{entry}")
    name = (parts.hostname or "").removeprefix("*.").removeprefix(".")
    if entry.startswith("*") and not name.strip("*"):
        return "*", parts.port
    if not is_host(name.lstrip("*")):
        raise ValueError(entry)
    address = ip_address(name)
    return (ipaddress.ip_network(address) if address else name.lstrip("*")), parts.port


def ip_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def trust_store(make: Callable[[], ssl.SSLContext], environment: Mapping[str, str]) -> ssl.SSLContext:
    """What *make* makes of the environment, once for as long as that and SSL_CERT_FILE are the same.

    Raises:
        OSError: SSL_CERT_FILE cannot be read.
    """
    file = environment.get("SSL_CERT_FILE", "")
    changed = Path(file).stat().st_mtime_ns if file else 0
    return kept(make, changed, *(environment.get(name, "") for name in TRUST))


@lru_cache(maxsize=8)
def kept(make: Callable[[], ssl.SSLContext], *_state: str | int) -> ssl.SSLContext:
    """Reading the certificates takes up to 100 ms."""
    return make()


def certificates(environment: Mapping[str, str]) -> ssl.SSLContext:
    """Whose certificates are trusted: those of SSL_CERT_FILE or SSL_CERT_DIR, or else those that httpx brings.

    Raises:
        WrongSettings: they cannot be read, or SSLKEYLOGFILE cannot be written.
    """
    file, folder, keys = (environment.get(name, "") for name in TRUST)
    name = "SSLKEYLOGFILE"
    try:
        if keys:
            Path(keys).open("a").close()
        name = "SSL_CERT_FILE" if file else "SSL_CERT_DIR"
        if folder and not file and not any(Path(place).is_dir() for place in folder.split(os.pathsep)):
            raise NotADirectoryError("it is no folder")
        return trust_store(httpx.create_ssl_context, environment)
    except ssl.SSLError:
        raise WrongSettings(problems=f"{name} names a file that holds no certificates in PEM form") from None
    except (OSError, ValueError) as error:
        why = os_reason(error) if isinstance(error, OSError) else "it is no path"
        raise WrongSettings(problems=f"{name} names a place that cannot be used ({why})") from None

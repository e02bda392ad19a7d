"""Posting to an address outside: resolved once, refused where it must not lead, pinned, and capped in time and size.

What an address may lead to is what the internet may reach; an intranet's hosts and networks are named by the setting
WEBHOOK_ALLOW. No database and no clock of the wall.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Collection, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

CONNECT_SECONDS = 5
ANSWER_SECONDS = 10
ANSWER_BYTES = 64 * 1024
PORTS = {"https": 443, "http": 80}

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class PostRefusedError(ValueError):
    """The address leads where nothing may be sent, or is none; trying again will not help until somebody changes it."""


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the wish to be asked again in so many seconds at the earliest, and the text."""

    status: int
    retry_after: int | None = None
    text: str = ""

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True)
class Target:
    """Where a post goes: the name for the certificate and the Host header, the address that it is pinned to."""

    is_secure: bool
    host: str
    port: int
    path: str
    address: str

    @property
    def netloc(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == PORTS["https" if self.is_secure else "http"] else f"{name}:{self.port}"


def find_target(url: str, *, allow: Collection[str] = ()) -> Target:
    """The target of an address, looked up once. Raises PostRefusedError, and OSError when the name is not known."""
    parts = _split(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(str(each[4][0])) for each in found]
    named = host in allow
    if not named and not all(is_public(each) or _is_allowed(each, allow) for each in addresses):
        raise PostRefusedError(f"{host}: leads to an address that is not public")
    if parts.scheme == "http" and not named and not all(_is_allowed(each, allow) for each in addresses):
        raise PostRefusedError(f"{host}: only https")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme == "https", host, port, path, str(addresses[0]))


def _split(url: str) -> SplitResult:
    """The parts of an address that can be one; nothing is resolved."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise PostRefusedError("not an address") from error
    if parts.scheme not in PORTS or not parts.hostname or port == 0:
        raise PostRefusedError("not an address that starts with https://")
    if "@" in parts.netloc:
        raise PostRefusedError("an address with a name or password in it")
    if not url.isascii() or any(each <= " " or each == "\x7f" for each in url):
        raise PostRefusedError("an address with characters that none has")
    return parts


def is_public(address: IPAddress) -> bool:
    """Whether the internet reaches it: nothing private, local, reserved or multicast, also not wrapped into IPv6."""
    if mapped := getattr(address, "ipv4_mapped", None):
        return is_public(mapped)
    if any(getattr(address, name, None) for name in ("sixtofour", "teredo", "is_site_local")):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _is_allowed(address: IPAddress, allow: Collection[str]) -> bool:
    """Whether a network or an address that the setting names holds it."""
    plain = getattr(address, "ipv4_mapped", None) or address
    return any(plain in network for network in map(_network, allow) if network)


def _network(word: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """The network that a word names; None for the name of a host."""
    try:
        return ipaddress.ip_network(word)
    except ValueError:
        return None


def post(url: str, body: bytes, headers: Mapping[str, str], *, allow: Collection[str] = ()) -> Answer:
    """One POST, no redirect followed; the answer of whatever status.

    Raises PostRefusedError, OSError (no connection, a bad certificate, no answer in time) and HTTPException (no HTTP).
    """
    target = find_target(url, allow=allow)
    plain = socket.create_connection((target.address, target.port), timeout=CONNECT_SECONDS)
    line = _secured(plain, target) if target.is_secure else plain
    watch = threading.Timer(ANSWER_SECONDS, _cut, [line])  # one slow byte at a time ends too
    watch.start()
    try:
        with closing(http.client.HTTPConnection(target.host, target.port)) as connection:
            line.settimeout(ANSWER_SECONDS)
            connection.sock = line
            return _exchange(connection, target, body, headers)
    finally:
        watch.cancel()
        line.close()


def _secured(plain: socket.socket, target: Target) -> socket.socket:
    """The certificate must be the host's, whatever address it was looked up to; greeted with the first byte."""
    context = ssl.create_default_context()
    return context.wrap_socket(plain, server_hostname=target.host, do_handshake_on_connect=False)


def _exchange(
    connection: http.client.HTTPConnection, target: Target, body: bytes, headers: Mapping[str, str]
) -> Answer:
    if isinstance(connection.sock, ssl.SSLSocket):
        connection.sock.do_handshake()
    connection.request("POST", target.path, body, {**headers, "Host": target.netloc, "Connection": "close"})
    response = connection.getresponse()
    text = response.read(ANSWER_BYTES).decode(errors="replace")
    return Answer(response.status, _seconds(response.getheader("Retry-After")), text)


def _cut(line: socket.socket) -> None:
    with suppress(OSError):
        socket.socket.shutdown(line, socket.SHUT_RDWR)  # the connection itself, whatever is being said over it


def _seconds(word: str | None) -> int | None:
    """Retry-After in seconds; written as a date it is not heeded."""
    return int(word) if word and word.isascii() and word.isdigit() and len(word) < 7 else None

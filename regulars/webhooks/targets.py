"""Where may be sent to. A URL is somebody else's word, so the server must not be made to call what
only it can reach (SSRF): https, public addresses, looked at when the connection is made."""

import os
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from msgspec import Struct

from regulars.kit.problems import Invalid

LONGEST_URL = 2_000
LOOPBACK = "REGULARS_WEBHOOKS_LOOPBACK"
"""Set to 1, receivers on this machine are allowed, also by http: to try things out."""

_NAT64 = ip_network("64:ff9b::/96")
_INSIDE = tuple(
    ip_network(text)
    for text in ("168.63.129.16/32", "192.0.0.0/24", "100.64.0.0/10", "192.88.99.0/24", "::/96")
)
"""Metadata services of clouds, and ranges that some versions of Python hold for global."""


class Refused(Invalid):
    code = "webhook_url_refused"
    title = "Nothing can be sent to this address"


class Target(Struct, frozen=True):
    """A URL taken apart."""

    secure: bool
    host: str
    port: int
    path: str
    """Path and query, as they stand in the request."""

    @property
    def authority(self) -> str:
        """As it stands in the header Host."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


def loopback_allowed() -> bool:
    return os.environ.get(LOOPBACK) == "1"


def target(url: str, *, loopback: bool) -> Target:
    """The URL taken apart, or `Refused`. Names are looked up when something is sent."""
    if len(url) > LONGEST_URL or not url.isascii() or any(c <= " " or c == "\x7f" for c in url):
        raise Refused(f"A URL has at most {LONGEST_URL} ASCII characters and no spaces.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Refused(f"This is no URL: {error}.") from None
    if parts.scheme not in ("https", "http") or not host:
        raise Refused("Give a URL that begins with https://.")
    if parts.username is not None or parts.password is not None:
        raise Refused("A URL with a user name or password is kept and shown in the open: use none.")
    if "\\" in url or parts.fragment or "%" in host:
        raise Refused("A URL to send to has no fragment, no backslash and no % in its host.")
    secure = parts.scheme == "https"
    literal = _literal(host)
    if literal is not None and not allowed(literal, loopback=loopback):
        raise Refused(f"{host} is no public address; use the name of a server on the Internet.")
    if host.rstrip(".").lower() == "localhost" and not loopback:
        raise Refused("localhost is this server itself; use the name of a server on the Internet.")
    if not secure and not (loopback and _is_here(host, literal)):
        raise Refused("Only https is allowed: what is sent is about your customers.")
    path = parts.path or "/"
    full = f"{path}?{parts.query}" if parts.query else path
    return Target(secure, host, port or (443 if secure else 80), full)


def allowed(address: IPv4Address | IPv6Address, *, loopback: bool) -> bool:
    """Whether an address may be connected to: public ones only, and this machine's own where that
    is allowed. Addresses that carry another one inside are judged by that."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return allowed(inner, loopback=loopback)
        if address.teredo is not None or address.is_site_local or address.scope_id:
            return False
    if address.is_loopback:
        return loopback
    refused = address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not refused and not any(address in net for net in _INSIDE)


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _is_here(host: str, literal: IPv4Address | IPv6Address | None) -> bool:
    return host == "localhost" if literal is None else literal.is_loopback

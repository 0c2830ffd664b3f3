"""The network address that a request comes from, also where it came through proxies of ours."""

import os
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

PROXIES = "REGULARS_PROXIES"
"""Environment variable: addresses and networks, separated by commas, of the reverse proxies whose
``X-Forwarded-For`` is believed. Without it nobody's is."""

Networks = tuple[IPv4Network | IPv6Network, ...]


def proxies() -> Networks:
    """The reverse proxies of this installation."""
    names = os.environ.get(PROXIES, "").split(",")
    return tuple(ip_network(name.strip(), strict=False) for name in names if name.strip())


def address_of(peer: str, headers: dict[bytes, bytes], believed: Networks) -> str:
    """The network address a request comes from; empty where it is not known.

    Behind a proxy that is believed it is the last one of ``X-Forwarded-For`` that is none of ours.
    The machine itself is no address to count by: everything behind an unknown proxy would be one.
    An address of IPv6 stands for its /64, of which everybody has 2^64.

    >>> ours = (ip_network("10.0.0.0/8"),)
    >>> address_of("10.0.0.1", {b"x-forwarded-for": b"1.1.1.1, 203.0.113.9, 10.2.0.1"}, ours)
    '203.0.113.9'
    >>> address_of("203.0.113.9", {b"x-forwarded-for": b"1.1.1.1"}, ours)
    '203.0.113.9'
    >>> address_of("127.0.0.1", {}, ours), address_of("2001:db8::1", {}, ())
    ('', '2001:db8::/64')
    """
    hops = [peer]
    if _is_ours(peer, believed):
        hops = headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",")
        hops = [hop.strip() for hop in reversed(hops)]
    for hop in hops:
        if not _is_ours(hop, believed):
            return _shown(hop)
    return ""


def _is_ours(text: str, believed: Networks) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return any(address in network for network in believed)


def _shown(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    if address.is_loopback:
        return ""
    if isinstance(address, IPv6Address):
        return str(ip_network((int(address), 64), strict=False))
    return str(address)

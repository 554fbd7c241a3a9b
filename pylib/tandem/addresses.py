"""Where a request comes from: the peer of the connection, or what a declared proxy says of it.

X-Forwarded-For is believed from the listed proxies alone; anybody else could write into it what they like.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.requests import HTTPConnection

Network = IPv4Network | IPv6Network
UNKNOWN = "unknown"


def client_address(connection: HTTPConnection, proxies: Sequence[Network]) -> str:
    """The client's address; of IPv6 the /64 that belongs to one customer of a provider."""
    peer = connection.client.host if connection.client else UNKNOWN
    hops = [hop.strip() for line in connection.headers.getlist("x-forwarded-for") for hop in line.split(",")]
    address = peer
    while _is_proxy(address, proxies) and hops:
        address = hops.pop()
    return _group(address) or peer


def _is_proxy(address: str, proxies: Sequence[Network]) -> bool:
    try:
        known = ip_address(address)
    except ValueError:
        return False
    return any(known in network for network in proxies)


def _group(address: str) -> str | None:
    try:
        known = ip_address(address)
    except ValueError:
        return None
    return str(ip_network((known, 64), strict=False)) if isinstance(known, IPv6Address) else str(known)

"""From where a request comes, where proxies stand in front."""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings


def client_address(meta: Mapping[str, Any]) -> str:
    """Return the address that the outermost of our own proxies saw; what a client wrote itself stands left of it.

    `PERWATT_PROXIES` is how many there are. With none, or where they said nothing usable, it is the connection's peer.
    """
    peer = str(meta.get("REMOTE_ADDR") or "")
    hops = [hop.strip() for hop in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
    if not 0 < settings.PROXIES <= len(hops):
        return peer
    try:
        return str(ip_address(hops[-settings.PROXIES]))
    except ValueError:
        return peer


def client_network(meta: Mapping[str, Any]) -> str:
    """Return what one client has: an IPv4 address, or the 64 bits of IPv6 that are anybody's to choose within."""
    address = client_address(meta)
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    return str(parsed.ipv4_mapped or ip_network((parsed.packed, 64), strict=False))

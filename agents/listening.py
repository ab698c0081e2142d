"""Which process of this machine listens on a port."""

import contextlib
import ipaddress
import socket

import psutil


def listeners(host: str, port: int) -> set[int]:
    """Processes that this one may look at; none where the address is another machine's."""
    if not _is_here(host):
        return set()
    return {
        found.pid
        for found in psutil.net_connections(kind="tcp")
        if found.status == psutil.CONN_LISTEN and found.laddr and found.laddr.port == port and found.pid
    }


def common_root(pids: set[int]) -> int | None:
    """The one of them that started all others; `None` where they are strangers to each other."""
    roots = set(pids)
    for pid in pids:
        with contextlib.suppress(psutil.Error):
            if {parent.pid for parent in psutil.Process(pid).parents()} & pids:
                roots.discard(pid)
    return roots.pop() if len(roots) == 1 else None


def _is_here(host: str) -> bool:
    """Whether a host is this machine. Raises OSError for a name that is unknown."""
    own = {found.address for addresses in psutil.net_if_addrs().values() for found in addresses}
    meant = {str(answer[4][0]) for answer in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    return all(address in own or ipaddress.ip_address(address.partition("%")[0]).is_loopback for address in meant)

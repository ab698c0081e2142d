"""Free ports for servers that must be told theirs."""

import socket
from contextlib import ExitStack


def free_ports(count):
    """Return ports that nobody holds now; all are held until the last is found, so that none comes twice."""
    with ExitStack() as stack:
        held = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [server.getsockname()[1] for server in held]

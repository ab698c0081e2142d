"""The real ASGI application behind a real uvicorn, in a thread, on a port of the loopback."""

import socket
import threading
import time
from contextlib import contextmanager

import uvicorn

from leaderboard.api.events import Events
from leaderboard.api.tickets import Tickets


@contextmanager
def served():
    """Serve and yield the address; the hubs are new ones, since each server has its own loop."""
    from leaderboard import asgi  # it builds the middleware, which wants the settings of a test

    asgi.tickets = Tickets()
    asgi.events = Events()
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(asgi.application, log_level="warning", lifespan="on", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
    assert not thread.is_alive()

"""A little HTTP server that plays wall meters, in the documented payload formats. The numbers are made up."""

import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class PlayedMeter:
    """Draws `watts` from the moment it is made; whatever else it is told to do, it does to the next requests."""

    def __init__(self) -> None:
        self.watts: Any = 40.0
        self.energy_offset_j = 7.2e6
        self.scale = 1.0  # of the energy counter against the power
        self.step_j = 1e-3
        self.valid = True
        self.hangs_s = 0.0
        self.status = 200
        self.raw: bytes | None = None
        self.drip = False
        self.asked: list[tuple[str, str | None]] = []
        self.began = time.monotonic()

    @property
    def energy_j(self) -> float:
        drawn_j = (time.monotonic() - self.began) * 40.0 * self.scale
        return self.energy_offset_j + drawn_j // self.step_j * self.step_j

    def answer(self, path: str) -> bytes:
        if self.raw is not None:
            return self.raw
        if path == "/meter/0":
            body = {"power": self.watts, "is_valid": self.valid, "timestamp": 1, "counters": [0.0, 0.0, 0.0]}
            return json.dumps(body | {"total": int(self.energy_j / 60)}).encode()
        if path == "/rpc/Switch.GetStatus?id=0":
            energy = {"total": round(self.energy_j / 3600, 6), "by_minute": [0, 0, 0], "minute_ts": 1}
            return json.dumps({"id": 0, "output": True, "apower": self.watts, "aenergy": energy}).encode()
        if path == "/cm?cmnd=Status%208":
            energy = {"Total": round(self.energy_j / 3.6e6, 9), "Power": self.watts, "Voltage": 230}
            return json.dumps({"StatusSNS": {"Time": "2026-01-01T00:00:00", "ENERGY": energy}}).encode()
        return json.dumps({"state": str(self.watts), "list": [{"kwh": self.energy_j / 3.6e6}]}).encode()


class _Handler(BaseHTTPRequestHandler):
    meter: PlayedMeter

    def do_GET(self) -> None:
        meter = self.meter
        meter.asked.append((self.path, self.headers.get("Authorization")))
        time.sleep(meter.hangs_s)
        body = meter.answer(self.path)
        with contextlib.suppress(OSError):  # the agent has gone away
            self.send_response(meter.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            for index in range(len(body) if meter.drip else 0):
                self.wfile.write(body[index : index + 1])
                time.sleep(0.3)
            if not meter.drip:
                self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def served():
    """A meter and its address."""
    meter = PlayedMeter()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"meter": meter}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield meter, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)

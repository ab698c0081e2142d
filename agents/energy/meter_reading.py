"""One question to a wall meter, and the power and the energy counter in its answer.

    shelly1   GET /meter/N                     power W, total watt-minutes, is_valid
    shelly2   GET /rpc/Switch.GetStatus?id=N   apower W, aenergy.total Wh
    tasmota   GET /cm?cmnd=Status%208          StatusSNS.ENERGY: Power W, Total kWh
    json      the address as it is             the number at `path`, in `unit`

Whatever the meter does, an answer takes two seconds and 64 KiB at most, and what is not a plausible number is none.
"""

import base64
import contextlib
import http.client
import json
import math
import socket
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from agents.meters import Meter
from agents.sampling import Row

TIMEOUT_S = 2.0

_MOST_BYTES = 65536
_CHUNK_BYTES = 4096
_HIGHEST_W = 50_000.0  # of one meter: a rack
_HIGHEST_J = 3.6e14  # 100 GWh
_TO_SI = {"W": 1.0, "kW": 1e3, "J": 1.0, "Wh": 3.6e3, "kWh": 3.6e6}
_OK = 200


class MeterError(Exception):
    """What kept a reading away, in a sentence without address or secret."""


@dataclass(frozen=True)
class Layout:
    """Where the two numbers stand in an answer, and what they are multiplied with to be W and J."""

    target: str
    power_path: str | None = None
    power_factor: float = 1.0
    energy_path: str | None = None
    energy_factor: float = 1.0
    valid_path: str | None = None


class MeterReader:
    def __init__(self, meter: Meter) -> None:
        parts = urlsplit(meter.url)
        self._layout = layout_of(meter)
        self._channel = meter.channel
        self._host, self._port = str(parts.hostname), parts.port
        self._connection = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._meter = meter
        self._headers: dict[str, str] = {}

    def unlock(self) -> None:
        """Read the password, if there is one. Raises UserError."""
        password = self._meter.password()
        if password is not None:
            pair = f"{self._meter.user}:{password.get_secret_value()}".encode()
            self._headers = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}

    def ask(self) -> Row:
        """Power in W and counter in J, `None` for the one that the meter does not tell. Raises MeterError."""
        answer = self._fetch()
        layout = self._layout
        if layout.valid_path is not None and self._at(answer, layout.valid_path) is not True:
            raise MeterError("the meter itself says that its reading is not valid")
        power_w = self._quantity(answer, layout.power_path, layout.power_factor, _HIGHEST_W, "W")
        energy_j = self._quantity(answer, layout.energy_path, layout.energy_factor, _HIGHEST_J, "J")
        return power_w, energy_j

    def read(self) -> Row:
        """As `ask`, with nothing where the meter gave nothing."""
        try:
            return self.ask()
        except MeterError:
            return None, None

    def _quantity(self, answer: Any, path: str | None, factor: float, highest: float, unit: str) -> float | None:
        if path is None:
            return None
        value = number(self._at(answer, path), path) * factor
        if not 0 <= value <= highest:
            raise MeterError(f"{path} says {value:g} {unit}, which no load draws")
        return value

    def _at(self, answer: Any, path: str) -> Any:
        for step in path.split("."):
            if isinstance(answer, dict) and step in answer:
                answer = answer[step]
            elif isinstance(answer, list) and step.isdecimal() and int(step) < len(answer):
                answer = answer[int(step)]
            else:
                raise MeterError(f"the answer has no {path}")
        if isinstance(answer, list) and self._channel < len(answer):
            return answer[self._channel]  # Tasmota lists the channels of a strip
        return answer

    def _fetch(self) -> Any:
        deadline = time.monotonic() + TIMEOUT_S
        connection = self._connection(self._host, self._port, timeout=TIMEOUT_S)
        watch = threading.Timer(TIMEOUT_S, _hang_up, (connection,))  # a timeout alone starts again with every byte
        watch.daemon = True
        watch.start()
        try:
            connection.request("GET", self._layout.target, headers=self._headers)
            with connection.getresponse() as response:  # HTTP/1.0 leaves the socket to the answer
                if response.status != _OK:
                    raise MeterError(f"the meter answered with HTTP status {response.status}")
                return json.loads(_body(response, deadline))
        except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:
            raise MeterError(_no_answer(error, is_late=time.monotonic() >= deadline)) from None
        finally:
            watch.cancel()
            connection.close()


def layout_of(meter: Meter) -> Layout:
    parts = urlsplit(meter.url)
    if meter.kind == "shelly1":
        return Layout(f"{parts.path}/meter/{meter.channel}", "power", 1.0, "total", 60.0, "is_valid")
    if meter.kind == "shelly2":
        target = f"{parts.path}/rpc/Switch.GetStatus?id={meter.channel}"
        return Layout(target, "apower", 1.0, "aenergy.total", _TO_SI["Wh"])
    if meter.kind == "tasmota":
        energy = "StatusSNS.ENERGY"
        return Layout(f"{parts.path}/cm?cmnd=Status%208", f"{energy}.Power", 1.0, f"{energy}.Total", _TO_SI["kWh"])
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    unit = meter.unit or "W"
    if unit in ("W", "kW"):
        return Layout(target, power_path=meter.path, power_factor=_TO_SI[unit])
    return Layout(target, energy_path=meter.path, energy_factor=_TO_SI[unit])


def number(value: Any, path: str) -> float:
    """A number, or the text of one, as some gateways send it. Raises MeterError for whatever else it is."""
    try:
        found = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if not math.isfinite(found):
        raise MeterError(f"{path} is not a number")
    return found


def _hang_up(connection: http.client.HTTPConnection) -> None:
    if connection.sock is not None:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _no_answer(error: Exception, *, is_late: bool) -> str:
    if is_late or isinstance(error, TimeoutError):
        return f"the meter gave no answer within {TIMEOUT_S:g} s"
    if isinstance(error, OSError):
        return f"the meter cannot be reached: {error.strerror or type(error).__name__}"
    if isinstance(error, http.client.HTTPException):
        return "what answers at the meter's address does not speak HTTP"
    return "the answer is no JSON"


def _body(response: http.client.HTTPResponse, deadline: float) -> bytes:
    body = bytearray()
    while chunk := response.read1(_CHUNK_BYTES):
        body += chunk
        if len(body) > _MOST_BYTES:
            raise MeterError(f"the answer is longer than {_MOST_BYTES} bytes")
        if time.monotonic() > deadline:
            raise TimeoutError
    if response.length:
        raise MeterError("the answer ends too early")
    return bytes(body)

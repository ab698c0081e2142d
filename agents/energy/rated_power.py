"""The rated power of this machine's processor: what the CodeCarbon estimate multiplies with.

In this order: the operator's entry; the thermal design power in CodeCarbon's table times the number of sockets; the
4 W per logical CPU that CodeCarbon itself falls back to. The last one is always labelled: on one device ranks do not
depend on the constant, between devices they do.

Run as a module it prints the table's answer for the name on stdin, so that an agent never carries the table's
libraries.
"""

import functools
import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil

from agents.fingerprint import PROC, cpu_name, is_virtual, sockets

GENERIC_W_PER_CPU = 4.0
OPERATOR_ORIGIN = "operator"
GENERIC_ORIGIN = "generic 4 W per logical CPU (CodeCarbon default)"
GENERIC_WARNING = "generic_rated_power"

_LOOKUP_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class RatedPower:
    watts: float
    origin: str

    @property
    def warnings(self) -> tuple[str, ...]:
        return (GENERIC_WARNING,) if self.origin == GENERIC_ORIGIN else ()


def rated_power(operator_w: float | None, proc: Path = PROC) -> RatedPower:
    if operator_w is not None:
        return RatedPower(operator_w, OPERATOR_ORIGIN)
    # A guest sees a few of the package's threads; charging them with the whole package was off by 30 times.
    per_socket_w = None if is_virtual(proc) else table_tdp_w(cpu_name(proc))
    if per_socket_w is not None:
        return RatedPower(per_socket_w * sockets(proc), "thermal design power in CodeCarbon's table")
    return RatedPower(GENERIC_W_PER_CPU * (psutil.cpu_count(logical=True) or 1), GENERIC_ORIGIN)


@functools.cache
def table_tdp_w(name: str) -> float | None:
    """Thermal design power in W of the processor `name`, `None` where CodeCarbon's table does not have it.

    Asked in a process of its own: pandas and the matching cost 0.7 s and 80 MB.
    """
    if find_spec("codecarbon") is None:
        return None
    try:
        answer = subprocess.run(
            [sys.executable, "-m", "agents.energy.rated_power"],
            input=name,
            capture_output=True,
            check=True,
            text=True,
            timeout=_LOOKUP_TIMEOUT_S,
        )
        watts = json.loads(answer.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return float(watts) if watts else None


def look_up_tdp_w(name: str) -> float | None:
    """As `table_tdp_w`, in this process: CodeCarbon's own matching, without its generic answer for unknown names."""
    logging.getLogger("codecarbon").disabled = True
    from codecarbon.core.cpu import TDP

    class Table(TDP):
        @staticmethod
        def _main() -> tuple[str, int]:
            return "", 0  # TDP() detects this machine's processor in 1.5 s; the name is known already

    table = Table()  # type: ignore[no-untyped-call]  # codecarbon has no types
    watts = table._get_cpu_power_from_registry(name)  # noqa: SLF001 -- no public way tells a match from the fallback
    return float(watts) if watts else None


if __name__ == "__main__":
    sys.stdout.write(json.dumps(look_up_tdp_w(sys.stdin.read().strip())))

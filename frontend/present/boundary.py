"""What an energy scope takes in and what it leaves out, as a small block diagram and as a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leaderboard.protocol import Scope


@dataclass(frozen=True, slots=True)
class Part:
    """A box of the diagram, in units of its 320 by 176 view."""

    key: str
    name: str | Promise
    x: int
    y: int
    width: int
    height: int


PARTS = (
    Part("supply", gettext_lazy("Power supply, fans, disks"), 4, 4, 312, 168),
    Part("soc", gettext_lazy("Board or system-on-chip"), 14, 30, 292, 134),
    Part("cpu", gettext_lazy("CPU package"), 24, 56, 132, 62),
    Part("process", gettext_lazy("Model's process"), 32, 82, 116, 28),
    Part("accelerator", gettext_lazy("Accelerator"), 166, 56, 130, 62),
    Part("memory", gettext_lazy("Memory (DRAM)"), 24, 126, 272, 30),
)
_ALL = frozenset(part.key for part in PARTS)
_INSIDE: Mapping[Scope, frozenset[str]] = {
    Scope.WALL: _ALL,
    Scope.SOC: _ALL - {"supply"},
    Scope.CPU_PACKAGE: frozenset({"cpu", "process"}),
    Scope.ACCELERATOR: frozenset({"accelerator"}),
    Scope.PROCESS: frozenset({"process"}),
}


def boundary_of(scope: Scope) -> Mapping[str, Any]:
    inside = _INSIDE[scope]
    return {
        "parts": [
            {"part": part, "inside": part.key in inside, "text_x": part.x + 6, "text_y": part.y + 17} for part in PARTS
        ],
        "included": ", ".join(str(part.name) for part in PARTS if part.key in inside),
        "left_out": ", ".join(str(part.name) for part in PARTS if part.key not in inside) or _("nothing"),
        "warning": _("Host energy not included; understates small models most.") if scope is Scope.ACCELERATOR else "",
    }

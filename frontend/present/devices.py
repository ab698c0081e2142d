"""What a device's page says: three facts that are never merged, and where its joules come from."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from frontend import numbers
from frontend.present import words
from leaderboard.devices.models import Connection, Health
from leaderboard.devices.selectors import DeviceView, SourceView
from leaderboard.health.selectors import CheckView
from leaderboard.protocol import EnergyMethod, Provenance, Scope

# The grades of measurement quality, from a calibrated meter (A) to a constant (E).
_METERED = frozenset({Scope.WALL.value, Scope.SOC.value})


def grade(source: SourceView) -> str:
    """The quality of an energy source, A to E; without calibration records nothing here is an A."""
    if source.provenance not in {Provenance.MEASURED.value, Provenance.COUNTER.value}:
        return "E"
    if source.method == EnergyMethod.COUNTER_DIFFERENCE.value:
        return "C"
    return "B" if source.scope in _METERED else "D"


def best_grade(device: DeviceView) -> str:
    """The best grade of a device's present sources; empty when it has none."""
    return min((grade(source) for source in device.sources if source.present), default="")


def blocked_by(device: DeviceView) -> str:
    """Which of the three facts keep the device from taking a job; empty when none does."""
    why = []
    if device.connection == Connection.NEVER_SEEN.value:
        why.append(_("its agent was never seen"))
    elif device.connection != Connection.ONLINE.value:
        why.append(_("its agent is %s") % device.connection)
    if not device.takes_jobs:
        why.append(_("its health is %s") % device.health)
    if device.activity == "reserved":
        why.append(_("a job was offered to it"))
    elif device.activity != "idle":
        why.append(_("it is running a job"))
    return "; ".join(why)


def standing(device: DeviceView) -> str:
    """Whether the device takes jobs and what the three facts have to do with it, in one sentence."""
    blocked = blocked_by(device)
    if blocked:
        return _("It takes no job now: %s.") % blocked
    if device.health == Health.UNKNOWN.value:
        return _("It takes jobs: online and idle. No check has found it good yet.")
    return _("It takes jobs: online, idle and good.")


def source_lines(device: DeviceView) -> list[Mapping[str, str]]:
    """The present sources, best grade first."""
    present = [source for source in device.sources if source.present]
    lines = [{"grade": grade(one), "key": one.key, "scope": scope_name(one.scope)} for one in present]
    return sorted(lines, key=lambda line: (line["grade"], line["key"]))


def scope_name(scope: str) -> str:
    return str(words.SCOPE_NAMES[Scope(scope)])


def check_rows(checks: Iterable[CheckView]) -> list[Mapping[str, Any]]:
    return [
        {
            "view": check,
            "latency": numbers.si(check.latency_p50_s, "s") if check.latency_p50_s else numbers.ABSENT,
            "latency_moved": _moved(check.latency_ratio),
            "power": numbers.si(check.mean_power_w, "W") if check.mean_power_w else numbers.ABSENT,
            "power_moved": _moved(check.power_ratio),
        }
        for check in checks
    ]


def _moved(ratio: float | None) -> str:
    return "" if ratio is None else f"{100 * (ratio - 1):+.1f} %"

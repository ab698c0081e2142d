"""A comparison as JSON and as CSV: the values, differences and verdicts of its page."""

import csv
import io
import json
from math import isinf
from typing import Any

from leaderboard.boards.cells import to_wire
from leaderboard.boards.compare.shapes import Agreement, Comparison, Member, MemberPower, MetricLine, Versus
from leaderboard.boards.exports import safe_text
from leaderboard.metrics.registry import METRICS
from leaderboard.metrics.statistics.intervals import Interval

_COLUMNS = (
    "metric", "unit", "direction", "entry", "model_name", "device", "status", "baseline", "value", "low", "high",
    "provenance", "scope", "n", "missing_reason", "difference", "difference_low", "difference_high", "ratio",
    "ratio_low", "ratio_high", "probability_better", "p_value", "p_adjusted", "verdict", "why",
)  # fmt: skip


def to_json(shown: Comparison) -> bytes:
    content = {
        "query": shown.query,
        "comparable": shown.comparable,
        "differs": {one.key: list(one.values) for one in shown.mismatches},
        "board": shown.board or None,
        "scope": shown.scope,
        "baseline": str(shown.members[shown.base].id) if shown.members else None,
        "adjusted_over": shown.tested,
        "entries": [_member(member) for member in shown.members],
        "metrics": [_line(shown, line) for line in shown.lines],
        "items": [_agreement(one) for one in shown.agreements],
        "power": [_power(member, power) for member, power in zip(shown.members, shown.powers, strict=False)],
        "configuration": {
            "differs": {line.key: list(line.values) for line in shown.config},
            "same": shown.same_config,
        },
        "ignored": [{"key": note.key, "value": note.value, "reason": str(note.reason)} for note in shown.notes],
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def to_csv(shown: Comparison) -> str:
    """One line for each metric of each entry."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for line in shown.lines:
        metric = METRICS[line.metric]
        for place, member in enumerate(shown.members):
            row, cell = member.row, line.cells[place]
            writer.writerow(
                [
                    *(line.metric, metric.unit, metric.direction, str(member.id), safe_text(row.model_name)),
                    *(safe_text(row.device), member.status, "true" if place == shown.base else "false"),
                    *(_text(number) for number in (cell.value, cell.low, cell.high)),
                    *(cell.provenance or "", cell.scope or "", str(cell.n), cell.missing_reason or ""),
                    *_versus_texts(line.versus[place]),
                ]
            )
    return out.getvalue()


def _versus_texts(versus: Versus | None) -> list[str]:
    if versus is None:
        return [""] * 11
    numbers = (
        versus.difference, *_ends(versus.difference_interval), versus.ratio, *_ends(versus.ratio_interval),
        versus.probability_better, versus.p_value, versus.adjusted,
    )  # fmt: skip
    return [*(_text(number) for number in numbers), versus.verdict, versus.why]


def _member(member: Member) -> dict[str, Any]:
    row = member.row
    return {
        "id": str(member.id),
        "model": row.model,
        "model_name": row.model_name,
        "device": row.device,
        "board": member.board or None,
        "benchmark": member.benchmark,
        "status": member.status,
        "scopes": list(member.scopes),
    }


def _line(shown: Comparison, line: MetricLine) -> dict[str, Any]:
    return {
        "metric": line.metric,
        "unit": METRICS[line.metric].unit,
        "direction": METRICS[line.metric].direction,
        "values": [
            {"entry": str(member.id), **to_wire(cell), "versus_baseline": versus_wire(versus)}
            for member, cell, versus in zip(shown.members, line.cells, line.versus, strict=True)
        ],
    }


def versus_wire(versus: Versus | None) -> dict[str, Any] | None:
    if versus is None:
        return None
    return {
        "verdict": versus.verdict,
        "why": versus.why or None,
        "difference": versus.difference,
        "difference_interval": _pair(versus.difference_interval),
        "ratio": versus.ratio,
        "ratio_interval": _pair(versus.ratio_interval),
        "probability_better": versus.probability_better,
        "p_value": versus.p_value,
        "p_adjusted": versus.adjusted,
    }


def _agreement(one: Agreement) -> dict[str, Any]:
    return {
        "entry": str(one.contender),
        "both_right": one.both,
        "only_this": one.contender_only,
        "only_baseline": one.baseline_only,
        "neither": one.neither,
        "p_value": one.p_value,
    }


def _power(member: Member, power: MemberPower) -> dict[str, Any]:
    return {
        "entry": str(member.id),
        "why": power.why.sentence if power.why else None,
        "source": power.source or None,
        "scope": power.scope,
        "provenance": power.provenance,
        "phases": [
            {
                "phase": total.kind,
                "windows": total.windows,
                "seconds": total.lasts_s,
                "mean_power_w": total.mean_w,
                "energy_j": total.joules,
                "agent_energy_j": total.agent_j,
                "disturbed": list(total.flags),
            }
            for total in power.totals
        ],
    }


def _pair(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [interval.low, interval.high]


def _ends(interval: Interval | None) -> tuple[float, float] | tuple[None, None]:
    return (None, None) if interval is None else (interval.low, interval.high)


def _text(number: float | None) -> str:
    if number is None:
        return ""
    return "inf" if isinf(number) else repr(number)

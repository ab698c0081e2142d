"""Everything an entry's page shows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from frontend import numbers
from frontend.present import words
from frontend.present.cite import citation_of, reading_of
from frontend.present.entry_forms import entry_forms
from frontend.present.gates import counted, gates_of
from frontend.present.hardware_words import fact_name, method_name
from frontend.present.history import shown
from frontend.present.links import submit_url
from frontend.present.ranks import rank_sentence
from frontend.present.registry import METRICS, spoken_sentence
from frontend.present.repeats import repeats_part
from frontend.present.spread import energy_spread, energy_title, latency_spread, no_energy
from frontend.present.trace import trace_panel, withheld
from leaderboard.boards.details import EntryDetail, MeasurementLine
from leaderboard.boards.judged import judged_entry
from leaderboard.boards.pool import HEADLINE_ENERGY
from leaderboard.boards.rows import Cell
from leaderboard.boards.trace_view import TraceState
from leaderboard.boards.warning_words import warning_sentences
from leaderboard.metrics.definition import Metric
from leaderboard.runs.integration import LIMIT

HEADLINES = ("accuracy", "latency_p50_s", "energy_per_item_j", "mean_power_w", "ipw", "ipj", "cost_of_pass_usd")
STREAMED_HEADLINES = (
    "accuracy",
    "ttft_p50_s",
    "tpot_p50_s",
    "output_tokens_per_s",
    "energy_per_output_token_j",
    "energy_per_correct_j",
    "ipw",
    "cost_of_pass_usd",
)

DOUBTED = frozenset({TraceState.DIFFERS, TraceState.UNUSABLE})


@dataclass(frozen=True, slots=True)
class Line:
    """One metric in words; `why` says why there is no number."""

    metric: Metric
    text: str
    unit: str
    interval: str
    why: str
    n: int
    badges: tuple[words.Badge, ...]
    version: int = 0
    terms: tuple[tuple[str, str], ...] = ()
    sources: str = ""
    alone: str = ""
    """Why a number has no interval beside it."""


def entry_context(entry: EntryDetail, address: str) -> Mapping[str, Any]:
    """`address` is the entry's own, to be cited by."""
    row = entry.row
    judged = judged_entry(entry)
    gates = gates_of(judged) if judged else ()
    trace_said = spoken_sentence(entry.trace.said)
    headlines = STREAMED_HEADLINES if "ttft_p50_s" in row.cells else HEADLINES
    keys = dict.fromkeys((*headlines, entry.rank_metric))
    panel = trace_panel(entry.trace, entry.measured, row.cells.get(HEADLINE_ENERGY))
    latencies, energies = latency_spread(entry), energy_spread(entry)
    is_drawn = {"trace": panel.svg, "latencies": latencies, "energies": energies, "repeats": entry.repeats}
    return {
        "entry": entry,
        "row": row,
        "rank": rank_sentence(row, entry.rank_metric, entry.scope, ranked=entry.ranked, tied=entry.tied),
        "config": words.config_line(row.config),
        "badges": words.energy_badges(row),
        "minded": words.quality_badges(row),
        "front": words.FRONT_WORDS[row.front],
        "headlines": [line_of(METRICS[key], row.cells[key]) for key in keys if key in row.cells],
        "scores": [
            line_of(
                METRICS[score.key],
                score.cell,
                version=score.version,
                terms=_terms(score.terms),
                sources=", ".join(score.quantities),
            )
            for score in entry.scores
            if score.key in METRICS
        ],
        "measurements": [_measurement(line) for line in entry.measurements],
        "status": words.STATUS_WORDS.get(entry.status, entry.status),
        "reading": reading_of(entry),
        "citation": citation_of(entry, address),
        "panel": panel,
        "withheld": withheld(row.cells.get(HEADLINE_ENERGY)),
        "trace_differs": entry.trace.state in DOUBTED,
        "cautions": _cautions(entry),
        "spreads": [
            (_("Latency of single calls"), latencies, "", "", "latencies"),
            (energy_title(entry), energies, no_energy(entry), "/methods/#item-energy", "energies"),
        ],
        "forms": entry_forms(entry, is_drawn),
        "permalink": f"/entries/{entry.id}/",
        "gates": gates,
        "gates_counted": counted(gates) if judged else trace_said,
        "trace_said": trace_said,
        "history": shown(entry.history),
        "submit_href": submit_url(row.model, entry.board, row.device),
        "repeats": repeats_part(entry),
        "phases": [(mark.phase.value, numbers.si(mark.end_s - mark.start_s, "s")) for mark in entry.phases],
        "warnings": warning_sentences(entry),
        "trace_lines": [_trace_line(line) for line in entry.trace.lines],
        "facts": [(fact_name(name), value) for name, value in sorted(entry.environment.items())],
        "body": json.dumps(entry.reproduce.body, indent=2, ensure_ascii=False),
    }


def _cautions(entry: EntryDetail) -> list[tuple[str, str]]:
    """What a reader of the figures should know first, each with the place on the page that says it whole."""
    found = []
    if entry.trace.state in DOUBTED:
        found.append((_("The raw trace does not bear these joules out"), "#trace-check"))
    if entry.trace.outcomes:
        found.append((_("Something is wrong with the file of answers"), "#gates"))
    return found


def line_of(
    metric: Metric, cell: Cell, *, version: int = 0, terms: tuple[tuple[str, str], ...] = (), sources: str = ""
) -> Line:
    scale = numbers.scale_of(metric, [cell.value])
    figure = numbers.figure(cell, scale)
    why = words.missing(cell.missing_reason) if cell.value is None else (_("never correct") if cell.infinite else "")
    badges = [words.provenance_badge(cell.provenance)] if cell.provenance and cell.value is not None else []
    badges += [words.scope_badge(cell.scope)] if cell.scope and cell.value is not None else []
    return Line(
        metric=metric,
        text=figure.text,
        unit="" if cell.value is None or cell.infinite else scale.unit,
        interval=figure.interval,
        why=why,
        n=cell.n,
        badges=tuple(badges),
        version=version,
        terms=terms,
        sources=sources,
        alone="" if why or figure.interval else _alone(cell),
    )


def _alone(cell: Cell) -> str:
    return _("narrower than its last digit") if numbers.has_interval(cell) else _("one value")


def _terms(terms: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((name.replace("_", " "), _plain(value)) for name, value in terms.items() if value not in (None, ""))


def _plain(value: Any) -> str:
    """A stored term as text: numbers short, lists and price lines without their brackets."""
    if isinstance(value, float):
        return f"{value:.6g}".replace("-", numbers.MINUS)
    if isinstance(value, Mapping):
        return ", ".join(_plain(part) for part in value.values() if part not in (None, ""))
    return ", ".join(_plain(part) for part in value) if isinstance(value, list | tuple) else str(value)


UNITS = ("_s", "_j", "_w")


def _quantity(name: str, value: float) -> str:
    """A measured quantity in the unit that its name ends with."""
    if name.endswith("_bytes"):
        return numbers.bytes_in_words(int(value))
    suffix = next((end for end in UNITS if name.endswith(end)), "")
    unit = suffix[1:] if suffix == "_s" else suffix[1:].upper()
    return numbers.si(value, unit) if unit else numbers.significant(value)


def _named(name: str) -> str:
    suffix = next((end for end in (*UNITS, "_bytes") if name.endswith(end)), "")
    return name.removesuffix(suffix).replace("_", " ")


def _measurement(line: MeasurementLine) -> Mapping[str, Any]:
    return {
        "line": line,
        "name": _named(line.quantity),
        "value": _quantity(line.quantity, line.value) if line.value is not None else numbers.ABSENT,
        "why": words.missing(line.missing_reason) if line.value is None else "",
        "provenance": words.provenance_badge(line.provenance),
        "scope": words.scope_badge(line.scope) if line.scope else None,
        "method": method_name(line.method.value) if line.method else "",
    }


def _trace_line(line: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "source": line["source"],
        "windows": _("%(kind)s, %(count)d") % {"kind": line["windows"], "count": line["count"]},
        "agent": numbers.si(line["agent_j"], "J"),
        "server": numbers.si(line["server_j"], "J"),
        "difference": f"{line['difference'] * 100:+.2f} %".replace("-", numbers.MINUS),
        "note": _trace_note(line),
    }


def _trace_note(line: Mapping[str, Any]) -> str:
    if not line["agrees"]:
        return _("over the limit")
    return _("within the ticks of CPU time") if abs(line["difference"]) > LIMIT else ""

"""One entry as JSON: its scores in every scope, the measurements they came from, and how to repeat them."""

import json
from dataclasses import asdict
from typing import Any

from leaderboard.boards.cells import to_wire
from leaderboard.boards.changes import ChangeLine
from leaderboard.boards.details import EntryDetail, MeasurementLine, ScoreLine
from leaderboard.boards.item_energies import energies_wire
from leaderboard.boards.rows import Row
from leaderboard.boards.warning_words import warning_sentences


def entry_json(entry: EntryDetail) -> bytes:
    content = {
        "id": str(entry.id),
        "board": entry.board,
        "benchmark": entry.benchmark,
        "items": entry.n_items,
        "status": entry.status,
        "status_reason": entry.reason or None,
        "successor": str(entry.successor) if entry.successor else None,
        "history": [_change(change) for change in entry.history],
        "scope": entry.scope,
        "estimated_energy": entry.estimated,
        **_identity(entry.row),
        "licence": entry.licence,
        "sha256": entry.artefact_sha256,
        "reference": entry.reference or None,
        "metrics": {metric: to_wire(cell) for metric, cell in entry.row.cells.items()},
        "scores": [_score(score) for score in entry.scores],
        "measurements": [_measurement(line) for line in entry.measurements],
        "environment": {"fingerprint": entry.fingerprint, "facts": dict(entry.environment)},
        "runtime_version": entry.runtime_version,
        "provider": entry.provider,
        "protocol_version": entry.protocol_version,
        "warmup_calls": entry.warmup_calls,
        "warnings": list(entry.warnings),
        "warning_sentences": warning_sentences(entry),
        "trace": _trace(entry),
        "item_energies": [energies_wire(one) for one in entry.item_energies],
        "thermal": entry.thermal.model_dump(mode="json") if entry.thermal else None,
        "phases": [mark.model_dump(mode="json") for mark in entry.phases],
        "repeats": [repeat.model_dump(mode="json") for repeat in entry.repeats],
        "histogram": entry.histogram.model_dump(mode="json") if entry.histogram else None,
        "siblings": [str(row.id) for row in entry.siblings],
        "reproduce": {"body": dict(entry.reproduce.body), "command": entry.reproduce.command},
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _change(change: ChangeLine) -> dict[str, Any]:
    return {
        "at": change.at.isoformat(),
        "kind": change.kind,
        "reason": change.reason or None,
        "by": change.by or None,
        "successor": str(change.successor) if change.successor else None,
    }


def _trace(entry: EntryDetail) -> dict[str, Any]:
    trace = entry.trace
    return {
        "state": trace.state,
        "sentence": trace.sentence,
        "lines": [dict(line) for line in trace.lines],
        "parquet_sha256": trace.parquet_sha256 or None,
        "parquet_url": f"/entries/{entry.id}/trace.parquet" if trace.parquet_sha256 else None,
    }


def _identity(row: Row) -> dict[str, Any]:
    return {
        "model": row.model,
        "model_name": row.model_name,
        "organisation": row.organisation_name or None,
        "device": row.device,
        "config": asdict(row.config),
        "published_at": row.published_at.isoformat(),
        "stable": row.stable,
        "guard": row.guard,
        "rank": row.rank,
        "rank_low": row.rank_low,
        "rank_high": row.rank_high,
        "front": row.front,
        "front_probability": row.front_probability,
    }


def _score(score: ScoreLine) -> dict[str, Any]:
    return {
        "metric": score.key,
        **to_wire(score.cell),
        "version": score.version,
        "terms": dict(score.terms),
        "quantities": list(score.quantities),
    }


def _measurement(line: MeasurementLine) -> dict[str, Any]:
    return {**asdict(line), "detail": dict(line.detail)}

"""`power.npz`, `outcomes.npz` and, where calls are long, `calls.npz` of an attempt.

They are written by the measuring child and named in its report with their digests.

They are evidence, and never worth a result: a disk that is full, or memory that has run out, is a warning.
"""

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agents.calls import Calls
from agents.durable import write_durably
from agents.tracing import LabelledWindow, Recorder
from leaderboard.protocol import (
    CALLS_FILE,
    MANIFEST,
    MAX_CALLS,
    MAX_TRACES,
    MAX_WINDOWS,
    OUTCOMES_FILE,
    POWER_FILE,
    ArtefactRef,
    Measured,
    PhaseMark,
    TraceLine,
    TraceManifest,
    WindowMark,
)

NOT_KEPT = "trace_not_kept"
MAX_FILE_BYTES = 32 * 1024**2

Arrays = dict[str, NDArray[np.generic]]


@dataclass(frozen=True)
class Written:
    artefacts: tuple[ArtefactRef, ...]
    warnings: tuple[str, ...]


def write_artefacts(
    folder: Path,
    recorder: Recorder,
    measured: Measured,
    phases: Sequence[PhaseMark],
    origin_s: float,
    calls: Sequence[Calls | None] = (),
) -> Written:
    """Write the files into `folder`; times are counted from `origin_s`, as those of the phases are.

    `calls` has one element for each repeat of the report.
    """
    windows = recorder.windows(measured)
    files: dict[str, Callable[[], Arrays]] = {OUTCOMES_FILE: lambda: outcome_arrays(measured)}
    if windows:
        files[POWER_FILE] = lambda: power_arrays(windows, phases, origin_s)
        if any(calls):
            files[CALLS_FILE] = lambda: call_arrays(calls, origin_s)
    artefacts, warnings = [], []
    for name, arrays in files.items():
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            artefacts.append(_write(folder / name, arrays()))
        except (OSError, MemoryError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error) or type(error).__name__
            warnings.append(f"{NOT_KEPT}: {name}: {why}"[:200])
    return Written(tuple(artefacts), tuple(warnings))


def power_arrays(windows: Sequence[LabelledWindow], phases: Sequence[PhaseMark], origin_s: float) -> Arrays:
    """Per trace i `times_s_i`, `values_i` and `offsets_i`: samples of window w are those from offset w to w + 1."""
    lines = list(dict.fromkeys(line for window in windows for line, _, _ in _lines(window)))
    if len(lines) > MAX_TRACES or len(windows) > MAX_WINDOWS:
        raise ValueError("more traces or windows than a file may have")
    arrays: Arrays = {}
    by_window = [{line: (times, values) for line, times, values in _lines(window)} for window in windows]
    for number, line in enumerate(lines):
        parts = [found.get(line, ((), ())) for found in by_window]
        arrays[f"times_s_{number}"] = np.concatenate([np.asarray(times, "<f8") for times, _ in parts]) - origin_s
        arrays[f"values_{number}"] = np.concatenate([np.asarray(values, "<f8") for _, values in parts])
        arrays[f"offsets_{number}"] = np.cumsum([0, *(len(times) for times, _ in parts)], dtype="<i8")
    manifest = TraceManifest(
        traces=tuple(lines), windows=tuple(_mark(window, origin_s) for window in windows), phases=tuple(phases)
    )
    return arrays | {MANIFEST: np.frombuffer(manifest.model_dump_json().encode(), dtype=np.uint8)}


def call_arrays(calls: Sequence[Calls | None], origin_s: float) -> Arrays:
    """`starts_s`, `ends_s`, `first_items` of all calls; those of repeat r are from `offsets[r]` to `offsets[r + 1]`."""
    known = [one for one in calls if one is not None]
    counts = [0 if one is None else len(one.starts_s) for one in calls]
    if sum(counts) > MAX_CALLS:
        raise ValueError("more calls than a file may have")
    return {
        "starts_s": np.concatenate([one.starts_s for one in known]) - origin_s,
        "ends_s": np.concatenate([one.ends_s for one in known]) - origin_s,
        "first_items": np.concatenate([one.first_items for one in known]).astype("<i8"),
        "offsets": np.cumsum([0, *counts], dtype="<i8"),
    }


def outcome_arrays(measured: Measured) -> Arrays:
    """`answers` in item order, or all texts as UTF-8 with the offset at which each begins."""
    if measured.answers:
        return {"answers": np.asarray(measured.answers, dtype="<i8")}
    encoded = [text.encode() for text in measured.texts]
    return {
        "texts_utf8": np.frombuffer(b"".join(encoded), dtype=np.uint8),
        "texts_offsets": np.cumsum([0, *map(len, encoded)], dtype="<i8"),
    }


def _lines(window: LabelledWindow) -> list[tuple[TraceLine, tuple[float, ...], tuple[float, ...]]]:
    return [
        (
            TraceLine(source=kept.source, part=trace.part, kind=trace.kind, range_j=trace.range_j, watts=trace.watts),
            trace.series.times_s,
            trace.series.values,
        )
        for kept in window.kept
        for trace in kept.traces
    ]


def _mark(window: LabelledWindow, origin_s: float) -> WindowMark:
    times_s = list(window.times_s()) or [origin_s]
    return WindowMark(
        kind=window.kind, index=window.index, start_s=min(times_s) - origin_s, end_s=max(times_s) - origin_s
    )


def _write(path: Path, arrays: Arrays) -> ArtefactRef:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]  # the stub takes the names for its own options
    content = buffer.getvalue()
    if len(content) > MAX_FILE_BYTES:
        raise ValueError(f"the file would have {len(content)} bytes")
    write_durably(path, content)
    return ArtefactRef(name=path.name, sha256=hashlib.sha256(content).hexdigest(), size_bytes=len(content))

"""Raw traces as an agent writes them, and the measurements that they belong to."""

import hashlib
import io

import numpy as np

from agents.energy.base import RawTrace
from agents.sampling import Series
from agents.trace_files import outcome_arrays, power_arrays
from agents.tracing import Kept, LabelledWindow
from leaderboard.catalog import blobs
from leaderboard.protocol import (
    KIND_OF_METHOD,
    OUTCOMES_FILE,
    POWER_FILE,
    ArtefactRef,
    TraceKind,
    WindowKind,
)
from leaderboard.runs.models import AttemptArtefact, TraceCheck
from tests.factories import NOW, make_measured, make_report, make_result

WATTS_PER_CPU = 7.5


def raw_traces(reading, start_s, *, times=1.0):
    """A trace that gives the reading's joules, or `times` of them."""
    kind = KIND_OF_METHOD[reading.method]
    samples = 2 if kind is TraceKind.CPU_S else 21
    times_s = start_s + np.linspace(0, reading.seconds, samples)
    joules = (reading.joules or 0.0) * times
    if kind is TraceKind.POWER_W:
        values = np.full(samples, joules / reading.seconds)
    else:
        values = 1000.0 + np.linspace(0, joules, samples) / (WATTS_PER_CPU if kind is TraceKind.CPU_S else 1.0)
    series = Series(tuple(times_s.tolist()), tuple(values.tolist()), at_ends=True)
    watts = WATTS_PER_CPU if kind is TraceKind.CPU_S else None
    return (RawTrace(kind, series, watts=watts, range_j=262_143.0 if kind is TraceKind.COUNTER_J else None),)


def windows_of(measured, *, times=1.0):
    found, at_s = [], 100.0
    groups = [
        (WindowKind.IDLE_BEFORE, [measured.idle_before]),
        (WindowKind.REPEAT, [repeat.energy for repeat in measured.repeats]),
        (WindowKind.PREFILL, [window.energy for window in measured.prefill]),
        (WindowKind.IDLE_AFTER, [measured.idle_after]),
    ]
    for kind, windows in groups:
        for index, readings in enumerate(windows):
            factor = times if kind is WindowKind.REPEAT else 1.0
            kept = tuple(Kept(reading.source, reading, raw_traces(reading, at_s, times=factor)) for reading in readings)
            found.append(LabelledWindow(kind, index, kept))
            at_s += 20.0
    return found


def packed(arrays):
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def power_file(measured, *, times=1.0):
    return packed(power_arrays(windows_of(measured, times=times), (), 100.0))


def ref(name, content):
    return ArtefactRef(name=name, sha256=hashlib.sha256(content).hexdigest(), size_bytes=len(content))


def result_with(*, measured=None, power=None, outcomes=None, accepted=True, named=(), **changes):
    """A result whose report names its files, which have arrived; `named` are refs instead of theirs."""
    measured = measured or make_measured()
    files = {POWER_FILE: power or power_file(measured), OUTCOMES_FILE: outcomes or packed(outcome_arrays(measured))}
    refs = named or tuple(ref(name, content) for name, content in files.items())
    result = make_result(measured=measured, accepted=accepted)
    report = make_report(result.attempt.uuid, measured=measured, artefacts=refs, **changes)
    payload = report.model_dump_json()
    type(result).objects.filter(pk=result.pk).update(payload=payload)
    result.refresh_from_db()
    return result, {name: arrived(result.attempt, name, content) for name, content in files.items()}


def arrived(attempt, name, content):
    stored = blobs.store([content], limit=2**30)
    return AttemptArtefact.objects.create(
        attempt=attempt, name=name, sha256=stored.sha256, size_bytes=stored.size_bytes, received_at=NOW
    )


def mark(attempt):
    """What a check of a trace that differs leaves behind."""
    lines = [
        {
            "source": "rapl",
            "windows": windows,
            "count": count,
            "agent_j": 100.0,
            "server_j": server_j,
            "allowed_j": 1.0,
            "difference": server_j / 100 - 1,
            "agrees": server_j == 100.0,
        }
        for windows, count, server_j in (("idle", 2, 100.0), ("repeats", 5, 125.0))
    ]
    artefact = arrived(attempt, POWER_FILE, b"power")
    stored = blobs.store([b"parquet"], limit=100)
    return TraceCheck.objects.create(
        artefact=artefact,
        verdict=TraceCheck.Verdict.DIFFERS,
        difference=0.25,
        lines=lines,
        parquet_sha256=stored.sha256,
        checked_at=NOW,
    )

"""Raw traces as an agent writes them, and the measurements that they belong to."""

import hashlib
import io

import numpy as np

from agents.calls import Calls
from agents.energy.base import RawTrace
from agents.sampling import Series
from agents.trace_files import call_arrays, outcome_arrays, power_arrays
from agents.tracing import Kept, LabelledWindow
from leaderboard.catalog import blobs
from leaderboard.protocol import (
    CALLS_FILE,
    KIND_OF_METHOD,
    OUTCOMES_FILE,
    POWER_FILE,
    ArtefactRef,
    TraceKind,
    WindowKind,
)
from leaderboard.runs.models import AttemptArtefact, TraceCheck
from tests.factories import NOW, make_measured, make_repeat, make_report, make_result, rapl_reading

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


def result_with(*, measured=None, power=None, outcomes=None, calls=None, job=None, accepted=True, named=(), **changes):
    """A result whose report names its files, which have arrived; `named` are refs instead of theirs."""
    measured = measured or make_measured()
    files = {POWER_FILE: power or power_file(measured), OUTCOMES_FILE: outcomes or packed(outcome_arrays(measured))}
    files |= {CALLS_FILE: calls} if calls else {}
    refs = named or tuple(ref(name, content) for name, content in files.items())
    result = make_result(job=job, measured=measured, accepted=accepted)
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


def long_calls(*, seconds=2.0, calls=6, watts=20.0, period_s=0.1, items=3, drawn=None):
    """A measurement whose calls take seconds, its power file and its file of calls; half a second lies between calls.

    `drawn(item)` is the power that answering an item draws, in W, where it is another than the mean.
    """
    width_s = seconds + 0.5
    window_s = width_s * calls + 0.5
    times_s = np.arange(0, window_s + period_s / 2, period_s)
    starts_s = 0.25 + width_s * np.arange(calls)
    numbers = np.arange(calls) % items
    power_w = np.full(times_s.shape, 1.0)
    for start_s, number in zip(starts_s, numbers, strict=True):
        inside = (times_s >= start_s) & (times_s <= start_s + seconds)
        power_w[inside] = drawn(int(number)) if drawn else watts
    steps_j = np.diff(times_s) * (power_w[1:] + power_w[:-1]) / 2
    readings_j = 7.0 + np.concatenate([[0.0], np.cumsum(steps_j)])
    joules = float(readings_j[-1] - readings_j[0])
    energy = rapl_reading(watts=joules / times_s[-1], seconds=float(times_s[-1]), resolution_s=0.001)
    repeats, windows, kept = [], [], []
    for index in range(3):
        at_s = 200.0 + (window_s + 20.0) * index
        reading = energy.model_copy()
        repeats.append(
            make_repeat(seconds / 1.1, calls, energy=(reading,), seconds=float(times_s[-1]), p90_s=None, p99_s=None)
        )
        series = Series(tuple((at_s + times_s).tolist()), tuple(readings_j.tolist()), at_ends=True)
        raw = (RawTrace(TraceKind.COUNTER_J, series, range_j=262_143.0),)
        windows.append(LabelledWindow(WindowKind.REPEAT, index, (Kept(reading.source, reading, raw),)))
        kept.append(Calls(at_s + starts_s, at_s + starts_s + seconds, numbers.astype(np.int64)))
    measured = make_measured(readings=()).model_copy(update={"repeats": tuple(repeats)})
    return measured, packed(power_arrays(windows, (), 100.0)), packed(call_arrays(kept, 100.0))

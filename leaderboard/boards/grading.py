"""From an agent's report to graded answers: what can be scored, and what cannot and why."""

from dataclasses import dataclass

import numpy as np
from pydantic import ValidationError

from leaderboard.boards.plausible import PLAUSIBLE, Unscorable, check_streams
from leaderboard.catalog import blobs
from leaderboard.catalog.benchmarks import answer_key
from leaderboard.catalog.models import Benchmark
from leaderboard.metrics.vocabulary import FloatArray
from leaderboard.protocol import SUPPORTED_PROTOCOLS, Measured, ModelContract, Repeat, Report
from leaderboard.runs.models import Result
from leaderboard.scoring.outcomes import label_outcomes, text_outcomes

INT64 = np.iinfo(np.int64)
MAX_COUNT = 2**31 - 1
"""What a count's column holds."""


@dataclass(frozen=True, slots=True)
class Graded:
    """A report that holds, and the outcome of each item: 1.0 right, 0.0 wrong, `(n,)`."""

    report: Report
    measured: Measured
    outcomes: FloatArray


def grade(result: Result) -> Graded:
    """Read the report of a result and grade its answers against the benchmark's key; raises Unscorable."""
    report, measured = read_report(result)
    benchmark = result.job.benchmark
    _check_repeats(measured, batch=result.job.submission.batch)
    generation = benchmark.generation_contract()
    if generation is not None:
        check_streams(measured, generation)
        return Graded(report, measured, _graded_texts(measured, benchmark))
    return Graded(report, measured, _outcomes(measured, benchmark))


def read_report(result: Result) -> tuple[Report, Measured]:
    """Raises Unscorable for a report that is malformed, of another attempt or protocol, or without a measurement."""
    try:
        report = Report.model_validate_json(result.payload)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Unscorable(f"The report does not fit the protocol: {where}: {first['msg']}.") from None
    if report.protocol_version not in SUPPORTED_PROTOCOLS:
        spoken = ", ".join(str(version) for version in SUPPORTED_PROTOCOLS)
        raise Unscorable(f"The report speaks protocol {report.protocol_version}; this server reads {spoken}.")
    if report.attempt_id != result.attempt.uuid:
        raise Unscorable("The report is about another attempt.")
    if report.measured is None:
        raise Unscorable("The report has no measurement.")
    return report, report.measured


def _graded_texts(measured: Measured, benchmark: Benchmark) -> FloatArray:
    key = answer_key(benchmark)
    if len(measured.texts) != len(key):
        raise Unscorable(f"The report has {len(measured.texts)} texts; the benchmark has {len(key)} items.")
    return text_outcomes(measured.texts, key, benchmark.grader)


def _outcomes(measured: Measured, benchmark: Benchmark) -> FloatArray:
    key = blobs.read_array(benchmark.answers_sha256)
    if len(measured.answers) != benchmark.n or key.shape != (benchmark.n,):
        raise Unscorable(f"The report has {len(measured.answers)} answers; the benchmark has {benchmark.n} items.")
    contract = benchmark.model_contract()
    if contract is None:
        raise TypeError("labels are of a benchmark that asks for tensors")
    low, high = answer_domain(contract)
    if min(measured.answers) < low or max(measured.answers) > high:
        raise Unscorable(f"The report has an answer outside {low}..{high}.")
    return label_outcomes(measured.answers, key)


def answer_domain(contract: ModelContract) -> tuple[int, int]:
    """Return the least and the greatest label; the bounds of int64 where the contract has none.

    A label is an index into the scores of the same contract, so the width of those bounds it.
    """
    low, high = int(INT64.min), int(INT64.max)
    for output in contract.outputs:
        if output.meaning == "scores" and isinstance(output.shape[-1], int):
            return 0, output.shape[-1] - 1
        if output.meaning == "labels":
            low = low if output.low is None else int(output.low)
            high = high if output.high is None else int(output.high)
    return low, high


def _check_repeats(measured: Measured, *, batch: int) -> None:
    for number, repeat in enumerate(measured.repeats, start=1):
        # The last batch of a pass may be smaller.
        if not repeat.calls <= repeat.items <= repeat.calls * batch:
            raise Unscorable(
                f"Repeat {number} states {repeat.items} items in {repeat.calls} calls, with a batch of {batch}."
            )
        _check_plausible(number, repeat)
        sources = [reading.source for reading in repeat.energy]
        if len(set(sources)) != len(sources):
            raise Unscorable(f"Repeat {number} states one energy source twice.")
    if sum(repeat.items for repeat in measured.repeats) > MAX_COUNT:
        raise Unscorable("The repeats state more items than can be counted.")
    _check_sources(measured)


def _check_plausible(number: int, repeat: Repeat) -> None:
    amounts = [repeat.seconds, repeat.median_s, repeat.mean_s]
    amounts += [reading.joules for reading in repeat.energy if reading.joules is not None]
    low, high = PLAUSIBLE
    if not all(low <= amount <= high for amount in amounts) or repeat.cpu_s > high:
        raise Unscorable(f"Repeat {number} states a duration or an energy that cannot be.")


def _check_sources(measured: Measured) -> None:
    """A source is chosen before the run: one that changes what it measures, or how, is two sources."""
    known: dict[str, tuple[str, str, str]] = {}
    windows = [repeat.energy for repeat in measured.repeats] + [window.energy for window in measured.prefill]
    for readings in windows:
        for reading in readings:
            kind = (reading.scope, reading.provenance, reading.method)
            if known.setdefault(reading.source, kind) != kind:
                raise Unscorable(f"The energy source {reading.source} changes its scope, provenance or method.")

"""The figures of a report: the very scores that a server derives from it.

Without a job there is no seed of its repeats; the attempt's id stands in for it, so that a saved report always says
the same. Prices are a server's, so nothing here costs anything.
"""

from agents.bench.benchmark import Benchmark
from leaderboard.metrics.statistics.resampling import stable_seed
from leaderboard.metrics.vocabulary import FloatArray
from leaderboard.protocol import Measured, Report
from leaderboard.scoring.drafts import all_scores
from leaderboard.scoring.energy import Prices
from leaderboard.scoring.outcomes import label_outcomes, text_outcomes
from leaderboard.scoring.run import Draft, Run

_NO_PRICES = Prices(electricity_usd_per_kwh=None, device_usd_per_hour=None)


def figures(report: Report, measured: Measured, benchmark: Benchmark) -> list[Draft]:
    """Raises MetricInputError where the report's numbers contradict each other."""
    run = Run(
        measured=measured,
        outcomes=_outcomes(measured, benchmark),
        item_seed=stable_seed("items", benchmark.inputs_sha256),
        repeat_seed=stable_seed("repeats", str(report.attempt_id)),
    )
    return all_scores(run, artefact_bytes=None, parameters=None, prices=_NO_PRICES)


def _outcomes(measured: Measured, benchmark: Benchmark) -> FloatArray:
    if benchmark.generation is None:
        return label_outcomes(measured.answers, [int(label) for label in benchmark.key])
    return text_outcomes(measured.texts, [str(text) for text in benchmark.key], benchmark.grader)

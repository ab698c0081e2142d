from statistics import median

from leaderboard.metrics.definition import Metric, WorkedExample
from leaderboard.metrics.pareto.hypervolume import hypervolume_contributions
from leaderboard.metrics.quantities import accuracy, cold_start_s, per_item, throughput_per_s
from leaderboard.metrics.serving.latency import latency_headline, latency_percentile

_OWN = "Perwatt's measurement protocol"
_PERCENTILE_MISSING = "Missing (too_few_samples) below {n} calls, (noisy_machine) unless the guard passed."


def _headline_s(repeats_s: list[list[float]]) -> float | None:
    return latency_headline(repeats_s, seed=1, draws=100).value


def _percentile_s(fastest_s: list[float], calls: int, percent: int) -> float | None:
    """Median over repeats of a percentile; the calls of a repeat take its fastest time, 1 ms more, 2 ms more, ..."""
    repeats_s = ([fastest + call / 1000 for call in range(calls)] for fastest in fastest_s)
    found = [latency_percentile(calls_s, percent).value for calls_s in repeats_s]
    stated = [value for value in found if value is not None]
    return median(stated) if len(stated) == len(found) else None


def _second_contribution(points: list[list[float]], reference: list[float]) -> float:
    return float(hypervolume_contributions(points, reference, ("lower", "lower"))[1])


METRICS = (
    Metric(
        key="accuracy",
        name="Accuracy",
        symbol="acc",
        unit="1",
        display_factor=100.0,
        display_unit="%",
        direction="higher",
        scoped=False,
        log_default=False,
        formula="correct items / all items",
        source="Wilson 1927 (interval); a failed item counts as wrong (Perwatt's rule)",
        status="P",
        missing_rule="Missing when the pass over the items did not finish.",
        summary="Share of the benchmark's items that the model answers correctly. A failed or timed-out item counts as "
        "wrong. The interval is Wilson's.",
        misleads="Differences smaller than the interval are not differences: with 600 items it is 1 to 4 points wide.",
        example=WorkedExample(accuracy, {"outcomes": [1] * 84 + [0] * 44}, 0.65625, "84 of 128 items"),
    ),
    Metric(
        key="latency_p50_s",
        name="Latency per call, median",
        short_name="Latency per call",
        symbol="p50",
        unit="s",
        direction="lower",
        scoped=False,
        log_default=True,
        formula="median over repeats of each repeat's median call duration",
        source=_OWN,
        status="P",
        missing_rule="Missing when no repeat finished.",
        summary="Typical time of one call, at the entry's batch size and threads. Calls are timed in at least five "
        "repeats. The interval is bootstrapped over repeats, because calls of one repeat share its conditions.",
        misleads="It hides the tail, and says nothing about the first call or about many users at once.",
        example=WorkedExample(
            _headline_s,
            {"repeats_s": [[0.010, 0.012, 0.011], [0.014, 0.013, 0.300], [0.012, 0.010, 0.013]]},
            0.012,
            "per-repeat medians 11, 14 and 12 ms",
        ),
    ),
    Metric(
        key="latency_p90_s",
        name="Latency, 90th percentile",
        symbol="p90",
        unit="s",
        direction="lower",
        scoped=False,
        log_default=True,
        formula="median over repeats of the 90th percentile of each repeat's calls",
        source=_OWN,
        status="P",
        missing_rule=_PERCENTILE_MISSING.format(n=100),
        summary="Nine of ten calls are no slower than this. Stated from 100 calls on, so that ten lie beyond it.",
        misleads="Other work on the machine moves it long before it moves the median.",
        example=WorkedExample(
            _percentile_s,
            {"fastest_s": [0.001, 0.005, 0.002], "calls": 101, "percent": 90},
            0.092,
            "three repeats of 101 calls, 1 ms apart, from 1, 5 and 2 ms on: percentiles 91, 95 and 92 ms",
        ),
    ),
    Metric(
        key="latency_p99_s",
        name="Latency, 99th percentile",
        symbol="p99",
        unit="s",
        direction="lower",
        scoped=False,
        log_default=True,
        formula="median over repeats of the 99th percentile of each repeat's calls",
        source=_OWN,
        status="P",
        missing_rule=_PERCENTILE_MISSING.format(n=1000),
        summary="Ninety-nine of a hundred calls are no slower than this. Stated from 1000 calls on, so that ten lie "
        "beyond it.",
        misleads="On a shared machine it measures the neighbours. Compare it only between runs that passed the guard.",
        example=WorkedExample(
            _percentile_s,
            {"fastest_s": [0.001, 0.005, 0.002], "calls": 1001, "percent": 99},
            0.992,
            "three repeats of 1001 calls, 1 ms apart, from 1, 5 and 2 ms on: percentiles 991, 995 and 992 ms",
        ),
    ),
    Metric(
        key="latency_mean_s",
        name="Latency, mean",
        symbol="mean",
        unit="s",
        direction="lower",
        scoped=False,
        log_default=True,
        formula="time of all timed calls / number of calls",
        source=_OWN,
        status="P",
        missing_rule="Missing (noisy_machine) unless the guard passed.",
        summary="Average time of one call. It is what many calls one after the other add up to.",
        misleads="A few slow calls move it: between repeats it varied by 13 to 20 % where the median held to 3 %.",
        example=WorkedExample(per_item, {"total": 0.150, "items": 10}, 0.015, "ten calls in 150 ms"),
    ),
    Metric(
        key="cold_start_s",
        name="Cold start",
        symbol="cold",
        unit="s",
        direction="lower",
        scoped=False,
        log_default=True,
        formula="time to load the model + first call",
        source=_OWN,
        status="P",
        missing_rule="Missing when the runtime does not tell when loading ends.",
        summary="Time from nothing loaded to the first answer. It is paid once for each start.",
        misleads="It is measured once, and depends on whether the file was still in the operating system's cache.",
        example=WorkedExample(cold_start_s, {"load_s": 0.25, "first_call_s": 0.05}, 0.30, "250 ms + 50 ms"),
    ),
    Metric(
        key="throughput_per_s",
        name="Throughput",
        symbol="thr",
        unit="1/s",
        display_unit="items/s",
        direction="higher",
        scoped=False,
        log_default=True,
        formula="items / duration of the timed pass",
        source=_OWN,
        status="P",
        missing_rule="Missing (noisy_machine) unless the guard passed.",
        summary="Items answered in a second, one call after the other, at the entry's batch size.",
        misleads="It is not what a server reaches under load: calls do not overlap here.",
        example=WorkedExample(throughput_per_s, {"items": 600, "seconds": 1.5}, 400.0, "600 items in 1.5 s"),
    ),
    Metric(
        key="cpu_s_per_item",
        name="Processor time per item",
        symbol="cpu",
        unit="s",
        direction="lower",
        scoped=False,
        log_default=True,
        formula="processor time of the model's process tree in the timed pass / items",
        source=_OWN,
        status="P",
        missing_rule="Missing when the operating system does not account for the process tree.",
        summary="Time in which processor cores worked on one item, all threads added. It holds still when other work "
        "only takes turns with the model.",
        misleads="It counts a slow core like a fast one, and does not see an accelerator.",
        example=WorkedExample(per_item, {"total": 1.2, "items": 600}, 0.002, "1.2 s for 600 items"),
    ),
    Metric(
        key="hypervolume_contribution",
        name="Hypervolume contribution",
        symbol="HVC",
        unit="1",
        direction="higher",
        scoped=False,
        log_default=False,
        formula="HV(front) - HV(front without the entry), against a fixed reference point",
        source="Perwatt's rule for boards; hypervolume as in moocore",
        status="P",
        missing_rule="Missing where the entry lacks a value on one of the axes. 0 off the front.",
        summary="How much of the trade-off only this entry offers: the area that the front loses without it.",
        misleads="It depends on the axes, their scales and the reference point, and shrinks when a near twin is added.",
        example=WorkedExample(
            _second_contribution,
            {"points": [[1, 5], [2, 3], [4, 2], [3, 4], [5, 1]], "reference": [6, 6]},
            4.0,
            "the second of five points, both axes to be minimised",
        ),
    ),
)

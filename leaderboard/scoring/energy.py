"""The scores that need an energy: one set for each scope and provenance that a run has. Pure, no database."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from leaderboard.metrics.costs.attempts import JOULES_PER_KWH, SECONDS_PER_HOUR, attempt_cost
from leaderboard.metrics.costs.cost_of_pass import cost_of_pass
from leaderboard.metrics.efficiency import energy_per_correct_j, intelligence_per_joule, intelligence_per_watt
from leaderboard.metrics.energy.idle import net_energy_j
from leaderboard.metrics.vocabulary import FloatArray
from leaderboard.protocol import MissingReason
from leaderboard.scoring.evidence import OUTCOMES, energy_quantity, idle_quantity
from leaderboard.scoring.readings import SourceEnergy
from leaderboard.scoring.run import Draft, Run, Spread, hidden_by_guard

ENERGY_METRICS = (
    "energy_per_item_j",
    "energy_per_item_net_j",
    "mean_power_w",
    "idle_power_w",
    "ipw",
    "ipj",
    "energy_per_correct_j",
    "cost_per_item_usd",
    "cost_of_pass_usd",
)


@dataclass(frozen=True, slots=True)
class Rate:
    """One line of the price book as it was when it was used."""

    value: float
    citation: str
    valid_from: str


@dataclass(frozen=True, slots=True)
class Prices:
    """What is known of the prices that hold for a device; None where nobody has said."""

    electricity_usd_per_kwh: Rate | None
    device_usd_per_hour: Rate | None


@dataclass(frozen=True, slots=True)
class _Draws:
    """Draws of the means below: accuracy over items, the others over repeats."""

    accuracy: FloatArray
    energy: FloatArray
    seconds: FloatArray
    power: FloatArray


@dataclass(frozen=True, slots=True)
class _Means:
    """Means of the timed pass: energy and time of one item, power over the whole of it."""

    accuracy: float
    energy_j: float
    seconds: float
    power_w: float
    draws: _Draws


def energy_scores(run: Run, accuracy: Spread, source: SourceEnergy, prices: Prices) -> tuple[Draft, ...]:
    """Return all ENERGY_METRICS of one source; what is missing says why."""
    blank = Draft(
        "",
        None,
        len(source.used),
        scope=source.scope,
        provenance=source.provenance,
        quantities=((energy_quantity(source.scope), source.source),),
    )
    reason = hidden_by_guard(run.measured.guard) or source.missing
    if reason is not None:
        return tuple(replace(blank, metric=metric, missing=reason) for metric in ENERGY_METRICS)
    means = _means(run, accuracy, source)
    return (*_energy(blank, means, source), *_efficiency(blank, means, run), *_cost(blank, means, prices))


def no_energy_scores(reason: MissingReason) -> tuple[Draft, ...]:
    """Return the same scores for a run of which no source said anything: no scope, no provenance, a reason."""
    return tuple(Draft(metric, None, 0, reason, provenance=None) for metric in ENERGY_METRICS)


def _means(run: Run, accuracy: Spread, source: SourceEnergy) -> _Means:
    joules = [window.joules for window in source.used]
    seconds = [window.seconds for window in source.used]
    items = [window.items for window in source.used]
    energy, time, power = run.ratio(joules, items), run.ratio(seconds, items), run.ratio(joules, seconds)
    drawn = _Draws(_drawn(accuracy), _drawn(energy), _drawn(time), _drawn(power))
    return _Means(accuracy.value, energy.value, time.value, power.value, drawn)


def _drawn(spread: Spread) -> FloatArray:
    if spread.draws is None:
        raise TypeError("means are resampled")
    return spread.draws


def _energy(blank: Draft, means: _Means, source: SourceEnergy) -> tuple[Draft, ...]:
    totals = {"joules": source.joules, "seconds": source.seconds, "items": source.items, "windows": len(source.used)}
    gross = replace(blank, metric="energy_per_item_j", spread=Spread(means.energy_j, means.draws.energy), terms=totals)
    power = replace(blank, metric="mean_power_w", spread=Spread(means.power_w, means.draws.power), terms=totals)
    return gross, power, _idle(blank, source), _net(blank, means, source)


def _idle(blank: Draft, source: SourceEnergy) -> Draft:
    idle = replace(
        blank,
        metric="idle_power_w",
        n=source.idle_windows,
        quantities=((idle_quantity(source.scope), source.source),),
    )
    if source.idle_power_w is None:
        return replace(idle, missing=source.idle_missing or MissingReason.NOT_MEASURED)
    return replace(idle, spread=Spread(source.idle_power_w))


def _net(blank: Draft, means: _Means, source: SourceEnergy) -> Draft:
    net = replace(
        blank,
        metric="energy_per_item_net_j",
        quantities=(*blank.quantities, (idle_quantity(source.scope), source.source)),
    )
    idle_w = source.idle_power_w
    if idle_w is None:
        return replace(net, missing=source.idle_missing or MissingReason.NOT_MEASURED)
    value = net_energy_j(means.energy_j, idle_w, means.seconds)
    if value is None:
        return replace(net, missing=MissingReason.BELOW_IDLE)
    draws = means.draws.energy - idle_w * means.draws.seconds
    return replace(net, spread=Spread(value, draws), terms={"idle_power_w": idle_w})


def _efficiency(blank: Draft, means: _Means, run: Run) -> tuple[Draft, ...]:
    """IPW, IPJ and energy per correct answer: ratios of means, whose items and repeats are resampled jointly."""
    accuracy, drawn = means.accuracy, means.draws
    terms = {"accuracy": accuracy, "mean_power_w": means.power_w, "energy_per_item_j": means.energy_j}
    found = {
        "ipw": (
            intelligence_per_watt(accuracy, means.power_w),
            intelligence_per_watt(drawn.accuracy, drawn.power),
        ),
        "ipj": (
            intelligence_per_joule(accuracy, means.energy_j),
            intelligence_per_joule(drawn.accuracy, drawn.energy),
        ),
        "energy_per_correct_j": (
            energy_per_correct_j(accuracy, means.energy_j),
            energy_per_correct_j(drawn.accuracy, drawn.energy),
        ),
    }
    return tuple(
        replace(
            blank,
            metric=metric,
            n=len(run.outcomes),
            spread=None if value is None else Spread(value, draws),
            missing=MissingReason.NO_POWER if value is None else None,
            terms=terms,
            quantities=((OUTCOMES, ""), *blank.quantities),
        )
        for metric, (value, draws) in found.items()
    )


def _cost(blank: Draft, means: _Means, prices: Prices) -> tuple[Draft, ...]:
    """Cost of an item and of a correct answer. Without a device rate it is the electricity alone, and terms say so."""
    item = replace(blank, metric="cost_per_item_usd")
    correct = replace(blank, metric="cost_of_pass_usd", quantities=((OUTCOMES, ""), *blank.quantities))
    if prices.electricity_usd_per_kwh is None:
        return replace(item, missing=MissingReason.NO_PRICE), replace(correct, missing=MissingReason.NO_PRICE)
    tariff = prices.electricity_usd_per_kwh.value
    rate = None if prices.device_usd_per_hour is None else prices.device_usd_per_hour.value
    cost = attempt_cost(means.energy_j, means.seconds, tariff, rate)
    total = cost.total_usd or 0.0
    draws = means.draws.energy / JOULES_PER_KWH * tariff + means.draws.seconds / SECONDS_PER_HOUR * (rate or 0.0)
    terms = _cost_terms(prices) | asdict(cost) | {"included": list(cost.included)}
    passed = Spread(cost_of_pass(total, means.accuracy), cost_of_pass(draws, means.draws.accuracy))
    return (
        replace(item, spread=Spread(total, draws), terms=terms),
        replace(correct, spread=passed, terms=terms | {"accuracy": means.accuracy}),
    )


def _cost_terms(prices: Prices) -> dict[str, Any]:
    return {
        name: None if rate is None else asdict(rate)
        for name, rate in (
            ("electricity_usd_per_kwh", prices.electricity_usd_per_kwh),
            ("device_usd_per_hour", prices.device_usd_per_hour),
        )
    }

from leaderboard.metrics.definition import Metric, WorkedExample
from leaderboard.metrics.efficiency import energy_per_correct_j, intelligence_per_joule, intelligence_per_watt
from leaderboard.metrics.energy.idle import net_energy_j
from leaderboard.metrics.energy.traces import integrate_power_j, time_mean_power_w
from leaderboard.metrics.quantities import peak, per_item

_IPW_PAPER = "Intelligence per Watt, section 2"
_IPW_ARXIV = "2511.07885"
_TABLE_18 = "arXiv 2511.07885, Table 18, MiniMax-M2.5 on 8xH100 (TBv2), 1 %"
_OWN = "Perwatt's measurement protocol"
_NO_ENERGY = "Missing with the reason when the scope has no energy source or its counter ran backwards; never imputed."
_TRACE = {"times_s": [0.0, 0.05, 0.10, 0.20], "power_w": [100.0, 200.0, 150.0, 150.0]}


def _energy_per_item_j(times_s: list[float], power_w: list[float], items: int) -> float:
    return per_item(integrate_power_j(times_s, power_w), items)


METRICS = (
    Metric(
        key="energy_per_item_j",
        name="Energy per item",
        symbol="E",
        unit="J",
        direction="lower",
        scoped=True,
        log_default=True,
        formula="energy of the timed pass / items; sampled power is integrated by the trapezoid rule over actual times",
        source=_OWN,
        status="P",
        missing_rule=_NO_ENERGY,
        summary="Energy that one item costs within the stated boundary, idle power included. Failed items count among "
        "the items and their energy counts too.",
        misleads="Boundaries differ: a processor's counter leaves out memory, fans and losses. An estimate is time "
        "multiplied by a constant.",
        example=WorkedExample(_energy_per_item_j, {**_TRACE, "items": 10}, 3.125, "31.25 J for ten items"),
    ),
    Metric(
        key="energy_per_item_net_j",
        name="Energy per item, net of idle",
        symbol="E net",
        unit="J",
        direction="lower",
        scoped=True,
        log_default=True,
        formula="energy per item - idle power * duration / items",
        source=_OWN,
        status="P",
        missing_rule="Missing (below_idle) where nothing rose above the idle baseline; else as energy per item.",
        summary="Energy that one item adds to what the device would have used idling.",
        misleads="It flatters a device that idles high. Nobody can run the work without the idle power: rank by gross.",
        example=WorkedExample(
            net_energy_j, {"gross_j": 3.125, "idle_w": 50.0, "seconds": 0.02}, 2.125, "50 W idle for 20 ms"
        ),
    ),
    Metric(
        key="mean_power_w",
        name="Mean power",
        symbol="P",
        unit="W",
        direction="lower",
        scoped=True,
        log_default=True,
        formula="energy of the timed pass / its duration",
        source=_OWN,
        status="P",
        missing_rule="Missing (no_power) when the mean is not positive and finite.",
        summary="Power while the model works, averaged over time, idle power included.",
        misleads="Low power is no saving when the work takes longer. Read it beside energy per item. Long queries "
        "weigh more in it than short ones, unlike in the plain mean over queries of arXiv 2511.07885.",
        example=WorkedExample(time_mean_power_w, _TRACE, 156.25, "31.25 J in 0.2 s; the plain mean would be 150 W"),
    ),
    Metric(
        key="peak_power_w",
        name="Peak power",
        symbol="P peak",
        unit="W",
        direction="lower",
        scoped=True,
        log_default=True,
        formula="largest power sample of the timed pass",
        source=_OWN,
        status="P",
        missing_rule="Missing when the source is a counter or an estimate: neither has samples.",
        summary="Highest power that was seen while the model worked. It says what a supply must stand.",
        misleads="A peak between two samples is not seen: compare it at the same sampling rate only.",
        example=WorkedExample(peak, {"samples": [100.0, 200.0, 150.0, 150.0]}, 200.0, "four samples"),
    ),
    Metric(
        key="idle_power_w",
        name="Idle power",
        symbol="P idle",
        unit="W",
        direction="lower",
        scoped=True,
        log_default=True,
        formula="energy of the baselines before and after / their duration, model loaded",
        source=_OWN,
        status="P",
        missing_rule="Missing when no baseline was measured.",
        summary="Power of the device with the model loaded and nothing to do.",
        misleads="It belongs to the device more than to the model, and drifts with temperature.",
        example=WorkedExample(
            time_mean_power_w, {"times_s": [0.0, 4.0, 10.0], "power_w": [9.0, 11.0, 11.0]}, 10.6, "106 J in 10 s"
        ),
    ),
    Metric(
        key="ipw",
        name="Intelligence per watt",
        symbol="IPW",
        unit="1/W",
        display_factor=1e3,
        display_unit="10⁻³/W",
        direction="higher",
        scoped=True,
        log_default=True,
        formula="mean(accuracy) / (energy of the timed pass / its duration)",
        source=f"{_IPW_PAPER}, with power averaged over time (Perwatt's rule) where the paper averages over queries",
        arxiv=_IPW_ARXIV,
        status="D",
        missing_rule="Missing (no_power) unless mean power is positive and finite. 0 at accuracy 0: valid, ranks last.",
        summary="Accuracy divided by the power it took. A ratio of two means, never a mean of ratios; "
        "power is the mean over time of the whole pass.",
        misleads="It does not see time: a slow model at low power scores well. On an estimate with one thread, power "
        "is a constant and this is accuracy in disguise. The paper's power is the plain mean over queries: the same "
        "where all queries last equally long, another number where the long ones draw more or less than the short.",
        example=WorkedExample(
            intelligence_per_watt, {"accuracy": 0.397, "mean_power_w": 1151.0}, 0.345e-3, _TABLE_18, 0.01
        ),
    ),
    Metric(
        key="ipj",
        name="Intelligence per joule",
        symbol="IPJ",
        unit="1/J",
        direction="higher",
        scoped=True,
        log_default=True,
        formula="mean(accuracy) / mean(energy per item)",
        source=_IPW_PAPER,
        arxiv=_IPW_ARXIV,
        status="V",
        missing_rule="Missing (no_power) when energy is missing. 0 at accuracy 0: valid, ranks last.",
        summary="Accuracy divided by the energy of one item: correct answers for a joule. A ratio of two means.",
        misleads="It multiplies two virtues: half the accuracy at a third of the energy wins.",
        example=WorkedExample(
            intelligence_per_joule, {"accuracy": 0.397, "energy_per_item_j": 2300.0}, 17.30e-5, _TABLE_18, 0.01
        ),
    ),
    Metric(
        key="energy_per_correct_j",
        name="Energy per correct answer",
        symbol="E/acc",
        unit="J",
        direction="lower",
        scoped=True,
        log_default=True,
        formula="energy per item / accuracy = 1 / IPJ",
        source=f"the inverse of IPJ ({_IPW_PAPER})",
        arxiv=_IPW_ARXIV,
        status="D",
        missing_rule=_NO_ENERGY,
        infinity_rule="Infinite at accuracy 0: never correct.",
        summary="Energy spent until one answer is correct, wrong answers included. The inverse of IPJ.",
        misleads="It supposes that a wrong answer costs nothing but its energy.",
        example=WorkedExample(
            energy_per_correct_j, {"accuracy": 0.5, "energy_per_item_j": 2.0}, 4.0, "2 J for each item, half correct"
        ),
    ),
)

from leaderboard.metrics.costs.attempts import attempt_cost
from leaderboard.metrics.costs.carbon import operational_carbon_g
from leaderboard.metrics.costs.cost_of_pass import cost_of_pass
from leaderboard.metrics.definition import Metric, WorkedExample
from leaderboard.metrics.quantities import parameter_count, peak

_OWN = "Perwatt's measurement protocol"
# Money has no prefixes that anybody reads; it is counted for more and more items instead.
_USD = (
    (1.0, "USD"), (1e3, "USD per thousand"), (1e6, "USD per million"), (1e9, "USD per billion"),
    (1e12, "USD per trillion"),
)  # fmt: skip
_KWH_ITEM = {"energy_j": 3600.0, "seconds": 1.8, "usd_per_kwh": 0.30, "device_usd_per_hour": 1.0}


def _cost_usd(energy_j: float, seconds: float, usd_per_kwh: float, device_usd_per_hour: float) -> float | None:
    return attempt_cost(energy_j, seconds, usd_per_kwh, device_usd_per_hour).total_usd


def _artefact_bytes(content: str) -> float:
    return float(len(content))


METRICS = (
    Metric(
        key="cost_per_item_usd",
        name="Cost per item",
        symbol="C",
        unit="USD",
        display_factor=1e6,
        display_unit="USD per million",
        counted_for=_USD,
        direction="lower",
        scoped=True,
        log_default=True,
        formula="energy in kWh * electricity tariff + hours * device rate + tokens * token price",
        source="Perwatt's rule for self-hosted models, after Cost-of-Pass",
        arxiv="2504.13359",
        status="P",
        missing_rule="Missing (no_price) when no term is known. An unknown term is left out, and so named.",
        summary="What one item costs at the price book's rates. The terms are stored one by one.",
        misleads="Without a device rate only the electricity is left, which is the small part.",
        example=WorkedExample(_cost_usd, _KWH_ITEM, 0.0008, "1 Wh at 0.30 USD/kWh + 1.8 s at 1 USD/h"),
    ),
    Metric(
        key="cost_of_pass_usd",
        name="Cost of pass (entry form)",
        short_name="Cost of pass, entry",
        symbol="v",
        unit="USD",
        display_factor=1e6,
        display_unit="USD per million",
        counted_for=_USD,
        direction="lower",
        scoped=True,
        log_default=True,
        formula="mean cost of an attempt / accuracy over the item set",
        source="Perwatt's form for one entry, after Cost-of-Pass",
        arxiv="2504.13359",
        status="P",
        missing_rule="Missing (no_price) when the cost is missing.",
        infinity_rule="Infinite at accuracy 0, and only there: never correct.",
        summary="What one correct answer costs, wrong attempts paid for. Mean cost divided by accuracy over all items; "
        "the published form divides problem by problem.",
        misleads="It supposes that failures can be recognised and tried again; a deterministic model fails again.",
        example=WorkedExample(
            cost_of_pass, {"cost_usd": 0.03405, "accuracy": 0.75}, 0.0454, "eight runs, six correct, 0.03405 USD each"
        ),
    ),
    Metric(
        key="carbon_per_item_g",
        name="Carbon per item",
        symbol="CO2e",
        unit="g",
        direction="lower",
        scoped=True,
        log_default=True,
        formula="energy per item / 3.6e6 * PUE * grid intensity",
        source="Perwatt's rule: operation only, at the price book's grid intensity and PUE",
        status="P",
        missing_rule="Missing (no_price) without a grid intensity in the price book; else as energy per item.",
        summary="Emissions of the electricity that one item costs, as CO2 equivalent. The making of the hardware is "
        "not in it.",
        misleads="It is energy times a yearly average of a whole grid: it ranks as energy does.",
        example=WorkedExample(
            operational_carbon_g,
            {"energy_j": 36.0, "grid_g_per_kwh": 400.0, "pue": 1.2},
            0.0048,
            "36 J, a grid of 400 g/kWh, a building that takes a fifth on top",
        ),
    ),
    Metric(
        key="memory_peak_bytes",
        name="Peak memory",
        symbol="mem",
        unit="B",
        display_factor=1 / 2**20,
        display_unit="MiB",
        direction="lower",
        scoped=False,
        log_default=True,
        formula="largest resident memory of the model's process tree",
        source=_OWN,
        status="P",
        missing_rule="Missing when the operating system does not tell.",
        summary="Most memory the model's processes held at once, runtime included.",
        misleads="The runtime is most of it for a small model, and pages shared between processes count twice.",
        example=WorkedExample(peak, {"samples": [2.0**20, 3.0 * 2**20, 2.0**21]}, 3145728.0, "1, 3 and 2 MiB"),
    ),
    Metric(
        key="artefact_bytes",
        name="Model size",
        symbol="size",
        unit="B",
        display_factor=1 / 2**10,
        display_unit="KiB",
        direction="lower",
        scoped=False,
        log_default=True,
        formula="length of the submitted file",
        source=_OWN,
        status="P",
        missing_rule="Missing for an endpoint, which has no file.",
        summary="Size of the model's file as submitted.",
        misleads="Formats differ in compression; memory while running is another number.",
        example=WorkedExample(_artefact_bytes, {"content": "ONNX"}, 4.0, "a file of four bytes"),
    ),
    Metric(
        key="parameters",
        name="Parameters",
        symbol="N",
        unit="1",
        direction="lower",
        scoped=False,
        log_default=True,
        formula="sum over the weight tensors of the product of their sides",
        source=_OWN,
        status="P",
        missing_rule="Missing (not_applicable) where the format has no weight tensors, such as trees.",
        summary="Number of weights in the model.",
        misleads="It predicts neither latency nor energy: operators, precision and memory traffic decide.",
        example=WorkedExample(
            parameter_count, {"shapes": [(64, 8), (8,), (8, 10), (10,)]}, 610.0, "a 64-8-10 perceptron"
        ),
    ),
)

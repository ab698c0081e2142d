"""MLPerf Inference results with power, as mlcommons/cm4mlperf-results publishes them: a JSON list of flat objects.

Of each result three figures are read, by the rules of its round: in SingleStream the result is the 90th percentile of
latency in ms, and the energy is that of one query in mJ, by a power analyser between the system and the wall
(inference_policies/inference_rules.adoc and power_measurement.adoc). Accuracy is the share of the whole data set.
Intelligence per joule is computed from two of them by the registry's formula.
"""

import json
from collections.abc import Mapping
from datetime import date
from math import isclose, isfinite
from pathlib import Path
from typing import Any

from leaderboard.boards.reported.publication import BadPublication, Figure, Loadable, Publication, Reported
from leaderboard.protocol import Scope

MOST_BYTES = 64 * 1024**2
RELEASES = {"v3.0": date(2023, 4, 5)}
"""When MLCommons published a round; a file does not say."""

SCENARIO, LATENCY, ENERGY = "SingleStream", "Latency (ms)", "millijoules"
_TEXTS = (
    "uid", "url", "version", "Model", "MlperfModel", "SystemName", "Organization", "Division", "Availability",
    "Scenario", "Result_Units", "Result_Power_Units", "framework",
)  # fmt: skip
_FACTS = {
    "Organization": "Submitted by", "Division": "Division", "Availability": "Availability", "Scenario": "Scenario",
    "MlperfModel": "Task of MLPerf", "Platform": "Platform", "host_processor_model_name": "Processor",
    "host_processor_core_count": "Cores", "accelerator_model_name": "Accelerator",
    "accelerators_per_node": "Accelerators", "framework": "Framework", "operating_system": "Operating system",
    "notes": "Notes",
}  # fmt: skip
_NOTHING = {"", "-", "N/A"}


def read_mlperf(file: Path) -> Loadable:
    """Read a file of one round and one task; raises BadPublication."""
    rows = _rows(file)
    results: dict[str, Reported] = {}
    for number, row in enumerate(rows, 1):
        try:
            found = _reported(row)
        except ValueError as error:
            raise BadPublication(f"Row {number} of {file.name}: {error}.") from None
        known = results.setdefault(found.uid, found)
        if known != found:
            raise BadPublication(f"Row {number} of {file.name}: the uid {found.uid} names two different results.")
    return Loadable(_publication(file, rows), tuple(results.values()), len(rows) - len(results))


def _rows(file: Path) -> list[Any]:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise BadPublication(f"{file.name} is over {MOST_BYTES // 1024**2} MiB.")
        rows = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadPublication(f"{file} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError) as error:
        raise BadPublication(f"{file.name} is no JSON: {error}.") from None
    if not isinstance(rows, list) or not rows:
        raise BadPublication(f"{file.name} is no list of results.")
    return rows


def _publication(file: Path, rows: list[Mapping[str, Any]]) -> Publication:
    rounds = {(row["version"], row["MlperfModel"], row["SystemType"]) for row in rows}
    if len(rounds) > 1:
        raise BadPublication(f"{file.name} has results of several rounds or tasks, which are never ranked together.")
    (version, task, kind) = rounds.pop()
    if version not in RELEASES:
        raise BadPublication(f"{file.name} is of the round {version}; known are {', '.join(RELEASES)}.")
    return Publication(
        title=f"MLPerf Inference {version}, {kind}: image classification" if task == "resnet" else f"MLPerf {task}",
        description=(
            f"Results of MLPerf Inference {version} in {SCENARIO} with power, as their submitters reported them. "
            "Accuracy is that of the open division: each submitter chose the model."
        ),
        publisher="MLCommons",
        url=str(rows[0]["git_url"]),
        licence="Apache-2.0",
        published_on=RELEASES[version],
        rank_metric="ipj",
        x="energy_per_item_j",
        y="accuracy",
    )


def _reported(row: Any) -> Reported:
    """Raises ValueError, which says what is wrong with the row."""
    if not isinstance(row, dict):
        raise ValueError("it is no object")  # noqa: TRY004  one kind of error, to be named with its row
    texts = {name: _text(row, name) for name in _TEXTS}
    for name, only in (("Scenario", SCENARIO), ("Result_Units", LATENCY), ("Result_Power_Units", ENERGY)):
        if texts[name] != only:
            raise ValueError(f"{name} is {texts[name]!r}; only {only!r} is understood")
    accuracy, latency_ms, energy_mj = (_number(row, key) for key in ("Accuracy_div_100", "Result", "Result_Power"))
    if accuracy > 1:
        raise ValueError(f"Accuracy_div_100 is {accuracy}, more than 1")
    if not isclose(_number(row, "Inference_per_Joule") * energy_mj, 1000, rel_tol=1e-6):
        raise ValueError("Inference_per_Joule is not the inverse of Result_Power")
    energy_j = energy_mj / 1000
    return Reported(
        uid=texts["uid"],
        url=_address(texts["url"]),
        model_name=texts["Model"],
        device_name=texts["SystemName"],
        device_class="board",
        runtime=texts["framework"],
        precision="",
        batch=1,
        threads=None,
        figures={
            "accuracy": Figure(accuracy, None, "share of the whole data set that was right"),
            "latency_p90_s": Figure(latency_ms / 1000, None, f"{SCENARIO}: 90th percentile"),
            "energy_per_item_j": Figure(energy_j, Scope.WALL, "energy of one query, between system and wall"),
            "ipj": Figure(accuracy / energy_j, Scope.WALL, "accuracy divided by the energy of one query"),
        },
        facts={said: str(row[name]) for name, said in _FACTS.items() if str(row.get(name, "")) not in _NOTHING},
    )


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise ValueError(f"{name} is missing or no text")
    return value.strip()


def _number(row: Mapping[str, Any], name: str) -> float:
    value = row.get(name)
    try:
        number = float("nan") if isinstance(value, bool) or value is None else float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not (isfinite(number) and number > 0):
        raise ValueError(f"{name} is {value!r}, no number above 0")
    return number


def _address(url: str) -> str:
    if not url.startswith("https://"):
        raise ValueError("url is no https address")
    return url

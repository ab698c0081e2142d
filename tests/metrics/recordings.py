"""Results that others measured, as `fixtures/recordings` keeps them."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parents[2] / "fixtures" / "recordings"
UNTETHER = FOLDER / "mlperf-power" / "untether-h13_u3_slim-resnet50-singlestream"


@dataclass(frozen=True)
class WallLog:
    """Wall power at 1 Hz, times in s since the first reading, and the marks of the load generator."""

    times_s: NDArray[np.float64]
    power_w: NDArray[np.float64]
    begin_s: float
    end_s: float
    queries: int


@cache
def untether_wall_log() -> WallLog:
    readings = [line.split(",") for line in (UNTETHER / "spl.txt").read_text().splitlines() if line]
    stamps = [_stamp(reading[1]) for reading in readings]
    marks = {}
    for line in (UNTETHER / "mlperf_log_detail.txt").read_text().splitlines():
        if line.startswith(":::MLLOG "):
            record = json.loads(line.removeprefix(":::MLLOG "))
            marks[record["key"]] = record["value"]
    return WallLog(
        np.array([(stamp - stamps[0]).total_seconds() for stamp in stamps]),
        np.array([float(reading[3]) for reading in readings]),
        *((_stamp(marks[key]) - stamps[0]).total_seconds() for key in ("power_begin", "power_end")),
        marks["result_query_count"],
    )


@cache
def jetson_decode_cells() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Energy in J and mean power in W of every decode cell."""
    models = json.loads((FOLDER / "edgereasoning-jetson" / "decode.json").read_text()).values()
    energy, power = ([model[key] for model in models] for key in ("total_energy_j", "avg_power_w"))
    return np.concatenate(energy), np.concatenate(power)


def _stamp(text: str) -> datetime:
    return datetime.strptime(text, "%m-%d-%Y %H:%M:%S.%f")  # noqa: DTZ007 - both logs are in one local time

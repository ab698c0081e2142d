import csv
import json
from pathlib import Path

import pytest

EXTRACT = Path(__file__).with_name("edge_power_v3.csv")
SHARED = Path(__file__).parents[4] / "shared" / "data" / "mlperf-power"
PRINTED = SHARED / "v3.0-edge-open-power-image-classification-singlestream.json"
SYSTEMS = {
    "Khadas VIM4 (vim4)": "vim4",
    "Firefly-RK3588S (firefly)": "firefly",
    "NVIDIA Jetson AGX Orin (TFLite with ArmNN Neon on CPU)": "orin-armnn",
    "NVIDIA Jetson AGX Orin (TFLite with xnnpack on CPU)": "orin-xnnpack",
}


@pytest.mark.skipif(not PRINTED.is_file(), reason=f"{PRINTED.name} is not there")
def test_the_extract_holds_each_distinct_row_of_the_published_file_and_no_other():
    printed = {
        (
            SYSTEMS[result["SystemName"]],
            result["framework"],
            result["Model"],
            result["Accuracy"],
            result["Result_Power"],
        )
        for result in json.loads(PRINTED.read_text())
        if result["SystemName"] in SYSTEMS
    }
    with EXTRACT.open(newline="") as file:
        _, *rows = csv.reader(file)
    kept = [(*names, float(accuracy), float(energy)) for *names, accuracy, energy in rows]
    assert len(kept) == len(set(kept)) == len(printed) == 726
    assert set(kept) == printed

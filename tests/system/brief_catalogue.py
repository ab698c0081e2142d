"""Writes the bundled catalogue with a short measuring protocol: every model in seconds, for tests of the way there.

    python tests/system/brief_catalogue.py FOLDER

FOLDER/catalog is for PERWATT_CATALOG_DIR; the models lie beside it, where `up` looks for them.
"""

import json
import shutil
import sys
from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
# Long enough for an interval and an estimate, too short for numbers that anybody should quote.
BRIEF = {
    "guard_quiet_s": 0.1,
    "idle_s": 0.5,
    "warmup_calls": 10,
    "warmup_s": 0.05,
    "repeats": 5,
    "repeats_max": 5,
    "repeat_min_s": 0.3,
}


def write(folder: Path) -> None:
    for name in ("catalog", "models"):
        shutil.copytree(FIXTURES / name, folder / name)
    for path in (folder / "catalog").glob("*/benchmark.json"):
        spec = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(spec | {"protocol": BRIEF}), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))

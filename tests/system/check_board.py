"""Checks a board's JSON in the data folder that PERWATT_DATA_DIR names: real entries, nothing missing in silence.

PERWATT_DATA_DIR=.perwatt python tests/system/check_board.py digits
"""

import json
import os
import sys

import django

LEAST_ENTRIES = 8
ALWAYS = ("accuracy", "latency_p50_s")
ENERGY = ("energy_per_item_j", "mean_power_w", "ipw", "ipj", "cost_of_pass_usd")
PROVENANCES = {"measured", "counter", "estimated"}


def read_board(slug):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leaderboard.settings")
    django.setup()
    from django.test import Client

    response = Client(headers={"host": "127.0.0.1"}).get(f"/boards/{slug}.json?cols=all")
    assert response.status_code == 200, f"{response.status_code}: {response.content[:500]!r}"
    return json.loads(response.content)


def faults(board):
    """Return what is wrong, in words."""
    entries = board["entries"]
    found = [] if len(entries) >= LEAST_ENTRIES else [f"{len(entries)} entries, expected {LEAST_ENTRIES} or more"]
    if not any(entry["front"] in {"on", "contested"} for entry in entries):
        found.append("nothing is on the front")
    for entry in entries:
        found += [f"{entry['model']}: {fault}" for fault in entry_faults(entry)]
    return found


def entry_faults(entry):
    for key in ALWAYS + ENERGY:
        if key not in entry["metrics"]:
            yield f"{key} is not there"
    for key, cell in entry["metrics"].items():
        if cell["value"] is None and not cell["infinite"] and not cell["missing_reason"]:
            yield f"{key} is missing without a reason"
        if key in ENERGY and cell["value"] is not None and cell["provenance"] not in PROVENANCES:
            yield f"{key} does not say where its energy comes from"
    for key in ALWAYS:
        cell = entry["metrics"].get(key)
        if cell and not (cell["value"] is not None and cell["low"] <= cell["value"] <= cell["high"]):
            yield f"{key} has no value within its interval"


def main():
    slug = sys.argv[1]
    board = read_board(slug)
    for entry in board["entries"]:
        accuracy, latency, ipw = (entry["metrics"].get(key, {}) for key in ("accuracy", "latency_p50_s", "ipw"))
        shown = f"{accuracy.get('value')!s:8.8} {latency.get('value')!s:10.10} {ipw.get('value')!s:8.8}"
        print(f"{entry['model']:12} {shown} {ipw.get('provenance')!s:10} {entry['front']}")
    found = faults(board)
    print("\n".join(found) or f"/boards/{slug}.json: {len(board['entries'])} entries, all in order")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()

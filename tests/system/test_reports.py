"""What CI says at its end: the board's faults in words, and the count of the tests."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.check_board import ENERGY, faults

COUNT = Path(__file__).parent / "count_tests.py"


def cell(value, provenance="measured", **changes):
    whole = {"value": value, "low": value, "high": value, "infinite": False, "missing_reason": None}
    return whole | {"provenance": provenance} | changes


def entry(model, front="on", **changes):
    metrics = {"accuracy": cell(0.9), "latency_p50_s": cell(1e-5)} | {key: cell(1.0, "estimated") for key in ENERGY}
    return {"model": model, "front": front, "metrics": metrics | changes}


def board(*others):
    return {"entries": [*(entry(f"model {i}") for i in range(7)), *others]}


def test_a_board_in_order_has_no_faults():
    noisy = cell(None, "estimated", missing_reason="noisy_machine")
    unaffordable = cell(None, "estimated", infinite=True)

    assert faults(board(entry("last", ipw=noisy, cost_of_pass_usd=unaffordable))) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"ipw": cell(None, "estimated")}, "last: ipw is missing without a reason"),
        ({"ipw": cell(1.0, "reported")}, "last: ipw does not say where its energy comes from"),
        ({"accuracy": cell(None, missing_reason="x")}, "last: accuracy has no value within its interval"),
        ({"accuracy": cell(0.9, low=0.95)}, "last: accuracy has no value within its interval"),
    ],
)
def test_what_is_wrong_with_an_entry_is_named(changes, fault):
    assert faults(board(entry("last", **changes))) == [fault]


def test_too_few_entries_and_an_empty_front_are_named():
    assert faults({"entries": [entry("only", front="unplaced")]}) == [
        "1 entries, expected 8 or more",
        "nothing is on the front",
    ]


ENDS = {"failed": "<failure/>", "broken": "<error/>", "skipped": "<skipped/>", "passed": ""}


def count(folder, *runs):
    """Count runs; each is a list of reports, each of them `{name: how it ended}`."""
    arguments = []
    for number, reports in enumerate(runs):
        paths = [folder / f"{number}-{index}.xml" for index in range(len(reports))]
        for path, cases in zip(paths, reports, strict=True):
            inside = "".join(f'<testcase classname="t" name="{name}">{ENDS[end]}</testcase>' for name, end in cases)
            path.write_text(f"<testsuites><testsuite>{inside}</testsuite></testsuites>", "utf-8")
        arguments.append(",".join(map(str, paths)))
    return subprocess.run([sys.executable, COUNT, *arguments], capture_output=True, text=True, check=True).stdout


def test_the_tests_of_all_runs_are_counted_in_one_line(tmp_path):
    first = [("a", "passed"), ("b", "failed"), ("c", "broken"), ("d", "skipped")]
    second = [("a", "passed"), ("b", "passed"), ("d", "skipped")]

    assert count(tmp_path, [first], [second]) == "3 passed, 2 failed\n"


def test_a_test_that_passes_when_run_again_has_passed_and_one_that_fails_again_has_failed(tmp_path):
    first = [("a", "passed"), ("b", "failed"), ("c", "failed")]

    assert count(tmp_path, [first, [("b", "passed"), ("c", "failed")]]) == "2 passed, 1 failed\n"


def test_a_test_that_also_breaks_while_it_is_taken_down_counts_once(tmp_path):
    assert count(tmp_path, [[("a", "failed"), ("a", "broken"), ("b", "passed"), ("b", "broken")]]) == (
        "0 passed, 2 failed\n"
    )

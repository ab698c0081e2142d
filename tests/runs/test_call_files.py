"""Files of when calls ran, that anybody may have made."""

import numpy as np
import pytest

from agents.trace_files import call_arrays
from leaderboard.protocol import CALLS_FILE, POWER_FILE
from leaderboard.runs.call_files import fault_of_calls, read_calls
from leaderboard.runs.trace_checks import check_artefact
from leaderboard.runs.trace_files import BadTrace
from tests.agents.test_trace_files import calls
from tests.factories import NOW
from tests.runs.traces import long_calls, packed, result_with


@pytest.fixture
def read(tmp_path):
    def read(arrays):
        (tmp_path / "calls.npz").write_bytes(packed(arrays))
        return read_calls(tmp_path / "calls.npz")

    return read


@pytest.fixture
def arrays():
    return call_arrays([calls(101.0, 102.0), calls(), calls(105.0)], 100.0)


def test_what_an_agent_wrote_is_read_again(arrays, read):
    found = read(arrays)

    assert [found.starts_s[found.repeat(index)].tolist() for index in range(3)] == [[1.0, 2.0], [], [5.0]]
    assert found.ends_s.tolist() == [1.5, 2.5, 5.5]


@pytest.mark.parametrize(
    "spoiled",
    [
        {"starts_s": np.array([2.0, 1.0, 5.0])},
        {"ends_s": np.array([2.1, 2.5, 5.5])},
        {"ends_s": np.array([1.5, 2.5, 5.0])},
        {"ends_s": np.array([1.5, 2.5, np.inf])},
        {"starts_s": np.array([1, 2, 5])},
        {"first_items": np.array([0.0, 0.0, 0.0])},
        {"first_items": np.array([0, 0])},
        {"offsets": np.array([0, 2, 2, 4])},
        {"offsets": np.array([0, 2, 1, 3])},
        {"more": np.array([1])},
    ],
    ids=lambda spoiled: next(iter(spoiled)),
)
def test_arrays_that_are_no_calls_are_refused(arrays, read, spoiled):
    with pytest.raises(BadTrace):
        read(arrays | spoiled)


def test_more_calls_than_a_file_may_have_are_refused(arrays, read, monkeypatch):
    monkeypatch.setattr("leaderboard.runs.call_files.MAX_CALLS", 2)
    with pytest.raises(BadTrace):
        read(arrays)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, ""),
        ({"repeats": 2}, "the repeats"),
        ({"calls": 5}, "more calls"),
        ({"mean_s": 1.9}, "take longer"),
        ({"answers": (1, 2)}, "items that the benchmark has not"),
    ],
)
def test_calls_are_held_against_the_report(tmp_path, changes, why):
    measured, _, content = long_calls()
    (tmp_path / "calls.npz").write_bytes(content)
    repeats = [repeat.model_copy(update=changes) for repeat in measured.repeats][: changes.pop("repeats", 3)]
    report = measured.model_copy(
        update={"repeats": tuple(repeats), "answers": changes.get("answers", measured.answers)}
    )

    fault = fault_of_calls(read_calls(tmp_path / "calls.npz"), report)

    assert why in fault
    assert bool(fault) == bool(why)


@pytest.mark.django_db
def test_a_file_of_calls_is_looked_at_beside_its_trace():
    measured, power, content = long_calls()
    _, good = result_with(measured=measured, power=power, calls=content)
    _, bad = result_with(measured=measured, power=power, calls=packed({"starts_s": np.zeros(3)}))

    verdicts = [check_artefact(artefact_id=files[CALLS_FILE].pk, now=NOW).verdict for files in (good, bad)]

    assert verdicts == ["agrees", "unusable"]
    assert check_artefact(artefact_id=good[POWER_FILE].pk, now=NOW).verdict == "agrees"

import uuid

import pytest

from agents.bench.benchmark import load_benchmark
from agents.bench.lines import report_lines
from leaderboard.protocol import GuardVerdict
from tests.agents.measuring import MODELS, order
from tests.factories import make_measured, make_report, rapl_reading

ATTEMPT = uuid.UUID(int=3)


@pytest.fixture
def lines(tmp_path):
    benchmark = load_benchmark("digits")
    spec = order(tmp_path, MODELS / "mlp8.onnx").spec

    def make(width=60, **changes):
        measured = make_measured(**{"answers": benchmark.key} | changes)
        return report_lines(make_report(ATTEMPT, measured=measured), measured, spec, benchmark, width)

    return make


@pytest.mark.parametrize("width", [40, 60, 80])
def test_it_fits_its_terminal(lines, width):
    assert max(map(len, lines(width))) <= width


def test_an_estimate_is_called_one_and_says_what_it_multiplied(lines):
    text = " ".join(" ".join(lines()).split())

    assert "energy, estimated codecarbon, scope process, grade E" in text
    assert "rated 15 W, an example table" in text


def test_a_counter_is_not_called_an_estimate(lines):
    text = " ".join(" ".join(lines(readings=(rapl_reading,))).split())

    assert "energy, counter rapl, scope cpu_package, grade C" in text
    assert "estimated" not in text


def test_without_a_source_there_is_no_energy_and_the_way_to_learn_why(lines):
    text = " ".join(" ".join(lines(readings=())).split())

    assert "energy - (no source; `perwatt agent doctor` says why)" in text


def test_a_noisy_run_hides_what_other_work_was_in_and_says_what_to_do(lines):
    text = " ".join(" ".join(lines(guard=GuardVerdict.NOISY)).split())

    assert "IPW - (noisy machine)" in text
    assert "measure again in quiet" in text
    assert "measure again" not in " ".join(lines())


def test_the_same_report_always_says_the_same(lines):
    assert lines() == lines()

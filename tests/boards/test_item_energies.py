"""The energy of single items, where a source is read often enough."""

import json

import numpy as np
import pytest

from leaderboard.boards.entry_export import entry_json
from leaderboard.boards.item_energies import item_energies, percentiles_j
from leaderboard.boards.item_outcomes import item_outcomes
from leaderboard.boards.selectors import entry_detail
from leaderboard.catalog import blobs
from leaderboard.protocol import CALLS_FILE, GuardVerdict, MissingReason
from leaderboard.runs.models import AttemptArtefact, TraceCheck
from tests.boards.test_trace_view import published
from tests.factories import BoardFactory, PriceFactory, make_measured, rapl_reading
from tests.runs.traces import long_calls, packed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def board():
    PriceFactory()
    return BoardFactory()


def measured_long(**values):
    measured, power, calls = long_calls(**values)
    return published(measured=measured, power=power, calls=calls)


def found(entry):
    (one,) = entry_detail(entry.uuid).item_energies
    return one


def test_calls_of_seconds_have_an_energy_each_with_what_their_edges_may_be_off():
    energies = found(measured_long(seconds=2.0, watts=20.0))

    assert (energies.source, energies.scope, energies.missing) == ("rapl", "cpu_package", None)
    assert (energies.calls, len(energies.told.energy_j), energies.call_s) == (18, 18, pytest.approx(2.0))
    assert energies.told.period_s == pytest.approx(0.1)
    # 20 W for 2 s; the counter is read every 100 ms, and before and after a call it draws 1 W.
    off_j = np.abs(energies.told.energy_j - 40.0)
    assert (off_j <= energies.told.edge_j).all()
    assert energies.told.edge_j.max() <= 2 * 0.1 * 20.0


def test_items_have_the_mean_of_their_own_calls():
    entry = measured_long(items=3, drawn=lambda item: 10.0 * (item + 1))
    (energies,) = item_outcomes(entry.uuid).energies
    by_item = energies.by_item()

    assert sorted(by_item) == [0, 1, 2]
    for item, energy in by_item.items():
        assert energy.energy_j == pytest.approx(20.0 * (item + 1), abs=energy.edge_j)
        assert energy.calls == 6


def test_all_calls_sum_to_less_than_their_windows_and_what_lies_between_goes_nowhere():
    entry = measured_long(seconds=2.0, calls=6, watts=20.0)
    detail = entry_detail(entry.uuid)
    window_j = sum(repeat.energy[0].joules for repeat in detail.repeats)
    told = detail.item_energies[0].told
    items_j = float(told.energy_j.sum())

    idle_j = 3 * (6 * 0.5 + 0.5) * 1.0  # between the calls, at 1 W
    assert items_j < window_j
    assert abs(window_j - items_j - idle_j) <= told.edge_j.sum()


def test_calls_under_ten_periods_have_none():
    energies = found(measured_long(seconds=0.9, period_s=0.1))

    assert energies.missing is MissingReason.TOO_FEW_SAMPLES
    assert len(energies.told.energy_j) == 0
    assert percentiles_j(energies) == (None, None, None)


def test_calls_of_milliseconds_have_none_and_the_period_is_known_without_their_times():
    measured = make_measured(readings=(rapl_reading,))
    energies = found(published(measured=measured))

    assert energies.missing is MissingReason.TOO_FEW_SAMPLES
    assert energies.call_s == pytest.approx(0.0011)
    assert energies.told.period_s == pytest.approx(0.055, rel=0.1)  # 21 samples in 1.1 s


def test_long_calls_of_an_agent_that_kept_no_times_are_not_measured():
    measured, power, _ = long_calls()

    assert found(published(measured=measured, power=power)).missing is MissingReason.NOT_MEASURED


def test_an_estimate_has_two_readings_of_a_repeat_and_tells_no_call():
    assert found(published()).missing is MissingReason.TOO_FEW_SAMPLES


def test_calls_that_share_an_energy_have_no_items():
    measured, power, calls = long_calls()
    batched = tuple(repeat.model_copy(update={"items": 4 * repeat.calls}) for repeat in measured.repeats)
    trace = entry_detail(published(measured=measured, power=power, calls=calls).uuid).trace
    (energies,) = item_energies(measured.model_copy(update={"repeats": batched}), trace)

    assert (energies.batch, energies.missing, len(energies.told.energy_j)) == (4, None, 18)
    assert energies.by_item() == {}


def test_a_choice_of_the_long_calls_is_no_distribution():
    measured, power, calls = long_calls()
    more = tuple(
        repeat.model_copy(
            update={"calls": 2 * repeat.calls, "items": 2 * repeat.calls, "mean_s": repeat.mean_s / 2 + 0.1}
        )
        for repeat in measured.repeats
    )
    energies = found(published(measured=measured.model_copy(update={"repeats": more}), power=power, calls=calls))

    assert energies.missing is MissingReason.TOO_FEW_SAMPLES
    assert len(energies.by_item()) == 3


@pytest.mark.parametrize(
    ("guard", "reason"),
    [(GuardVerdict.NOISY, MissingReason.NOISY_MACHINE), (GuardVerdict.REJECTED, MissingReason.WITHHELD)],
)
def test_what_the_guard_withholds_is_withheld_here_too(guard, reason):
    measured, power, calls = long_calls()
    energies = found(published(measured=measured.model_copy(update={"guard": guard}), power=power, calls=calls))

    assert (energies.missing, energies.by_item()) == (reason, {})


def test_files_that_are_not_as_the_report_says_give_no_energy():
    measured, power, calls = long_calls()
    other = packed({"starts_s": np.zeros(2)})
    doubled = tuple(
        repeat.model_copy(update={"energy": (repeat.energy[0].model_copy(update={"joules": 1.0}),)})
        for repeat in measured.repeats
    )

    bad_calls = found(published(measured=measured, power=power, calls=other))
    bad_trace = found(published(measured=measured.model_copy(update={"repeats": doubled}), power=power, calls=calls))

    assert bad_calls.missing is bad_trace.missing is MissingReason.WITHHELD


def test_a_file_that_has_not_come_is_waited_for_and_one_that_is_lost_is_no_error():
    entry, lost = measured_long(), measured_long(seconds=3.0)
    TraceCheck.objects.filter(artefact__attempt=entry.result.attempt, artefact__name=CALLS_FILE).delete()
    digest = AttemptArtefact.objects.get(attempt=lost.result.attempt, name=CALLS_FILE).sha256
    blobs.path(digest).unlink()

    assert found(entry).missing is MissingReason.PENDING
    assert found(lost).missing is MissingReason.NOT_MEASURED


def test_the_json_of_an_entry_has_the_percentiles_or_the_reason():
    resolved = json.loads(entry_json(entry_detail(measured_long(calls=80, seconds=1.5).uuid)))["item_energies"]
    unresolved = json.loads(entry_json(entry_detail(published().uuid)))["item_energies"]

    assert resolved[0]["missing_reason"] is None
    assert (resolved[0]["n"], resolved[0]["calls"], resolved[0]["items_per_call"]) == (240, 240, 1)
    assert resolved[0]["p50_energy_j"] == pytest.approx(30.0, abs=resolved[0]["median_edge_j"])
    assert resolved[0]["p95_energy_j"] is not None
    assert resolved[0]["p99_energy_j"] is None  # of 240 calls fewer than ten lie above it
    assert (unresolved[0]["missing_reason"], unresolved[0]["p50_energy_j"]) == ("too_few_samples", None)

"""What the pages say of the energy of single items."""

import csv
import io
import re

import pytest

from leaderboard.protocol import CALLS_FILE, GuardVerdict
from leaderboard.runs.models import TraceCheck
from tests.boards.test_item_energies import measured_long
from tests.boards.test_trace_view import published
from tests.factories import BoardFactory, PriceFactory, make_measured, rapl_reading
from tests.runs.traces import long_calls

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def board():
    PriceFactory()
    return BoardFactory()


def section(client, entry, title):
    page = client.get(f"/entries/{entry.uuid}/").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    return page.partition(f"<h2>{title}</h2>")[2].partition("</section>")[0]


def test_long_items_have_a_curve_of_their_own_energies_with_what_the_edges_may_be_off(client):
    shown = section(client, measured_long(calls=80, seconds=1.5), "Energy of single items")

    assert re.search(r"<dt>p50</dt><dd>[\d.]+ J</dd>", shown)
    assert re.search(r"<dt>p95</dt><dd>[\d.]+ J</dd>", shown)
    assert "needs 1 000 values" in shown.replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "240 calls" in shown
    assert "rapl (CPU package) is read every 100 ms" in shown
    assert re.search(r"± [\d.]+ J for the median call", shown)


def test_items_of_a_millisecond_say_why_they_have_none_and_show_the_repeats(client):
    shown = section(client, published(measured=make_measured(readings=(rapl_reading,))), "Energy per item")

    assert "5 repeats" in shown
    assert re.search(r"One item takes 1\.10 ms on average, rapl \(CPU package\) is read every 5[\d.]+ ms", shown)
    assert "the energy of one item cannot be resolved (too few samples). These are means over repeats." in shown


def test_energies_that_the_guard_withholds_have_no_curve(client):
    measured, power, calls = long_calls()
    noisy = published(measured=measured.model_copy(update={"guard": GuardVerdict.NOISY}), power=power, calls=calls)
    shown = section(client, noisy, "Energy per item")

    assert "No energy of one item is told: machine was noisy." in shown
    assert "<svg" not in shown


def test_calls_whose_times_have_not_come_say_so(client):
    entry = measured_long()
    TraceCheck.objects.filter(artefact__name=CALLS_FILE).delete()

    assert "When the calls ran is not known, so the energy of one item cannot be told (pending)." in section(
        client, entry, "Energy per item"
    )


def test_calls_whose_times_are_not_known_say_so(client):
    measured, power, _ = long_calls()

    assert "When the calls ran is not known" in section(
        client, published(measured=measured, power=power), "Energy per item"
    )


def test_the_list_of_items_has_the_energy_of_each_and_its_scope_in_the_data(client):
    entry = measured_long(items=3, drawn=lambda item: 10.0 * (item + 1))
    page = client.get(f"/entries/{entry.uuid}/items/").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    data = client.get(f"/entries/{entry.uuid}/items.json").json()
    rows = list(csv.DictReader(io.StringIO(client.get(f"/entries/{entry.uuid}/items.csv").content.decode())))

    energies = re.findall(r"<i>([\d.]+ J|–)</i>", page)
    assert len(energies) == len(rows) == 40
    assert energies[3:] == ["–"] * 37  # the other items were not timed
    assert "Energy is the mean of an item's timed calls." in page.replace("&#x27;", "'")
    for number, outcome in enumerate(data["outcomes"][:3]):
        assert outcome["cpu_package_energy_j"] == pytest.approx(20.0 * (number + 1), abs=outcome["cpu_package_edge_j"])
        assert outcome["cpu_package_calls"] == 6
        assert float(rows[number]["cpu_package_energy_j"]) == outcome["cpu_package_energy_j"]
    assert data["outcomes"][3]["cpu_package_energy_j"] is None
    assert rows[3]["cpu_package_energy_j"] == ""


def test_the_list_of_items_without_energies_says_why(client, django_assert_max_num_queries):
    entry = published()
    with django_assert_max_num_queries(5):
        page = client.get(f"/entries/{entry.uuid}/items/").content.decode()
    data = client.get(f"/entries/{entry.uuid}/items.json").json()

    assert "the energy of one item cannot be resolved" in page
    assert "<i>" not in page
    assert data["energies"][0]["missing_reason"] == "too_few_samples"
    assert set(data["outcomes"][0]) == {"item", "correct"}

"""The charts of an entry's page as tables and as CSV."""

import csv
import gzip
import io
import re
from itertools import pairwise

import pytest

from leaderboard.boards.selectors import entry_detail
from leaderboard.boards.trace_plot import stored_trace
from leaderboard.catalog import blobs
from leaderboard.protocol import GuardVerdict
from tests.boards.test_item_energies import measured_long
from tests.boards.test_trace_view import published
from tests.factories import BoardFactory, PriceFactory, make_measured, make_reading, publish_entry, rapl_reading

pytestmark = pytest.mark.django_db
FILES = ("trace", "windows", "latencies", "energies", "repeats")


@pytest.fixture(autouse=True)
def board():
    PriceFactory()
    return BoardFactory()


def page_of(client, entry):
    return client.get(f"/entries/{entry.uuid}/").content.decode()


def rows_of(client, entry, name):
    answer = client.get(f"/entries/{entry.uuid}/{name}.csv")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def table_after(page, title):
    table = page.partition(f"<h2>{title}</h2>")[2].partition("</section>")[0].partition("<tbody>")[2]
    return [re.findall(r"<t[dh][^>]*>([^<]*)", row) for row in table.partition("</tbody>")[0].split("</tr>") if row]


def digits(text):
    return re.sub(r"\D", "", text)


def test_every_chart_has_its_csv_where_it_is_drawn_and_among_the_forms(client):
    entry = published(measured=make_measured(readings=(rapl_reading, make_reading)))
    page = page_of(client, entry)
    forms = page.partition("Get this view")[2]
    for name in FILES:
        href = f'href="/entries/{entry.uuid}/{name}.csv"'
        assert page.count(href) == 3
        assert forms.count(href) == 1
        assert f'<link rel="alternate" type="text/csv" {href}>' in page
    for name in ("items.csv", "trace.parquet"):
        assert f"/entries/{entry.uuid}/{name}" in forms
    assert len(gzip.compress(page.encode())) < 30_000


@pytest.mark.parametrize("name", FILES)
def test_a_chart_as_csv_is_cheap(client, django_assert_max_num_queries, name):
    entry = published(measured=make_measured(readings=(rapl_reading, make_reading)))
    with django_assert_max_num_queries(12):
        assert rows_of(client, entry, name)


def test_latencies_as_csv_are_the_whole_curve_and_the_table_some_of_it(client):
    entry = publish_entry()
    rows = rows_of(client, entry, "latencies")
    histogram = entry_detail(entry.uuid).histogram
    assert len(rows) == len(histogram.counts)
    assert int(rows[-1]["calls"]) == sum(histogram.counts.values())
    assert float(rows[-1]["share"]) == 1
    assert all(float(one["latency_s"]) < float(other["latency_s"]) for one, other in pairwise(rows))
    table = table_after(page_of(client, entry), "Latency of single calls")
    assert 1 < len(table) <= 21
    assert table[-1][2] == "100.0\N{NO-BREAK SPACE}%"
    assert {digits(count) for _, count, _ in table} <= {row["calls"] for row in rows}


def test_energies_of_single_items_are_all_there_and_named_by_their_scope(client):
    entry = measured_long(calls=80, seconds=1.5)
    rows = rows_of(client, entry, "energies")
    energies = entry_detail(entry.uuid).item_energies[0]
    assert [float(row["cpu_package_energy_j"]) for row in rows] == sorted(energies.told.energy_j.tolist())
    assert {(row["source"], row["provenance"]) for row in rows} == {(energies.source, energies.provenance)}
    assert len(table_after(page_of(client, entry), "Energy of single items")) <= 21


def test_energies_of_repeats_say_that_they_are_per_item(client):
    entry = publish_entry()
    rows = rows_of(client, entry, "energies")
    repeats = entry_detail(entry.uuid).repeats
    expected = sorted(repeat.energy[0].joules / repeat.items for repeat in repeats)
    assert [float(row["process_energy_per_item_j"]) for row in rows] == expected
    assert [row["repeats"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert len(table_after(page_of(client, entry), "Energy per item")) == 5


def test_repeats_as_csv_are_those_of_the_table(client):
    entry = publish_entry()
    rows, table = rows_of(client, entry, "repeats"), table_after(page_of(client, entry), "Median of each repeat")
    repeats = entry_detail(entry.uuid).repeats
    assert [float(row["median_s"]) for row in rows] == [repeat.median_s for repeat in repeats]
    assert [row["guard"] for row in rows] == [repeat.guard.verdict for repeat in repeats]
    assert [cells[0] for cells in table] == [row["repeat"] for row in rows]


def test_power_as_csv_is_what_is_drawn_with_its_scope_and_where_it_comes_from(client):
    entry = published(measured=make_measured(readings=(rapl_reading, make_reading)))
    rows = rows_of(client, entry, "trace")
    assert {(row["source"], row["scope"], row["provenance"]) for row in rows} == {
        ("rapl", "cpu_package", "counter"),
        ("codecarbon", "process", "estimated"),
    }
    assert all(0 <= float(row["low_w"]) <= float(row["mean_w"]) <= float(row["high_w"]) for row in rows)
    assert all(float(row["at_s"]) >= 0 for row in rows)


def test_windows_as_csv_are_those_of_the_table(client):
    entry = published(measured=make_measured(readings=(rapl_reading,)))
    rows = rows_of(client, entry, "windows")
    assert [row["window"] for row in rows].count("repeat") == 5
    assert {row["source"] for row in rows} == {"rapl"}
    for row in rows:
        assert float(row["server_j"]) == pytest.approx(float(row["mean_w"]) * float(row["lasts_s"]), rel=0.02)
        assert float(row["agent_j"]) == pytest.approx(float(row["server_j"]), rel=0.02)


def test_a_chart_that_the_page_does_not_have_has_no_csv_and_no_link(client):
    entry = publish_entry(measured=make_measured(readings=()))
    page = page_of(client, entry)
    for name in ("trace", "windows", "energies"):
        assert client.get(f"/entries/{entry.uuid}/{name}.csv").status_code == 404
        assert f"{name}.csv" not in page
    assert client.get("/entries/00000000-0000-4000-8000-000000000000/latencies.csv").status_code == 404


def test_energies_that_are_withheld_are_in_no_csv(client):
    entry = published(measured=make_measured(readings=(rapl_reading,), guard=GuardVerdict.NOISY))
    assert client.get(f"/entries/{entry.uuid}/energies.csv").status_code == 404
    assert "energies.csv" not in page_of(client, entry)


def test_samples_that_the_server_has_lost_are_in_no_csv(client):
    entry = published()
    blobs.path(entry_detail(entry.uuid).trace.power_sha256).unlink()
    stored_trace.cache_clear()
    assert client.get(f"/entries/{entry.uuid}/trace.csv").status_code == 404

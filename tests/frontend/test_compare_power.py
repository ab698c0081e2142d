"""A comparison's power over time: one scale of watts, one of seconds, and a reason where nothing is drawn."""

import csv
import io
import json
import re

import pytest

from frontend.charts.elements import written
from frontend.charts.trace import Moment, Shared, TraceLine, TraceWords, trace
from leaderboard.boards.compare.selectors import comparison
from leaderboard.boards.models import Entry, Score
from leaderboard.boards.selectors import entry_detail
from leaderboard.catalog import blobs
from tests.boards.test_trace_view import entry_with, published
from tests.factories import BoardFactory, PriceFactory, make_measured, make_reading, rapl_reading
from tests.frontend.test_compare_page import html, text_of
from tests.runs.traces import power_file


def section(page):
    return re.search(r'<section aria-labelledby="power-title">.*?</section>', page, re.DOTALL)[0]


def plots(page):
    return re.findall(r'<svg class="trace-plot".*?</figure>', section(page), re.DOTALL)


def path_of(*entries):
    return f"/compare/?e={'~'.join(str(entry.uuid) for entry in entries)}"


def metered(watts=20.0, **changes):
    measured = make_measured(readings=(rapl_reading,), watts=watts)
    return published(measured=measured, **changes)


def test_plots_with_a_shared_scale_have_one_top_and_count_from_their_zero():
    line = TraceLine("meter", [[Moment(10, 5, 5, 5), Moment(20, 5, 5, 5)]])
    words = TraceWords("power", lambda watts: f"{watts:g} W", lambda seconds: f"{seconds:g} s")
    text = written(trace([line], [], (0, 40), words, Shared(10.0, 20.0)))

    assert 'd="M250 500L500 500"' in text  # 5 W of 10 W, at a quarter and at half of 40 s
    assert [">-20 s<" in text, ">0 s<" in text, ">20 s<" in text] == [True] * 3
    assert 'class="zero" x1="50%" x2="50%"' in text


@pytest.mark.django_db
class TestOfEntries:
    @pytest.fixture(autouse=True)
    def board(self):
        PriceFactory()
        return BoardFactory()

    def test_power_is_drawn_on_one_scale_and_aligned_where_timing_began(self, client):
        low, high = metered(20.0), metered(80.0)
        page = html(client, path_of(low, high))
        one, other = plots(page)

        def ticks(plot):
            return re.findall(r'class="tick"[^>]*>([^<]*)<', plot)

        assert ticks(one) == ticks(other)
        assert ticks(one)[0].replace("\N{NO-BREAK SPACE}", " ") == "0 W"
        assert "0\N{NO-BREAK SPACE}s" in ticks(one)
        assert re.search(r'class="zero" x1="([^"]*)"', one)[1] == re.search(r'class="zero" x1="([^"]*)"', other)[1]
        highest = [
            min(float(y) for y in re.findall(r" ([\d.]+)", re.search(r'class="mean" d="([^"]*)"', plot)[1]))
            for plot in (one, other)
        ]
        # 20 W and 80 W on one scale that ends 8 % above the highest.
        assert highest == [pytest.approx(1000 * (1 - 20 / 86.4), abs=1), pytest.approx(1000 * (1 - 80 / 86.4), abs=1)]
        assert 'class="name"' in one

    def test_the_csv_is_what_is_drawn_from_the_same_zero(self, client, django_assert_max_num_queries):
        low, high, without = metered(20.0), metered(80.0), entry_with()
        path = path_of(low, high, without)
        href = f"/compare/power.csv?{path.partition('?')[2]}"
        assert html(client, path).count(f'href="{href}"') == 3
        with django_assert_max_num_queries(12):
            rows = list(csv.DictReader(io.StringIO(html(client, href))))
        assert {(row["entry"], row["source"], row["scope"], row["provenance"]) for row in rows} == {
            (str(entry.uuid), "rapl", "cpu_package", "counter") for entry in (low, high)
        }
        assert min(float(row["at_s"]) for row in rows) < 0 < max(float(row["at_s"]) for row in rows)
        highest = [max(float(row["mean_w"]) for row in rows if row["entry"] == str(one.uuid)) for one in (low, high)]
        assert highest == [pytest.approx(20, rel=0.05), pytest.approx(4 * highest[0])]
        none = html(client, path_of(without, entry_with()))
        assert "power.csv" not in none

    def test_the_table_has_each_phase_of_each_entry(self, client):
        low, high = metered(20.0), metered(80.0)
        shown = comparison(path_of(low, high).partition("?")[2])
        text = text_of(section(html(client, path_of(low, high)))).replace("\N{NO-BREAK SPACE}", " ")

        repeats = [next(total for total in power.totals if total.kind == "repeat") for power in shown.powers]
        assert repeats[1].joules == pytest.approx(4 * repeats[0].joules, rel=1e-3)
        assert [total.agent_j for total in repeats] == [pytest.approx(total.joules, rel=1e-3) for total in repeats]
        assert re.search(r"repeat [\d.]+ k?J 20\.0 W over [\d.]+ s [\d.]+ k?J 80\.0 W over", text)
        assert "idle before" in text
        assert "within 0 %" in text

    def test_an_entry_without_a_trace_says_why_and_the_other_is_drawn(self, client):
        page = html(client, path_of(metered(), entry_with()))
        text = text_of(section(page))

        assert len(plots(page)) == 1
        assert "Not drawn. No raw trace: this version of the agent kept none" in text
        assert "no trace" in text

    def test_entries_that_are_not_drawn_for_one_reason_are_one_line(self, client):
        text = text_of(section(html(client, path_of(entry_with(), metered(), entry_with()))))

        assert text.count("Not drawn.") == 1
        assert re.search(r"A [^,]+, C [^,]+: Not drawn\.", text)

    def test_samples_that_the_server_has_lost_are_said(self, client):
        # Samples that were read once are remembered by their digest: these are of no other test.
        entry, other = metered(21.5), metered(30.0)
        blobs.path(entry_detail(entry.uuid).trace.power_sha256).unlink()
        page = html(client, path_of(entry, other))

        assert len(plots(page)) == 1
        assert "Not drawn. The server has lost its samples." in text_of(page)

    def test_a_withheld_energy_leaves_the_samples_but_calls_them_no_result(self, client):
        entry, other = metered(20.0), metered(30.0)
        Score.objects.filter(entry=entry, metric="energy_per_item_j").update(
            value=None, low=None, high=None, draws=None, missing_reason="noisy_machine"
        )
        text = text_of(section(html(client, path_of(entry, other))))

        assert (
            "It has no energy here: machine was noisy. What was sampled is shown as it came, and is no result." in text
        )

    def test_a_trace_that_differs_is_marked(self, client):
        measured = make_measured(readings=(rapl_reading,))
        bad = published(measured=measured, power=power_file(measured, times=1.25))
        page = html(client, path_of(metered(), bad))

        assert 'class="flagged">Integrated again' in section(page)

    def test_energies_of_two_scopes_are_drawn_with_a_warning(self, client):
        estimated = published(measured=make_measured(readings=(make_reading,)))
        text = text_of(section(html(client, path_of(metered(), estimated))))

        assert "different energy scopes: their heights cannot be compared" in text
        assert "Estimated" in text

    def test_a_retracted_entry_stays_with_its_name_struck_through(self, client):
        entry, other = metered(20.0), metered(30.0)
        Entry.objects.filter(pk=entry.pk).update(status="retracted")
        page = html(client, path_of(entry, other))

        assert len(plots(page)) == 2
        assert re.search(r"<h3>.*?<s>.*?</s> <small>retracted</small>", section(page), re.DOTALL)

    def test_a_report_that_can_no_longer_be_read_costs_only_its_own_plot(self, client):
        entry, other = metered(20.0), metered(30.0)
        type(entry.result).objects.filter(pk=entry.result_id).update(payload="{}")

        assert "Not drawn. Its report can no longer be read." in text_of(html(client, path_of(entry, other)))

    def test_json_has_the_same_totals(self, client):
        told = json.loads(client.get(path_of(metered(20.0), entry_with()).replace("/?", ".json?")).content)
        drawn, without = told["power"]

        assert drawn["source"] == "rapl"
        assert {phase["phase"] for phase in drawn["phases"]} >= {"idle_before", "repeat"}
        assert drawn["why"] is None
        assert without["why"].startswith("No raw trace")
        assert without["phases"] == []

"""What an entry's page draws and says beside its figures."""

import csv
import gzip
import io
import re

import pytest

from frontend.present.hardware_words import fact_name
from leaderboard.boards.item_outcomes import PER_PAGE
from leaderboard.boards.moderation import put_under_review, retract
from leaderboard.boards.trace_plot import stored_trace
from leaderboard.catalog import blobs
from leaderboard.protocol import GuardReading, GuardVerdict, Thermal
from tests.boards.test_trace_view import published
from tests.factories import (
    NOW,
    BenchmarkFactory,
    BoardFactory,
    JobFactory,
    PriceFactory,
    SubmissionFactory,
    TextBenchmarkFactory,
    TextSubmissionFactory,
    UserFactory,
    answers_with,
    make_generated,
    make_measured,
    make_reading,
    publish_entry,
    rapl_reading,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def board():
    PriceFactory()
    return BoardFactory()


def page_of(client, entry, tail=""):
    answer = client.get(f"/entries/{entry.uuid}/{tail}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_score_says_on_a_phone_too_where_it_comes_from_and_its_repeats_are_said(client):
    measured = make_measured(readings=(rapl_reading, make_reading))
    page = page_of(client, published(measured=measured))
    scores = page.partition('id="scores"')[2].partition("</section>")[0]
    assert 'class="rows stacked terse"' in scores
    assert len(re.findall(r'data-label="95 %"', scores)) >= 3
    assert 'data-label="n">None' not in page
    assert re.search(r'Cold start</a></th>.*?data-label="95 %">– <small>one value</small>', scores, re.DOTALL)
    assert not re.search(r'data-label="95 %"></td>', scores)
    said = (
        page.partition("Median of each repeat")[2].partition("</section>")[0].partition("in the order of measuring:")[2]
    )
    assert said.count(" · ") == len(measured.repeats) - 1


def test_what_an_entry_ran_in_is_said_in_words(client):
    sheet = page_of(client, published(measured=make_measured())).partition('id="environment"')[2]
    assert "<dt>Kernel</dt><dd>6.1.0</dd>" in sheet
    named = [fact_name(key) for key in ("version_numpy", "cpu_count", "power_limit")]
    assert named == ["Version of numpy", "Logical CPUs", "power limit"]


def test_what_was_decided_of_an_entry_stands_beside_its_energy_and_is_why_it_has_no_rank(client):
    entry, by = published(measured=make_measured(readings=(rapl_reading, make_reading))), UserFactory()
    put_under_review(entry=entry, reason="Odd.", by=by, now=NOW)
    page = page_of(client, entry)
    assert "under review" not in page.partition("<dt>Energy</dt>")[2].partition("</dd>")[0]
    assert "under review" in page.partition("<dt>To be minded</dt>")[2].partition("</dd>")[0]
    retract(entry=entry, reason="Wrong.", by=by, now=NOW)
    assert "No rank: the entry is retracted." in page_of(client, entry)


def test_an_entry_whose_report_can_no_longer_be_read_keeps_its_page_and_its_scores(client):
    entry = published(measured=make_measured(readings=(rapl_reading, make_reading)))
    whole = client.get(f"/entries/{entry.uuid}.json").json()
    type(entry.result).objects.filter(pk=entry.result_id).update(payload="{}")
    page = page_of(client, entry)
    told = client.get(f"/entries/{entry.uuid}.json").json()
    assert "Its report can no longer be read." in page
    assert "None" not in page
    assert told["scores"] == whole["scores"]
    assert told["trace"]["sentence"] == "Its report can no longer be read."
    assert (told["histogram"], told["warmup_calls"], told["repeats"]) == (None, None, [])
    assert told["protocol_version"] == whole["protocol_version"]
    assert client.get(f"/entries/{entry.uuid}/items/").status_code == 404


def test_the_trace_is_drawn_from_zero_and_said_in_words(client):
    entry = published(measured=make_measured(readings=(rapl_reading, make_reading)))
    page = page_of(client, entry)
    assert 'class="trace-plot" role="img" aria-label="Power of rapl over' in page
    assert re.search(r">0\sW</text>", page)
    assert re.search(r"While it was timed it drew [\d.]+\sW on average", page)
    assert re.search(r"Idle, it drew 2\.00\sW\.", page)
    assert page.count('<th scope="row">repeat ') == 5
    assert len(gzip.compress(page.encode())) < 30_000


def test_a_window_that_was_throttled_is_marked_and_named(client):
    measured = make_measured(readings=(rapl_reading,))
    hot = GuardReading(verdict=GuardVerdict.THROTTLED, throttle_events=3)
    repeats = (measured.repeats[0].model_copy(update={"guard": hot}), *measured.repeats[1:])
    entry = published(measured=measured.model_copy(update={"repeats": repeats}))
    page = page_of(client, entry)
    assert page.count('class="flag"') == 1
    assert "repeat 1: thermally throttled" in page
    assert "held clocks down" in page


def test_samples_that_are_lost_leave_the_rest_of_the_page(client):
    entry = published()
    stored_trace.cache_clear()  # another test's samples are the same, and still remembered
    for found in blobs.path("00").parent.parent.rglob("*"):
        if found.is_file() and found.read_bytes()[:2] == b"PK":
            found.unlink()
    page = page_of(client, entry)
    assert "The server has lost the samples." in page
    assert "trace-plot" not in page
    assert "Quality gates" in page


def test_percentiles_that_too_few_values_carry_are_dashes_with_the_reason(client):
    page = page_of(client, publish_entry())
    energy = page.partition("<h2>Energy per item</h2>")[2].partition("</section>")[0]
    assert "5 repeats" in energy
    assert "needs 200 values" in energy
    latency = page.partition("<h2>Latency of single calls</h2>")[2].partition("</section>")[0]
    assert "needs" not in latency
    assert "p95" in latency


def test_a_percentile_that_is_a_result_is_the_result_and_others_say_that_they_are_bounds(client):
    page = page_of(client, publish_entry())
    headline = re.search(r"/metrics/latency_p50_s/.*?<b>([\d.]+)</b>", page, re.DOTALL)[1]
    latency = page.partition("<h2>Latency of single calls</h2>")[2].partition("</section>")[0]
    p50, p95 = (re.search(rf"<dt>{name}</dt><dd>([^<]*)", latency)[1] for name in ("p50", "p95"))
    assert float(p50.split("\N{NO-BREAK SPACE}")[0]) == pytest.approx(float(headline), rel=0.01)
    assert p95.startswith("≤")


def test_a_trace_of_a_noisy_machine_says_that_it_is_no_result(client):
    noisy = published(measured=make_measured(readings=(rapl_reading,), guard=GuardVerdict.NOISY))
    quiet = published(measured=make_measured(readings=(rapl_reading,)))
    assert "The entry has no energy: machine was noisy. What was sampled" in page_of(client, noisy)
    assert "The entry has no energy" not in page_of(client, quiet)
    assert gates(page_of(client, noisy))["Energy from a sensor"] == "passed"
    assert gates(page_of(client, noisy))["Machine quiet"] == "failed"


def test_an_entry_without_energy_has_no_curve_of_it_and_says_so(client):
    page = page_of(client, publish_entry(measured=make_measured(readings=())))
    assert "Nothing was recorded to show." in page
    assert "No energy was read." in page


def gates(page):
    found = re.findall(r'<li class="(passed|failed|open)"><svg.*?<b>([^<]+)</b>', page, re.DOTALL)
    return {name: result for result, name in found}


def test_what_passed_what_failed_and_what_could_not_be_looked_at_are_told_apart(client):
    cool = Thermal(sensor="k10temp", first_c=40, last_c=41, waited_s=0)
    good = gates(page_of(client, published(measured=make_measured(readings=(rapl_reading,), thermal=cool))))
    assert set(good.values()) == {"passed"}
    poor = make_measured(stable=False, guard=GuardVerdict.NOISY)
    found = gates(page_of(client, publish_entry(measured=poor)))
    assert found["Repeats settled"] == found["Machine quiet"] == found["Energy from a sensor"] == "failed"
    assert found["Clocks held"] == found["Joules found again in the raw trace"] == "open"


def test_an_entry_is_cited_by_its_address(client):
    job = JobFactory(submission__model_name="50% {x}_y", state="verifying")
    entry = publish_entry(job=job)
    page = page_of(client, entry)
    assert f"Entry {entry.uuid}, measured 2026-11-02. http://testserver/entries/{entry.uuid}/" in page
    assert r"50\% \{x\}\_y on Example CPU" in page
    assert "@misc{perwatt-" in page
    assert f"/submit/?model={job.submission.model_slug}&amp;board=digits&amp;device={entry.device.slug}" in page


def test_an_entry_is_read_in_plain_words(client):
    page = page_of(client, publish_entry(measured=make_measured(readings=(rapl_reading,))))
    assert re.search(r"It answers [\d.]+\s% of 40 items right\.", page)
    assert re.search(r"An item takes [\d.]+\smJ \(CPU package, measured\): 1 kWh is enough for about", page)


def test_items_are_shown_without_what_the_model_answered(client, django_assert_max_num_queries):
    entry = publish_entry(measured=make_measured(answers=answers_with(36)))
    with django_assert_max_num_queries(4):
        page = page_of(client, entry, "items/")
    assert "36 of 40 items right, 4 wrong." in page
    assert page.count('<li class="right">') == 36
    wrong = page_of(client, entry, "items/?only=wrong")
    assert (wrong.count('<li class="right">'), wrong.count('<li class="wrong">')) == (0, 4)
    data = client.get(f"/entries/{entry.uuid}/items.json").json()
    assert set(data["outcomes"][0]) == {"item", "correct"}
    rows = list(csv.DictReader(io.StringIO(client.get(f"/entries/{entry.uuid}/items.csv").content.decode())))
    assert sum(row["correct"] == "true" for row in rows) == data["correct"] == 36


def test_items_are_paged_and_a_bad_address_is_said(client):
    benchmark = BenchmarkFactory(slug="long", n=PER_PAGE + 1)
    BoardFactory(benchmark=benchmark)
    job = JobFactory(submission=SubmissionFactory(benchmark=benchmark), state="verifying")
    entry = publish_entry(job=job, measured=make_measured(answers=answers_with(200, n=PER_PAGE + 1)))
    assert page_of(client, entry, "items/?page=2").count("<li class=") == 1
    page = page_of(client, entry, "items/?only=sideways&page=0")
    assert "only=sideways is not known here" in page
    assert "page=0 is no page" in page


def test_items_of_text_are_graded_and_no_answer_is_given_out(client):
    benchmark = TextBenchmarkFactory()
    BoardFactory(benchmark=benchmark)
    job = JobFactory(submission=TextSubmissionFactory(benchmark=benchmark), state="verifying")
    entry = publish_entry(job=job, measured=make_generated())
    page = page_of(client, entry, "items/")
    assert "36 of 40 items right" in page
    assert "136" not in page  # the answer to an item that it got wrong


def test_the_items_of_nothing_are_not_found(client):
    assert client.get("/entries/00000000-0000-0000-0000-000000000000/items/").status_code == 404


def test_items_whose_key_the_server_has_lost_are_not_found_and_the_entry_stays(client):
    entry = publish_entry()
    blobs.path(entry.benchmark.answers_sha256).unlink()
    assert client.get(f"/entries/{entry.uuid}/items/").status_code == 404
    assert page_of(client, entry)

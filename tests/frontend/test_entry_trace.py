"""The page of an entry on its raw trace and its warnings."""

import pytest

from leaderboard.boards.selectors import entry_detail
from leaderboard.catalog import blobs
from leaderboard.protocol import OUTCOMES_FILE, POWER_FILE
from leaderboard.runs.models import AttemptArtefact
from tests.boards.test_trace_view import entry_with, published
from tests.factories import BoardFactory, PriceFactory, make_measured, make_reading, rapl_reading
from tests.runs.traces import power_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def board():
    PriceFactory()
    return BoardFactory()


def test_the_page_says_it_and_hands_the_samples_out(client):
    measured = make_measured(readings=(rapl_reading,))
    good, bad = published(measured=measured), published(measured=measured, power=power_file(measured, times=1.25))
    page = client.get(f"/entries/{good.uuid}/").content.decode()
    marked = client.get(f"/entries/{bad.uuid}/").content.decode()
    answer = client.get(f"/entries/{good.uuid}/trace.parquet")

    assert "Integrated again on the server from the raw trace: within 0 %." in page
    assert "over the limit" not in page
    assert marked.count("They are 25 % apart") == 1
    assert '<p id="trace-check" class="note warning">Integrated again' in marked
    assert '<a href="#trace-check">The raw trace does not bear these joules out</a>' in marked
    assert marked.index("<h1>") < marked.index("#trace-check")
    assert "does not bear" not in page
    assert answer["Content-Type"] == "application/vnd.apache.parquet"
    sha256 = entry_detail(good.uuid).trace.parquet_sha256
    assert b"".join(answer.streaming_content) == blobs.path(sha256).read_bytes()


def test_the_samples_of_an_entry_without_a_trace_are_not_found(client):
    assert client.get(f"/entries/{entry_with().uuid}/trace.parquet").status_code == 404


def test_samples_that_the_server_has_lost_are_not_found(client):
    entry = published()
    blobs.path(entry_detail(entry.uuid).trace.parquet_sha256).unlink()

    assert client.get(f"/entries/{entry.uuid}/trace.parquet").status_code == 404


def test_the_answers_of_items_are_not_handed_out(client):
    entry = published()
    assert AttemptArtefact.objects.filter(name=OUTCOMES_FILE, trace_check__parquet_sha256__gt="").exists()

    assert client.get(f"/entries/{entry.uuid}/outcomes.parquet").status_code == 404
    assert POWER_FILE not in client.get(f"/entries/{entry.uuid}.json").content.decode()


def test_warnings_are_sentences_with_their_figures(client):
    entry = entry_with(warnings=("mean_median_disagree", "something_new: 3"))
    page = client.get(f"/entries/{entry.uuid}/").content.decode()
    exported = client.get(f"/entries/{entry.uuid}.json").json()

    assert "Prefer the median. (mean_median_disagree: mean 1.1 ms, median 1 ms)" in page
    assert "something_new: 3" in page
    assert exported["warnings"] == ["mean_median_disagree", "something_new: 3"]
    assert exported["warning_sentences"][0].endswith("(mean_median_disagree: mean 1.1 ms, median 1 ms)")


def test_a_difference_within_the_ticks_of_an_estimate_says_so(client):
    def ticking(watts=10.0, seconds=1.0, missing=None, **changes):
        return make_reading(watts, seconds, missing, resolution_s=0.01, **changes)

    measured = make_measured(readings=(ticking,))
    entry = published(measured=measured, power=power_file(measured, times=0.988))
    page = client.get(f"/entries/{entry.uuid}/").content.decode()

    assert "−1.20 % <small>within the ticks of CPU time</small>" in page
    assert "over the limit" not in page

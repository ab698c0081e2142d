"""What a board's score means."""

import numpy as np
import pytest

from leaderboard.catalog import blobs
from tests.factories import (
    BenchmarkFactory,
    BoardFactory,
    PriceFactory,
    TextBenchmarkFactory,
    publish_entry,
    store_array,
    text_key,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def prices():
    PriceFactory()


def page_of(client, slug):
    answer = client.get(f"/boards/{slug}/about/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_sample_of_pixels_is_a_picture(client):
    items = np.zeros((40, 64), dtype="float32")
    items[0, 9] = 1
    BoardFactory(benchmark=BenchmarkFactory(inputs_sha256=store_array(items).sha256))
    page = page_of(client, "digits")
    assert '<rect x="1" y="1" width="1" height="1" fill-opacity="1.00"' in page
    assert "64 values of float32" in page


def test_a_sample_of_text_is_its_prompt_and_no_answer(client):
    BoardFactory(benchmark=TextBenchmarkFactory())
    page = page_of(client, "addition")
    assert "<code>0=</code>" in page
    data = client.get("/boards/addition/about.json").json()
    assert data["sample"]["prompt"] == "0="
    sample = page.partition("A sample item")[2].partition("<h2>")[0]
    assert text_key()[0] not in sample


def test_a_sample_that_the_server_has_lost_is_left_out(client):
    board = BoardFactory()
    blobs.path(board.benchmark.inputs_sha256).unlink()
    assert "A sample item" not in page_of(client, "digits")
    assert client.get("/boards/digits/about.json").json()["sample"] is None


def test_noise_is_half_of_a_typical_interval(client):
    BoardFactory()
    assert "No entry has an interval of accuracy yet" in page_of(client, "digits")
    publish_entry()
    data = client.get("/boards/digits/about.json").json()
    shown = f"{data['unresolved_accuracy_points']:.2g}"
    assert f"Differences under {shown} points of accuracy are not resolved here" in page_of(client, "digits")
    assert data["comparable"] == [{"scope": "process", "entries": 1}]


def test_versions_say_what_changed(client):
    first = BenchmarkFactory()
    BoardFactory(benchmark=first)
    second = BenchmarkFactory(version=2, n=50, citation=first.citation)
    BoardFactory(benchmark=second)
    page = page_of(client, "digits")
    assert "changed: items, answer key" in page
    assert 'href="/boards/digits-v1/about/"' in page
    versions = client.get("/boards/digits/about.json").json()["versions"]
    assert [(one["version"], one["changed"]) for one in versions] == [(2, ["items", "answer key"]), (1, [])]


def test_what_models_may_have_seen_is_said(client):
    note = "Drawn for a test.\n\nNobody <b>else</b> has them."
    BoardFactory(benchmark=BenchmarkFactory(contamination=note))
    page = page_of(client, "digits")
    assert "<p>Drawn for a test.</p>" in page
    assert "<p>Nobody &lt;b&gt;else&lt;/b&gt; has them.</p>" in page
    assert "Nothing is known" not in page
    assert client.get("/boards/digits/about.json").json()["contamination"] == note


def test_a_benchmark_without_a_note_says_that_nothing_is_known(client):
    BoardFactory()
    assert "Nothing is known: nobody has said how the items were made" in page_of(client, "digits")
    assert client.get("/boards/digits/about.json").json()["contamination"] is None


def test_the_page_takes_few_queries(client, django_assert_max_num_queries):
    BoardFactory()
    publish_entry()
    with django_assert_max_num_queries(5):
        page_of(client, "digits")

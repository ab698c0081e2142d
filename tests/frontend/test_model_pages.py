"""All models in a list, and everything on one."""

import csv
import io
import re

import pytest

from leaderboard.boards.short_ids import short_id
from tests.factories import (
    ArtefactFactory,
    BenchmarkFactory,
    BoardFactory,
    DeviceFactory,
    JobFactory,
    PriceFactory,
    SubmissionFactory,
    TextBenchmarkFactory,
    answers_with,
    fill_board,
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


def measured_as(name, precision="fp32", device=None, **changes):
    submission = SubmissionFactory(model_name=name, artefact=ArtefactFactory(precision=precision))
    job = JobFactory(submission=submission, state="verifying", **({"device": device} if device else {}))
    measured = make_measured(precision=precision, readings=(rapl_reading,), **changes)
    return publish_entry(job=job, measured=measured)


def test_the_list_is_searched_sorted_and_the_same_as_data(client, django_assert_max_num_queries):
    for name in ("CNN 34", "CNN 7", "forest"):
        measured_as(name)
    measured_as("forest")
    with django_assert_max_num_queries(3):
        page = client.get("/models/?q=cnn").content.decode()
    assert page.index("CNN 7") < page.index("CNN 34")
    assert "forest" not in page.partition("<tbody>")[2]
    assert "2 of 3 models" in page
    names = [line["name"] for line in client.get("/models.json?sort=entries").json()]
    assert names[0] == "forest"
    rows = list(csv.DictReader(io.StringIO(client.get("/models.csv?q=cnn").content.decode())))
    assert [row["name"] for row in rows] == ["CNN 7", "CNN 34"]


def test_what_the_list_does_not_know_is_said(client):
    measured_as("CNN")
    page = client.get("/models/?sort=size&page=x").content.decode()
    assert "sort=size is not known here" in page
    assert "page=x is no page" in page


def test_filters_that_leave_no_model_say_how_many_each_of_them_takes(client):
    for name in ("CNN 7", "CNN 34"):
        measured_as(name)
    page = client.get("/models/?q=nothing&org=none&sort=entries").content.decode()
    assert '<a href="/models/?org=none&amp;sort=entries">Remove search: nothing, +2</a>' in page
    assert '<a href="/models/?q=nothing&amp;sort=entries">Remove organisation, +0</a>' in page
    assert '<a href="/models/">Clear all, +2</a>' in page


def test_an_empty_list_says_what_would_fill_it(client):
    assert 'href="/submit/"' in client.get("/models/").content.decode()


def test_the_matrix_says_what_was_not_measured_and_how_to_ask_for_it(client):
    entry = measured_as("CNN")
    other = DeviceFactory(name="Other CPU")
    BoardFactory(benchmark=BenchmarkFactory(slug="more"), title="More digits")
    BoardFactory(benchmark=TextBenchmarkFactory(), title="Sums")
    page = client.get("/models/cnn/").content.decode()
    matrix = page.partition('id="matrix"')[2].partition("</section>")[0]
    assert f'href="/entries/{entry.uuid}/"' in matrix
    assert f'href="/submit/?model=cnn&amp;board=digits&amp;device={other.slug}"' in matrix
    assert matrix.count("not measured") == 3
    assert "Sums" not in matrix  # a board of text takes no such model
    assert {"board": "more", "device": other.slug} in client.get("/models/cnn.json").json()["not_measured"]


def test_the_matrix_and_the_first_sentence_say_what_was_measured(client):
    entry = measured_as("CNN")
    page = client.get("/models/cnn/").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    matrix = section(page, "matrix")
    assert re.search(rf'href="/entries/{entry.uuid}/"><b>[\d.]+ % \([\d.]+–[\d.]+\)</b>', matrix)
    assert re.search(r"<span>Intelligence per watt: [\d.]+ ", matrix)
    assert "fp32, b1, t1</small>" in matrix
    assert re.search(r'<p class="lead">1 entry on 1 device\. [^<]*: accuracy up to [\d.]+ %', page)
    assert 'data-label="Boards"><a href="/boards/digits/">' in client.get("/models/").content.decode()


def test_precisions_of_one_model_on_one_device_make_a_ladder(client):
    device = DeviceFactory()
    measured_as("CNN", "fp32", device, watts=20.0, answers=answers_with(38))
    measured_as("CNN", "int8", device, watts=10.0, answers=answers_with(36))
    measured_as("CNN", "int4", DeviceFactory(), watts=5.0, answers=answers_with(30))
    page = client.get("/models/cnn/").content.decode()
    ladder = page.partition('id="ladder"')[2].partition("</section>")[0]
    assert ladder.count('class="dot"') == 2
    assert ladder.index(">fp32</a>") < ladder.index(">int8</a>")
    assert "× 0.500" in ladder
    assert "int4" not in ladder  # another device


def test_one_precision_is_no_ladder(client):
    measured_as("CNN")
    assert 'id="ladder"' not in client.get("/models/cnn/").content.decode()


def test_the_best_configuration_names_what_best_means(client):
    device = DeviceFactory()
    measured_as("CNN", "fp32", device, watts=20.0)
    good = measured_as("CNN", "int8", device, watts=10.0)
    best = client.get("/models/cnn/").content.decode().partition('id="best"')[2].partition("</section>")[0]
    assert f'href="/entries/{good.uuid}/"' in best
    assert "best of 2" in best
    assert "intelligence per watt" in best


def test_the_plot_of_a_model_has_the_front_and_rings_its_own(client):
    measured_as("other", answers=answers_with(40), latency_s=0.0001)
    entry = measured_as("CNN")
    page = client.get("/models/cnn/").content.decode()
    assert page.count('<a href="/entries/') >= 2
    own = page.partition(f'<a href="/entries/{short_id(entry.uuid)}/" class="pt')[2]
    assert " hl" in own.partition(">")[0]


def section(page, name):
    return page.partition(f'id="{name}"')[2].partition("</section>")[0]


@pytest.fixture
def two(board):
    """One model in two precisions on two devices, one of which has a counter."""
    first, second = DeviceFactory(name="First"), DeviceFactory(name="Second")
    return {
        "fp32": measured_as("CNN", "fp32", first, watts=20.0),
        "int8": measured_as("CNN", "int8", second, watts=10.0),
        "first": first.slug,
        "second": second.slug,
    }


def test_an_address_narrows_a_model_to_devices_precisions_and_boards(client, two):
    page = client.get(f"/models/cnn/?dev={two['second']}").text
    assert f"/entries/{two['int8'].uuid}/" in section(page, "best")
    assert f"/entries/{two['fp32'].uuid}/" not in section(page, "matrix") + section(page, "best")
    assert "First" not in section(page, "matrix")
    told = client.get("/models/cnn.json?quant=fp32").json()
    assert [entry["config"]["precision"] for part in told["boards"] for entry in part["entries"]] == ["fp32"]
    assert (told["query"], told["not_measured"]) == ("quant=fp32", [])
    lines = list(csv.DictReader(io.StringIO(client.get("/models/cnn.csv?quant=int8&board=digits").text)))
    assert [(line["board"], line["precision"], line["rank_metric"]) for line in lines] == [("digits", "int8", "ipw")]


def test_what_a_precision_leaves_out_was_measured_all_the_same(client, two):
    matrix = section(client.get("/models/cnn/?quant=int8").text, "matrix")
    assert "1 entry is filtered out" in matrix
    assert "not measured" not in matrix


def test_filters_that_leave_nothing_are_named_with_what_each_hides(client, two):
    page = client.get(f"/models/cnn/?dev={two['first']}&quant=int8").text
    assert "No entry is like that" in page
    assert '<a href="/models/cnn/?quant=int8">Remove device, +1</a>' in page
    assert f'<a href="/models/cnn/?dev={two["first"]}">Remove precision, +1</a>' in page
    assert "None of its entries stands on a board." not in page


def test_what_a_models_address_asks_in_vain_is_said(client, two):
    page = client.get("/models/cnn/?dev=nowhere&scope=wall&wat=1&quant=int8").text
    for part in ("dev=nowhere", "scope=wall", "wat=1"):
        assert f"<code>{part}</code>" in page
    assert f"/entries/{two['int8'].uuid}/" in section(page, "matrix")
    assert client.get("/models/cnn/?quant=%00~%ff&dev=" + "a~" * 5000).status_code == 200


def test_a_form_of_a_model_leads_to_the_one_address_of_its_view(client, two):
    answer = client.get("/models/cnn/?scope=&quant=int8&quant=fp32&board=digits")
    assert (answer.status_code, answer["Location"]) == (302, "/models/cnn/?board=digits&quant=fp32~int8")


def test_a_scope_ranks_a_model_within_it_and_is_only_one(client, two, django_assert_max_num_queries):
    both = JobFactory(
        submission=SubmissionFactory(model_name="CNN", artefact=ArtefactFactory(precision="fp16")),
        device=two["fp32"].device,
        state="verifying",
    )
    publish_entry(job=both, measured=make_measured(precision="fp16", readings=(rapl_reading, make_reading)))
    scopes = {part["scope"] for part in client.get("/models/cnn.json").json()["boards"]}
    other = ({"process", "cpu_package"} - scopes).pop()
    with django_assert_max_num_queries(12):
        page = client.get(f"/models/cnn/?scope={other}").text
    assert f'value="{other}" checked' in page
    told = client.get(f"/models/cnn.json?scope={other}").json()
    assert {part["scope"] for part in told["boards"]} == {other}
    assert "<code>scope=cpu_package~process</code>" in client.get("/models/cnn/?scope=process~cpu_package").text


def test_pages_of_models_take_few_queries_whatever_the_size(client, board, django_assert_max_num_queries):
    entries = fill_board(board, 60)
    with django_assert_max_num_queries(10):
        client.get(f"/models/{entries[0].submission.model_slug}/")
    with django_assert_max_num_queries(3):
        client.get("/models/")

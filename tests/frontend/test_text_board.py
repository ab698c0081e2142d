"""Pages of a board whose models stream text: its columns, its headlines, its contract, its references."""

import json
import re

import pytest

from leaderboard.boards.models import Entry
from leaderboard.catalog.benchmarks import load_benchmark
from leaderboard.embedded.seed import bundled_benchmarks, load_catalogue
from leaderboard.runs.states import JobState
from tests.factories import (
    NOW,
    ArtefactFactory,
    JobFactory,
    TextSubmissionFactory,
    make_generated,
    publish_entry,
    texts_with,
)
from tests.frontend.boards import ADDERS, addition_board

pytestmark = pytest.mark.django_db
COLUMNS = ["accuracy", "ipw", "energy_per_item_j", "ttft_p50_s"]
HEADLINES = [
    "accuracy",
    "ipw",
    "ttft_p50_s",
    "tpot_p50_s",
    "output_tokens_per_s",
    "energy_per_output_token_j",
    "energy_per_correct_j",
    "cost_of_pass_usd",
]


def page(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def test_the_columns_are_those_of_streamed_text(client):
    addition_board()
    html = page(client, "/boards/addition/")
    head = html[html.index("<thead") : html.index("</thead>")]
    assert re.findall(r"/metrics/([a-z0-9_]+)/", head) == COLUMNS


def test_json_csv_and_svg_hold_the_same_entries(client):
    addition_board()
    content = json.loads(page(client, "/boards/addition.json?cols=all"))
    assert {entry["model_name"] for entry in content["entries"]} == {name for name, *_ in ADDERS}
    assert content["entries"][0]["metrics"]["tpot_p50_s"]["value"] > 0
    assert "energy_per_output_token_j" in page(client, "/boards/addition.csv?cols=all").splitlines()[0]
    assert "<svg" in page(client, "/boards/addition.svg")
    assert "adder-27k-f32" in page(client, "/boards/addition/explore/")


def test_an_entry_leads_with_tokens_and_its_json_has_them(client):
    addition_board(models=ADDERS[:1])
    entry = Entry.objects.get()
    html = page(client, f"/entries/{entry.uuid}/")
    figures = html[html.index('class="figures"') : html.index("</section>")]
    for key in HEADLINES:
        assert f"/metrics/{key}/" in figures
    content = json.loads(page(client, f"/entries/{entry.uuid}.json"))
    assert content["repeats"][0]["streamed"]["output_tokens"] == 4000
    assert {"ttft_s", "tpot_s", "output_tokens"} <= {line["quantity"] for line in content["measurements"]}


def test_what_is_served_elsewhere_is_shown_by_its_name_and_can_be_submitted_again(client):
    board = addition_board(models=())
    artefact = ArtefactFactory(format="endpoint", sha256=None, size_bytes=None, parameters=None, reference="lab-70b")
    submission = TextSubmissionFactory(model_name="Llama 70B", artefact=artefact, benchmark=board.benchmark)
    job = JobFactory(submission=submission, state=JobState.VERIFYING)
    entry = publish_entry(job=job, measured=make_generated(texts=texts_with(9, n=300)))
    html = page(client, f"/entries/{entry.uuid}/")
    assert "Served as" in html
    assert f"./perwatt submit --endpoint lab-70b --benchmark addition --device {entry.device.slug}" in html
    content = json.loads(page(client, f"/entries/{entry.uuid}.json"))
    assert (content["sha256"], content["reference"]) == (None, "lab-70b")
    assert content["reproduce"]["body"]["model"]["reference"] == "lab-70b"
    assert content["metrics"]["artefact_bytes"]["missing_reason"] == "not_applicable"
    assert "lab-70b" in page(client, "/models/llama-70b/")


def test_the_bundled_board_says_how_it_asks_and_that_its_models_are_small_on_purpose(client):
    assert load_catalogue([bundled_benchmarks()["addition"]], now=NOW) == ("addition",)
    html = page(client, "/boards/addition/about/")
    assert "small on purpose" in html
    assert "not how large language models behave" in html
    assert "at most 8 tokens" in html
    assert "without a chat template" in html
    assert "The whole text is the answer" in html
    assert load_benchmark(folder=bundled_benchmarks()["addition"], now=NOW).title in html

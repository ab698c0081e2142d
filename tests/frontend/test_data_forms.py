"""Pages that are data as well: the list of boards, and a job."""

import csv
import io

import pytest

from leaderboard.boards.reported.loading import load
from tests.boards.test_reported_boards import SLUG, publication
from tests.factories import NOW, JobFactory
from tests.frontend.boards import DIGITS, digits_board

pytestmark = pytest.mark.django_db


def test_the_list_of_boards_is_the_same_as_json_and_csv(client, django_assert_max_num_queries):
    digits_board(models=DIGITS[:3])
    load(publication(3), slug=SLUG, sha256="0" * 64, now=NOW)
    html = client.get("/boards/").content.decode()
    with django_assert_max_num_queries(8):
        told = client.get("/boards.json").json()
    lines = list(csv.DictReader(io.StringIO(client.get("/boards.csv").content.decode())))
    assert [(board["slug"], board["reported"]) for board in told] == [("digits", False), (SLUG, True)]
    assert [board["entries"] for board in told] == [3, 3]
    assert told[0]["estimated_energy"] is True
    assert [(line["slug"], line["entries"], line["front"]) for line in lines] == [
        (board["slug"], str(board["entries"]), "; ".join(board["front"])) for board in told
    ]
    for form in ("json", "csv"):
        assert html.count(f'href="/boards.{form}"') == 2


def test_a_job_as_json_is_the_document_of_the_api(client):
    job = JobFactory()
    assert client.get(f"/jobs/{job.uuid}.json").json() == client.get(f"/api/v1/jobs/{job.uuid}").json()
    assert client.get(f"/jobs/{job.uuid}/").content.decode().count(f'href="/jobs/{job.uuid}.json"') == 2
    assert client.get("/jobs/00000000-0000-0000-0000-000000000000.json").status_code == 404

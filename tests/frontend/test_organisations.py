"""Who made a model: in its address, on its page, in the list of all, and as a filter of every board."""

import csv
import io
from importlib import import_module

import pytest
from django.apps import apps
from django.db import transaction
from django.db.utils import IntegrityError

from leaderboard.boards.services import rebuild_board
from leaderboard.boards.short_ids import short_id
from leaderboard.submissions.models import Submission
from tests.factories import (
    NOW,
    BoardFactory,
    JobFactory,
    PriceFactory,
    SubmissionFactory,
    answers_with,
    make_measured,
    publish_entry,
    rapl_reading,
)

pytestmark = pytest.mark.django_db
MIGRATIONS = ("submissions.migrations.0005_owners_in_names", "boards.migrations.0010_organisations_of_rows")


@pytest.fixture(autouse=True)
def board():
    PriceFactory()
    return BoardFactory()


def measured_as(name, organisation="", right=30):
    submission = SubmissionFactory(model_name=name, organisation=organisation)
    job = JobFactory(submission=submission, state="verifying")
    return publish_entry(job=job, measured=make_measured(readings=(rapl_reading,), answers=answers_with(right)))


def test_a_models_address_has_its_organisation_and_old_ones_lead_there(client):
    entry = measured_as("Mistral-7B", "mistralai")
    page = client.get("/models/mistralai/mistral-7b/").text
    assert '<a href="/models/?org=mistralai">mistralai</a>' in page
    assert f'href="/entries/{entry.uuid}/"' in page
    assert 'action="/models/mistralai/mistral-7b/"' not in page  # one entry: nothing to filter by
    old = {
        "/models/mistral-7b/": "/models/mistralai/mistral-7b/",
        "/models/mistral-7b.json?quant=fp32": "/models/mistralai/mistral-7b.json?quant=fp32",
        "/models/mistral-7b.csv": "/models/mistralai/mistral-7b.csv",
        "/models/mistralaimistral-7b/": "/models/mistralai/mistral-7b/",  # before there were organisations
        "/models/mistralai/Mistral-7B/": "/models/mistralai/mistral-7b/",  # as a hub writes it
    }
    for address, new in old.items():
        answer = client.get(address)
        assert (answer.status_code, answer.headers.get("Location")) == (301, new), address
    assert client.get("/models/mistralai/mistral-7b.json").json()["organisation"] == "mistralai"
    assert client.get("/models/mistralai/mistral-7b.csv").status_code == 200
    assert 'href="/models/mistralai/mistral-7b/"' in client.get(f"/entries/{entry.uuid}/").text


@pytest.mark.parametrize(
    "address",
    ["/models/nobody/mistral-7b/", "/models/mistralai/other/", "/models/7b/", "/models/%00/%00/", "/models/-/-.json"],
)
def test_an_address_of_no_model_is_not_found(client, address):
    measured_as("Mistral-7B", "mistralai")
    assert client.get(address).status_code == 404


def test_a_model_of_no_stated_organisation_keeps_its_address_beside_one_that_has_one(client):
    mine, theirs = measured_as("base"), measured_as("base", "a-lab")
    page = client.get("/models/base/").text
    assert f"/entries/{mine.uuid}/" in page
    assert "nobody has stated it" in page
    assert client.get("/models/base.json").json()["organisation"] is None
    assert [str(theirs.uuid)] == [
        one["id"] for part in client.get("/models/a-lab/base.json").json()["boards"] for one in part["entries"]
    ]


def test_a_name_that_two_organisations_share_leads_to_both(client):
    measured_as("base", "a-lab")
    measured_as("base", "b-lab")
    answer = client.get("/models/base/", follow=True)
    assert answer.redirect_chain == [("/models/?q=base", 302)]
    assert 'href="/models/a-lab/base/"' in answer.text
    assert 'href="/models/b-lab/base/"' in answer.text


def test_the_list_of_models_is_filtered_and_sorted_by_organisation(client):
    for name, organisation in (("one", "b-lab"), ("two", ""), ("three", "A Lab"), ("four", "A Lab")):
        measured_as(name, organisation)
    names = [line["name"] for line in client.get("/models.json?sort=org").json()]
    assert names == ["four", "three", "one", "two"]
    lines = list(csv.DictReader(io.StringIO(client.get("/models.csv?org=a-lab~none").text)))
    assert {line["name"]: line["organisation"] for line in lines} == {"four": "A Lab", "three": "A Lab", "two": ""}
    page = client.get("/models/?org=a-lab~x").text
    assert "org=x is not known here and was ignored." in page
    assert '<option value="a-lab" selected>A Lab (2)</option>' in page
    assert '<option value="none">not stated (1)</option>' in page
    both = client.get("/models/?org=a-lab~b-lab").text
    assert '<option value="a-lab~b-lab" selected>A Lab, b-lab (3)</option>' in both


def test_a_board_is_filtered_by_organisation_in_every_form(client):
    own, other = measured_as("base", "A Lab"), measured_as("base", right=20)
    page = client.get("/boards/digits/?org=a-lab").text
    assert f"/entries/{short_id(own.uuid)}/" in page.partition("<tbody")[2]
    assert short_id(other.uuid) not in page.partition("<tbody")[2].partition("</tbody>")[0]
    told = client.get("/boards/digits.json?org=a-lab").json()
    assert [(entry["model"], entry["organisation"]) for entry in told["entries"]] == [("a-lab/base", "A Lab")]
    assert told["view"]["organisation"] == ["a-lab"]
    lines = list(csv.DictReader(io.StringIO(client.get("/boards/digits.csv").text)))
    assert sorted(line["organisation"] for line in lines) == ["", "A Lab"]
    table = client.get("/boards/digits/?cols=org~accuracy").text.partition("<tbody")[2]
    assert ">A Lab</td>" in table
    assert '<span class="absent" title="not stated">–</span>' in table
    assert client.get("/boards/digits.svg?org=a-lab").text.count("<circle") < client.get(
        "/boards/digits.svg"
    ).text.count("<circle")
    assert "Nothing on this board has this value." in client.get("/boards/digits/?org=nobody").text
    assert client.get("/boards/digits/explore/?org=a-lab&color=org").status_code == 200


def test_a_table_of_models_and_entries_says_where_nobody_has_stated_it(client):
    entry = measured_as("base")
    assert "not stated" in client.get(f"/entries/{entry.uuid}/").text.partition("<dt>Organisation</dt>")[2][:120]
    assert client.get(f"/entries/{entry.uuid}.json").json()["organisation"] is None


def test_a_choice_can_ask_for_an_organisation(client):
    own, other = measured_as("base", "A Lab"), measured_as("base", right=20)
    told = client.get("/choose.json?board=digits&org=a-lab")
    assert str(own.uuid) in told.text
    assert f'"{other.uuid}"' not in told.text
    assert 'name="org" value="a-lab"' in client.get("/choose/?board=digits&org=a-lab").text


def test_the_database_keeps_key_and_organisation_together():
    with pytest.raises(IntegrityError, match="the_key_of_a_model_has_its_organisation"), transaction.atomic():
        SubmissionFactory(model_slug="a-lab/base")
    with pytest.raises(IntegrityError, match="the_key_of_a_model_has_its_organisation"), transaction.atomic():
        SubmissionFactory(model_slug="base", organisation="A Lab")


def test_names_with_an_owner_of_before_are_split_and_their_rows_and_addresses_follow(client, board):
    """What the migrations do; back and forth nothing is lost."""
    old = measured_as("Mistral-7B", "mistralai")
    Submission.objects.update(organisation="", model_name="mistralai/Mistral-7B", model_slug="mistralaimistral-7b")
    other = measured_as("fp16 / int8 mix")
    rebuild_board(board=board, now=NOW)
    names, rows = (import_module(f"leaderboard.{name}") for name in MIGRATIONS)
    names.split_names(apps, None)
    rows.tell_rows(apps, None)
    assert stored() == {old.uuid: ("mistralai", "Mistral-7B"), other.uuid: ("", "fp16 / int8 mix")}
    told = client.get("/boards/digits.json?org=mistralai").json()["entries"]
    assert [(one["model"], one["organisation"]) for one in told] == [("mistralai/mistral-7b", "mistralai")]
    assert client.get("/models/mistralaimistral-7b/").headers["Location"] == "/models/mistralai/mistral-7b/"
    names.join_names(apps, None)
    assert stored() == {old.uuid: ("", "mistralai/Mistral-7B"), other.uuid: ("", "fp16 / int8 mix")}
    assert set(Submission.objects.values_list("model_slug", flat=True)) == {"mistralaimistral-7b", "fp16-int8-mix"}


def stored():
    found = Submission.objects.values_list("entries__uuid", "organisation", "model_name")
    return {uuid: tuple(names) for uuid, *names in found}

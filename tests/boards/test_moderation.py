"""Decisions about entries: what they change, what readers see of them, and which are refused."""

import json
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError

from leaderboard.boards.changes import PER_PAGE, changelog, history_of
from leaderboard.boards.entry_export import entry_json
from leaderboard.boards.exports import to_csv, to_json
from leaderboard.boards.models import Entry, EntryChange
from leaderboard.boards.moderation import (
    CannotModerate,
    decisions_for,
    put_under_review,
    restore,
    retract,
    supersede,
)
from leaderboard.boards.selectors import board_view, entry_detail
from tests.factories import (
    NOW,
    BenchmarkFactory,
    BoardFactory,
    JobFactory,
    PriceFactory,
    SubmissionFactory,
    UserFactory,
    publish_entry,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def board():
    PriceFactory()
    return BoardFactory()


@pytest.fixture
def staff():
    return UserFactory(username="ada", is_staff=True)


def on_board():
    return {row.id for row in board_view("digits", "").rows}


def test_an_entry_begins_its_history_when_it_is_published():
    entry = publish_entry()

    (line,) = history_of(entry)
    assert (line.kind, line.at, line.by, line.reason) == ("published", NOW, "", "")


def test_a_doubted_entry_stays_on_its_board_with_its_status(staff):
    entry = publish_entry()
    put_under_review(entry=entry, reason="The fan was off.", by=staff, now=LATER)

    (row,) = board_view("digits", "").rows
    assert (row.id, row.status) == (entry.uuid, "under_review")
    assert json.loads(to_json(board_view("digits", "")))["entries"][0]["status"] == "under_review"
    header, line = to_csv(board_view("digits", "")).splitlines()[:2]
    assert dict(zip(header.split(","), line.split(","), strict=False))["status"] == "under_review"


def test_a_retracted_entry_leaves_its_board_and_keeps_its_page_with_the_reason(staff):
    entry, successor = publish_entry(), publish_entry()
    retract(entry=entry, reason=" Wrong model file. ", successor=successor, by=staff, now=LATER)

    assert on_board() == {successor.uuid}
    detail = entry_detail(entry.uuid)
    assert (detail.status, detail.reason, detail.successor) == ("retracted", "Wrong model file.", successor.uuid)
    exported = json.loads(entry_json(detail))
    assert exported["status"] == "retracted"
    assert exported["successor"] == str(successor.uuid)
    assert [change["kind"] for change in exported["history"]] == ["published", "retracted"]
    assert exported["history"][1]["by"] == "ada"


def test_a_successor_stands_in_the_place_of_what_it_supersedes(staff):
    entry, successor = publish_entry(), publish_entry()
    supersede(entry=entry, successor=successor, reason="Measured with a meter now.", by=staff, now=LATER)

    assert on_board() == {successor.uuid}
    assert entry_detail(entry.uuid).status == "superseded"


def test_what_was_decided_can_be_taken_back_and_the_history_keeps_both(staff):
    entry = publish_entry()
    retract(entry=entry, reason="Wrong file.", by=staff, now=LATER)
    restore(entry=entry, reason="It was the right file.", by=staff, now=LATER)

    assert on_board() == {entry.uuid}
    assert [line.kind for line in history_of(entry)] == ["published", "retracted", "restored"]
    assert entry.status == "published"


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_decision_without_a_reason_is_refused(staff, reason):
    entry = publish_entry()
    with pytest.raises(CannotModerate, match="reason"):
        retract(entry=entry, reason=reason, by=staff, now=LATER)
    assert on_board() == {entry.uuid}


def test_a_decision_that_the_status_does_not_allow_changes_nothing(staff):
    entry = publish_entry()
    with pytest.raises(CannotModerate, match="is published"):
        restore(entry=entry, reason="Why not.", by=staff, now=LATER)
    stale = Entry.objects.get(pk=entry.pk)
    retract(entry=entry, reason="Wrong file.", by=staff, now=LATER)
    with pytest.raises(CannotModerate, match="is retracted"):
        put_under_review(entry=stale, reason="Two at once.", by=staff, now=LATER)
    assert len(history_of(entry)) == 2


def test_only_an_entry_of_the_same_benchmark_that_stands_can_be_a_successor(staff):
    entry, gone = publish_entry(), publish_entry()
    retract(entry=gone, reason="Wrong file.", by=staff, now=LATER)
    other = BenchmarkFactory(slug="other")
    BoardFactory(benchmark=other)
    elsewhere = publish_entry(job=JobFactory(submission=SubmissionFactory(benchmark=other), state="verifying"))
    for successor, why in ((entry, "its own"), (gone, "retracted itself"), (elsewhere, "another benchmark")):
        with pytest.raises(CannotModerate, match=why):
            supersede(entry=entry, successor=successor, reason="Newer.", by=staff, now=LATER)


def test_every_status_that_readers_see_has_a_way_out():
    for status in Entry.Status:
        assert bool(decisions_for(status)) is (status != Entry.Status.PRIVATE)


def test_the_changelog_is_newest_first_and_paged(staff, django_assert_num_queries):
    entry = publish_entry()
    put_under_review(entry=entry, reason="Odd.", by=staff, now=LATER)
    with django_assert_num_queries(3):
        page = changelog(1)
    assert [(line.kind, line.board) for line in page.lines] == [("under_review", "digits"), ("published", "digits")]
    EntryChange.objects.bulk_create(
        EntryChange(entry=entry, kind="under_review", reason="x", by=staff, at=NOW) for _ in range(PER_PAGE)
    )
    last = changelog(99)
    assert (last.page, last.pages, last.total, len(last.lines)) == (2, 2, PER_PAGE + 2, 2)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"kind": "retracted", "reason": ""}, "a_decision_has_a_reason_and_somebody"),
        ({"kind": "retracted", "reason": "x", "by": None}, "a_decision_has_a_reason_and_somebody"),
        ({"kind": "superseded", "reason": "x"}, "what_is_superseded_has_a_successor"),
        ({"kind": "restored", "reason": "x", "successor": True}, "only_what_left_has_a_successor"),
    ],
)
def test_the_database_refuses_a_decision_that_says_too_little_or_too_much(staff, values, name):
    entry = publish_entry()
    change = {"by": staff, "at": NOW} | values
    if values.get("successor"):
        change["successor"] = entry
    with pytest.raises(IntegrityError, match=name):
        EntryChange.objects.create(entry=entry, **change)


def test_entries_of_before_get_the_beginning_of_their_history():
    entry = publish_entry()
    EntryChange.objects.all().delete()
    migration = import_module("leaderboard.boards.migrations.0006_history_begins_with_publication")
    for _ in range(2):
        migration.begin_histories(apps, None)
    assert [(line.kind, line.at) for line in history_of(entry)] == [("published", NOW)]

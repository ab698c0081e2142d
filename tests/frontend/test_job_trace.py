"""The power trace on the page of a job that was measured."""

import re

import pytest

from leaderboard.protocol import GuardVerdict
from leaderboard.runs.models import Job
from leaderboard.runs.states import JobState
from leaderboard.runs.trace_checks import check_artefact
from tests.boards.test_trace_view import entry_with, published
from tests.databases import CLOCK_QUERIES
from tests.factories import NOW, BoardFactory, PriceFactory, make_measured, make_reading, rapl_reading
from tests.runs.traces import result_with

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def board():
    PriceFactory()
    return BoardFactory()


def page_of(client, job):
    return client.get(f"/jobs/{job.uuid}/").content.decode()


def plot_of(page):
    return re.search(r'<svg class="trace-plot".*?</figure>', page, re.DOTALL)[0]


def test_a_published_job_keeps_the_trace_that_its_entry_has(client):
    entry = published(measured=make_measured(readings=(rapl_reading, make_reading)))
    page, own = page_of(client, entry.job), client.get(f"/entries/{entry.uuid}/").content.decode()
    assert "".join(plot_of(page).split()) == "".join(plot_of(own).split())
    assert "Every window of rapl" in page
    assert f'href="/entries/{entry.uuid}/trace.csv"' in page
    assert f'href="/entries/{entry.uuid}/#trace"' in page


def test_a_published_job_costs_few_queries(client, django_assert_num_queries):
    entry = published(measured=make_measured(readings=(rapl_reading,)))
    with django_assert_num_queries(9 + CLOCK_QUERIES):
        page_of(client, entry.job)
    client.force_login(entry.submission.submitted_by)
    with django_assert_num_queries(11 + CLOCK_QUERIES):
        page_of(client, entry.job)


def test_a_trace_behind_withheld_joules_says_that_it_is_no_result(client):
    entry = published(measured=make_measured(readings=(rapl_reading,), guard=GuardVerdict.NOISY))
    assert "The entry has no energy: machine was noisy. What was sampled" in page_of(client, entry.job)


def test_a_job_without_a_trace_says_nothing_of_one(client):
    assert "Power over time" not in page_of(client, entry_with().job)


def test_a_report_that_can_no_longer_be_read_leaves_the_page_without_a_trace(client):
    entry = published(measured=make_measured(readings=(rapl_reading,)))
    type(entry.result).objects.filter(pk=entry.result.pk).update(payload="{}")
    page = page_of(client, entry.job)
    assert "Power over time" not in page
    assert f'href="/entries/{entry.uuid}/"' in page


def test_a_job_that_is_verified_shows_what_has_come(client):
    result, files = result_with(measured=make_measured(readings=(rapl_reading,)))
    for row in files.values():
        check_artefact(artefact_id=row.pk, now=NOW)
    Job.objects.update(state=JobState.VERIFYING)
    page = page_of(client, result.job)
    assert plot_of(page)
    assert "the server is still checking it" in page
    assert "trace.csv" not in page

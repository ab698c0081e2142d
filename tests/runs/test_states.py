"""The tables of moves, the rows that obey them, and the diagram that shows them."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.runs.models import Attempt, Job
from leaderboard.runs.states import (
    ACTIVE_ATTEMPT,
    ATTEMPT_MOVES,
    JOB_MOVES,
    OPEN_JOB,
    STOPPABLE_JOB,
    AttemptState,
    JobState,
    attempt_sources,
    job_sources,
)
from tests.factories import NOW, AttemptFactory, JobFactory

DOCS = Path(__file__).parents[2] / "docs" / "states.md"
JOB_PAIRS = [(source, target) for source in JobState for target in JobState]
ATTEMPT_PAIRS = [(source, target) for source in AttemptState for target in AttemptState]


@pytest.mark.django_db
@pytest.mark.parametrize("source, target", JOB_PAIRS)
def test_a_job_moves_exactly_where_the_table_says(source, target):
    job = JobFactory(state=source)

    moved = Job.objects.move(job.pk, target, now=NOW)

    assert moved is (target in JOB_MOVES[source])
    job.refresh_from_db()
    assert job.state == (target if moved else source)


@pytest.mark.django_db
@pytest.mark.parametrize("source, target", ATTEMPT_PAIRS)
def test_an_attempt_moves_exactly_where_the_table_says(source, target):
    attempt = AttemptFactory(state=source)
    key = {"claim_key": attempt.uuid, "lease_expires_at": NOW, "deadline_at": NOW}

    moved = Attempt.objects.move(attempt.pk, target, now=NOW, **key)

    assert moved is (target in ATTEMPT_MOVES[source])
    attempt.refresh_from_db()
    assert attempt.state == (target if moved else source)


def test_every_state_has_a_row_in_its_table():
    assert set(JOB_MOVES) == set(JobState)
    assert set(ATTEMPT_MOVES) == set(AttemptState)


def test_ended_jobs_and_attempts_stay_as_they_are():
    assert {state for state, moves in JOB_MOVES.items() if not moves} == set(JobState) - set(OPEN_JOB)
    ended = {state for state, moves in ATTEMPT_MOVES.items() if not moves}
    assert ended == {AttemptState.DONE, AttemptState.FAILED, AttemptState.CANCELLED}


def test_a_job_that_can_be_stopped_may_become_cancelled_and_no_other_may():
    assert set(job_sources(JobState.CANCELLED)) == set(STOPPABLE_JOB)


def test_nothing_becomes_active_again():
    for target in ACTIVE_ATTEMPT:
        assert set(attempt_sources(target)) <= set(ACTIVE_ATTEMPT)


@given(st.lists(st.sampled_from(AttemptState), max_size=8))
def test_a_walk_over_attempts_never_comes_back_to_where_it_was(wishes):
    state, seen = AttemptState.DISPATCHED, [AttemptState.DISPATCHED]
    for target in wishes:
        if target in ATTEMPT_MOVES[state]:
            state = target
            seen.append(target)
    assert len(seen) == len(set(seen))


@given(st.lists(st.sampled_from(JobState), max_size=12))
def test_a_walk_over_jobs_ends_where_it_is_over(wishes):
    state = JobState.QUEUED
    for target in wishes:
        before = state
        state = target if target in JOB_MOVES[state] else state
        assert before in OPEN_JOB or state == before


@pytest.mark.parametrize("heading, moves", [("Job", JOB_MOVES), ("Attempt", ATTEMPT_MOVES)])
def test_the_diagram_in_the_docs_shows_the_table(heading, moves):
    section = DOCS.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    diagram = section.split("```mermaid")[1].split("```")[0]

    drawn = set(re.findall(r"^\s*(\w+) --> (\w+)", diagram, re.MULTILINE))

    assert drawn == {(source.value, target.value) for source in moves for target in moves[source]}


@pytest.mark.parametrize("heading, moves", [("Job", JOB_MOVES), ("Attempt", ATTEMPT_MOVES)])
def test_the_diagram_in_the_docs_ends_where_the_table_ends(heading, moves):
    section = DOCS.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]

    drawn = set(re.findall(r"^\s*(\w+) --> \[\*\]", section, re.MULTILINE))

    assert drawn == {source.value for source in moves if not moves[source]}

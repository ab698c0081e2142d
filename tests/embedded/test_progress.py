import pytest

from leaderboard.embedded.progress import Failed, Running, Snapshot, duration, news, take_snapshot, ticking
from leaderboard.protocol import Code, Phase
from leaderboard.runs.models import Job
from leaderboard.runs.states import AttemptState, JobState
from tests.factories import AttemptFactory, JobFactory, SubmissionFactory


@pytest.mark.django_db
def test_a_snapshot_counts_the_chosen_jobs_and_names_what_runs(django_assert_num_queries):
    published, failed, running, waiting = (SubmissionFactory(model_name=f"model {i}") for i in range(4))
    JobFactory(submission=published, state=JobState.PUBLISHED)
    JobFactory(submission=failed, state=JobState.FAILED, code=Code.CRASHED, message="signal 11")
    job = JobFactory(submission=running, state=JobState.RUNNING)
    AttemptFactory(job=job, state=AttemptState.CLAIMED, phase=Phase.MEASURING, progress=0.4)
    JobFactory(submission=waiting)
    JobFactory(state=JobState.PUBLISHED)  # somebody else's

    with django_assert_num_queries(2):
        snapshot = take_snapshot([published, failed, running, waiting])

    assert (snapshot.chosen, snapshot.published) == (4, 1)
    assert [(item.model, item.reason) for item in snapshot.failed] == [("model 1", "crashed signal 11")]
    assert snapshot.running == Running("model 2", "measuring", 0.4)
    assert not snapshot.is_settled


@pytest.mark.django_db
def test_it_is_settled_once_no_chosen_job_is_open():
    submissions = [SubmissionFactory() for _ in range(3)]
    for submission, state in zip(submissions, [JobState.PUBLISHED, JobState.FAILED, JobState.CANCELLED], strict=True):
        JobFactory(submission=submission, state=state)

    snapshot = take_snapshot(submissions)
    assert snapshot.is_settled
    assert (len(snapshot.failed), len(snapshot.cancelled)) == (1, 1)
    assert take_snapshot([]).is_settled


@pytest.mark.django_db
def test_a_model_whose_scoring_keeps_failing_is_not_waited_for():
    submission = SubmissionFactory(model_name="odd")
    job = JobFactory(submission=submission, state=JobState.VERIFYING)
    assert not take_snapshot([submission]).is_settled

    Job.objects.filter(pk=job.pk).update(code=Code.SCORING_FAILED, message="Try 1: KeyError")
    assert take_snapshot([submission]).failed == (Failed("odd", "scoring_failed Try 1: KeyError"),)


RUNNING = Running("mlp64", "measuring", 0.456)


@pytest.mark.parametrize(
    ("snapshot", "words"),
    [
        (Snapshot(10, 2, (), RUNNING), "2 of 10 measured, mlp64: measuring"),
        (Snapshot(10, 2, (), None), "2 of 10 measured, waiting for the queue"),
        (Snapshot(0, 0, (), Running("mine", "", 0)), "mine: waiting for the agent"),
        (Snapshot(10, 10, (), None), "10 of 10 measured"),
        (Snapshot(0, 0, (), None), "nothing is being measured"),
        (Snapshot(10, 8, (Failed("a", "crashed"),), None, ("b",)), "8 of 10 measured, 1 failed, 1 cancelled"),
    ],
)
def test_the_news_say_what_is_going_on(snapshot, words):
    assert news(snapshot) == words


def test_what_ticks_is_the_share_and_the_time_for_as_long_as_something_runs():
    assert ticking(Snapshot(10, 2, (), RUNNING), 83) == "46%  1 min 23 s"
    assert ticking(Snapshot(10, 10, (), None), 83) == ""


@pytest.mark.parametrize(("seconds", "words"), [(0, "0 s"), (59.6, "1 min 00 s"), (125, "2 min 05 s")])
def test_durations_are_in_minutes_and_seconds(seconds, words):
    assert duration(seconds) == words

"""Power of an attempt that is still measured: what is taken, what is left out and why, and what a page is told."""

import pytest

from leaderboard.protocol import MAX_LIVE_BINS, Code, Phase, Provenance, Scope
from leaderboard.runs.attempts import heartbeat
from leaderboard.runs.endings import end_attempt
from leaderboard.runs.live_power import Gap, Refused, left_power, live_power, take_power
from leaderboard.runs.models import Attempt, AttemptPower
from leaderboard.runs.selectors import job_view
from leaderboard.runs.states import AttemptState
from tests.factories import NOW, UserFactory
from tests.runs.helpers import beat, claimed, later, offered

pytestmark = pytest.mark.django_db


def run_of(start_s, *means, phase="measuring", bin_s=0.5, **changes):
    low, high = [mean / 2 for mean in means], [mean * 2 for mean in means]
    row = {"phase": phase, "start_s": start_s, "bin_s": bin_s, "low_w": low, "mean_w": list(means), "high_w": high}
    return row | changes


def power_of(*runs, **changes):
    return {"source": "rapl", "scope": "cpu_package", "provenance": "counter", "runs": list(runs)} | changes


def tell(attempt, power, now=NOW):
    return heartbeat(agent=attempt.agent, attempt_id=attempt.uuid, request=beat(attempt, power=power), now=now)


def shown(attempt):
    return live_power(job_view(attempt.job.uuid, user=None, now=NOW))


IDLE, BUSY = run_of(2, 4, 6, phase="baseline"), run_of(5, 10, 20, 30)


def test_what_is_told_is_shown_with_its_phases_gaps_and_joules():
    attempt = claimed()
    assert tell(attempt, power_of(IDLE, BUSY)).power_refused is None

    power = shown(attempt)
    assert (power.source, power.scope, power.provenance) == ("rapl", Scope.CPU_PACKAGE, Provenance.COUNTER)
    assert [[one.mean_w for one in run] for run in power.runs] == [[4, 6], [10, 20, 30]]
    assert [(one.start_s, one.end_s) for one in power.bins[2:]] == [(5, 5.5), (5.5, 6), (6, 6.5)]
    assert power.gaps == (Gap(3, 5),)
    assert (power.now_w, power.mean_w, power.peak_w, power.energy_j) == (30, 20, 60, 30)
    assert [(phase.phase, phase.energy_j, phase.sampled_s) for phase in power.phases] == [
        (Phase.BASELINE, 5, 1),
        (Phase.MEASURING, 30, 1.5),
    ]


def test_the_next_one_replaces_the_last_and_one_that_comes_at_once_is_not_written():
    attempt = claimed()
    tell(attempt, power_of(IDLE))
    tell(attempt, power_of(IDLE, BUSY), now=later(seconds=0.2))
    assert len(shown(attempt).runs) == 1

    tell(attempt, power_of(IDLE, BUSY), now=later(seconds=10))
    assert len(shown(attempt).runs) == 2
    assert AttemptPower.objects.count() == 1


def test_an_agent_that_tells_nothing_is_as_before():
    attempt = claimed()
    assert tell(attempt, None).power_refused is None
    assert shown(attempt) is None
    assert not AttemptPower.objects.exists()


@pytest.mark.parametrize(
    ("power", "why"),
    [
        ([], "valid dictionary or instance"),
        ("x", "valid dictionary or instance"),
        ({}, "source: Field required"),
        (power_of(run_of(0, float("nan"))), "finite number"),
        (power_of(run_of(0, float("inf"))), "finite number"),
        (power_of(run_of(0, -1)), "greater than or equal to 0"),
        (power_of(run_of(0, 1, bin_s=-0.5)), "bin_s: Input should be greater than 0"),
        (power_of(run_of(0, 1, bin_s=0)), "greater than 0"),
        (power_of(run_of(-3, 1)), "start_s: Input should be greater than or equal to 0"),
        (power_of(BUSY, IDLE), "runs follow each other"),
        (power_of(run_of(0, 1, 2), run_of(0.5, 1)), "do not overlap"),
        (power_of(run_of(0, *[1] * (MAX_LIVE_BINS + 1))), f"at most {MAX_LIVE_BINS} items"),
        (power_of(run_of(0, *[1] * 400), run_of(1000, *[1] * 400)), f"at most {MAX_LIVE_BINS} bins"),
        (power_of(*[run_of(at, 1) for at in range(201)]), "at most 200 items"),
        (power_of(run_of(0, 1, mean_w=[1, 2])), "a smallest, a mean and a largest"),
        (power_of(run_of(0, 1, low_w=[5])), "between its smallest and its largest"),
        (power_of(run_of(0, 1, phase="dancing")), "phase: Input should be"),
        (power_of(run_of(0, 1), source="\ud800"), "source: "),
        (power_of(run_of(0, 1), source="x" * 1000), "at most 200 characters"),
    ],
)
def test_what_is_no_power_is_left_out_with_its_reason_and_the_attempt_goes_on(power, why):
    attempt = claimed()

    answer = tell(attempt, power)

    assert why in answer.power_refused
    assert Attempt.objects.get().state == AttemptState.CLAIMED
    assert shown(attempt) == Refused(answer.power_refused)


def test_after_one_that_was_left_out_the_next_good_one_is_shown():
    attempt = claimed()
    for number, power in enumerate((power_of(IDLE), power_of(BUSY, IDLE), power_of(IDLE, BUSY))):
        tell(attempt, power, now=later(seconds=10 * number))
    assert len(shown(attempt).runs) == 2


def test_it_is_gone_when_the_report_is_there_and_cannot_come_back():
    attempt = claimed()
    tell(attempt, power_of(IDLE))
    Attempt.objects.move(attempt.pk, AttemptState.DONE, now=NOW)

    assert not AttemptPower.objects.exists()
    assert shown(attempt) is None
    take_power(attempt_id=attempt.uuid, power=power_of(IDLE), now=later(seconds=10))  # as if they had met
    assert not AttemptPower.objects.exists()


@pytest.mark.parametrize("code", [Code.CANCELLED, Code.TIMEOUT])
def test_what_was_told_before_a_cancel_or_a_time_out_is_kept_for_the_owner_alone(code):
    attempt = claimed()
    tell(attempt, power_of(IDLE))
    type(attempt.job).objects.update(cancel_requested_at=NOW if code is Code.CANCELLED else None)
    end_attempt(attempt=attempt, code=code, message="", now=NOW)

    def left(user):
        return left_power(job_view(attempt.job.uuid, user=user, now=NOW))

    assert shown(attempt) is None
    assert left(None) is left(UserFactory()) is None
    assert left(attempt.job.submission.submitted_by).source == "rapl"


def test_reading_it_is_one_question_and_none_for_what_is_not_measured(django_assert_num_queries):
    attempt = claimed()
    tell(attempt, power_of(IDLE, BUSY))
    waiting = job_view(offered().job.uuid, user=None, now=NOW)
    measured = job_view(attempt.job.uuid, user=None, now=NOW)

    with django_assert_num_queries(1):
        assert live_power(measured)
    with django_assert_num_queries(0):
        assert live_power(waiting) is None

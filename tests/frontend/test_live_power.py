"""The power of a job that is measured, on its page."""

import re

import pytest

from leaderboard.runs.attempts import heartbeat
from leaderboard.runs.endings import request_cancel
from leaderboard.runs.models import AttemptPower
from tests.api.helpers import armed, send
from tests.factories import NOW
from tests.runs.helpers import beat, claimed
from tests.runs.test_live_power import BUSY, IDLE, power_of, run_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt():
    return claimed()


@pytest.fixture
def page(client, attempt):
    def read():
        return client.get(f"/jobs/{attempt.job.uuid}/").content.decode()

    return read


def tell(attempt, *runs, **changes):
    request = beat(attempt, power=power_of(*runs, **changes))
    return heartbeat(agent=attempt.agent, attempt_id=attempt.uuid, request=request, now=NOW)


def text_of(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\u202f", " ")


def test_a_job_that_is_measured_shows_its_power_as_a_plot_a_sentence_and_a_table(attempt, page):
    tell(attempt, IDLE, BUSY, run_of(8, 40))
    html = page()
    part = html[html.index('id="live-power-part"') :]
    part = part[: part.index("</section>")]

    assert "provisional" in part
    assert "Newest: 40.0 W. While measuring: 25.0 W on average, 50.0 J in 2.00 s. Provisional." in text_of(part)
    assert "Nothing was sampled in 2 gaps of 3.50 s together." in text_of(part)
    assert 'href="/methods/#provenance-counter"' in part
    assert re.search(r"measuring 5.00 s 2.00 s 25.0 W 80.0 W 50.0 J", text_of(part))
    (mean,) = re.findall(r'class="mean" d="([^"]+)"', part)
    assert mean.count("M") == 3  # gaps are gaps
    assert "h0" not in mean  # and a stretch alone has a length
    assert all(f">{name}</text>" in part for name in ("idle", "measuring"))


def test_a_power_that_was_left_out_says_why_and_no_number(attempt, page):
    tell(attempt, BUSY, IDLE)

    assert "was left out: " in page()
    assert "runs follow each other" in page()
    assert "trace-plot" not in page()


def test_a_job_without_it_and_one_that_is_over_show_nothing_of_it(attempt, page):
    assert "live-power" not in page()
    tell(attempt, BUSY)
    assert "live-power" in page()
    AttemptPower.objects.all().delete()
    request_cancel(job=attempt.job, now=NOW)
    assert "live-power" not in page()


def test_numbers_that_are_none_are_left_out_and_never_an_error(client, attempt):
    path, headers = f"/agent/v1/attempts/{attempt.uuid}/heartbeat", armed(attempt.agent)
    start = f'{{"claim_key": "{attempt.claim_key}", "phase": "measuring", "progress": 0.5, "power": '
    for power in ("NaN", '{"runs": [{"mean_w": [1e999, NaN, -Infinity]}]}', "[" * 200 + "]" * 200, '"x"', "1e400"):
        answer = send(client, "POST", path, f"{start}{power}}}", headers)
        assert answer.status_code == 200, answer.content
        assert answer.json()["power_refused"]
    assert send(client, "POST", path, f"{start}null}}", headers).json()["power_refused"] is None


def test_the_page_asks_one_question_more(client, attempt, django_assert_max_num_queries):
    tell(attempt, BUSY)
    with django_assert_max_num_queries(10):  # PostgreSQL is asked for its clock
        client.get(f"/jobs/{attempt.job.uuid}/")

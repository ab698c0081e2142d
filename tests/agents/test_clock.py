"""A wall clock that is a year off: certificates and logs hang on it, and nothing that an agent measures or delivers."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from agents.session import Session
from leaderboard.protocol import Report


@pytest.mark.parametrize("off", [-timedelta(days=365), timedelta(days=365)], ids=["behind", "ahead"])
def test_an_attempt_is_measured_and_delivered_as_ever(server, core, session, spool, off):
    with time_machine.travel(datetime.now(UTC) + off, tick=True):
        session.begin()
        spec = server.offer(ring=False)
        core.handle_attempt(spec.attempt_id)

    offer = server.offers[spec.attempt_id]
    report = Report.model_validate_json(offer.results[0].payload)
    assert report.measured is not None
    assert all(0 < repeat.seconds < 10 for repeat in report.measured.repeats)
    assert report.phases[-1].end_s < 60
    assert spool.waiting() == []


def test_a_clock_that_is_set_back_while_the_agent_runs_stops_no_sync(server, session: Session):
    session.begin()
    with time_machine.travel(datetime.now(UTC) - timedelta(days=365), tick=True):
        session.keep(at_most_s=60)
        assert len(server.named("sync")) == 1
        session.keep(at_most_s=0)

    first, second = (datetime.fromisoformat(json.loads(call.body)["agent_time"]) for call in server.named("sync"))
    assert first - second > timedelta(days=364)  # the server is told, and shows it to staff

"""In which minutes an agent was heard of, what that costs, and what a device's history says of changes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from leaderboard.devices.availability import availabilities
from leaderboard.devices.contacts import KEEP, note_minute
from leaderboard.devices.models import ContactHour, DeviceEvent
from leaderboard.devices.selectors import events_of
from leaderboard.devices.services import enrol, note_contact, open_session
from tests.devices.helpers import device, enrolment, inventory, sync, token
from tests.factories import NOW, AgentFactory

pytestmark = pytest.mark.django_db


def note(agent, *, minutes, before=None):
    note_minute(agent_id=agent.pk, before=before, now=NOW + timedelta(minutes=minutes))


def day_of(agent, *, minutes=0):
    return availabilities({agent.name}, now=NOW + timedelta(minutes=minutes))[agent.name]


def test_one_row_holds_an_hour_and_the_same_minute_is_one_minute():
    agent = AgentFactory()
    for minutes in (0, 0, 1, 59):
        note(agent, minutes=minutes)
    row = ContactHour.objects.get()
    assert row.minutes == 1 | 1 << 1 | 1 << 59
    assert row.hour == NOW.replace(minute=0)


def test_another_row_for_the_same_hour_is_refused():
    agent = AgentFactory()
    ContactHour.objects.create(agent=agent, hour=NOW)
    with pytest.raises(IntegrityError, match=r"one_contact_row_per_agent_and_hour|UNIQUE"), transaction.atomic():
        ContactHour.objects.create(agent=agent, hour=NOW)


def test_a_contact_in_a_minute_that_is_known_costs_nothing_and_in_a_new_one_one_query(django_assert_num_queries):
    agent = AgentFactory()
    note(agent, minutes=0)
    with django_assert_num_queries(0):
        note(agent, minutes=0, before=NOW + timedelta(seconds=3))
    with django_assert_num_queries(1):
        note(agent, minutes=1, before=NOW)


def test_rows_are_kept_for_five_weeks():
    agent = AgentFactory()
    note(agent, minutes=0)
    later = NOW + KEEP + timedelta(hours=1)
    note_minute(agent_id=agent.pk, before=NOW, now=later)
    assert [row.hour for row in ContactHour.objects.all()] == [later.replace(minute=0)]


def test_availability_is_of_the_minutes_since_records_began():
    agent = AgentFactory()
    assert day_of(agent).share is None
    for minutes in (30, 31, 32):
        note(agent, minutes=minutes)
    assert day_of(agent, minutes=33).shares[-1] == pytest.approx(3 / 4)
    seen = day_of(agent, minutes=120)
    assert seen.known_hours == 3
    assert seen.shares[-3:] == (pytest.approx(3 / 30), 0, 0)
    assert seen.since == NOW.replace(minute=0)


def test_syncs_and_heartbeats_are_contacts():
    agent = AgentFactory(last_seen_at=None)
    open_session(agent=agent, request=sync(), now=NOW)
    agent.refresh_from_db()
    note_contact(agent=agent, epoch=agent.session_epoch, now=NOW + timedelta(minutes=5))
    assert ContactHour.objects.get().minutes == 1 | 1 << 5


def test_a_changed_driver_is_an_event_that_ends_comparability():
    agent = enrol(request=enrolment(token=token(), inventory=inventory(device(facts={"driver": "550"}))), now=NOW)
    agent.refresh_from_db()
    newer = inventory(device(facts={"driver": "560"}), fingerprint="e" * 64)
    open_session(agent=agent, request=sync(inventory=newer), now=NOW + timedelta(hours=1))
    changed, enrolled = events_of("lab-cpu")
    assert (changed.text, changed.breaks) == ("driver: 550 to 560", True)
    assert (enrolled.kind, enrolled.breaks) == ("enrolled", False)


def test_a_change_that_the_inventory_does_not_name_is_an_event_too():
    agent = enrol(request=enrolment(token=token()), now=NOW)
    agent.refresh_from_db()
    open_session(agent=agent, request=sync(inventory=inventory(fingerprint="e" * 64)), now=NOW)
    assert "fingerprint changed" in events_of("lab-cpu")[0].text


def test_the_same_machine_again_is_no_event():
    agent = enrol(request=enrolment(token=token()), now=NOW)
    agent.refresh_from_db()
    open_session(agent=agent, request=sync(), now=NOW)
    assert DeviceEvent.objects.count() == 1

"""Enrolling, opening sessions, and what an inventory changes."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from pydantic import ValidationError

from leaderboard.devices.models import Agent, Connection, Device, EnergySource, EnrolToken, Health
from leaderboard.devices.selectors import device_list, device_page
from leaderboard.devices.services import (
    EnrolmentRefused,
    Superseded,
    UnknownProtocol,
    enrol,
    note_contact,
    open_session,
)
from tests.devices.helpers import device, enrolment, inventory, source, sync, token
from tests.factories import NOW, AgentFactory, DeviceFactory, EnergySourceFactory
from tests.runs.helpers import claimed

pytestmark = pytest.mark.django_db


def _enrol(request, now=NOW):
    return enrol(request=request, now=now)


# --- enrolment


def test_a_machine_enrols_with_its_devices_and_sources():
    machine = inventory(device(energy_sources=(source(),)), device("gpu0", kind="gpu", cores=None))
    agent = _enrol(enrolment(token=token(), inventory=machine))

    assert agent.name == "lab"
    assert list(agent.devices.order_by("key").values_list("slug", flat=True)) == ["lab-cpu", "lab-gpu0"]
    assert EnergySource.objects.get().key == "rapl"


def test_the_secret_and_the_token_are_kept_as_digests_only():
    clear = token()
    request = enrolment(token=clear)
    agent = _enrol(request)
    row = EnrolToken.objects.get()
    assert request.secret not in (agent.secret_hash, row.used_by_secret_hash)
    assert row.token_hash != clear


def test_the_same_pair_again_answers_the_same_agent_also_after_the_token_expired():
    request = enrolment(token=token())
    first = _enrol(request)
    assert _enrol(request, now=NOW + timedelta(days=9)) == first
    assert Agent.objects.count() == 1


def test_a_used_token_with_another_secret_is_refused():
    clear = token()
    _enrol(enrolment(token=clear))
    with pytest.raises(EnrolmentRefused, match="used before"):
        _enrol(enrolment(token=clear))


@pytest.mark.parametrize("make", [lambda: "pwdev_" + "x" * 40, lambda: token(minutes=0)])
def test_an_unknown_or_late_token_is_refused(make):
    with pytest.raises(EnrolmentRefused):
        _enrol(enrolment(token=make()))
    assert not Agent.objects.exists()


def test_a_name_that_is_taken_is_refused_and_the_token_stays_good():
    AgentFactory(name="lab")
    clear = token(name="lab")
    with pytest.raises(EnrolmentRefused, match="another name"):
        _enrol(enrolment(token=clear))
    assert EnrolToken.objects.get().used_by_secret_hash == ""


def test_an_unknown_protocol_is_refused():
    with pytest.raises(UnknownProtocol, match="speaks 1"):
        _enrol(enrolment(token=token(), protocol_version=99))


def test_two_machines_with_one_token_make_one_agent(shared_database):
    clear = token()
    start, answers = threading.Barrier(3), []

    def run():
        try:
            start.wait(10)
            answers.append(_enrol(enrolment(token=clear)))
        except EnrolmentRefused as error:
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(answers) == 3
    assert sum(isinstance(answer, EnrolmentRefused) for answer in answers) == 2
    assert Agent.objects.count() == 1


@pytest.mark.parametrize(
    "values",
    [
        {"cores": 0},
        {"cores": 2**31},
        {"memory_bytes": 1},
        {"memory_bytes": 2**63},
        {"key": "GPU0"},
        {"key": "gpu-0"},
        {"key": ""},
        {"name": "x" * 201},
        {"kind": "toaster"},
    ],
)
def test_a_device_that_no_database_could_hold_is_refused(values):
    with pytest.raises(ValidationError):
        device(**values)


def test_nul_in_what_a_machine_says_is_shown_as_a_mark():
    agent = _enrol(enrolment(token=token(), inventory=inventory(device(name="a\x00b"), hostname="h\x00")))
    assert agent.devices.get().name == "a\ufffdb"
    assert Agent.objects.get().facts["hostname"] == "h\ufffd"


# --- sessions


def test_a_new_process_gets_a_new_epoch_and_the_old_one_is_told_to_stop():
    agent = _enrol(enrolment(token=token()))
    first = open_session(agent=agent, request=sync(), now=NOW)
    agent.refresh_from_db()
    second = open_session(agent=agent, request=sync(), now=NOW)
    agent.refresh_from_db()

    assert second == first + 1
    with pytest.raises(Superseded):
        open_session(agent=agent, request=sync(first), now=NOW)
    with pytest.raises(Superseded):
        note_contact(agent=agent, epoch=first, now=NOW)


def test_a_sync_of_the_process_in_session_keeps_the_epoch():
    agent = AgentFactory(session_epoch=4, last_seen_at=None)
    assert open_session(agent=agent, request=sync(4), now=NOW) == 4
    agent.refresh_from_db()
    assert agent.last_seen_at == NOW


@pytest.mark.parametrize("epoch", [5, 2**31 - 1])
def test_an_epoch_from_the_future_is_refused(epoch):
    with pytest.raises(Superseded):
        open_session(agent=AgentFactory(session_epoch=4), request=sync(epoch), now=NOW)


def test_two_new_processes_at_once_get_different_epochs_or_a_refusal():
    agent = AgentFactory()
    twin = Agent.objects.get(pk=agent.pk)
    assert open_session(agent=agent, request=sync(), now=NOW) == 1
    with pytest.raises(Superseded):
        open_session(agent=twin, request=sync(), now=NOW)


def test_an_unknown_protocol_opens_no_session():
    with pytest.raises(UnknownProtocol):
        open_session(agent=AgentFactory(), request=sync(protocol_version=0), now=NOW)


def test_a_new_device_is_not_called_good_before_anything_checked_it_and_takes_jobs():
    agent = _enrol(enrolment(token=token()))
    open_session(agent=agent, request=sync(), now=NOW)
    found = Device.objects.get()
    assert (found.health, found.health_reason) == (Health.UNKNOWN, "Not checked yet.")
    assert found in Device.objects.schedulable(now=NOW)
    assert device_page(found.slug, now=NOW).takes_jobs


def test_a_device_that_is_gone_takes_no_jobs_until_it_is_back():
    agent = _enrol(enrolment(token=token(), inventory=inventory(device(), device("gpu0", kind="gpu"))))
    open_session(agent=agent, request=sync(), now=NOW)
    gpu = Device.objects.get(key="gpu0")
    assert (gpu.health, gpu.health_reason) == (Health.UNKNOWN, "The agent no longer reports this device.")
    assert gpu not in Device.objects.schedulable(now=NOW)

    agent.refresh_from_db()
    back = sync(1, inventory=inventory(device(), device("gpu0", kind="gpu"), fingerprint="a" * 64))
    open_session(agent=agent, request=back, now=NOW)
    gpu.refresh_from_db()
    assert (gpu.health, gpu.health_reason) == (Health.UNKNOWN, "Not checked since its agent reports it again.")
    assert gpu in Device.objects.schedulable(now=NOW)


def test_what_an_operator_decided_is_not_undone_by_an_inventory():
    agent = _enrol(enrolment(token=token()))
    Device.objects.update(health=Health.MAINTENANCE, rated_power_w=65.0)
    open_session(agent=agent, request=sync(), now=NOW)
    assert (Device.objects.get().health, Device.objects.get().rated_power_w) == (Health.MAINTENANCE, 65.0)


def test_an_energy_source_that_is_gone_is_removed_and_an_absent_one_keeps_its_reason():
    absent = source("nvml", present=False, why_absent="no driver", fix="install it")
    agent = _enrol(enrolment(token=token(), inventory=inventory(device(energy_sources=(source(),)))))
    open_session(agent=agent, request=sync(inventory=inventory(device(energy_sources=(absent,)))), now=NOW)
    row = EnergySource.objects.get()
    assert (row.key, row.present, row.why_absent) == ("nvml", False, "no driver")


# --- what a reader sees


@pytest.mark.parametrize(
    "seconds, connection_", [(89, "online"), (91, "late"), (299, "late"), (301, "offline"), (None, "never seen")]
)
def test_the_connection_follows_from_the_last_contact(seconds, connection_):
    seen = None if seconds is None else NOW - timedelta(seconds=seconds)
    assert AgentFactory.build(last_seen_at=seen).connection(now=NOW) == Connection(connection_)


def test_a_list_of_devices_costs_two_queries(django_assert_num_queries):
    for _ in range(8):
        EnergySourceFactory()
    with django_assert_num_queries(2):
        assert len(device_list(now=NOW)) == 8


def test_a_device_is_busy_while_its_machine_measures():
    attempt = claimed()
    gpu = DeviceFactory(agent=attempt.agent, key="gpu0", kind="gpu")
    assert device_page(gpu.slug, now=NOW).activity == "running a job"
    assert device_page(DeviceFactory().slug, now=NOW).activity == "idle"
    assert device_page("moon", now=NOW) is None


# --- constraints


def test_one_device_per_agent_and_key():
    first = DeviceFactory()
    with pytest.raises(IntegrityError, match="agent_id"):
        DeviceFactory(agent=first.agent, slug="other")


@pytest.mark.parametrize("watts", [0, -5.0])
def test_a_rated_power_is_positive(watts):
    with pytest.raises(IntegrityError, match="a_rated_power_is_positive"):
        DeviceFactory(rated_power_w=watts)


def test_one_energy_source_per_device_and_key():
    first = EnergySourceFactory()
    with pytest.raises(IntegrityError, match="device_id"):
        EnergySourceFactory(device=first.device)


def test_how_far_a_machines_clock_is_off_is_kept_as_data():
    agent = AgentFactory()
    open_session(agent=agent, request=sync(agent_time=NOW + timedelta(seconds=90)), now=NOW)
    agent.refresh_from_db()
    assert agent.clock_offset_s == 90.0

    open_session(agent=agent, request=sync(), now=NOW)
    agent.refresh_from_db()
    assert agent.clock_offset_s is None

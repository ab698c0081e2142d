import json
from datetime import timedelta

import pytest

from leaderboard.accounts.models import digest
from leaderboard.devices.models import Agent, EnrolToken
from leaderboard.embedded import local_agent
from leaderboard.embedded.folder import DataFolder
from tests.factories import NOW, AgentFactory, DeviceFactory, UserFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture
def folder(tmp_path):
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    folder.agent_home.mkdir()
    return folder


@pytest.fixture
def user():
    return UserFactory()


def write_config(folder, agent_id):
    (folder.agent_home / "config.json").write_text(json.dumps({"agent_id": str(agent_id)}), encoding="utf-8")


def spend(token, secret):
    """As the server does when an agent enrols."""
    EnrolToken.objects.filter(token_hash=digest(token)).update(used_by_secret_hash=digest(secret))
    return AgentFactory(name="local", secret_hash=digest(secret))


def test_an_enrolled_agent_is_found_by_its_folder(folder):
    agent = AgentFactory()
    write_config(folder, agent.uuid)

    assert local_agent.enrolled_agent(folder) == agent


@pytest.mark.parametrize("content", ["", "{}", '{"agent_id": "x"}', "[]", "{"])
def test_a_folder_that_says_nothing_usable_is_nobodys(folder, content):
    (folder.agent_home / "config.json").write_text(content, encoding="utf-8")

    assert local_agent.enrolled_agent(folder) is None


def test_a_first_enrolment_is_named_local_and_its_token_is_private(folder, user):
    enrolment = local_agent.prepare_enrolment(folder, by=user, now=NOW)

    assert enrolment.name == "local"
    assert EnrolToken.objects.get().token_hash == digest(enrolment.token)
    assert folder.enrol_token_file.stat().st_mode & 0o777 == 0o600


def test_an_enrolment_that_was_cut_off_is_finished_with_the_same_token(folder, user):
    before = local_agent.prepare_enrolment(folder, by=user, now=NOW)
    (folder.agent_home / "secret").write_text("s3cret", encoding="utf-8")
    spend(before.token, "s3cret")

    assert local_agent.prepare_enrolment(folder, by=user, now=LATER) == before


def test_a_token_that_expired_unused_is_replaced(folder, user):
    before = local_agent.prepare_enrolment(folder, by=user, now=NOW)

    after = local_agent.prepare_enrolment(folder, by=user, now=LATER)

    assert after.token != before.token
    assert after.name == "local"


def test_a_lost_agent_folder_gets_a_name_of_its_own(folder, user):
    spend(local_agent.prepare_enrolment(folder, by=user, now=NOW).token, "s3cret")

    assert local_agent.prepare_enrolment(folder, by=user, now=NOW).name == "local-2"


def test_a_refused_token_that_was_spent_is_dropped_and_an_unspent_one_kept(folder, user):
    token = local_agent.prepare_enrolment(folder, by=user, now=NOW).token
    local_agent.drop_spent_token(folder)
    assert folder.enrol_token_file.exists()

    spend(token, "another")
    local_agent.drop_spent_token(folder)
    assert not folder.enrol_token_file.exists()


def test_the_folder_of_an_agent_that_this_database_does_not_know_is_set_aside_and_kept(folder, user):
    write_config(folder, "6e2d8d57-0bfb-4f1d-8b52-3f8a5f5a0f00")

    local_agent.prepare_enrolment(folder, by=user, now=NOW)

    assert not folder.agent_home.exists()
    (aside,) = folder.root.glob("agent-unknown-*")
    assert (aside / "config.json").exists()
    assert Agent.objects.count() == 0


def test_the_agent_is_told_where_the_server_is_now(folder):
    config = {"agent_id": "x", "url": "http://127.0.0.1:8000", "name": "local"}
    path = folder.agent_home / "config.json"
    path.write_text(json.dumps(config), encoding="utf-8")

    local_agent.tell_address(folder, "http://127.0.0.1:9000")

    assert json.loads(path.read_text(encoding="utf-8")) == config | {"url": "http://127.0.0.1:9000"}


def test_the_bundled_models_go_to_the_cpu():
    agent = AgentFactory()
    assert local_agent.device_of(agent) is None
    DeviceFactory(agent=agent, key="gpu0", kind="gpu")
    cpu = DeviceFactory(agent=agent)

    assert local_agent.device_of(agent) == cpu

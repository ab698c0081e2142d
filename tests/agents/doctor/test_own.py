import subprocess
import sys
import uuid
from datetime import UTC, datetime

import pytest

from agents.doctor import own
from agents.doctor.base import Verdict
from agents.home import AgentConfig
from leaderboard.protocol import DeviceHealth, HelloAnswer

CONFIG = AgentConfig(url="https://perwatt.example.org", agent_id=uuid.UUID(int=1), name="box", queue="agent.1")
HOLD = """
import sys, time
from agents.home import Home
from pathlib import Path
with Home(Path(sys.argv[1])).locked():
    print("held", flush=True)
    time.sleep(60)
"""


def hello(**values):
    known = {"agent": "box", "silent_s": 2.0}
    return HelloAnswer(protocol_versions=(1,), agent_version=None, server_time=datetime.now(UTC), **known | values)


def by_code(home, config=CONFIG, answer=None):
    return {check.code: check for check in own.checks_of(home, config, answer)}


@pytest.fixture
def enrolled(home):
    home.save_config(CONFIG)
    home.make_secret()
    return home


@pytest.fixture
def running(enrolled):
    """A process that holds the folder, as an agent does."""
    holder = subprocess.Popen([sys.executable, "-c", HOLD, enrolled.root], stdout=subprocess.PIPE)
    holder.stdout.readline()
    yield holder
    holder.kill()
    holder.communicate()


def test_a_machine_where_nothing_is_enrolled_is_told_how(home):
    check = by_code(home, None)["AGT-01"]

    assert (check.verdict, check.fix) == (Verdict.FAIL, own.ENROL)


def test_an_agent_that_the_server_forgot_enrols_again(enrolled):
    assert by_code(enrolled, answer=hello())["AGT-01"].verdict is Verdict.PASS
    assert "the server was not asked" in by_code(enrolled)["AGT-01"].evidence
    check = by_code(enrolled, answer=hello(agent=None))["AGT-01"]
    assert (check.verdict, "enrol again" in check.fix) == (Verdict.FAIL, True)


def test_a_secret_that_others_can_read_is_a_warning(enrolled):
    assert by_code(enrolled)["AGT-02"].verdict is Verdict.PASS
    enrolled.secret_path.chmod(0o644)
    assert by_code(enrolled)["AGT-02"].verdict is Verdict.WARN


def test_an_agent_that_does_not_run_is_a_warning(enrolled):
    check = by_code(enrolled, answer=hello())["AGT-03"]

    assert (check.verdict, check.fix) == (Verdict.WARN, "perwatt agent service install; or perwatt agent run")


def test_an_agent_of_a_server_on_the_same_machine_is_started_with_it(enrolled):
    here = CONFIG.model_copy(update={"url": "http://127.0.0.1:8321"})

    assert by_code(enrolled, here, hello())["AGT-03"].fix.startswith("./perwatt up starts it together with the server")


def test_right_after_enrolling_that_nothing_runs_is_no_warning(enrolled):
    (check,) = [one for one in own.checks_of(enrolled, CONFIG, hello(), just_enrolled=True) if one.code == "AGT-03"]

    assert check.verdict is Verdict.SKIP
    assert "enrolled a moment ago" in check.evidence


def test_a_running_agent_is_named_by_its_process(enrolled, running):
    check = by_code(enrolled, answer=hello())["AGT-03"]

    assert (check.verdict, check.evidence) == (
        Verdict.PASS,
        f"process {running.pid} runs, the server heard of it 2 s ago",
    )


@pytest.mark.parametrize(("silent_s", "said"), [(300.0, "300 s ago"), (None, "never")])
def test_an_agent_that_runs_and_is_not_heard_is_a_failure(enrolled, running, silent_s, said):
    check = by_code(enrolled, answer=hello(silent_s=silent_s))["AGT-03"]

    assert (check.verdict, said in check.evidence) == (Verdict.FAIL, True)


def test_results_that_wait_and_results_that_were_refused_are_counted(enrolled):
    (enrolled.spool / "rejected").mkdir()
    assert by_code(enrolled)["AGT-04"].verdict is Verdict.PASS
    (enrolled.spool / "rejected/00000001-x.json").write_text("")
    assert "refused 1 results" in by_code(enrolled)["AGT-04"].evidence
    (enrolled.spool / "00000002-x.json").write_text("")
    assert "1 results wait" in by_code(enrolled)["AGT-04"].evidence


@pytest.mark.parametrize(("free", "verdict"), [(2**20, Verdict.FAIL), (2**30, Verdict.WARN), (2**40, Verdict.PASS)])
def test_a_disk_that_fills_up_is_seen_before_it_is_full(enrolled, monkeypatch, free, verdict):
    monkeypatch.setattr(own.shutil, "disk_usage", lambda _: own.shutil._ntuple_diskusage(2**41, 0, free))

    assert by_code(enrolled)["AGT-05"].verdict is verdict


def test_a_foreign_package_of_our_name_is_a_failure(tmp_path):
    (tmp_path / "agents").mkdir()
    (tmp_path / "agents/__init__.py").write_text("")

    check = own._code(str(tmp_path / "agents/__init__.py"))

    assert (check.verdict, "finds something else" in check.evidence) == (Verdict.FAIL, True)
    assert own._code().verdict is Verdict.PASS


def test_a_second_agent_on_the_machine_is_seen_and_our_own_is_not(enrolled, running):
    # The words of a command line are all that another process shows.
    second = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", "perwatt", "agent", "run"])
    try:
        check = by_code(enrolled)["AGT-07"]
    finally:
        second.kill()
        second.wait()

    assert (check.verdict, str(second.pid) in check.evidence) == (Verdict.WARN, True)
    assert str(running.pid) not in check.evidence


@pytest.mark.parametrize(
    ("health", "verdict"), [("good", Verdict.PASS), ("unknown", Verdict.WARN), ("maintenance", Verdict.FAIL)]
)
def test_a_device_is_as_healthy_as_the_server_says(enrolled, health, verdict):
    answer = hello(devices=(DeviceHealth(slug="box-cpu", health=health, reason="new fan"),))

    check = by_code(enrolled, answer=answer)["HLT-01"]

    assert (check.verdict, check.evidence) == (verdict, f"box-cpu: {health} (new fan)")

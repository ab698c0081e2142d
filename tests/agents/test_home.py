import fcntl
import os
import signal
import stat
import subprocess
import sys
import threading
import uuid

import pytest

from agents.errors import UserError
from agents.home import AgentConfig, Home

HOLD = """
import sys, time
from agents.home import Home
from pathlib import Path
with Home(Path(sys.argv[1])).locked():
    print("held", flush=True)
    time.sleep(60)
"""
CONFIG = AgentConfig(url="https://perwatt.example.org", agent_id=uuid.UUID(int=1), name="box", queue="agent.1")


def test_the_folder_comes_from_the_option_then_the_environment_then_the_home(tmp_path):
    environ = {"PERWATT_AGENT_HOME": str(tmp_path / "variable")}

    assert Home.find(str(tmp_path / "option"), environ).root == tmp_path / "option"
    assert Home.find(None, environ).root == tmp_path / "variable"
    assert Home.find(None, {}).root.name == ".perwatt-agent"


def test_only_its_owner_may_look_into_the_folder(home):
    assert {stat.S_IMODE(path.stat().st_mode) for path in (home.root, home.spool, home.work, home.cache)} == {0o700}


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(UserError, match="file/agent cannot be used: Not a directory"):
        Home(tmp_path / "file" / "agent").prepare()


def test_a_secret_is_made_once_and_is_private(home):
    secret = home.make_secret()

    assert len(secret.get_secret_value()) >= 32
    assert stat.S_IMODE(home.secret_path.stat().st_mode) == 0o600
    assert home.make_secret() == secret == home.secret()
    assert secret.get_secret_value() not in repr(secret)


def test_an_umask_that_lets_everybody_read_does_not_open_the_secret(home):
    before = os.umask(0)
    try:
        home.make_secret()
    finally:
        os.umask(before)

    assert stat.S_IMODE(home.secret_path.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"\n", "ö".encode("latin-1")])
def test_a_damaged_secret_is_an_error_that_does_not_quote_it(home, content):
    home.secret_path.write_bytes(content)

    with pytest.raises(UserError, match="does not hold a secret"):
        home.secret()


def test_a_configuration_survives_writing_and_reading(home):
    assert home.config() is None

    home.save_config(CONFIG)

    assert home.config() == CONFIG


def test_a_damaged_configuration_is_named(home):
    home.config_path.write_text("{")

    with pytest.raises(UserError, match=r"config\.json is not an agent's configuration"):
        home.config()


def test_the_folder_serves_one_agent_at_a_time_until_that_is_gone_however_it_dies(home):
    holder = subprocess.Popen([sys.executable, "-c", HOLD, home.root], stdout=subprocess.PIPE)
    holder.stdout.readline()

    with pytest.raises(UserError, match=rf"running in {home.root} \(process {holder.pid}\)"), home.locked():
        pass
    assert home.holder() == str(holder.pid)
    holder.send_signal(signal.SIGKILL)
    holder.communicate()

    assert home.holder() is None
    with home.locked():
        pass


def test_whoever_asks_who_holds_the_folder_never_keeps_an_agent_from_starting(home):
    assert home.holder() is None
    with home.locked():
        pass
    asking = os.open(home.root / "lock", os.O_RDONLY)
    fcntl.flock(asking, fcntl.LOCK_SH)
    threading.Timer(0.02, os.close, [asking]).start()

    with home.locked():
        assert home.holder() == str(os.getpid())


def test_what_ended_measurements_left_is_cleared(home):
    (home.work / "attempt" / "deep").mkdir(parents=True)
    (home.work / "file").write_text("")
    (home.work / "link").symlink_to(home.cache)

    home.clear_work()

    assert list(home.work.iterdir()) == []
    assert home.cache.exists()

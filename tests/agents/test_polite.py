"""An agent that waits is small, and starts where no vendor's library is."""

import subprocess
import sys

import psutil
import pytest

from agents.home import AgentConfig
from tests.agents.server import QUEUE, SECRET, until

PSS_LIMIT_BYTES = 80 * 2**20
ABSENT = ("codecarbon", "docker", "onnxruntime", "xllamacpp")  # pynvml is plain Python and always there
HEAVY = ("celery", "codecarbon", "django", "kombu", "numpy", "onnxruntime", "pandas", "pynvml", "scipy")

LOADED = f"""
import sys
import agents.cli, agents.poll, agents.service
print(*sorted({{name.partition(".")[0] for name in sys.modules}} & set({HEAVY!r})))
"""
HELP = f"""
import contextlib, io, sys
from agents.cli import main
for words in ([], ["submit"], ["agent"], ["agent", "bench"], ["agent", "run"], ["agent", "service", "install"]):
    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.suppress(SystemExit):
        main([*words, "--help"])
    assert said.getvalue().startswith(" ".join(["usage: perwatt", *words])), words
print(*sorted({{name.partition(".")[0] for name in sys.modules}} & set({HEAVY!r})))
"""
WITHOUT_VENDORS = f"""
import importlib, pkgutil, sys
for name in {ABSENT!r}:
    sys.modules[name] = None  # importing it is an ImportError
import importlib.util
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name in {ABSENT!r} else find(name, *rest)
import agents
for module in pkgutil.walk_packages(agents.__path__, "agents."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
from agents.cli import main
sys.exit(main(["agent", "probe"]))
"""


def python(program):
    return subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=False)


def test_the_plain_entry_loads_no_celery_and_nothing_that_only_a_measurement_needs():
    assert python(LOADED).stdout.split() == []


def test_the_help_of_a_command_loads_nothing_that_only_a_measurement_needs():
    done = python(HELP)

    assert (done.returncode, done.stdout.split()) == (0, []), done.stderr


def test_every_module_loads_and_the_probe_answers_where_no_vendors_library_is():
    done = python(WITHOUT_VENDORS)

    assert done.returncode == 0, done.stderr
    assert "the package codecarbon is not installed" in " ".join(done.stdout.split())


@pytest.mark.system
def test_an_agent_that_waits_is_under_its_limit_of_memory_and_starts_no_process(server, home):
    config = {"url": server.url, "agent_id": "00000000-0000-0000-0000-000000000007", "name": "box", "queue": QUEUE}
    home.save_config(AgentConfig.model_validate(config))
    home.secret_path.write_text(SECRET)
    command = [sys.executable, "-P", "-m", "agents", "agent", "run", "--no-celery", "--home", str(home.root)]
    agent = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        until(lambda: server.named("tickets_"), within_s=30)
        waiting = psutil.Process(agent.pid)
        assert waiting.memory_full_info().pss < PSS_LIMIT_BYTES
        assert waiting.children() == []
    finally:
        agent.terminate()
        agent.wait()

"""Models in images, measured for real beside a Docker engine."""

import json
import os
import signal
import subprocess
import time

import pytest

from agents.child_process import spawn
from agents.engine import WORK_LABEL, is_usable, remove_containers
from agents.probe import probe_inventory
from leaderboard.protocol import Code, GenerationContract, Limits, ModelRef, RuntimeName
from tests.agents.measuring import QUICK, SPOKEN, order, spoken_order
from tests.containers import images

pytestmark = [pytest.mark.docker, pytest.mark.system, pytest.mark.timeout(600)]

PATIENCE_S = 120
LIMITS = Limits(wall_s=60, memory_bytes=256 * 2**20)
QUICKER = SPOKEN.model_copy(update={"idle_s": 0})


@pytest.fixture(scope="session")
def image():
    base = images.base()
    return lambda **changes: f"perwatt-test-model@{images.model(base, **changes)}"


def prompts_to(work_dir, reference, **changes):
    changes = {"protocol": QUICKER, "limits": LIMITS} | changes
    return spoken_order(work_dir, runtime="container", reference=reference, **changes)


def outcome(work_order):
    child = spawn(work_order)
    try:
        report = child.wait(PATIENCE_S)
    finally:
        assert child.end(grace_s=0)
        assert child.wait(0) is not None
    assert containers() == []
    return report


def containers():
    done = subprocess.run(
        ["docker", "ps", "--all", "--quiet", "--filter", f"label={WORK_LABEL}"],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_the_inventory_lists_containers_where_an_engine_answers():
    assert is_usable()
    assert "container" in probe_inventory().devices[0].runtimes


def test_an_image_that_streams_is_measured_and_its_group_is_charged(image, tmp_path):
    report = outcome(prompts_to(tmp_path, image(mischief="burns")))

    assert report.failed is None, report.failed
    found = report.measured
    assert found.texts == ("46", "579", "15", "100", "1000")
    assert found.provider == "perwatt-test-model"
    assert found.memory_peak_bytes is None
    for repeat in found.repeats:
        assert repeat.streamed.ttft_p50_s > 0.02
        assert repeat.cpu_s >= 0.9 * 0.02 * repeat.calls  # each request burns 20 ms in the container
        (estimate,) = [reading for reading in repeat.energy if reading.source == "codecarbon"]
        charged_s = estimate.joules / estimate.rated_power_w * os.cpu_count()
        assert charged_s == pytest.approx(repeat.cpu_s, rel=0.3, abs=0.1)


def test_an_image_of_the_other_protocol_is_refused_before_it_starts(image, tmp_path):
    report = outcome(prompts_to(tmp_path, image(protocol="items")))

    assert report.failed.code is Code.CONTRACT_MISMATCH
    assert "speaks 'items'" in report.failed.message


def test_tensors_go_through_the_protocol_of_items(image, tmp_path):
    plain = order(tmp_path, None, protocol=QUICK.model_copy(update={"idle_s": 0}), limits=LIMITS)
    model = ModelRef(name="model", format="container", reference=image(protocol="items"))
    spec = plain.spec.model_copy(update={"runtime": RuntimeName.CONTAINER, "model": model})

    report = outcome(plain.model_copy(update={"spec": spec}))

    assert report.failed is None, report.failed
    assert len(report.measured.answers) == 600
    assert set(report.measured.answers) <= set(range(10))


def test_a_container_has_no_network_no_rights_and_nothing_to_write_on(image, tmp_path):
    asked = GenerationContract(max_new_tokens=400)
    report = outcome(prompts_to(tmp_path, image(mischief="looks around"), prompts=("1+1=",), generation=asked))

    assert report.failed is None, report.failed
    found = json.loads(report.measured.texts[0])
    assert found["uid"] != 0
    assert found["writes"] == []
    assert found["reaches"] == []
    assert found["interfaces"] == ["lo"]
    assert int(found["capabilities"], 16) == 0
    assert found["no_new_privileges"] is True


def test_a_container_over_its_memory_is_out_of_memory(image, tmp_path):
    report = outcome(prompts_to(tmp_path, image(mischief="eats memory")))

    assert report.failed.code is Code.OUT_OF_MEMORY, report.failed
    assert "256 MiB" in report.failed.message


def test_a_container_that_ends_at_once_cannot_be_loaded_and_its_words_are_shown(image, tmp_path):
    report = outcome(prompts_to(tmp_path, image(mischief="ends at once")))

    assert report.failed.code is Code.CANNOT_LOAD, report.failed
    assert "no weights here" in report.failed.message


def test_a_container_that_never_listens_times_out_and_is_gone(image, tmp_path):
    report = outcome(
        prompts_to(tmp_path, image(mischief="never listens"), limits=LIMITS.model_copy(update={"wall_s": 4}))
    )

    assert report.failed.code is Code.TIMEOUT, report.failed


def test_an_image_that_is_not_here_is_the_device_s_matter_and_a_tag_is_refused(tmp_path):
    missing = outcome(prompts_to(tmp_path / "a", f"nothing@sha256:{'0' * 64}"))
    by_tag = outcome(prompts_to(tmp_path / "b", "perwatt-test-model:latest"))

    assert missing.failed.code is Code.UNHEALTHY
    assert "is not on this device" in missing.failed.message
    assert by_tag.failed.code is Code.CANNOT_LOAD


def test_a_container_goes_when_its_measuring_process_is_killed(image, tmp_path):
    child = spawn(prompts_to(tmp_path, image()))
    until = time.monotonic() + 30
    while not containers() and time.monotonic() < until:
        time.sleep(0.05)
    assert containers()
    os.kill(child.pid, signal.SIGKILL)

    assert child.wait(30).failed is not None
    assert containers() == []


def test_what_a_killed_agent_left_is_found_by_its_folder_and_by_no_other(image, tmp_path):
    reference = image().partition("@")[2]
    for name in ("mine", "another's"):
        label = f"{WORK_LABEL}={tmp_path / name / 'attempt'}"
        subprocess.run(
            ["docker", "run", "--detach", "--label", label, reference, "sleep", "60"], check=True, capture_output=True
        )

    assert remove_containers(under=tmp_path / "mine") == 1
    assert len(containers()) == 1
    assert remove_containers(under=tmp_path) == 1

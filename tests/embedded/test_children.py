import os
import signal
import time

import pytest

from leaderboard.embedded.children import Children, how_it_ended
from leaderboard.embedded.folder import DataFolder
from tests.embedded.processes import LAST_WORDS, PARENT, SLEEP, STUBBORN, lines, marked, python, runs, until


@pytest.fixture
def folder(tmp_path):
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    return folder


@pytest.fixture
def said():
    return []


@pytest.fixture
def children(folder, said):
    children = Children(folder, said.append)
    yield children
    children.stop((), hurry=lambda _: True)


def pid_of(children, name):
    process = children._children[name].process
    return process.popen.pid if process else None


def tend_until(children, condition, within_s=10.0):
    def tended():
        children.tend()
        return condition()

    return until(tended, within_s=within_s)


def test_a_child_runs_with_the_mark_of_its_data_folder_in_a_session_of_its_own(children, folder):
    children.add(python("sleeper", SLEEP))

    (process,) = until(lambda: marked(folder.mark))
    assert process.environ()["PERWATT_DATA_DIR"] == str(folder.root)
    assert process.pid == pid_of(children, "sleeper")
    assert process.terminal() is None


def test_what_a_child_prints_is_in_its_log(children, folder):
    children.add(python("talker", "print('hello'); import sys; print('trouble', file=sys.stderr)"))

    until(lambda: {"hello", "trouble"} <= set(lines(folder.log_path("talker"))))


def test_a_child_that_dies_is_started_again_and_its_death_is_told(children, said):
    children.add(python("sleeper", SLEEP))
    first = pid_of(children, "sleeper")
    os.kill(first, signal.SIGKILL)
    second = tend_until(children, lambda: (pid := pid_of(children, "sleeper")) != first and pid)

    assert runs(second)
    assert said[0].startswith("sleeper was ended by SIGKILL; it starts again in 1 s.")


def test_a_child_that_keeps_dying_is_started_less_and_less_often(children, said):
    children.add(python("brief", "print('no luck'); raise SystemExit(7)"))

    tend_until(children, lambda: len(said) == 2)

    assert [f"starts again in {delay} s" in line for delay, line in zip((1, 2), said, strict=True)] == [True, True]
    assert "ended with exit code 7" in said[0]
    assert said[0].endswith("no luck")
    assert children.deaths_in_a_row("brief") == 2


def test_the_longest_delay_is_half_a_minute(children, said):
    children.add(python("brief", "raise SystemExit(1)"))
    children._children["brief"].deaths_in_a_row = 20

    tend_until(children, lambda: said)

    assert "in 30 s" in said[0]


def test_what_a_dead_child_left_in_its_group_dies_with_it(children, folder):
    children.add(python("parent", PARENT))
    grandchild = int(until(lambda: lines(folder.log_path("parent")))[0])
    os.kill(pid_of(children, "parent"), signal.SIGKILL)
    tend_until(children, lambda: not runs(grandchild))


def test_stopping_ends_the_polite_the_stubborn_and_the_grandchildren(children, folder):
    children.add(python("polite", SLEEP))
    children.add(python("stubborn", STUBBORN, stop_within_s=0.5))
    children.add(python("parent", PARENT))
    until(lambda: lines(folder.log_path("stubborn")) and lines(folder.log_path("parent")))

    children.stop((("polite",), ("stubborn",)), hurry=time.sleep)

    until(lambda: marked(folder.mark) == [], within_s=2)


def test_a_second_request_to_stop_ends_the_patience(children, folder):
    children.add(python("stubborn", STUBBORN, stop_within_s=600))
    until(lambda: lines(folder.log_path("stubborn")))

    children.stop((), hurry=lambda _: True)

    until(lambda: marked(folder.mark) == [], within_s=2)


def test_the_first_group_is_gone_before_the_second_is_asked(children, folder):
    children.add(python("agent", LAST_WORDS.format(last_effort_s=0.5)))
    children.add(python("web", LAST_WORDS.format(last_effort_s=0)))
    until(lambda: lines(folder.log_path("agent")) and lines(folder.log_path("web")))

    children.stop((("agent",), ("web",)), hurry=time.sleep)

    agent_s, web_s = (float(lines(folder.log_path(name))[-1]) for name in ("agent", "web"))
    assert agent_s < web_s


@pytest.mark.parametrize(("code", "words"), [(0, "exit code 0"), (3, "exit code 3"), (-9, "ended by SIGKILL")])
def test_endings_are_told_in_words(code, words):
    assert words in how_it_ended(code)

"""Settings from the environment: what is read, and what is said of what cannot be."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from leaderboard import env
from leaderboard.env import BadSetting


def test_an_empty_variable_is_as_good_as_none():
    environ = {"A": ""}
    assert env.text("A", "x", environ) == "x"
    assert env.number("A", 7, environ) == 7
    assert env.flag("A", environ) is False
    assert env.words("A", "a, b,,", environ) == ["a", "b"]


@pytest.mark.parametrize("value, flag", [("1", True), ("TRUE", True), ("0", False), ("false", False)])
def test_a_flag_is_one_or_nought(value, flag):
    assert env.flag("A", {"A": value}) is flag


@pytest.mark.parametrize("value", ["yes", "2", " "])
def test_a_flag_that_is_neither_is_refused_by_name(value):
    with pytest.raises(BadSetting, match=r"^A="):
        env.flag("A", {"A": value})


@pytest.mark.parametrize("value", ["1.5", "-1", "0", "x", "1e3", "\u00b2", " 1"])
def test_a_number_that_is_none_is_refused_by_name(value):
    with pytest.raises(BadSetting, match=r"^A="):
        env.number("A", 1, {"A": value})


def test_a_number_is_read():
    assert env.number("A", 1, {"A": "42"}) == 42


def test_a_choice_is_one_of_its_words_and_the_first_by_default():
    assert [env.choice("A", ("x", "y"), {"A": value}) for value in ("", "Y", "x")] == ["x", "y", "x"]
    with pytest.raises(BadSetting, match=r"^A='z' is none of x, y\.$"):
        env.choice("A", ("x", "y"), {"A": "z"})


def test_a_missing_secret_is_made_once_for_its_owner_alone(tmp_path):
    file = tmp_path / "data" / "secret"
    first = env.secret("A", file, {})
    assert env.secret("A", file, {}) == first
    assert len(first) >= 50
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["secret"]


def test_a_secret_is_read_from_the_file_that_is_named(tmp_path):
    named = tmp_path / "named"
    named.write_text(" hush \n")
    assert env.secret("A", tmp_path / "other", {"A_FILE": str(named)}) == "hush"
    assert not (tmp_path / "other").exists()


def test_a_named_file_that_cannot_be_read_is_not_replaced(tmp_path):
    with pytest.raises(BadSetting, match="A_FILE"):
        env.secret("A", tmp_path / "other", {"A_FILE": str(tmp_path / "missing")})
    assert not (tmp_path / "missing").exists()


def test_an_empty_secret_is_refused(tmp_path):
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(BadSetting, match="empty"):
        env.secret("A", tmp_path / "other", {"A_FILE": str(tmp_path / "empty")})


def test_processes_that_start_at_once_agree_on_the_secret(tmp_path):
    code = "import sys, pathlib; from leaderboard import env; print(env.secret('A', pathlib.Path(sys.argv[1]), {}))"
    command = [sys.executable, "-c", code, str(tmp_path / "secret")]
    root = Path(__file__).parents[1]
    started = [subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert len({process.communicate(timeout=30)[0] for process in started}) == 1


def test_an_address_with_a_password_may_come_from_a_file(tmp_path):
    (tmp_path / "url").write_text("postgres://me:hush@db/perwatt\n")
    assert env.address("A", "", {"A_FILE": str(tmp_path / "url")}) == "postgres://me:hush@db/perwatt"
    assert env.address("A", "", {"A": "postgres://db/x"}) == "postgres://db/x"
    assert env.address("A", "default", {}) == "default"


def test_an_address_in_two_places_is_refused(tmp_path):
    (tmp_path / "url").write_text("postgres://me:hush@db/perwatt\n")
    with pytest.raises(BadSetting, match="A and A_FILE are both set"):
        env.address("A", "", {"A": "postgres://db/x", "A_FILE": str(tmp_path / "url")})


@pytest.mark.parametrize("content, says", [(b"", "is empty"), (b"\xff\xfe\x00", "not text")])
def test_an_address_file_that_holds_none_is_refused_by_name(tmp_path, content, says):
    (tmp_path / "url").write_bytes(content)
    with pytest.raises(BadSetting, match=f"A_FILE: .*{says}"):
        env.address("A", "", {"A_FILE": str(tmp_path / "url")})

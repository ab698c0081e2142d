import os
from pathlib import Path

import pytest

from leaderboard.embedded.early import DATA_DIR_VARIABLE, DEFAULT_DATA_DIR, before_django


@pytest.fixture(autouse=True)
def _environment(monkeypatch, tmp_path):
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(tmp_path / "from-environment"))


def data_dir_after(*argv):
    before_django(["manage.py", *argv])
    return Path(os.environ[DATA_DIR_VARIABLE])


@pytest.mark.parametrize("form", [["--data-dir", "{}"], ["--data-dir={}"]])
def test_the_data_dir_is_known_before_django_starts(tmp_path, form):
    wanted = tmp_path / "chosen"

    found = data_dir_after("up", "--port", "1", *[part.format(wanted) for part in form], "--no-demo")

    assert found == wanted
    assert wanted.stat().st_mode & 0o777 == 0o700


def test_a_relative_data_dir_is_relative_to_the_caller(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert data_dir_after("up", "--data-dir", "here") == tmp_path / "here"


def test_the_environment_names_the_data_dir_where_the_option_does_not(tmp_path):
    assert data_dir_after("up") == tmp_path / "from-environment"


def test_the_default_is_beside_the_program():
    assert Path(__file__).parents[2] / ".perwatt" == DEFAULT_DATA_DIR


@pytest.mark.parametrize("argv", [["migrate", "--data-dir", "x"], ["up", "--help"], []])
def test_other_commands_and_questions_for_help_make_no_folder(tmp_path, argv):
    data_dir_after(*argv)

    assert list(tmp_path.iterdir()) == []


def test_an_unusable_data_dir_is_said_in_one_line(tmp_path, capsys):
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(SystemExit) as stopped:
        before_django(["manage.py", "up", "--data-dir", str(tmp_path / "file" / "below")])

    assert stopped.value.code == 2
    assert capsys.readouterr().err == (
        f"perwatt up: The data folder {tmp_path}/file/below cannot be used: Not a directory.\n"
    )

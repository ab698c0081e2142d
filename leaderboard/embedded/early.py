"""What `manage.py up` needs before Django reads its settings: they live in the data folder that `up` is told."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from leaderboard.embedded.errors import CannotStart
from leaderboard.embedded.folder import DataFolder

DATA_DIR_VARIABLE = "PERWATT_DATA_DIR"
DEFAULT_DATA_DIR = Path(__file__).resolve().parent.parent.parent / ".perwatt"
CANNOT_START = 2


def before_django(argv: Sequence[str]) -> None:
    """For `up`: put its --data-dir into the environment, as Django does with its own --settings; make the folder."""
    if tuple(argv[1:2]) != ("up",) or {"-h", "--help"} & set(argv):
        return
    folder = DataFolder(_data_dir(argv[2:]))
    try:
        folder.prepare()
    except CannotStart as error:
        sys.stderr.write(f"perwatt up: {error}\n")
        sys.exit(CANNOT_START)
    os.environ[DATA_DIR_VARIABLE] = str(folder.root)


def _data_dir(arguments: Sequence[str]) -> Path:
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("--data-dir")
    try:
        named = parser.parse_known_args(arguments)[0].data_dir
    except argparse.ArgumentError:
        named = None  # the command's own parser says what is wrong
    path = Path(named or os.environ.get(DATA_DIR_VARIABLE) or DEFAULT_DATA_DIR)
    return path.expanduser().resolve()

"""A measurement as a process of its own makes it, read afterwards by the real parts of the server."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def folder(request, tmp_path_factory):
    """Return the folder that the module's PROGRAM was given, with what it left there."""
    folder = tmp_path_factory.mktemp("measured")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", request.module.PROGRAM, str(folder)],
        env=environment, cwd=folder, capture_output=True, text=True, check=False, timeout=90,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder

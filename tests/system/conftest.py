"""A whole `up` on a small catalogue: the bundled digits, measured briefly, with a few of the bundled models."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import psutil
import pytest

from leaderboard.embedded.folder import DataFolder
from tests.databases import migrated_database, unmade_database
from tests.embedded.processes import marked, until

ROOT = Path(__file__).resolve().parents[2]
# Long enough to be killed in the middle of, short enough to wait for.
BRIEF = {
    "guard_quiet_s": 0.1,
    "idle_s": 0.5,
    "warmup_calls": 10,
    "warmup_s": 0.05,
    "repeats": 3,
    "repeats_max": 3,
    "repeat_min_s": 0.2,
}


class Stack:
    """`manage.py up` on a data folder of its own."""

    def __init__(self, folder, catalogue, database):
        self.folder = DataFolder(folder)
        self.query = database.query
        self.environ = database.environ | {"PERWATT_CATALOG_DIR": str(catalogue)}
        self._database = database
        self._catalogue = catalogue
        self._started = []

    def start(self, *options, port=0):
        """Start it, its output in a file: nobody has to read a pipe for it to go on."""
        command = [sys.executable, str(ROOT / "manage.py"), "up", "--data-dir", str(self.folder.root)]
        with self._output(len(self._started)).open("wb") as output:
            process = subprocess.Popen(
                [*command, "--port", str(port), *options],
                env=os.environ | self.environ,
                cwd=self._catalogue,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._started.append(process)
        return process

    def run(self, *options, port=0):
        return self.finish(self.start(*options, port=port))

    def finish(self, process, within_s=240):
        """Return the exit code and all it printed."""
        output = self._output(self._started.index(process))
        try:
            process.wait(within_s)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"up did not end:\n{output.read_text(encoding='utf-8')}\n{self.logs()}") from None
        return process.returncode, output.read_text(encoding="utf-8")

    def _output(self, number):
        return self.folder.root.parent / f"up-{number}.log"

    def logs(self):
        paths = sorted((self.folder.root / "logs").glob("*.log"))
        return "\n".join(f"== {path.name}\n{path.read_text(encoding='utf-8')[-2000:]}" for path in paths)

    def processes(self):
        return marked(self.folder.mark)

    def command_lines(self):
        """Return each process with the words of its command; one that is just ending has none."""
        found = []
        for process in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                found.append((process, process.cmdline()))
        return found

    def child(self, *words):
        """Wait for and return the process whose command line has all these words."""

        def find():
            return next((item for item, command in self.command_lines() if set(words) <= set(command)), None)

        return until(find, within_s=90)

    def until_measuring(self, within_s=60):
        sql = "select id from runs_attempt where state = 'claimed' and phase in ('baseline', 'warmup', 'measuring')"
        return self.until(sql, within_s=within_s)

    def until(self, sql, within_s=60):
        """Wait for a first row, and return its first value."""
        return until(lambda: self._try(sql), within_s=within_s)[0][0]

    def state_of(self, attempt):
        return self.query("select state from runs_attempt where id = ?", attempt)[0][0]

    def _try(self, sql):
        try:
            return self.query(sql)
        except self._database.Busy:
            return []

    def end(self):
        for process in self._started:
            process.kill()
            process.wait()
        until(lambda: self.processes() == [], within_s=10)


@pytest.fixture
def catalogue(tmp_path):
    """Two bundled models on digits, with a brief protocol."""
    benchmark = tmp_path / "catalog" / "digits"
    shutil.copytree(ROOT / "fixtures" / "catalog" / "digits", benchmark)
    spec = json.loads((benchmark / "benchmark.json").read_text(encoding="utf-8"))
    (benchmark / "benchmark.json").write_text(json.dumps(spec | {"protocol": BRIEF}), encoding="utf-8")
    source, models = ROOT / "fixtures" / "models" / "digits", tmp_path / "models" / "digits"
    models.mkdir(parents=True)
    rows = json.loads((source / "manifest.json").read_text(encoding="utf-8"))
    chosen = [row | {"options": row["options"][:1]} for row in rows if row["name"] in {"logreg", "mlp8"}]
    for row in chosen:
        shutil.copy(source / row["file"], models)
    (models / "manifest.json").write_text(json.dumps(chosen), encoding="utf-8")
    return benchmark.parent


@pytest.fixture
def stack_on(tmp_path, catalogue, collected_assets):
    """Make the stack whose database `make(folder)` makes; it ends with the test."""
    with contextlib.ExitStack() as ends:

        def stack_on(make):
            folder = tmp_path / "data"
            folder.mkdir(mode=0o700)
            shutil.copytree(collected_assets, folder / "static")
            database = make(folder)
            ends.callback(database.drop)
            stack = Stack(folder, catalogue, database)
            ends.callback(stack.end)
            return stack

        yield stack_on


@pytest.fixture
def stack(stack_on, empty_database):
    """A stack whose database is migrated: migrating takes seconds, and one test with `new_stack` shows it."""
    return stack_on(partial(migrated_database, empty_database=empty_database))


@pytest.fixture
def new_stack(stack_on):
    """A stack that has to make its database."""
    return stack_on(unmade_database)

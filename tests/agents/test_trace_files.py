import hashlib
import io
import json
import resource
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from agents.calls import Calls
from agents.energy.base import RawTrace, reading
from agents.energy.rapl import probe as rapl_info
from agents.sampling import Series
from agents.trace_files import NOT_KEPT, call_arrays, outcome_arrays, power_arrays, write_artefacts
from agents.tracing import Recorder
from leaderboard.protocol import TraceKind, TraceManifest, WindowKind
from tests.factories import make_measured

INFO = rapl_info()[0]


class Meter:
    """A counter that says a joule for each window, with three samples."""

    window_s = 0.0

    def __init__(self, key="rapl", parts=("package-0",)):
        self.info = INFO.model_copy(update={"key": key})
        self.parts = parts
        self.windows = 0

    def prepare(self):
        pass

    def start(self):
        self.windows += 1

    def stop(self):
        return reading(self.info, seconds=0.2, joules=1.0)

    def traces(self):
        times = tuple(100.0 + self.windows + step for step in (0.0, 0.1, 0.2))
        return tuple(
            RawTrace(TraceKind.COUNTER_J, Series(times, (0.0, 0.5, 1.0), at_ends=True), part=part, range_j=9.0)
            for part in self.parts
        )

    def close(self):
        pass


def recorded(*meters, repeats=5, aside=2):
    """A recorder that saw a series which was set aside and one that counts, between two idle windows."""
    recorder = Recorder()
    sources = [recorder.watch(meter) for meter in meters]

    def window():
        for source in sources:
            source.start()
        return tuple(source.stop() for source in sources)

    before = window()
    _ = [window() for _ in range(aside)]
    energies = [window() for _ in range(repeats)]
    after = window()
    measured = make_measured()
    kept = tuple(
        repeat.model_copy(update={"energy": energy}) for repeat, energy in zip(measured.repeats, energies, strict=True)
    )
    return recorder, measured.model_copy(update={"repeats": kept, "idle_before": before, "idle_after": after})


def loaded(arrays):
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    file.seek(0)
    with np.load(file, allow_pickle=False) as archive:
        found = {name: archive[name] for name in archive.files}
    return found, TraceManifest.model_validate_json(found.pop("manifest").tobytes())


def test_windows_have_the_names_that_the_report_gives_them_also_those_that_were_set_aside():
    recorder, measured = recorded(Meter(), Meter("psys"))

    labels = [(window.kind, window.index) for window in recorder.windows(measured)]

    assert labels == [
        (WindowKind.IDLE_BEFORE, 0),
        (WindowKind.SET_ASIDE, 0),
        (WindowKind.SET_ASIDE, 1),
        *((WindowKind.REPEAT, index) for index in range(5)),
        (WindowKind.IDLE_AFTER, 0),
    ]
    assert [len(window.kept) for window in recorder.windows(measured)] == [2] * 9


def test_a_file_has_each_window_s_samples_on_the_clock_of_the_phases():
    recorder, measured = recorded(Meter(parts=("package-0", "package-1")))

    arrays, manifest = loaded(power_arrays(recorder.windows(measured), (), origin_s=100.0))

    assert [(line.source, line.part, line.range_j) for line in manifest.traces] == [
        ("rapl", "package-0", 9.0),
        ("rapl", "package-1", 9.0),
    ]
    assert arrays["offsets_1"].tolist() == list(range(0, 28, 3))
    third = slice(arrays["offsets_0"][3], arrays["offsets_0"][4])
    assert (manifest.windows[3].kind, manifest.windows[3].index) == (WindowKind.REPEAT, 0)
    assert arrays["times_s_0"][third].tolist() == pytest.approx([4.0, 4.1, 4.2])
    assert (manifest.windows[3].start_s, manifest.windows[3].end_s) == pytest.approx((4.0, 4.2))
    assert arrays["values_0"][third].tolist() == [0.0, 0.5, 1.0]


def test_files_are_named_with_their_digests(tmp_path):
    recorder, measured = recorded(Meter())

    written = write_artefacts(tmp_path / "artefacts", recorder, measured, (), 0.0)

    assert [ref.name for ref in written.artefacts] == ["outcomes.npz", "power.npz"]
    for ref in written.artefacts:
        content = (tmp_path / "artefacts" / ref.name).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (ref.sha256, ref.size_bytes)
    assert written.warnings == ()


def calls(*starts_s, items=(0,)):
    starts = np.array(starts_s)
    return Calls(starts, starts + 0.5, np.resize(np.array(items), len(starts)))


def test_calls_are_kept_by_repeat_on_the_clock_of_the_phases():
    arrays = call_arrays([calls(101.0, 102.0, items=(3, 1)), None, calls(105.0)], 100.0)

    assert arrays["offsets"].tolist() == [0, 2, 2, 3]
    assert arrays["starts_s"].tolist() == [1.0, 2.0, 5.0]
    assert arrays["ends_s"].tolist() == [1.5, 2.5, 5.5]
    assert arrays["first_items"].tolist() == [3, 1, 0]


@pytest.mark.parametrize(("kept", "named"), [([None], []), ([calls(101.0)], ["calls.npz"])])
def test_a_file_of_calls_stands_beside_a_trace_where_calls_are_long(tmp_path, kept, named):
    recorder, measured = recorded(Meter())

    written = write_artefacts(tmp_path / "artefacts", recorder, measured, (), 0.0, kept)

    assert [ref.name for ref in written.artefacts] == ["outcomes.npz", "power.npz", *named]


def test_without_a_source_there_is_no_power_and_the_outcomes_are_kept(tmp_path):
    written = write_artefacts(tmp_path / "artefacts", Recorder(), make_measured(), (), 0.0)

    assert [ref.name for ref in written.artefacts] == ["outcomes.npz"]


def test_texts_are_kept_as_bytes_with_their_beginnings():
    texts = ("sieben", "", "acht \N{PILE OF POO}")
    arrays = outcome_arrays(make_measured(answers=(), texts=texts))
    offsets, content = arrays["texts_offsets"], arrays["texts_utf8"].tobytes()

    found = tuple(content[a:b].decode() for a, b in pairwise(offsets))
    assert found == texts


FULL = """
import json, pathlib, resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from tests.agents.test_trace_files import Meter, recorded
from agents.trace_files import write_artefacts
recorder, measured = recorded(Meter())
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
written = write_artefacts(pathlib.Path(sys.argv[1]), recorder, measured, (), 0.0)
print(json.dumps({"artefacts": len(written.artefacts), "warnings": written.warnings}))
"""


def test_a_disk_that_takes_no_more_is_a_warning_and_never_a_lost_result(tmp_path):
    root = Path(__file__).parents[2]
    environment = {
        "PYTHONPATH": str(root),
        "DJANGO_SETTINGS_MODULE": "leaderboard.settings",
        "PERWATT_DATA_DIR": str(tmp_path),
    }
    program = f"import django; django.setup(){FULL}"
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "artefacts")],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    answer = json.loads(done.stdout)

    assert answer["artefacts"] == 0
    assert [warning.partition(":")[0] for warning in answer["warnings"]] == [NOT_KEPT] * 2
    assert all("File too large" in warning for warning in answer["warnings"])


def test_the_limit_of_this_test_s_own_process_is_untouched():
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_a_folder_that_cannot_be_made_is_a_warning(tmp_path):
    (tmp_path / "artefacts").write_text("in the way")
    recorder, measured = recorded(Meter())

    written = write_artefacts(tmp_path / "artefacts", recorder, measured, (), 0.0)

    assert written.artefacts == ()
    assert len(written.warnings) == 2

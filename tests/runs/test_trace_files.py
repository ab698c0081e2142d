"""Reading files that anybody may have made."""

import io
import json
import pickle
import struct
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.trace_files import outcome_arrays, power_arrays
from leaderboard.runs import trace_files
from leaderboard.runs.trace_files import BadTrace, read_outcomes, read_power
from tests.factories import make_measured, make_reading, rapl_reading
from tests.runs.traces import packed, windows_of


@pytest.fixture
def arrays():
    measured = make_measured(readings=(make_reading, rapl_reading))
    return dict(power_arrays(windows_of(measured), (), 100.0))


@pytest.fixture
def read(tmp_path):
    def read(content, reader=read_power):
        path = tmp_path / "file.npz"
        path.write_bytes(content)
        return reader(path)

    return read


def test_what_an_agent_wrote_is_read_again(arrays, read):
    power = read(packed(arrays))

    assert [(trace.line.source, trace.line.kind) for trace in power.traces] == [
        ("codecarbon", "cpu_s"),
        ("rapl", "counter_j"),
    ]
    times, values = power.traces[1].window(3)
    assert (len(times), len(values)) == (21, 21)
    assert [mark.kind for mark in power.windows] == ["idle_before", *["repeat"] * 5, "idle_after"]


@pytest.mark.parametrize("texts", [(), ("eins", "", "zw\N{LATIN SMALL LETTER O WITH DIAERESIS}lf")])
def test_answers_and_texts_are_read_again(read, texts):
    measured = make_measured(answers=() if texts else (3, 1, 4), texts=texts)

    assert read(packed(outcome_arrays(measured)), read_outcomes) == (texts or (3, 1, 4))


def member(content, name="manifest.npy"):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


def header(text, body=b""):
    text = text.ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode() + body


def objects():
    file = io.BytesIO()
    np.lib.format.write_array(file, np.array([print], dtype=object), allow_pickle=True)
    return file.getvalue()


class Bomb:
    def __reduce__(self):
        return (pytest.fail, ("it was unpickled",))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"nothing of the kind", "unpacked"),
        (member(b"no array"), "no header"),
        (member(objects()), "no row of numbers"),
        (member(pickle.dumps(Bomb())), "no header"),
        (member(header("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}")), "length"),
        (member(header("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2)}", bytes(32))), "no row"),
        (member(header("{'descr': '|S8', 'fortran_order': False, 'shape': (1,)}", bytes(8))), "no row"),
        (member(header("__import__('os').abort()")), "no header"),
        (member(header("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", b"{}")), "manifest"),
        (packed({"values_0": np.ones(3)}), "no manifest"),
    ],
)
def test_what_is_no_trace_is_refused_in_a_sentence(read, content, why):
    with pytest.raises(BadTrace, match=why) as refused:
        read(content)

    assert str(refused.value).endswith(".")


def test_a_file_that_would_burst_is_refused_before_it_is_unpacked(read, monkeypatch):
    monkeypatch.setattr(trace_files, "MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(BadTrace, match="more than a trace"):
        read(packed({"values_0": np.zeros(10_000)}))


def test_a_file_of_too_many_members_is_refused(read):
    with pytest.raises(BadTrace, match="more than a trace"):
        read(packed({f"values_{number}": np.zeros(1) for number in range(300)}))


def test_a_broken_archive_is_refused(arrays, read):
    content = bytearray(packed(arrays))
    content[60:80] = bytes(20)
    with pytest.raises(BadTrace):
        read(bytes(content))


def spoil(name, change):
    def spoiled(arrays):
        arrays[name] = change(arrays[name].copy())
        return arrays

    return spoiled


def window(number, **changes):
    """The manifest with another mark of its window `number`."""

    def spoiled(content):
        manifest = json.loads(content.tobytes())
        manifest["windows"][number] |= changes
        return np.frombuffer(json.dumps(manifest).encode(), np.uint8)

    return spoil("manifest", spoiled)


def put(index, value):
    def change(array):
        array[index] = value
        return array

    return change


@pytest.mark.parametrize(
    ("spoiled", "why"),
    [
        (spoil("values_1", put(5, np.nan)), "no number"),
        (spoil("values_1", put(5, np.inf)), "no number"),
        (spoil("values_1", put(5, -1.0)), "negative"),
        (spoil("times_s_1", put(5, np.nan)), "no number"),
        (spoil("times_s_1", put(5, 0.0)), "does not advance"),
        (spoil("times_s_1", put(0, -50.0)), "leaves its window"),
        (spoil("values_1", lambda array: array[:-1]), "one value for each time"),
        (spoil("values_1", lambda array: array.astype("<i8")), "one value for each time"),
        (spoil("offsets_1", put(-1, 10**9)), "do not lie"),
        (spoil("offsets_1", put(1, 10**9)), "do not lie"),
        (spoil("offsets_1", put(0, -1)), "do not lie"),
        (spoil("offsets_1", lambda array: array[:-1]), "do not lie"),
        (spoil("offsets_1", lambda array: array.astype("<f8")), "do not lie"),
        (lambda arrays: {name: array for name, array in arrays.items() if name != "values_1"}, "manifest describes"),
        (lambda arrays: arrays | {"values_9": np.ones(1)}, "manifest describes"),
        (spoil("manifest", lambda _: np.frombuffer(b'{"version": 2}', np.uint8)), "manifest cannot be read"),
        (window(1, index=1), "is there twice"),
        (window(2, start_s=0.0), "overlap"),
        (window(2, end_s=1e6), "overlap"),
        (spoil("manifest", lambda _: np.frombuffer(b"\xff\xfe", np.uint8)), "manifest cannot be read"),
    ],
)
def test_arrays_that_contradict_each_other_are_refused(arrays, read, spoiled, why):
    with pytest.raises(BadTrace, match=why):
        read(packed(spoiled(arrays)))


@pytest.mark.parametrize(
    "arrays",
    [
        {},
        {"answers": np.ones(3)},
        {"texts_utf8": np.zeros(3, np.uint8), "texts_offsets": np.array([0, 9])},
        {"texts_utf8": np.array([0xFF], np.uint8), "texts_offsets": np.array([0, 1])},
        {"texts_utf8": np.zeros(3), "texts_offsets": np.array([0, 3])},
    ],
)
def test_outcomes_that_are_none_are_refused(read, arrays):
    with pytest.raises(BadTrace):
        read(packed(arrays), read_outcomes)


@given(content=st.binary(max_size=400), name=st.sampled_from(["manifest.npy", "answers.npy", "x"]))
def test_no_bytes_get_further_than_a_refusal(tmp_path_factory, content, name):
    path = tmp_path_factory.mktemp("any") / "file.npz"
    path.write_bytes(member(content, name))
    for reader in (read_power, read_outcomes):
        with pytest.raises(BadTrace):
            reader(path)


@given(changes=st.lists(st.tuples(st.integers(0, 10**4), st.integers(0, 255)), min_size=1, max_size=5))
def test_a_file_with_wrong_bytes_is_read_as_it_was_or_refused(tmp_path_factory, changes):
    measured = make_measured()
    good = packed(power_arrays(windows_of(measured), (), 100.0))
    content = bytearray(good)
    for place, byte in changes:
        content[place % len(content)] = byte
    path = tmp_path_factory.mktemp("any") / "file.npz"
    path.write_bytes(bytes(content))
    try:
        power = read_power(path)
    except BadTrace:
        return
    assert json.loads(power.manifest.model_dump_json())["version"] == 1

"""What a GGUF file says of itself, and that no file can make the reader claim, allocate or wait."""

import struct
import time
from contextlib import suppress

import gguf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.catalog.file_words import NotGguf
from leaderboard.catalog.gguf_file import MAX_LISTED, TENSOR_TYPES, read_gguf
from tests.catalog.gguf_files import ARCHITECTURE, by_hand, pair, small, tensor, text

HUGE = 2**63


def read(tmp_path, content):
    file = tmp_path / "x.gguf"
    file.write_bytes(content)
    return read_gguf(file)


@pytest.mark.parametrize(
    ("kind", "precision"),
    [
        (gguf.GGMLQuantizationType.F32, "fp32"),
        (gguf.GGMLQuantizationType.F16, "fp16"),
        (gguf.GGMLQuantizationType.Q8_0, "q8_0"),
        (gguf.GGMLQuantizationType.Q4_0, "q4_0"),
    ],
)
def test_a_file_of_its_makers_is_read_with_its_weights_and_the_type_of_most(tmp_path, kind, precision):
    found = read_gguf(small(tmp_path / "m.gguf", kind=kind))
    assert (found.architecture, found.parameters, found.precision, found.tensors) == ("llama", 264, precision, 2)


def test_the_sizes_of_blocks_are_those_of_the_makers():
    for number, (name, block, block_bytes) in TENSOR_TYPES.items():
        kind = gguf.GGMLQuantizationType(number)
        assert gguf.GGML_QUANT_SIZES[kind] == (block, block_bytes), name


def test_a_file_made_by_hand_is_read(tmp_path):
    assert read(tmp_path, by_hand()).parameters == 32


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "ends in the middle"),
        (b"GGML" + bytes(40), "do not begin"),
        (by_hand(version=1), "version 1"),
        (struct.pack(">4sIQQ", b"GGUF", 3, 1, 1), "version 50331648"),
        (by_hand(counts=(HUGE, 0)), "that is no model"),
        (by_hand(counts=(0, 0)), "that is no model"),
        (by_hand(counts=(1, HUGE)), "that is no model"),
        (by_hand(counts=(1, 3)), "claims a fact's name|ends in|unknown type"),
        (by_hand(pairs=(struct.pack("<Q", HUGE),)), "fact's name of"),
        (by_hand(pairs=(ARCHITECTURE, ARCHITECTURE)), "twice"),
        (by_hand(pairs=(pair("a", 8, struct.pack("<Q", HUGE)),)), "longer than the file"),
        (by_hand(pairs=(pair("a", 99, b""),)), "unknown type 99"),
        (by_hand(pairs=(pair("a", 9, struct.pack("<IQ", 4, HUGE)),)), "more than"),
        (by_hand(pairs=(pair("a", 9, struct.pack("<IQ", 4, MAX_LISTED)),)), "longer than the file"),
        (by_hand(pairs=(pair("a", 9, struct.pack("<IQ", 9, 1)),)), "type 9"),
        (by_hand(pairs=(pair("a", 9, struct.pack("<IQ", 8, 5)),), data=8), "longer than|ends in"),
        (by_hand(pairs=()), "architecture"),
        (by_hand(pairs=(pair("general.architecture", 4, struct.pack("<I", 7)),)), "architecture"),
        (by_hand(pairs=(ARCHITECTURE, pair("split.count", 2, struct.pack("<H", 3)))), "one of 3 parts"),
        (by_hand(pairs=(ARCHITECTURE, pair("general.alignment", 4, struct.pack("<I", 0)))), "alignment"),
        (by_hand(pairs=(pair(b"\xff", 8, text("a")),)), "no UTF-8"),
        (by_hand(tensors=(tensor(), tensor())), "twice"),
        (by_hand(tensors=(tensor(shape=(2,) * 5),)), "5 dimensions"),
        (by_hand(tensors=(tensor(kind=4),)), "type 4"),
        (by_hand(tensors=(tensor(kind=2, shape=(31,)),)), "shape"),
        (by_hand(tensors=(tensor(shape=(0,)),)), "shape"),
        (by_hand(tensors=(tensor(shape=(HUGE, HUGE)),)), "cut short"),
        (by_hand(tensors=(tensor(offset=HUGE),)), "cut short"),
        (by_hand(data=16), "cut short"),
        (by_hand(tensors=[tensor(f"w{i}", (512,)) for i in range(9)]), "share their bytes"),
    ],
)
def test_a_hostile_file_is_refused_with_what_was_found(tmp_path, content, reason):
    began = time.process_time()
    with pytest.raises(NotGguf, match=reason):
        read(tmp_path, content)
    assert time.process_time() - began < 1


@given(st.data())
def test_no_change_of_bytes_breaks_the_reader(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("fuzz")
    content = bytearray(by_hand(pairs=(ARCHITECTURE, pair("a", 9, struct.pack("<IQ", 8, 1) + text("b"))), data=200))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(4, 150))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(4, len(content)))
    with suppress(NotGguf):
        assert 0 < read(folder, bytes(content[:cut])).parameters <= 4 * len(content)

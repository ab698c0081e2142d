"""Small GGUF files, by the package of its makers and by hand, fit and unfit."""

import struct

import gguf
import numpy as np


def small(path, *, kind=gguf.GGMLQuantizationType.F32, facts=(), shape=(4, 64)):
    """One matrix and one norm, as llama.cpp's own scripts would write them."""
    writer = gguf.GGUFWriter(path, "llama")
    for name, value in facts:
        writer.add_uint32(name, value)
    writer.add_token_list(["<s>", "</s>", "a"])
    writer.add_token_scores([0.0, 0.0, 0.0])
    writer.add_rope_freq_base(1e4)
    writer.add_tensor("m.weight", gguf.quants.quantize(np.ones(shape, np.float32), kind), raw_dtype=kind)
    writer.add_tensor("norm.weight", np.ones(8, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def text(value):
    raw = value.encode() if isinstance(value, str) else value
    return struct.pack("<Q", len(raw)) + raw


def pair(key, kind, payload):
    return text(key) + struct.pack("<I", kind) + payload


ARCHITECTURE = pair("general.architecture", 8, text("llama"))


def tensor(name="w", shape=(32,), kind=0, offset=0):
    return text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)


ONE_TENSOR = tensor()


def by_hand(*, magic=b"GGUF", version=3, tensors=(ONE_TENSOR,), pairs=(ARCHITECTURE,), counts=None, data=4096):
    n_tensors, n_pairs = counts or (len(tensors), len(pairs))
    head = magic + struct.pack("<IQQ", version, n_tensors, n_pairs)
    return head + b"".join(pairs) + b"".join(tensors) + bytes(data)

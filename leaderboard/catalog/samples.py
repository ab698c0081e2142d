"""One item of a benchmark as a reader may see it: what is asked, never the answer."""

import json
from dataclasses import dataclass

import numpy as np

from leaderboard.catalog import blobs
from leaderboard.catalog.models import Benchmark

MOST_LETTERS = 2000
MOST_VALUES = 4096


@dataclass(frozen=True, slots=True)
class Sample:
    """`prompt` of a benchmark that asks for text; else the item's `values`, row by row where it is a grid."""

    number: int
    prompt: str = ""
    cut: bool = False
    values: tuple[tuple[float, ...], ...] = ()
    shape: tuple[int, ...] = ()
    dtype: str = ""


def sample_of(benchmark: Benchmark) -> Sample | None:
    """Return the first item; None where the server cannot read it. The answer key is another file."""
    try:
        return _prompt(benchmark) if benchmark.generation is not None else _tensor(benchmark)
    except (OSError, ValueError, KeyError, IndexError):
        return None


def _prompt(benchmark: Benchmark) -> Sample:
    with blobs.path(benchmark.inputs_sha256).open(encoding="utf-8") as file:
        prompt = str(json.loads(file.readline())["prompt"])
    return Sample(1, prompt=prompt[:MOST_LETTERS], cut=len(prompt) > MOST_LETTERS)


def _tensor(benchmark: Benchmark) -> Sample:
    """Only the first item is read of the file, however large it is."""
    items = np.load(blobs.path(benchmark.inputs_sha256), mmap_mode="r", allow_pickle=False)
    first = np.asarray(items[0])
    shape, dtype = tuple(int(size) for size in first.shape), str(first.dtype)
    if first.size > MOST_VALUES or first.size == 0:
        return Sample(1, shape=shape, dtype=dtype)
    flat = first.astype(np.float64).ravel()
    side = int(np.sqrt(flat.size))
    # A square of pixels is often flattened; two dimensions say their own.
    width = shape[-1] if len(shape) > 1 else side if side * side == flat.size else flat.size
    rows = tuple(tuple(row.tolist()) for row in flat.reshape(-1, width))
    return Sample(1, values=rows, shape=shape, dtype=dtype)

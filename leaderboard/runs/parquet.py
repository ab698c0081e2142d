"""Raw traces as Parquet: one row for each sample, or for each item, with the manifest in the file's metadata."""

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from leaderboard.runs.trace_files import PowerFile

if TYPE_CHECKING:
    import pyarrow as pa

METADATA_KEY = "perwatt"


def power_parquet(power: PowerFile) -> bytes:
    """Columns `source part kind window_kind window_index time_s value`, in the order of the traces."""
    import pyarrow as pa

    lines = [trace.line for trace in power.traces]
    lengths = [len(trace.times_s) for trace in power.traces]
    kinds = np.array([mark.kind.value for mark in power.windows], dtype=np.str_)
    indices = np.array([mark.index for mark in power.windows], dtype=np.int32)
    places = _joined([np.repeat(np.arange(len(power.windows)), np.diff(trace.offsets)) for trace in power.traces], int)
    columns = {
        "source": np.repeat([line.source for line in lines], lengths),
        "part": np.repeat([line.part for line in lines], lengths),
        "kind": np.repeat([line.kind.value for line in lines], lengths),
        "window_kind": kinds[places] if len(kinds) else np.array([], dtype=np.str_),
        "window_index": indices[places],
        "time_s": _joined([trace.times_s for trace in power.traces], float),
        "value": _joined([trace.values for trace in power.traces], float),
    }
    table = pa.table(columns).replace_schema_metadata({METADATA_KEY: power.manifest.model_dump_json()})
    return _written(table)


def outcomes_parquet(outcomes: tuple[int, ...] | tuple[str, ...]) -> bytes:
    """Columns `item` and `answer`, or `item` and `text`."""
    import pyarrow as pa

    name = "text" if outcomes and isinstance(outcomes[0], str) else "answer"
    return _written(pa.table({"item": np.arange(len(outcomes)), name: list(outcomes)}))


def _joined(parts: list[Any], dtype: type) -> Any:
    return np.concatenate(parts) if parts else np.array([], dtype=dtype)


def _written(table: "pa.Table") -> bytes:
    from pyarrow import parquet

    buffer = io.BytesIO()
    parquet.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()

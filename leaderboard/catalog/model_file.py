"""What a submitted file is, by its first bytes, and what it says of itself."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from leaderboard.catalog.gguf_file import MAGIC, read_gguf
from leaderboard.catalog.onnx_file import read_signature


@dataclass(frozen=True)
class ModelFile:
    """`signature` is the JSON of what the file declares."""

    format: str
    parameters: int
    precision: str
    signature: dict[str, Any]


def read_model_file(file: Path) -> ModelFile:
    """Raises NotGguf for a file that begins as GGUF and is none that runs here; NotOnnx for any other that does not."""
    with file.open("rb") as stream:
        begins = stream.read(len(MAGIC))
    if begins == MAGIC:
        gguf = read_gguf(file)
        return ModelFile("gguf", gguf.parameters, gguf.precision, asdict(gguf))
    onnx = read_signature(file)
    return ModelFile("onnx", onnx.parameters, onnx.precision, asdict(onnx))

"""What is to be measured: a file of this machine, a server that it runs, or an image that its engine has."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from agents.endpoints import Endpoint
from agents.errors import UserError
from leaderboard.protocol import RuntimeName

# The formats that a file may have here, and what runs each.
RUNTIMES = {".onnx": RuntimeName.ONNXRUNTIME, ".gguf": RuntimeName.LLAMA_CPP}
_BY_DIGEST = "@sha256:"


@dataclass(frozen=True)
class ChosenModel:
    """A file has a `path`; a server or an image has a `reference`, and a server its `endpoint` too."""

    name: str
    format: str
    runtime: RuntimeName
    path: Path | None = None
    reference: str = ""
    endpoint: Endpoint | None = None


def choose_model(words: str, *, served_model: str | None, key_file: Path | None) -> ChosenModel:
    """Raises UserError for what is none of the three."""
    if words.startswith(("http://", "https://")):
        return _server(words, served_model, key_file)
    if served_model is not None or key_file is not None:
        raise UserError("--served-model and --key-file go with the address of a server.")
    if _BY_DIGEST in words:
        name = words.partition(_BY_DIGEST)[0]
        return ChosenModel(name[:200], "container", RuntimeName.CONTAINER, reference=words[:200])
    return _file(Path(words))


def _file(path: Path) -> ChosenModel:
    if not path.is_file():
        raise UserError(f"{path} is not a file; it is no address of a server and no image by digest either.")
    if path.suffix not in RUNTIMES:
        raise UserError(f"{path} is none of the formats that `bench` runs: {', '.join(RUNTIMES)}.")
    return ChosenModel(path.stem[:200], path.suffix[1:], RUNTIMES[path.suffix], path=path.resolve())


def _server(url: str, served_model: str | None, key_file: Path | None) -> ChosenModel:
    if served_model is None:
        raise UserError("A server may have several models; say which one with --served-model NAME.")
    try:
        endpoint = Endpoint(url=url, model=served_model, key_file=key_file)
    except ValidationError as error:
        raise UserError(f"{url}: {error.errors(include_url=False)[0]['msg']}.") from None
    return ChosenModel(served_model, "endpoint", RuntimeName.OPENAI, reference="bench", endpoint=endpoint)

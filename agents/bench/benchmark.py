"""A benchmark as a folder: `benchmark.json`, its items and its answer key."""

import hashlib
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

import agents
from agents.errors import UserError
from leaderboard.grading import UnknownGrader, grader
from leaderboard.protocol import GenerationContract, MeasuringProtocol, ModelContract

_SPEC = "benchmark.json"


@dataclass(frozen=True)
class Benchmark:
    """It asks for tensors (`contract`) or for text (`generation`).

    `key` has the right label or text of each item, in item order; the measuring process never gets it.
    """

    slug: str
    version: int
    title: str
    n: int
    inputs: Path
    inputs_sha256: str
    key: tuple[int, ...] | tuple[str, ...]
    grader: str
    contract: ModelContract | None
    generation: GenerationContract | None
    protocol: MeasuringProtocol


def catalogues() -> tuple[Path, ...]:
    """Where bundled benchmarks lie: in a source folder, or where an installer put the wheel's."""
    return Path(agents.__file__).parents[1] / "fixtures/catalog", Path(sys.prefix) / "share/perwatt/catalog"


def bundled(roots: Iterable[Path] | None = None) -> dict[str, Path]:
    """The folder of each bundled benchmark by its slug; the first of two with one slug."""
    found: dict[str, Path] = {}
    for root in catalogues() if roots is None else roots:
        for path in sorted(root.glob(f"*/{_SPEC}")):
            found.setdefault(path.parent.name, path.parent)
    return found


def load_benchmark(name: str) -> Benchmark:
    """`name` is a folder, else the slug of a bundled benchmark. Raises UserError for what cannot be used."""
    return _read(_folder(name))


def _folder(name: str) -> Path:
    if (Path(name) / _SPEC).is_file():
        return Path(name).resolve()
    known = bundled()
    if name in known:
        return known[name]
    if Path(name).is_dir():
        raise UserError(f"{name} is no benchmark: it holds no {_SPEC}.")
    raise UserError(f"There is no benchmark {name!r}: neither a folder, nor bundled ({', '.join(known) or 'none is'}).")


def _read(folder: Path) -> Benchmark:
    import numpy as np  # each command's help names the bundled benchmarks, and reads none

    try:
        spec = _object(folder / _SPEC)
        slug, version, n = str(spec["slug"]), _whole(spec, "version"), _whole(spec, "n")
        generation = spec.get("generation") and GenerationContract.model_validate(spec["generation"])
        contract = None if generation else ModelContract.model_validate(spec["contract"])
        protocol = MeasuringProtocol.model_validate(spec.get("protocol", {}))
        inputs, answers = (_checked(folder, spec[part]) for part in ("inputs", "answers"))
        key = _texts(answers) if generation else _labels(answers)
        items = _rows(inputs) if generation else np.load(inputs, allow_pickle=False, mmap_mode="r")
        if generation:
            grader(spec["grader"])
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise UserError(f"The benchmark in {folder} cannot be used: {_first_line(error)}.") from None
    if not len(items) == len(key) == n > 0:
        raise UserError(f"{folder} states {n} items and holds {len(items)}, with {len(key)} answers.")
    return Benchmark(
        slug=slug,
        version=version,
        title=str(spec.get("title", slug)),
        n=n,
        inputs=inputs,
        inputs_sha256=spec["inputs"]["sha256"],
        key=key,
        grader=str(spec.get("grader", "")),
        contract=contract,
        generation=generation,
        protocol=protocol,
    )


def _object(path: Path) -> dict[str, Any]:
    spec = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(spec, dict):
        raise ValueError("it is no object")  # noqa: TRY004 -- of the file, not of this program
    return spec


def _whole(spec: dict[str, Any], name: str) -> int:
    if type(spec[name]) is not int:
        raise ValueError(f"{name} is no whole number")
    return int(spec[name])


def _labels(path: Path) -> tuple[int, ...]:
    import numpy as np

    labels = np.load(path, allow_pickle=False)
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise ValueError(f"{path.name} is no row of whole numbers")
    return tuple(labels.astype(np.int64).tolist())


def _texts(path: Path) -> tuple[str, ...]:
    return tuple(str(json.loads(row)["answer"]) for row in _rows(path))


def _rows(path: Path) -> list[str]:
    return [row for row in path.read_text(encoding="utf-8").split("\n") if row]


def _checked(folder: Path, part: dict[str, str]) -> Path:
    path = folder / part["file"]
    if hashlib.sha256(path.read_bytes()).hexdigest() != part["sha256"]:
        raise ValueError(f"{part['file']} does not have the digest that {_SPEC} states")
    return path


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    if isinstance(error, KeyError) and not isinstance(error, UnknownGrader):
        return f"{_SPEC} lacks {error}"
    return str(error).strip().splitlines()[0].rstrip(".") or type(error).__name__

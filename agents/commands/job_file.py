"""A job file: the body of a submission as REST takes it, in JSON; `model.file` may name a file to upload."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agents.errors import UserError

MOST_BYTES = 1024**2


def is_job_file(path: Path | None) -> bool:
    return path is not None and path.suffix.lower() == ".json"


def read_job_file(path: Path, *, upload: Callable[[Path], str]) -> dict[str, Any]:
    """Return the body; `upload` takes the model's file, named from the job file's folder, and returns its SHA-256."""
    try:
        with path.open("rb") as file:
            body = json.loads(file.read(MOST_BYTES).decode())
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise UserError(f"{path} is no JSON: {error}.") from None
    if not isinstance(body, dict):
        raise UserError(f"{path} does not hold an object with the fields of a submission.")
    model = body.get("model")
    if not isinstance(model, dict) or "file" not in model:
        return body
    rest = {name: value for name, value in model.items() if name != "file"}
    return body | {"model": rest | {"sha256": upload(path.parent / str(model["file"]))}}

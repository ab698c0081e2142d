"""What whoever runs a device names in a file of the agent's folder: names, and what goes by them."""

from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from agents.errors import UserError

Named = TypeVar("Named")


def read_named(path: Path, shape: TypeAdapter[dict[str, Named]]) -> dict[str, Named]:
    """What the file holds; nothing where there is no file. Raises UserError, which quotes nothing of it."""
    try:
        return shape.validate_json(path.read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}.") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise UserError(f"{path}: {where}: {first['msg']}.") from None

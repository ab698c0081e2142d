"""What a browser may ask the application, checked before Dash sees it: a bad body is an answer, not a fault."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

MAX_BODY = 64 * 1024
MAX_QUERY = 8 * 1024


class BadCall(Exception):
    """The body is no call of the application's callback."""


class Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class Asked(Strict):
    board: Annotated[str, Field(pattern=r"^[-a-zA-Z0-9_]{1,100}$")]
    query: Annotated[str, Field(max_length=MAX_QUERY)]


class AskedInput(Strict):
    id: Literal["asked", "followed"]
    property: Literal["data"]
    value: Asked


class Place(Strict):
    id: str
    property: str


class Call(BaseModel):
    """Dash may add keys of its own; what the callback is made from is checked."""

    model_config = ConfigDict(strict=True)

    output: str
    outputs: list[Place] | Place
    inputs: Annotated[list[AskedInput], Field(min_length=1, max_length=1)]
    changedPropIds: list[Literal["asked.data", "followed.data"]] = []  # noqa: N815 - Dash's name for it
    state: Annotated[list[Any], Field(max_length=0)] = []


def check(body: bytes, *, callbacks: Mapping[str, str]) -> Asked:
    """Return what a body asks for; `callbacks` are all that there are, each with the store that it is asked through."""
    if len(body) > MAX_BODY:
        raise BadCall("The body is too long.")
    try:
        call = Call.model_validate_json(body)
    except ValidationError:
        raise BadCall("The body is no call of this application.") from None
    asked = call.inputs[0]
    if callbacks.get(call.output) != asked.id or _name(call.outputs) != call.output:
        raise BadCall("There is no such callback.")
    return asked.value


def _name(outputs: list[Place] | Place) -> str:
    """Dash names a callback for the places that it fills."""
    if isinstance(outputs, Place):
        return f"{outputs.id}.{outputs.property}"
    return f"..{'...'.join(f'{place.id}.{place.property}' for place in outputs)}.."

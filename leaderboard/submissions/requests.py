"""What a submitter sends: the one validator behind REST, CLI and form."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal, Self

from django.utils.text import slugify
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from leaderboard.protocol import ERROR_CODES, DeviceKind, Options, Sha256
from leaderboard.submissions.faults import Fault, worded
from leaderboard.submissions.names import ModelName, named, slug_of

# How pydantic names the limit that a number is beyond.
_BOUNDS = {"greater_than_equal": "ge", "less_than_equal": "le"}


def shape_faults(errors: Sequence[Mapping[str, Any]]) -> tuple[Fault, ...]:
    """Return what the shape of a body is refused for, in the words of the catalogue."""
    return tuple(_shape_fault(error) for error in errors)


def _shape_fault(error: Mapping[str, Any]) -> Fault:
    place = ".".join(str(part) for part in error.get("loc", ()))
    code, limits = str(error.get("type", "value_error")), error.get("ctx", {})
    if code == "string_too_long" and "max_length" in limits:
        return worded(place, code, limit=limits["max_length"])
    if code == "string_too_short" and limits.get("min_length", 1) > 1:
        return worded(place, f"{code}.limit", limit=limits["min_length"])
    if code in _BOUNDS and _BOUNDS[code] in limits:
        return worded(place, code, limit=limits[_BOUNDS[code]])
    known = ERROR_CODES.get(code)
    said = str(error.get("msg", "")).removeprefix("Value error, ")
    message = ERROR_CODES[code].sentence if code == "string_too_short" else said
    return Fault(place, code, message, known.hint if known else ERROR_CODES["value_error"].hint)


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("Use printable characters only.")
    return text


_SLUG = r"^[a-z0-9_][a-z0-9_-]*$"
Slug = Annotated[str, Field(pattern=_SLUG, max_length=100)]
Line = Annotated[str, Field(max_length=100), AfterValidator(_one_line)]
FilledLine = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_one_line)]
# What a model that is served elsewhere is called, and how that is said to whoever got it wrong.
REFERENCES = {
    "endpoint": (
        re.compile(r"[a-z0-9][a-z0-9._-]{0,99}"),
        "An endpoint goes by the name that the agent's operator gave it: small letters, digits, dots and dashes.",
    ),
    "container": (
        re.compile(r"[a-z0-9]+(?:[._/:-]{1,2}[a-z0-9]+){0,20}@sha256:[0-9a-f]{64}"),
        "An image goes by its digest, NAME@sha256: and 64 hexadecimal digits: a tag can move.",
    ),
}


def is_slug(text: str, *, at_most: int = 100) -> bool:
    """Say whether a benchmark of this name could be asked for."""
    return len(text) <= at_most and re.fullmatch(_SLUG, text) is not None


class SubmittedModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: FilledLine
    organisation: Line = ""
    sha256: Sha256 | None = None
    format: Literal["endpoint", "container"] | None = None
    reference: Annotated[str, Field(max_length=200)] | None = None
    licence: FilledLine
    family: Line = ""
    released_on: date | None = None

    @field_validator("name")
    @classmethod
    def _name_has_letters(cls, name: str) -> str:
        if not slugify(name):
            raise ValueError("The name needs at least one letter or digit, so that it can stand in an address.")
        return name

    @field_validator("organisation")
    @classmethod
    def _one_organisation(cls, organisation: str, info: ValidationInfo) -> str:
        if organisation and not slugify(organisation):
            raise ValueError("The organisation needs a letter or a digit, so that it can stand in an address.")
        of_name = named(info.data.get("name", "")).organisation
        if organisation and of_name and slug_of(of_name) != slug_of(organisation):
            words = {"of_name": of_name, "organisation": organisation}
            message = "The name says that the organisation is {of_name}; the field says {organisation}."
            raise PydanticCustomError("two_organisations", message, words)
        return organisation

    @property
    def called(self) -> ModelName:
        return named(self.name, self.organisation)

    @model_validator(mode="after")
    def _file_or_reference(self) -> Self:
        if (self.format is None) != (self.reference is None) or (self.sha256 is None) == (self.reference is None):
            raise PydanticCustomError(
                "no_file", "Name either the sha256 of an uploaded file, or a format and a reference."
            )
        if self.format is not None and self.reference is not None:
            shape, rule = REFERENCES[self.format]
            if shape.fullmatch(self.reference) is None:
                raise PydanticCustomError("bad_reference", "{rule}", {"rule": rule})
        return self


class SubmittedOptions(Options):
    model_config = ConfigDict(extra="forbid")


class SubmissionRequest(BaseModel):
    """One model on one benchmark, on one device or on any of a class."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: SubmittedModel
    benchmark: Slug
    device: Slug | None = None
    device_class: DeviceKind | None = None
    options: SubmittedOptions = SubmittedOptions()

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.device is None) == (self.device_class is None):
            raise PydanticCustomError("no_place", "Name either a device or a device_class, and not both.")
        return self

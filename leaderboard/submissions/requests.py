"""What a submitter sends: the one validator behind REST, CLI and form."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal, Self

from django.utils.text import slugify
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from leaderboard.protocol import ERROR_CODES, DeviceKind, Options, Sha256
from leaderboard.submissions.faults import WORDINGS, Fault, worded
from leaderboard.submissions.names import ModelName, named, slug_of


def shape_faults(errors: Sequence[Mapping[str, Any]]) -> tuple[Fault, ...]:
    """Return what the shape of a body is refused for, in the words of the catalogue."""
    return tuple(_shape_fault(error) for error in errors)


def _shape_fault(error: Mapping[str, Any]) -> Fault:
    place = ".".join(str(part) for part in error.get("loc", ()))
    code, values = str(error.get("type", "value_error")), dict(error.get("ctx", {}))
    key = values.pop("wording", code)
    if code == "string_too_short" and values.get("min_length", 1) > 1:
        key = "string_too_short.limit"
    if "expected" in values:  # pydantic joins the last of them by a word of its own
        values["expected"] = values["expected"].replace(" or ", ", ")
    if key != code or (values and key in WORDINGS):
        return worded(place, key, **values)
    known = ERROR_CODES.get(code)
    if known is None or code == "value_error":
        said = str(error.get("msg", "")).removeprefix("Value error, ")
        return Fault(place, code, said, ERROR_CODES["value_error"].hint)
    return Fault(place, code, known.sentence, known.hint)


def _wrong(key: str, **values: str) -> PydanticCustomError:
    """Return one of `WORDINGS` as pydantic has it, for a validator to raise."""
    return PydanticCustomError(key.partition(".")[0], WORDINGS[key].message, {**values, "wording": key})


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise _wrong("value_error.unprintable")
    return text


_SLUG = r"^[a-z0-9_][a-z0-9_-]*$"
Slug = Annotated[str, Field(pattern=_SLUG, max_length=100)]
Line = Annotated[str, Field(max_length=100), AfterValidator(_one_line)]
FilledLine = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_one_line)]
# What a model that is served elsewhere is called.
REFERENCES = {
    "endpoint": re.compile(r"[a-z0-9][a-z0-9._-]{0,99}"),
    "container": re.compile(r"[a-z0-9]+(?:[._/:-]{1,2}[a-z0-9]+){0,20}@sha256:[0-9a-f]{64}"),
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
            raise _wrong("value_error.name")
        return name

    @field_validator("organisation")
    @classmethod
    def _one_organisation(cls, organisation: str, info: ValidationInfo) -> str:
        if organisation and not slugify(organisation):
            raise _wrong("value_error.organisation")
        of_name = named(info.data.get("name", "")).organisation
        if organisation and of_name and slug_of(of_name) != slug_of(organisation):
            raise _wrong("two_organisations", of_name=of_name, organisation=organisation)
        return organisation

    @property
    def called(self) -> ModelName:
        return named(self.name, self.organisation)

    @model_validator(mode="after")
    def _file_or_reference(self) -> Self:
        if (self.format is None) != (self.reference is None) or (self.sha256 is None) == (self.reference is None):
            raise _wrong("no_file.or_two")
        if self.format and self.reference is not None and not REFERENCES[self.format].fullmatch(self.reference):
            raise _wrong(f"bad_reference.{self.format}")
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
    private: bool = False

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.device is None) == (self.device_class is None):
            raise _wrong("no_place.or_two")
        return self

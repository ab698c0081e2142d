"""What a submitter sends: the one validator behind REST, CLI and form."""

from datetime import date
from typing import Annotated, Self

from django.utils.text import slugify
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from leaderboard.protocol import DeviceKind, Options, Sha256


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("Use printable characters only.")
    return text


Slug = Annotated[str, Field(pattern=r"^[a-z0-9_][a-z0-9_-]*$", max_length=100)]
Line = Annotated[str, Field(max_length=100), AfterValidator(_one_line)]


class SubmittedModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[Line, Field(min_length=1)]
    sha256: Sha256
    licence: Annotated[Line, Field(min_length=1)]
    family: Line = ""
    released_on: date | None = None

    @field_validator("name")
    @classmethod
    def _name_has_letters(cls, name: str) -> str:
        if not slugify(name):
            raise ValueError("The name needs at least one letter or digit, so that it can stand in an address.")
        return name


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
            raise ValueError("Name either a device or a device_class, and not both.")
        return self

"""Wall meters that whoever runs this device has named. A submission can neither name one nor change one.

`meters.json` in the agent's folder, for example

    {"plug": {"kind": "shelly2", "url": "http://192.168.1.50"}}

A password stands in a file of its own, which only its owner may read, and never in orders, logs or reports.
"""

import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    TypeAdapter,
    field_validator,
    model_validator,
)

from agents.errors import UserError
from agents.operator_file import read_named

Unit = Literal["W", "kW", "J", "Wh", "kWh"]

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
_MOST = 8


class Meter(BaseModel):
    """One meter. `powers` are the devices behind it, all of this machine's unless it says which.

    `read` chooses between the two numbers that a plug tells: its power, which the agent integrates, or its energy
    counter, which counts in coarser steps. With kind `json`, `path` and `unit` say where one number is and what it is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["shelly1", "shelly2", "tasmota", "json"]
    url: str
    channel: Annotated[int, Field(ge=0, le=15)] = 0
    read: Literal["power", "energy"] = "power"
    path: Annotated[str, Field(max_length=200)] | None = None
    unit: Unit | None = None
    powers: tuple[str, ...] | None = None
    period_s: Annotated[float, Field(ge=0.05, le=10)] = 1.0
    window_s: Annotated[float, Field(ge=2, le=3600)] = 60.0
    user: str | None = None
    password_file: Path | None = None

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or not (url.isascii() and url.isprintable()):
            raise ValueError("the address of a meter starts with http:// or https://")
        if parts.username or parts.password or " " in url or parts.port == 0:  # a port that is none raises
            raise ValueError("the address holds no user name, password or blank")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        given = {self.path is not None, self.unit is not None}
        if given != {self.kind == "json"}:
            raise ValueError("path and unit go with kind json, and with no other")
        if (self.user is None) != (self.password_file is None):
            raise ValueError("user and password_file go together")
        return self

    def password(self) -> SecretStr | None:
        """Raises UserError where the file cannot be read, is empty, or others may read it."""
        if self.password_file is None:
            return None
        try:
            if self.password_file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise UserError(f"{self.password_file} can be read by others: chmod 600 {self.password_file}")
            text = self.password_file.read_text("utf-8").strip()
        except OSError as error:
            raise UserError(f"{self.password_file}: {error.strerror}.") from None
        except UnicodeDecodeError:
            text = ""
        if not text:
            raise UserError(f"{self.password_file} holds no password.")
        return SecretStr(text)


_METERS = TypeAdapter(dict[str, Meter])


def read_meters(path: Path) -> Mapping[str, Meter]:
    """Those that the file names; none where there is no file. Raises UserError."""
    found = read_named(path, _METERS)
    for name in found:
        if not _NAME.fullmatch(name):
            raise UserError(f"{path}: {name[:40]!r} is no name: small letters, digits and dashes.")
    if len(found) > _MOST:
        raise UserError(f"{path}: {len(found)} meters are more than the {_MOST} that one machine can have.")
    return found

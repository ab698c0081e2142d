"""Servers that whoever runs this device has named. Only these are measured as `openai`: a submission is no address.

`endpoints.json` in the agent's folder, for example

    {"lab": {"url": "http://127.0.0.1:8000/v1", "model": "qwen", "key_file": "/home/lab/key"}}

A key stands in a file of its own and never in arguments, orders, logs or reports.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, TypeAdapter, field_validator

from agents.errors import UserError
from agents.operator_file import read_named
from agents.streaming.address import Address

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_KEY = re.compile(r"[\x21-\x7e]{1,4096}")


class Endpoint(BaseModel):
    """`pid_file` names the server's process where it cannot be found by its port; `body` is added to every request."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    model: Annotated[str, Field(min_length=1, max_length=200)]
    key_file: Path | None = None
    ca_file: Path | None = None
    pid_file: Path | None = None
    body: Mapping[str, Any] = Field(default_factory=dict)

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        Address.of(url)
        return url

    def address(self) -> Address:
        """Raises UserError where the key or the certificates cannot be read."""
        try:
            key = None if self.key_file is None else self.key_file.read_text("ascii").strip()
            if key is not None and not _KEY.fullmatch(key):
                raise UserError(f"{self.key_file} holds no key.")
            return Address.of(self.url, key=None if key is None else SecretStr(key), ca_file=self.ca_file)
        except OSError as error:
            raise UserError(f"{error.filename or self.ca_file}: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise UserError(f"{self.key_file} holds no key.") from None


def endpoint_named(path: Path, name: str) -> Endpoint:
    """The one of that name. Raises UserError, which says what there is instead."""
    known = read_endpoints(path)
    if name not in known:
        there = f"it has {', '.join(sorted(known))}" if known else "it has none"
        raise UserError(f"{name[:100]!r} is no endpoint of this device; {there} ({path.name} in the agent's folder).")
    return known[name]


_ENDPOINTS = TypeAdapter(dict[str, Endpoint])


def read_endpoints(path: Path) -> dict[str, Endpoint]:
    """Those that the file names; none where there is no file. Raises UserError."""
    found = read_named(path, _ENDPOINTS)
    for name in found:
        if not _NAME.fullmatch(name):
            raise UserError(f"{path}: {name[:40]!r} is no name: small letters, digits, dot, dash and underscore.")
    return found

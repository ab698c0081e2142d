"""The fields of the form at `/submit/`, between what a browser sends and the body that REST takes."""

from collections.abc import Mapping
from typing import Any

Filled = Mapping[str, str]
"""What stands in each field, by its name: the path of the field in the body, as faults name it."""

MODEL = ("model.name", "model.organisation", "model.licence", "model.family", "model.released_on")
SOURCES = ("upload", "known", "reference")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "model": ("source", "model.sha256", "model.format", "model.reference", *MODEL),
    "benchmark": ("benchmark",),
    "device": ("place",),
    "options": ("options.batch", "options.threads", "visibility"),
}
MOST_CHARACTERS = 500


def filled_of(body: Mapping[str, Any], sent: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the fields as a draft has them, or as they were sent, where they were."""
    filled = {name: _text(_at(body, name)) for names in FIELDS.values() for name in names}
    filled["source"] = "reference" if filled["model.reference"] else "known" if filled["model.sha256"] else "upload"
    device, kind = _text(body.get("device")), _text(body.get("device_class"))
    filled["place"] = f"device:{device}" if device else f"class:{kind}" if kind else ""
    filled["visibility"] = "private" if body.get("private") is True else "public"
    sent = sent or {}
    return filled | {name: str(sent[name])[:MOST_CHARACTERS].strip() for name in filled if name in sent}


def merged(body: Mapping[str, Any], filled: Filled, step: str) -> dict[str, Any]:
    """Return the body with what one step says."""
    new = dict(body)
    if step == "model":
        new["model"] = _model(filled)
    elif step == "benchmark":
        new.pop("benchmark", None)
        new |= {"benchmark": filled["benchmark"]} if filled["benchmark"] else {}
    elif step == "device":
        kind, _, name = filled["place"].partition(":")
        new.pop("device", None)
        new.pop("device_class", None)
        new |= {"device_class" if kind == "class" else "device": name} if name else {}
    elif step == "options":
        new["options"] = {name: _number(filled[f"options.{name}"]) for name in ("batch", "threads")}
        new.pop("private", None)
        new |= {"private": True} if filled["visibility"] == "private" else {}
    return new


def _model(filled: Filled) -> dict[str, str]:
    model = {name.removeprefix("model."): filled[name] for name in MODEL if filled[name]}
    source = filled["source"]
    if source == "reference":
        named = {"format": filled["model.format"], "reference": filled["model.reference"]}
        return model | {name: value for name, value in named.items() if value}
    return model | ({"sha256": filled["model.sha256"]} if source == "known" and filled["model.sha256"] else {})


def _number(text: str) -> int | str:
    """What is no number stays text, for the validator to say so."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def _at(body: Mapping[str, Any], path: str) -> Any:
    part: Any = body
    for name in path.split("."):
        part = part.get(name) if isinstance(part, Mapping) else None
    return part


def _text(value: Any) -> str:
    return "" if value is None else str(value)

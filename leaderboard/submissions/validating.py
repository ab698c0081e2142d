"""The one validator: everything that is wrong with a request, of its shape and of what it names, at once."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from leaderboard.submissions.faults import Fault, worded
from leaderboard.submissions.requests import SubmissionRequest, shape_faults
from leaderboard.submissions.services import Checked, Refused, check

# What stands in for a field of the wrong shape while the other fields are checked.
_NO_FILE = "0" * 64


def validate(body: Any) -> tuple[SubmissionRequest, Checked]:
    """Return the request and the rows that it names; raises Refused with every fault."""
    try:
        request = SubmissionRequest.model_validate(body)
    except ValidationError as error:
        raise Refused(all_faults(body, error)) from None
    return request, check(request)


def all_faults(body: Any, error: ValidationError) -> tuple[Fault, ...]:
    """Return the faults of the shape, then those that are found where the rest of the body is taken as meant."""
    shape = shape_faults(error.errors(include_url=False))
    shape = (*shape, *_left_out(body, {fault.code for fault in shape}, {fault.field for fault in shape}))
    mended = _mended(body, {fault.field for fault in shape})
    if mended is None:
        return shape
    request, silent = mended
    try:
        check(request)
    except Refused as refused:
        return (*shape, *(fault for fault in refused.faults if not fault.field.startswith(silent)))
    return shape


def _left_out(body: Any, codes: set[str], wrong: set[str]) -> tuple[Fault, ...]:
    """Return what is missing as a whole, which the shape says only where every single field is right."""
    if not isinstance(body, Mapping):
        return ()
    found = []
    sources = ("sha256", "format", "reference")
    if "model" not in wrong and not any(_part(body, "model").get(name) for name in sources):
        found.append(worded("model", "no_file"))
    if "no_place" not in codes and not any(body.get(name) for name in ("device", "device_class")):
        found.append(worded("", "no_place"))
    return tuple(found)


def _mended(body: Any, wrong: set[str]) -> tuple[SubmissionRequest, tuple[str, ...]] | None:
    """Return a request of the right shape, and the fields about which it must say nothing; None where none is near."""
    if not isinstance(body, Mapping):
        return None
    silent = set(wrong)
    parts = {
        "model": _model(_part(body, "model"), wrong, silent),
        "benchmark": _benchmark(body, wrong, silent),
        "options": _kept(_part(body, "options"), ("batch", "threads"), "options.", wrong),
        **_place(body, wrong, silent),
    }
    try:
        return SubmissionRequest.model_validate(parts), tuple(silent)
    except ValidationError:
        return None


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = body.get(name)
    return part if isinstance(part, Mapping) else {}


def _kept(part: Mapping[str, Any], names: tuple[str, ...], prefix: str, wrong: set[str]) -> dict[str, Any]:
    return {name: part[name] for name in names if name in part and f"{prefix}{name}" not in wrong}


def _model(model: Mapping[str, Any], wrong: set[str], silent: set[str]) -> dict[str, Any]:
    source = {} if "model" in wrong else _kept(model, ("sha256", "format", "reference"), "model.", wrong)
    if not any(source.values()):
        silent.add("model.sha256")
        source = {"sha256": _NO_FILE}
    return {"name": "x", "licence": "x", **source}


def _benchmark(body: Mapping[str, Any], wrong: set[str], silent: set[str]) -> Any:
    if body.get("benchmark") and "benchmark" not in wrong:
        return body["benchmark"]
    silent.add("benchmark")
    return "x"


def _place(body: Mapping[str, Any], wrong: set[str], silent: set[str]) -> dict[str, Any]:
    place = {name: value for name, value in _kept(body, ("device", "device_class"), "", wrong).items() if value}
    if len(place) == 1:
        return place
    silent.update(("device", "options.threads"))
    return {"device_class": "cpu"}

"""The five steps of submitting in the browser, each as its template reads it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from frontend import numbers
from frontend.present.registry import spoken_fault
from frontend.present.submit_choices import benchmark_rows, device_rows, file_rows
from frontend.present.submit_form import MODEL, SOURCES, Filled
from frontend.present.submit_review import review_context
from frontend.present.words import Words
from leaderboard.accounts.models import User
from leaderboard.protocol import page_of
from leaderboard.submissions.faults import Fault
from leaderboard.submissions.models import Draft
from leaderboard.submissions.selectors import natural_batch
from leaderboard.submissions.services import Refused
from leaderboard.submissions.validating import validate

STEPS = ("model", "benchmark", "device", "options", "review")
NAMES: Mapping[str, Words] = {
    "model": _("Model"),
    "benchmark": _("Benchmark"),
    "device": _("Device"),
    "options": _("Options"),
    "review": _("Review"),
}
# Where the words of the form are others than those for a program.
_WORDS: Mapping[str, Words] = {
    "no_file": _("No model is named yet: choose a file, one that is here already, or a reference."),
    "no_place": _("Choose where it is to be measured."),
    "missing": _("This is needed."),
    "string_too_short": _("This is needed."),
    "int_parsing": _("A whole number is needed."),
    "int_type": _("A whole number is needed."),
}
_LABELS: Mapping[str, Words] = {
    "benchmark": _("Benchmark"),
    "model.name": _("Name"),
    "model.organisation": _("Organisation"),
    "model.licence": _("Licence"),
    "model.family": _("Family"),
    "model.released_on": _("Released on"),
    "options.batch": _("Batch"),
    "options.threads": _("Threads"),
}
# The fit of a model to a benchmark is a matter of the benchmark, and of the batch.
_AT_BENCHMARK = {"contract_mismatch", "wrong_format"}
# The faults of a whole part stand at one field of it.
_FIELDS = {"no_file": "file", "bad_reference": "model.reference"}
_FIELD_IDS = {"device": "place", "device_class": "place", "": "place", "model": "file", "model.sha256": "file"}


def address(draft: Draft, step: str) -> str:
    return f"/submit/{draft.uuid}/{step}/"


def next_step(step: str) -> str:
    return STEPS[STEPS.index(step) + 1]


def faults_of(body: Mapping[str, Any]) -> tuple[Fault, ...]:
    try:
        validate(body)
    except Refused as refused:
        return refused.faults
    return ()


def steps_of(fault: Fault) -> tuple[str, ...]:
    """Return the steps at which a fault can be put right."""
    if fault.code in _AT_BENCHMARK:
        return ("benchmark", "options") if fault.code == "contract_mismatch" else ("benchmark",)
    if fault.code == "quota_used":
        return ("review",)
    first = fault.field.partition(".")[0]
    if first in ("model", "file") or fault.code in _FIELDS:
        return ("model",)
    return (first,) if first in ("benchmark", "options") else ("device",)


def faults_at(step: str, body: Mapping[str, Any], *, file_refused: bool = False) -> tuple[Fault, ...]:
    found = (fault for fault in faults_of(body) if step in steps_of(fault))
    placed = (replace(fault, field=_FIELDS.get(fault.code, fault.field)) for fault in found)
    return tuple(fault for fault in placed if not (file_refused and fault.code == "no_file"))


def first_unready(body: Mapping[str, Any], *, before: str) -> str | None:
    """Return the first step ahead of one that is not done; None where all are."""
    if before == STEPS[0]:
        return None
    open_steps = {steps_of(fault)[0] for fault in faults_of(body)}
    return next((step for step in STEPS[: STEPS.index(before)] if step in open_steps), None)


def with_natural_batch(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body with the batch that the file itself is made for, where nobody has chosen one."""
    batch = natural_batch(str(body.get("model", {}).get("sha256", "")))
    return dict(body) if "options" in body or batch is None else {**body, "options": {"batch": batch, "threads": 1}}


@dataclass(frozen=True, slots=True)
class FieldView:
    name: str
    label: Words
    hint: Words
    value: str
    kind: str
    required: bool
    faults: tuple[Mapping[str, str], ...]

    @property
    def id(self) -> str:
        return id_of(self.name)


def id_of(field: str) -> str:
    return _FIELD_IDS.get(field, field).replace(".", "-")


def _fault_rows(faults: Iterable[Fault]) -> list[dict[str, str]]:
    return [
        {
            "id": id_of(fault.field),
            "label": str(_LABELS.get(fault.field, "")),
            "code": fault.code,
            "message": str(_WORDS.get(fault.code, spoken_fault(fault).message)),
            "hint": "" if fault.code in _WORDS or fault.code == "value_error" else spoken_fault(fault).hint,
            "link": page_of(fault.code),
            "step": steps_of(fault)[0],
        }
        for fault in faults
    ]


def _whole(step: str, faults: Iterable[Fault], draft: Draft | None, **more: Any) -> dict[str, Any]:
    rows = _fault_rows(faults)
    at = STEPS.index(step)
    return {
        "step": step,
        "number": at + 1,
        "steps": [
            {
                "name": NAMES[name],
                "state": "done" if index < at else "now" if index == at else "ahead",
                "href": address(draft, name) if draft is not None and index < at else "",
            }
            for index, name in enumerate(STEPS)
        ],
        "draft": draft,
        "back": address(draft, STEPS[at - 1]) if draft is not None and at else "",
        "faults": rows,
        "by_id": {row["id"]: [one for one in rows if one["id"] == row["id"]] for row in rows},
        **more,
    }


def _field(name: str, label: Words, hint: Words, filled: Filled, faults: Iterable[Fault], **more: Any) -> FieldView:
    own = tuple(_fault_rows(fault for fault in faults if fault.field == name))
    kind, required = more.get("kind", "text"), more.get("required", False)
    return FieldView(name, label, hint, filled.get(name, ""), kind, required, own)


def model_step(filled: Filled, faults: Iterable[Fault], *, by: User, draft: Draft | None) -> dict[str, Any]:
    faults = tuple(faults)
    source = filled["source"] if filled["source"] in SOURCES else SOURCES[0]
    name, organisation, licence, family, released_on = MODEL
    return _whole(
        "model",
        faults,
        draft,
        filled=filled,
        source=source,
        format=filled["model.format"],
        files=file_rows(by, chosen=filled["model.sha256"]),
        limit=numbers.bytes_in_words(settings.MAX_ARTEFACT_BYTES),
        limit_bytes=settings.MAX_ARTEFACT_BYTES,
        reference=_field(
            "model.reference",
            _("Reference"),
            _("An endpoint by the name its operator gave it, or an image as NAME@sha256:DIGEST: a tag can move."),
            filled,
            faults,
        ),
        fields=[
            _field(name, _("Name"), _("As boards show it. Left empty, a file gives its own."), filled, faults),
            _field(
                organisation,
                _("Organisation"),
                _("Optional: who made it. Of a name such as mistralai/Mistral-7B it is the part before the slash."),
                filled,
                faults,
            ),
            _field(licence, _("Licence"), _("Of the weights, such as Apache-2.0."), filled, faults, required=True),
            _field(family, _("Family"), _("Optional: what it is a variant of."), filled, faults),
            _field(released_on, _("Released on"), _("Optional: when the model came out."), filled, faults, kind="date"),
        ],
    )


def step_context(
    name: str, draft: Draft, filled: Filled, faults: Iterable[Fault], *, origin: str, now: datetime
) -> dict[str, Any]:
    faults = tuple(faults)
    if name == "model":
        return model_step(filled, faults, by=draft.owner, draft=draft)
    if name == "benchmark":
        return _whole(name, faults, draft, benchmarks=benchmark_rows(draft.body, chosen=filled["benchmark"]))
    if name == "device":
        return _whole(name, faults, draft, **device_rows(draft.body, chosen=filled["place"], now=now))
    if name == "options":
        filled = {**filled, **{key: filled[key] or "1" for key in ("options.batch", "options.threads")}}
        batch = _("Items per call, 1 to 1024. A benchmark of text takes 1.")
        threads = _("Of the runtime, 1 to 256, and no more than the device has cores.")
        fields = [
            _field("options.batch", _("Batch"), batch, filled, faults, kind="number", required=True),
            _field("options.threads", _("Threads"), threads, filled, faults, kind="number", required=True),
        ]
        return _whole(name, faults, draft, fields=fields, private=filled["visibility"] == "private")
    rows = review_context(draft, origin=origin, now=now)
    return _whole(name, faults, draft, **rows)


def open_drafts(drafts: Iterable[Draft]) -> list[Mapping[str, Any]]:
    return [
        {
            "uuid": draft.uuid,
            "name": draft.body.get("model", {}).get("name") or gettext("without a name"),
            "benchmark": draft.body.get("benchmark", ""),
            "href": address(draft, first_unready(draft.body, before="review") or "review"),
            "expires_at": draft.expires_at,
        }
        for draft in drafts
    ]

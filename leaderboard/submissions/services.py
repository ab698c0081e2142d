"""Checking a submission against what is known; all that is wrong is said at once."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.text import slugify

from leaderboard.accounts.models import User
from leaderboard.catalog.contract import misfit
from leaderboard.catalog.models import Benchmark, ModelArtefact
from leaderboard.catalog.onnx_file import from_json
from leaderboard.devices.models import Device, Health
from leaderboard.submissions.models import Submission
from leaderboard.submissions.requests import SubmissionRequest


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: the field, a stable code, what happened, and what to do."""

    field: str
    code: str
    message: str
    hint: str


class Refused(Exception):
    """The submission cannot be taken; `faults` names everything that is wrong with it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(fault.message for fault in faults))
        self.faults = faults


@dataclass(frozen=True)
class Checked:
    artefact: ModelArtefact
    benchmark: Benchmark
    device: Device | None


def check(request: SubmissionRequest) -> Checked:
    """Return the rows that the request names; raises Refused with every fault."""
    artefact = ModelArtefact.objects.filter(sha256=request.model.sha256).first()
    benchmark = Benchmark.objects.filter(slug=request.benchmark).order_by("-version").first()
    device = Device.objects.filter(slug=request.device).first() if request.device else None
    faults = [*_unknown(request, artefact, benchmark), *_placeless(request, device)]
    if artefact is not None and benchmark is not None:
        faults.extend(_misfits(request, artefact, benchmark))
    if faults or artefact is None or benchmark is None:
        raise Refused(tuple(faults))
    return Checked(artefact, benchmark, device)


def _unknown(request: SubmissionRequest, artefact: ModelArtefact | None, benchmark: Benchmark | None) -> list[Fault]:
    faults = []
    if artefact is None:
        faults.append(
            Fault(
                "model.sha256",
                "unknown_artefact",
                "No file with this digest was uploaded.",
                "Send the file to POST /api/v1/artefacts first and use the sha256 of the answer.",
            )
        )
    if benchmark is None:
        known = ", ".join(Benchmark.objects.order_by("slug").values_list("slug", flat=True).distinct())
        faults.append(
            Fault(
                "benchmark",
                "unknown_benchmark",
                f"There is no benchmark {request.benchmark!r}.",
                f"Known here: {known or 'none yet'}.",
            )
        )
    return faults


def _placeless(request: SubmissionRequest, device: Device | None) -> list[Fault]:
    in_service = Device.objects.exclude(health=Health.RETIRED)
    known = ", ".join(in_service.order_by("slug").values_list("slug", flat=True)[:20]) or "none yet"
    if request.device and (device is None or device.health == Health.RETIRED):
        return [Fault("device", "unknown_device", f"There is no device {request.device!r}.", f"Known here: {known}.")]
    if request.device_class and not in_service.filter(kind=request.device_class).exists():
        return [
            Fault(
                "device_class",
                "no_such_device",
                f"No device of the class {request.device_class} is enrolled.",
                f"Known devices: {known}.",
            )
        ]
    if device is not None and device.cores is not None and request.options.threads > device.cores:
        message = f"{request.options.threads} threads were asked for; {device.slug} has {device.cores} cores."
        return [Fault("options.threads", "too_many_threads", message, f"Use 1 to {device.cores} threads.")]
    return []


def _misfits(request: SubmissionRequest, artefact: ModelArtefact, benchmark: Benchmark) -> list[Fault]:
    wrong = misfit(from_json(artefact.signature), benchmark.model_contract(), batch=request.options.batch)
    if wrong is None:
        return []
    hint = f"The contract stands at /boards/{benchmark.slug}/about/; export the model to it."
    return [Fault("model.sha256", "contract_mismatch", wrong, hint)]


def record(
    *, request: SubmissionRequest, checked: Checked, idempotency_key: str, by: User, now: datetime
) -> tuple[Submission, bool]:
    """Write the submission; with a key that was used before, return the earlier one and False."""
    values = {
        "submitted_by": by,
        "model_name": request.model.name,
        "model_slug": slugify(request.model.name),
        "family": request.model.family,
        "licence": request.model.licence,
        "artefact": checked.artefact,
        "benchmark": checked.benchmark,
        "batch": request.options.batch,
        "threads": request.options.threads,
        "created_at": now,
    }
    if not idempotency_key:
        return Submission.objects.create(**values), True
    return Submission.objects.get_or_create(submitted_by=by, idempotency_key=idempotency_key, defaults=values)

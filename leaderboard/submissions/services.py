"""Checking a submission against what is known; all that is wrong is said at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from leaderboard.accounts.models import User
from leaderboard.catalog.contract import misfit
from leaderboard.catalog.models import RUNTIMES, TENSOR_FORMATS, TEXT_FORMATS, Benchmark, ModelArtefact
from leaderboard.catalog.onnx_file import from_json
from leaderboard.catalog.services import note_reference
from leaderboard.devices.models import Device, Health
from leaderboard.submissions.faults import NONE, NONE_YET, Fault, worded
from leaderboard.submissions.models import Submission
from leaderboard.submissions.places import Needs, no_runtime, too_few_cores, too_small
from leaderboard.submissions.requests import SubmissionRequest

# What a file that was never uploaded is taken for, so that the other faults can be named with it.
DEFAULT_RUNTIME = RUNTIMES["onnx"]


class Refused(Exception):
    """The submission cannot be taken; `faults` names everything that is wrong with it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(fault.message for fault in faults))
        self.faults = faults


@dataclass(frozen=True)
class Checked:
    """A reference that nobody named before is not kept until the submission is."""

    artefact: ModelArtefact
    benchmark: Benchmark
    device: Device | None


def check(request: SubmissionRequest) -> Checked:
    """Return the rows that the request names; raises Refused with every fault."""
    artefact = _artefact(request)
    benchmark = Benchmark.objects.filter(slug=request.benchmark).order_by("-version").first()
    device = Device.objects.filter(slug=request.device).first() if request.device else None
    runtime = artefact.runtime if artefact is not None else DEFAULT_RUNTIME
    size_bytes = artefact.size_bytes if artefact is not None else None
    needs = Needs(runtime, request.options.threads, size_bytes)
    faults = [*_unknown(request, artefact, benchmark), *_misplaced(request, device, needs)]
    if artefact is not None and benchmark is not None:
        faults.extend(_misfits(request, artefact, benchmark))
    if faults or artefact is None or benchmark is None:
        raise Refused(tuple(faults))
    return Checked(artefact, benchmark, device)


def _artefact(request: SubmissionRequest) -> ModelArtefact | None:
    model = request.model
    if model.format is None:
        return ModelArtefact.objects.filter(sha256=model.sha256).first()
    named = {"format": model.format, "reference": model.reference or ""}
    return ModelArtefact.objects.filter(**named).first() or ModelArtefact(**named)


def _unknown(request: SubmissionRequest, artefact: ModelArtefact | None, benchmark: Benchmark | None) -> list[Fault]:
    faults = []
    if artefact is None:
        faults.append(worded("model.sha256", "unknown_artefact"))
    if benchmark is None:
        known = ", ".join(Benchmark.objects.order_by("slug").values_list("slug", flat=True).distinct())
        faults.append(worded("benchmark", "unknown_benchmark", name=repr(request.benchmark), known=known or NONE_YET))
    return faults


def _misplaced(request: SubmissionRequest, device: Device | None, needs: Needs) -> list[Fault]:
    """Return why nothing enrolled here can measure the request."""
    in_service = list(Device.objects.exclude(health=Health.RETIRED).order_by("slug"))
    wanted = [item for item in in_service if item == device or item.kind == request.device_class]
    if not wanted:
        return [_unknown_place(request, in_service)]
    field = "device" if request.device else "device_class"
    left = wanted
    for lacking in (no_runtime, too_small, too_few_cores):
        faults = [lacking(item, needs) for item in left]
        able = [item for item, fault in zip(left, faults, strict=True) if fault is None]
        if not able:
            return [_of_all(faults, left, field=field)]
        left = able
    return []


def _of_all(faults: Sequence[Fault | None], devices: Sequence[Device], *, field: str) -> Fault:
    """Return one fault for a lack that all of the devices share."""
    most = max(range(len(devices)), key=lambda index: (devices[index].cores or 1, devices[index].memory_bytes or 0))
    fault = faults[most]
    if fault is None:
        raise AssertionError("only where every device lacks something")
    if fault.code == "no_runtime":
        names = ", ".join(item.slug for item in devices[:3])
        fault = worded(fault.field, "no_runtime", runtime=fault.values["runtime"], devices=names)
    return fault if fault.field else replace(fault, field=field)


def _unknown_place(request: SubmissionRequest, in_service: list[Device]) -> Fault:
    known = ", ".join(item.slug for item in in_service[:20]) or NONE_YET
    if request.device:
        return worded("device", "unknown_device", name=repr(request.device), known=known)
    return worded("device_class", "no_such_device", kind=request.device_class, known=known)


def _misfits(request: SubmissionRequest, artefact: ModelArtefact, benchmark: Benchmark) -> list[Fault]:
    contract = benchmark.model_contract()
    if contract is None:
        return _no_text(request, artefact, benchmark)
    if artefact.format not in TENSOR_FORMATS:
        return [_wrong_format(artefact, benchmark, "text")]
    if artefact.reference:
        return []  # what an image takes and answers is seen when it runs
    wrong = misfit(from_json(artefact.signature), contract, batch=request.options.batch)
    if wrong is None:
        return []
    wanted = ("; " if wrong.part == "inputs" else " | ").join(wrong.wanted)
    found = "; ".join(wrong.found) or NONE
    key = f"contract_mismatch.{wrong.part}"
    return [worded("model.sha256", key, wanted=wanted, found=found, benchmark=benchmark.slug)]


def _no_text(request: SubmissionRequest, artefact: ModelArtefact, benchmark: Benchmark) -> list[Fault]:
    """Return why a benchmark that asks for text cannot be answered as requested."""
    faults = []
    if artefact.format not in TEXT_FORMATS:
        faults.append(_wrong_format(artefact, benchmark, "tensor"))
    if request.options.batch != 1:
        faults.append(worded("options.batch", "no_batches", batch=request.options.batch))
    return faults


def _wrong_format(artefact: ModelArtefact, benchmark: Benchmark, answers: str) -> Fault:
    if artefact.sha256:
        key, values = f"wrong_format.{answers}_file", {"format": artefact.format.upper()}
    else:
        key = f"wrong_format.{answers}_reference"
        values = {"format": artefact.format, "reference": artefact.reference}
    return worded(_field(artefact), key, benchmark=benchmark.slug, **values)


def _field(artefact: ModelArtefact) -> str:
    return "model.sha256" if artefact.sha256 else "model.reference"


def earlier(*, by: User, idempotency_key: str) -> Submission | None:
    """Return what this user submitted with this key before, if it was used before."""
    if not idempotency_key:
        return None
    rows = Submission.objects.filter(submitted_by=by, idempotency_key=idempotency_key)
    return rows.select_related("artefact", "benchmark").first()


def record(
    *, request: SubmissionRequest, checked: Checked, idempotency_key: str, by: User, now: datetime
) -> Submission:
    """Write the submission; raises IntegrityError when its key was used in the meantime."""
    artefact = checked.artefact
    if artefact.reference:
        artefact = note_reference(format=artefact.format, reference=artefact.reference, by=by, now=now)
    return Submission.objects.create(
        submitted_by=by,
        organisation=request.model.called.organisation,
        model_name=request.model.called.name,
        model_slug=request.model.called.key,
        family=request.model.family,
        released_on=request.model.released_on,
        licence=request.model.licence,
        artefact=artefact,
        benchmark=checked.benchmark,
        batch=request.options.batch,
        threads=request.options.threads,
        private=request.private,
        idempotency_key=idempotency_key,
        created_at=now,
    )

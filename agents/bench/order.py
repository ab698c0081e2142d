"""From a model file and a benchmark to the order that the measuring child gets, as a server would have put it."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from agents.bench.benchmark import Benchmark
from agents.child_messages import MeasureOrder
from agents.errors import UserError
from leaderboard.protocol import (
    AttemptSpec,
    BenchmarkRef,
    BlobRef,
    Inventory,
    Limits,
    ModelRef,
    Options,
    RuntimeName,
)

# The formats that a file may have here, and what runs each.
RUNTIMES = {".onnx": RuntimeName.ONNXRUNTIME}


@dataclass(frozen=True)
class Wish:
    """What the person at the keyboard chose."""

    model: Path
    device_key: str
    options: Options
    rated_power_w: float | None = None


def order_of(wish: Wish, benchmark: Benchmark, inventory: Inventory, work_dir: Path) -> MeasureOrder:
    """Raises UserError for a file that no runtime reads, or a device that is not here."""
    runtime = _runtime(wish.model)
    _check_device(wish.device_key, inventory)
    now = datetime.now(UTC)
    limits = Limits(memory_bytes=psutil.virtual_memory().total // 2)
    spec = AttemptSpec(
        attempt_id=uuid.uuid4(),
        job_id=uuid.uuid4(),
        number=1,
        benchmark=BenchmarkRef(
            slug=benchmark.slug,
            version=benchmark.version,
            n=benchmark.n,
            inputs=_local(benchmark.inputs, benchmark.inputs_sha256),
            contract=benchmark.contract,
        ),
        model=ModelRef(name=wish.model.stem[:200], format=wish.model.suffix[1:], file=_local(wish.model)),
        device_key=wish.device_key,
        runtime=runtime,
        options=wish.options,
        protocol=benchmark.protocol,
        limits=limits,
        rated_power_w=wish.rated_power_w,
        lease_s=limits.wall_s,
        deadline_at=now + timedelta(seconds=limits.wall_s),
        server_time=now,
    )
    return MeasureOrder(
        spec=spec, model_path=wish.model.resolve(), inputs_path=benchmark.inputs.resolve(), work_dir=work_dir
    )


def _runtime(model: Path) -> RuntimeName:
    if str(model).startswith(("http:/", "https:/")):
        raise UserError("A model is a file on this machine; download it first.")
    if not model.is_file():
        raise UserError(f"{model} is not a file.")
    if model.suffix not in RUNTIMES:
        raise UserError(f"{model} is none of the formats that `bench` runs: {', '.join(RUNTIMES)}.")
    return RUNTIMES[model.suffix]


def _check_device(key: str, inventory: Inventory) -> None:
    known = [device.key for device in inventory.devices]
    if key not in known:
        raise UserError(f"There is no device {key!r} on this machine; there is {', '.join(known)}.")


def _local(path: Path, sha256: str = "") -> BlobRef:
    """A reference that nobody will follow: the files are here already."""
    digest = sha256 or hashlib.sha256(path.read_bytes()).hexdigest()
    return BlobRef(path=f"/local/{path.name}", sha256=digest, size_bytes=path.stat().st_size)

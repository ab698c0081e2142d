"""From a model and a benchmark to the order that the measuring child gets, as a server would have put it."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from agents.bench.benchmark import Benchmark
from agents.bench.model import ChosenModel
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


@dataclass(frozen=True)
class Wish:
    """What the person at the keyboard chose."""

    model: ChosenModel
    device_key: str
    options: Options
    rated_power_w: float | None = None


def order_of(wish: Wish, benchmark: Benchmark, inventory: Inventory, work_dir: Path) -> MeasureOrder:
    """Raises UserError for a device that is not here, or lacks the runtime."""
    model = wish.model
    _check_device(wish.device_key, model.runtime, inventory)
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
            generation=benchmark.generation,
        ),
        model=ModelRef(
            name=model.name,
            format=model.format,
            file=None if model.path is None else _local(model.path),
            reference=model.reference,
        ),
        device_key=wish.device_key,
        runtime=model.runtime,
        options=wish.options,
        protocol=benchmark.protocol,
        limits=limits,
        rated_power_w=wish.rated_power_w,
        lease_s=limits.wall_s,
        deadline_at=now + timedelta(seconds=limits.wall_s),
        server_time=now,
    )
    return MeasureOrder(
        spec=spec,
        model_path=model.path,
        inputs_path=benchmark.inputs.resolve(),
        endpoint=model.endpoint,
        work_dir=work_dir,
    )


def _check_device(key: str, runtime: RuntimeName, inventory: Inventory) -> None:
    known = {device.key: device for device in inventory.devices}
    if key not in known:
        raise UserError(f"There is no device {key!r} on this machine; there is {', '.join(known)}.")
    if runtime is not RuntimeName.OPENAI and runtime not in known[key].runtimes:
        raise UserError(f"{key} has no {runtime} here; `perwatt agent doctor` says how to get it.")


def _local(path: Path, sha256: str = "") -> BlobRef:
    """A reference that nobody will follow: the files are here already."""
    digest = sha256 or hashlib.sha256(path.read_bytes()).hexdigest()
    return BlobRef(path=f"/local/{path.name}", sha256=digest, size_bytes=path.stat().st_size)

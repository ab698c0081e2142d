"""What a container may not do."""

from typing import Any

from leaderboard.protocol import AttemptSpec

_MOST_PROCESSES = 256
_TMP_BYTES = 64 * 1024**2


def limits_of(spec: AttemptSpec) -> dict[str, Any]:
    """Arguments of the SDK's `containers.create`; GPUs only where the attempt is for one."""
    return {
        "network_mode": "none",
        "read_only": True,
        "tmpfs": {"/tmp": f"rw,noexec,nosuid,nodev,mode=1777,size={_TMP_BYTES}"},  # noqa: S108 -- inside
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges"],
        "ipc_mode": "private",
        "mem_limit": spec.limits.memory_bytes,
        "memswap_limit": spec.limits.memory_bytes,
        "nano_cpus": spec.options.threads * 10**9,
        "pids_limit": _MOST_PROCESSES,
        "init": True,
        "log_config": {"type": "json-file", "config": {"max-size": "1m", "max-file": "1"}},
        "device_requests": _gpus(spec.device_key),
    }


def _gpus(device_key: str) -> list[Any]:
    """`gpu0` is the first card as NVML counts them."""
    if not device_key.startswith("gpu"):
        return []
    from docker.types import DeviceRequest

    return [DeviceRequest(driver="nvidia", device_ids=[device_key.removeprefix("gpu")], capabilities=[["gpu"]])]

"""The words of the contract: provenance, scopes, phases, verdicts, reasons."""

from enum import StrEnum


class Provenance(StrEnum):
    """Where a number comes from, best first."""

    MEASURED = "measured"
    COUNTER = "counter"
    ESTIMATED = "estimated"
    REPORTED = "reported"
    PREDICTED = "predicted"


class Scope(StrEnum):
    """The boundary of an energy reading, widest first; scopes are never summed or ranked together."""

    WALL = "wall"
    SOC = "soc"
    CPU_PACKAGE = "cpu_package"
    ACCELERATOR = "accelerator"
    PROCESS = "process"


class EnergyMethod(StrEnum):
    COUNTER_DIFFERENCE = "counter_difference"
    POWER_INTEGRAL = "power_integral"
    TIME_TIMES_CONSTANT = "time_times_constant"


class DeviceKind(StrEnum):
    CPU = "cpu"
    GPU = "gpu"
    BOARD = "board"


class RuntimeName(StrEnum):
    """What runs a model: a library in the measuring process, its own HTTP server, another's, or a container."""

    ONNXRUNTIME = "onnxruntime"
    LLAMA_CPP = "llama.cpp"
    OPENAI = "openai"
    CONTAINER = "container"


class Phase(StrEnum):
    """What a running attempt is doing."""

    PREPARING = "preparing"
    BASELINE = "baseline"
    WARMUP = "warmup"
    MEASURING = "measuring"
    UPLOADING = "uploading"


class GuardVerdict(StrEnum):
    """What the contention guard says of a window."""

    CLEAN = "clean"
    NOISY = "noisy"
    THROTTLED = "throttled"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


class SyncVerdict(StrEnum):
    """What the server wants done with an attempt that an agent still holds."""

    CONTINUE = "continue"
    CANCEL = "cancel"
    UPLOAD = "upload"
    ABANDON = "abandon"

"""What all wire types share."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

PROTOCOL_VERSION = 1
SUPPORTED_PROTOCOLS = (1,)
EPOCH_HEADER = "Perwatt-Epoch"
CLAIM_KEY_HEADER = "Perwatt-Claim-Key"
RUN_ATTEMPT_TASK = "perwatt.run_attempt"


def _without_nul(text: str) -> str:
    # PostgreSQL refuses NUL in text and in JSON; a log line or a device's name is not worth a refusal.
    return text.replace("\x00", "\ufffd")


# The name of a file that belongs to an attempt, such as `power.npz`.
ArtefactName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}\.npz$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Seconds = Annotated[float, Field(ge=0)]
Short = Annotated[str, Field(max_length=200), AfterValidator(_without_nul)]
Text = Annotated[str, Field(max_length=4000), AfterValidator(_without_nul)]
# What a 32-bit and a 64-bit column of a database can hold.
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
Bytes = Annotated[int, Field(ge=1, le=2**63 - 1)]
Share = Annotated[float, Field(ge=0, le=1)]


class Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class Problem(Wire):
    """RFC 9457 problem details with a stable code; `errors` names fields."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str = ""
    hint: str = ""
    request_id: str = ""
    errors: tuple[Mapping[str, str], ...] = ()

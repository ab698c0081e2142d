"""What all wire types share."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

# --- what came out -----------------------------------------------------------------------------------------------


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

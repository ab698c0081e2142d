"""What can be wrong with a submission, in words.

A fault is said in English to everybody: by REST, the command line and the log. A page has it in the language of its
reader: it fills a translated wording with the same `values`.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from leaderboard.protocol import ERROR_CODES, page_of

NONE_YET = "none yet"


@dataclass(frozen=True, slots=True)
class Wording:
    """`{words}` in either stand for values."""

    message: str
    hint: str


_ONNX = "Submit an ONNX file or a container, or choose another benchmark."
_GGUF = "Submit a GGUF file, an endpoint or a container, or choose another benchmark."
WORDINGS: Mapping[str, Wording] = {
    "unknown_artefact": Wording(
        "No file with this digest was uploaded.",
        "Send the file to POST /api/v1/artefacts first and use the sha256 of the answer.",
    ),
    "unknown_benchmark": Wording("There is no benchmark {name}.", "Known here: {known}."),
    "unknown_device": Wording("There is no device {name}.", "Known here: {known}."),
    "no_such_device": Wording("No device of the class {kind} is enrolled.", "Known here: {known}."),
    "no_runtime": Wording("There is no {runtime} on {devices}.", "Choose another device."),
    "too_large_for_memory": Wording(
        "The file alone has {needed} MiB; {device} has {there}.",
        "Choose a device with more memory, or a smaller model.",
    ),
    "too_many_threads": Wording(
        "{threads} threads were asked for; there are {cores} cores.", "Use 1 to {cores} threads."
    ),
    "wrong_format.text_file": Wording(
        "The benchmark {benchmark} asks for tensors; a file in {format} answers with text.", _ONNX
    ),
    "wrong_format.text_reference": Wording(
        "The benchmark {benchmark} asks for tensors; {reference} ({format}) answers with text.", _ONNX
    ),
    "wrong_format.tensor_file": Wording(
        "The benchmark {benchmark} asks for text; a file in {format} answers with tensors.", _GGUF
    ),
    "wrong_format.tensor_reference": Wording(
        "The benchmark {benchmark} asks for text; {reference} ({format}) answers with tensors.", _GGUF
    ),
    "no_batches": Wording("Prompts are sent one at a time; a batch of {batch} was asked for.", "Use a batch of 1."),
    "no_file": Wording("No model is named.", ERROR_CODES["no_file"].hint),
    "no_place": Wording("No place is named.", ERROR_CODES["no_place"].hint),
    "string_too_long": Wording(
        "The text is too long. It takes at most {limit} characters.", ERROR_CODES["string_too_long"].hint
    ),
    "string_too_short.limit": Wording(
        "The field is empty or too short. It takes at least {limit} characters.", ERROR_CODES["string_too_short"].hint
    ),
    "greater_than_equal": Wording("The number is too small: {limit} is the least.", "Use {limit} or more."),
    "less_than_equal": Wording("The number is too large: {limit} is the most.", "Use {limit} or less."),
    "idempotency_key_reused": Wording(
        "This Idempotency-Key was sent before with another request.", "Use a new key for each new submission."
    ),
}
"""By code; after a point, which of the things that have the code."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: the field, a stable code, what happened, and what to do.

    Where `wording` is None, nobody has said beforehand what can happen; `message` is then all there is.
    """

    field: str
    code: str
    message: str
    hint: str
    wording: Wording | None = None
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)

    def described(self) -> dict[str, str]:
        """Return the fault as an answer carries it, with the page of its code."""
        told = {"field": self.field, "code": self.code, "message": self.message, "hint": self.hint}
        return {**told, "link": page_of(self.code)}


def worded(field: str, key: str, **values: object) -> Fault:
    """Return a fault of `WORDINGS`."""
    wording = WORDINGS[key]
    message, hint = (text.format_map(values) for text in (wording.message, wording.hint))
    return Fault(field, key.partition(".")[0], message, hint, wording, values)

"""What can be wrong with a submission, in words.

A fault is said in English to everybody: by REST, the command line and the log. A page has it in the language of its
reader: it fills a translated wording with the same `values`.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from leaderboard.catalog.file_words import GGUF_WORDS, ONNX_WORDS
from leaderboard.protocol import ERROR_CODES, page_of

NONE, NONE_YET = "none", "none yet"
"""Values that are words."""


@dataclass(frozen=True, slots=True)
class Wording:
    """`{words}` in either stand for values."""

    message: str
    hint: str


_CONTRACT = "The contract stands at /boards/{benchmark}/about/; export the model to it."
_ONNX = "Submit an ONNX file or a container, or choose another benchmark."
_GGUF = "Submit a GGUF file, an endpoint or a container, or choose another benchmark."
_NO_SPACE = "An operator must free disk space; nothing of the upload was kept."
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
    "contract_mismatch.inputs": Wording("Expected the inputs {wanted}; found {found}.", _CONTRACT),
    "contract_mismatch.output": Wording("Expected the first output to be {wanted}; found {found}.", _CONTRACT),
    "no_file": Wording("No model is named.", ERROR_CODES["no_file"].hint),
    "no_file.or_two": Wording(
        "Name either the sha256 of an uploaded file, or a format and a reference.", ERROR_CODES["no_file"].hint
    ),
    "no_place": Wording("No place is named.", ERROR_CODES["no_place"].hint),
    "no_place.or_two": Wording("Name either a device or a device_class, and not both.", ERROR_CODES["no_place"].hint),
    "bad_reference.endpoint": Wording(
        "An endpoint goes by the name that the agent's operator gave it: small letters, digits, dots and dashes.",
        ERROR_CODES["bad_reference"].hint,
    ),
    "bad_reference.container": Wording(
        "An image goes by its digest, NAME@sha256: and 64 hexadecimal digits: a tag can move.",
        ERROR_CODES["bad_reference"].hint,
    ),
    "two_organisations": Wording(
        "The name says that the organisation is {of_name}; the field says {organisation}.",
        ERROR_CODES["two_organisations"].hint,
    ),
    "value_error.unprintable": Wording("Use printable characters only.", ERROR_CODES["value_error"].hint),
    "value_error.name": Wording(
        "The name needs at least one letter or digit, so that it can stand in an address.",
        ERROR_CODES["value_error"].hint,
    ),
    "value_error.organisation": Wording(
        "The organisation needs a letter or a digit, so that it can stand in an address.",
        ERROR_CODES["value_error"].hint,
    ),
    "string_pattern_mismatch": Wording(
        "The value has characters or a form that this field does not take. It takes what fits {pattern}",
        ERROR_CODES["string_pattern_mismatch"].hint,
    ),
    "literal_error": Wording("The field takes one of a few words: {expected}.", ERROR_CODES["literal_error"].hint),
    "enum": Wording("The field takes one of a few words: {expected}.", ERROR_CODES["enum"].hint),
    "greater_than_equal": Wording("The number is too small: {ge} is the least.", "Use {ge} or more."),
    "less_than_equal": Wording("The number is too large: {le} is the most.", "Use {le} or less."),
    "string_too_long": Wording(
        "The text is too long. It takes at most {max_length} characters.", ERROR_CODES["string_too_long"].hint
    ),
    "string_too_short.limit": Wording(
        "The field is empty or too short. It takes at least {min_length} characters.",
        ERROR_CODES["string_too_short"].hint,
    ),
    "quota_used": Wording(
        "The quota is {limit} jobs in {days} days; {used} were measured and {waiting} wait.",
        "There is room again at {free_at}. What is cancelled before its first measured run gives its place back.",
    ),
    "quota_used.waiting": Wording(
        "The quota is {limit} jobs in {days} days, and {waiting} wait.",
        "Cancel one of those that wait, or ask whoever runs this server.",
    ),
    "idempotency_key_reused": Wording(
        "This Idempotency-Key was sent before with another request.", "Use a new key for each new submission."
    ),
    # Of a file that is sent.
    "too_large": Wording("The file is over the size limit. The limit is {limit_mib} MiB.", "Submit a smaller one."),
    "no_space": Wording("The file could not be stored.", _NO_SPACE),
    "no_space.why": Wording("The file could not be stored. {why}", _NO_SPACE),
    **{
        f"not_onnx.{key}": Wording(
            f"This is not an ONNX model that can be run here. {text}",
            "Export the model as one self-contained ONNX file, or convert it to GGUF, and upload that.",
        )
        for key, text in ONNX_WORDS.items()
    },
    **{
        f"not_gguf.{key}": Wording(
            f"This is not a GGUF model that can be run here. {text}",
            "Convert the model with llama.cpp's own script into one whole GGUF file and upload that.",
        )
        for key, text in GGUF_WORDS.items()
    },
}
"""By code; after a point, which of the things that have the code. What pydantic finds has the names of its values."""


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


def worded(field: str, key: str, /, **values: object) -> Fault:
    """Return a fault of `WORDINGS`."""
    wording = WORDINGS[key]
    message, hint = (text.format_map(values) for text in (wording.message, wording.hint))
    return Fault(field, key.partition(".")[0], message, hint, wording, values)

"""The catalogue of refusals: each code that an answer of the server can carry, what it means and what to do.

One for the pages, REST and the command line; each code has a page at `/errors/CODE/`. Why a measurement ended without
an entry is another list, FAILURES.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

ERRORS_PATH = "/errors/"
_WRITE = "Send a value of the type that the reference at /api/ gives for this field."


@dataclass(frozen=True)
class ErrorCode:
    """`about` is a heading of the list; `links` are the pages on which it is put right."""

    about: str
    sentence: str
    hint: str
    links: tuple[str, ...] = ("/api/",)


def _submission(sentence: str, hint: str, *links: str) -> ErrorCode:
    return ErrorCode("A submission", sentence, hint, links or ("/submit/", "/api/"))


def _field(sentence: str, hint: str = _WRITE) -> ErrorCode:
    return ErrorCode("A field", sentence, hint)


def _account(sentence: str, hint: str) -> ErrorCode:
    return ErrorCode("Who is asking", sentence, hint, ("/account/tokens/",))


def _request(sentence: str, hint: str) -> ErrorCode:
    return ErrorCode("A request", sentence, hint)


def _server(sentence: str, hint: str) -> ErrorCode:
    return ErrorCode("The server", sentence, hint, ())


def _agent(sentence: str, hint: str) -> ErrorCode:
    return ErrorCode("An agent", sentence, hint, ("/agent/",))


ERROR_CODES: Mapping[str, ErrorCode] = MappingProxyType(
    {
        "unknown_artefact": _submission(
            "No file with this digest was uploaded.",
            "Upload the file first: in the form at /submit/, with POST /api/v1/artefacts, or by `perwatt submit FILE`.",
        ),
        "unknown_benchmark": _submission(
            "There is no benchmark of this name.", "Choose one of those that the message names.", "/boards/"
        ),
        "unknown_device": _submission(
            "No device in service has this name.", "Choose one of those that the message names.", "/devices/"
        ),
        "no_such_device": _submission(
            "No device of this class is enrolled.", "Choose a class of which there is a device.", "/devices/"
        ),
        "no_runtime": _submission(
            "No device that was named has the runtime that the model needs.",
            "Choose another device, or ask whoever runs the device to install the runtime.",
            "/devices/",
        ),
        "too_many_threads": _submission(
            "More threads were asked for than any device that was named has cores.", "Ask for fewer.", "/devices/"
        ),
        "too_large_for_memory": _submission(
            "The file alone is larger than the memory of every device that was named.",
            "Choose a device with more memory, or a smaller or a quantised model.",
            "/devices/",
        ),
        "wrong_format": _submission(
            "The benchmark asks for another kind of answer than the model gives.",
            "Of tensors: an ONNX file or a container. Of text: a GGUF file, an endpoint or a container.",
            "/boards/",
        ),
        "contract_mismatch": _submission(
            "The inputs or outputs of the model are not those that the benchmark feeds and reads.",
            "Export the model to the contract on the benchmark's page.",
            "/boards/",
        ),
        "no_batches": _submission("A benchmark of text sends its prompts one at a time.", "Use a batch of 1."),
        "quota_used": _submission(
            "As many jobs as the account may have in the time of its quota were measured, or wait.",
            "The message says when there is room. A job counts from its first measured run, and not at all where what "
            "ended it was not the model's.",
            "/jobs/",
        ),
        "idempotency_key_reused": _submission(
            "The Idempotency-Key came before with another request.", "Use a new key for each new submission."
        ),
        "not_retried": _submission(
            "The job cannot be retried as it is.",
            "The message says why; what is changed is submitted anew.",
        ),
        "bad_idempotency_key": _submission("The Idempotency-Key is too long.", "Use at most 100 characters."),
        "not_onnx": _submission(
            "The file is no ONNX model that can be run here.",
            "Export the model as one self-contained ONNX file, or convert it to GGUF.",
        ),
        "not_gguf": _submission(
            "The file begins as GGUF and is none that can be run here.",
            "Convert the model with llama.cpp's own script into one whole file.",
        ),
        "too_large": _request("The body or the file is over the size limit.", "Send a smaller one."),
        "length_required": _request(
            "The request does not say how long its body is.", "Send a Content-Length; curl does with --data-binary."
        ),
        "bad_request": _request("The request cannot be read.", "Compare it with the reference."),
        "invalid_fields": _request("Fields of the request do not fit.", "Each that is wrong is named in `errors`."),
        "method_not_allowed": _request("This address does not take this method.", "The header Allow names those."),
        "not_found": _request("There is nothing at this address.", "Compare it with the reference."),
        "unknown_job": _request("There is no such job, or it is not shown to you.", "GET /api/v1/jobs lists yours."),
        "unknown_entry": _request(
            "There is no such entry, or it is not shown to you.", "A job's `entry_url` names its."
        ),
        "too_many_calls": _request(
            "The account has sent more calls that change something than it may in a minute.",
            "Wait for as many seconds as the header Retry-After says.",
        ),
        "too_many_watchers": _request(
            "More watch jobs than this server serves at once.", "Ask GET /api/v1/jobs/ID every few seconds instead."
        ),
        "unknown_board": _request("There is no such board.", "Choose one of those at /boards/."),
        "unknown_metric": _request("There is no such metric.", "Choose one of those at /metrics/."),
        "refused": _request("The request was refused.", "The request id finds it in the server's log."),
        "no_file": _field(
            "The request names no model, or names it twice.",
            "Name either the sha256 of an uploaded file, or a format and a reference.",
        ),
        "bad_reference": _field(
            "The reference has not the form that its format asks for.", "The message says which form that is."
        ),
        "two_organisations": _field(
            "The name of the model, `owner/name`, and the organisation contradict each other.",
            "Leave the organisation out, or send the name without an owner.",
        ),
        "no_place": _field(
            "The request names no place, or two.", "Name either a device or a device_class, and not both."
        ),
        "missing": _field("The field is required and was not sent.", "Add it."),
        "extra_forbidden": _field("There is no field of this name.", "Leave it out, or correct its name."),
        "string_too_short": _field("The field is empty or too short.", "Fill it in."),
        "string_too_long": _field("The text is too long.", "Shorten it to the limit that the message names."),
        "string_pattern_mismatch": _field("The value has characters or a form that this field does not take."),
        "string_type": _field("The field takes text."),
        "literal_error": _field("The field takes one of a few words.", "Use one that the message names."),
        "enum": _field("The field takes one of a few words.", "Use one that the message names."),
        "int_parsing": _field("The field takes a whole number."),
        "int_type": _field("The field takes a whole number."),
        "int_from_float": _field("The field takes a whole number."),
        "greater_than_equal": _field("The number is too small.", "Use one within the limit that the message names."),
        "less_than_equal": _field("The number is too large.", "Use one within the limit that the message names."),
        "date_from_datetime_parsing": _field("This is no date.", "Write it as YYYY-MM-DD."),
        "date_parsing": _field("This is no date.", "Write it as YYYY-MM-DD."),
        "value_error": _field("The value cannot be used.", "The message says why."),
        "model_type": _field("The field takes an object with fields of its own."),
        "model_attributes_type": _field("The field takes an object with fields of its own."),
        "not_signed_in": _account(
            "No valid token came with the request.",
            "Send `Authorization: Bearer TOKEN` with a token that is neither revoked nor expired.",
        ),
        "missing_right": _account("The token may not do this.", "Issue a token with the right that the message names."),
        "not_yours": _account(
            "This belongs to somebody else.", "Log, cancel and retry belong to whoever submitted, and to staff."
        ),
        "forbidden": _account("This is not allowed.", "Ask whoever runs this server."),
        "server_error": _server("The server failed; this is not your fault.", "Try again later; tell the request id."),
        "no_space": _server("The server could not store the file.", "An operator must free disk space."),
        "no_session": _agent("The call does not say to which session it belongs.", "Sync first."),
        "enrolment_refused": _agent("The machine may not enrol.", "A member of staff issues tokens at the server."),
        "unknown_protocol": _agent("The agent and the server share no protocol.", "Install the one offered here."),
        "not_counted": _agent("Another result counts.", "Drop this one; the server keeps its copy."),
        "bad_report": _agent("The report contradicts itself or the contract.", "Keep the report and update the agent."),
        "gap": _agent("A piece of a file came before the one ahead of it.", "Ask how much has arrived."),
        "another_kept": _agent("Another file of this name is kept.", "Drop the file; the server keeps the first."),
        "bad_artefact": _agent("The file is not what it was said to be.", "Mend it or leave it out; nothing is kept."),
        "superseded": _agent("A newer instance of this agent has taken over.", "Stop the older one."),
    }
)


def page_of(code: str) -> str:
    """Return the address of a code's page; a code that has none leads to the list."""
    return f"{ERRORS_PATH}{code}/" if code in ERROR_CODES else ERRORS_PATH

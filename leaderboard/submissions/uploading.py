"""A model file that arrives, by REST or by the form: kept, or refused in the same words."""

from collections.abc import Iterable
from datetime import datetime

from leaderboard.accounts.models import User
from leaderboard.catalog.blobs import TooLarge
from leaderboard.catalog.model_file import NotGguf, NotOnnx
from leaderboard.catalog.models import ModelArtefact
from leaderboard.catalog.services import store_artefact


class UploadRefused(Exception):
    """The file is not kept: a code, a sentence, what was found and what to do."""

    def __init__(self, code: str, sentence: str, *, detail: str, hint: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.detail = detail
        self.hint = hint


def take_file(*, chunks: Iterable[bytes], by: User, now: datetime) -> ModelArtefact:
    """Return the artefact of a file; raises UploadRefused."""
    try:
        return store_artefact(chunks=chunks, by=by, now=now)
    except TooLarge as error:
        limit = f"The limit is {error.limit / 1024**2:.0f} MiB."
        raise UploadRefused(
            "too_large", "The file is over the size limit.", detail=limit, hint="Submit a smaller one."
        ) from None
    except NotOnnx as error:
        hint = "Export the model as one self-contained ONNX file, or convert it to GGUF, and upload that."
        sentence = "This is not an ONNX model that can be run here."
        raise UploadRefused("not_onnx", sentence, detail=str(error), hint=hint) from None
    except NotGguf as error:
        hint = "Convert the model with llama.cpp's own script into one whole GGUF file and upload that."
        sentence = "This is not a GGUF model that can be run here."
        raise UploadRefused("not_gguf", sentence, detail=str(error), hint=hint) from None
    except OSError as error:
        hint = "An operator must free disk space; nothing of the upload was kept."
        detail = error.strerror or ""
        raise UploadRefused("no_space", "The file could not be stored.", detail=detail, hint=hint) from None

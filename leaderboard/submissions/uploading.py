"""A model file that arrives, by REST or by the form: kept, or refused in the same words."""

from collections.abc import Iterable
from datetime import datetime

from leaderboard.accounts.models import User
from leaderboard.catalog.blobs import TooLarge
from leaderboard.catalog.file_words import NotGguf, NotOnnx
from leaderboard.catalog.models import ModelArtefact
from leaderboard.catalog.services import store_artefact
from leaderboard.submissions.faults import worded


class UploadRefused(Exception):
    """The file is not kept. `fault` says so as of a form's field; `sentence` and `detail` are its message in two parts:
    what happened, and what was found.
    """

    def __init__(self, code: str, detail: str, key: str = "", /, **values: object) -> None:
        self.fault = worded("file", f"{code}.{key}" if key else code, **values)
        self.detail = detail
        self.sentence = self.fault.message.removesuffix(detail).rstrip()
        super().__init__(self.fault.message)


def take_file(*, chunks: Iterable[bytes], by: User, now: datetime) -> ModelArtefact:
    """Return the artefact of a file; raises UploadRefused."""
    try:
        return store_artefact(chunks=chunks, by=by, now=now)
    except TooLarge as error:
        limit_mib = f"{error.limit / 1024**2:.0f}"
        raise UploadRefused("too_large", f"The limit is {limit_mib} MiB.", limit_mib=limit_mib) from None
    except NotOnnx as error:
        raise UploadRefused("not_onnx", str(error), error.key, **error.values) from None
    except NotGguf as error:
        raise UploadRefused("not_gguf", str(error), error.key, **error.values) from None
    except OSError as error:
        why = error.strerror or ""
        raise UploadRefused("no_space", why, "why" if why else "", why=why) from None

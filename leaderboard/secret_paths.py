"""Some addresses are secrets: whoever reads a log must not be able to use them."""

import logging
import re
from typing import Any

_SECRET = re.compile(r"(/account/(?:sign-in|invitation|new-password|mail)/)[^/\s?]+")


class HideSecretPaths(logging.Filter):
    """Put `...` in the place of a one-use link's secret, wherever a record has it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _hidden(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(_hidden(arg) for arg in record.args)
        return True


def _hidden(value: Any) -> Any:
    return _SECRET.sub(r"\1...", value) if isinstance(value, str) else value

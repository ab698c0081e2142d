"""How text meets a terminal: width, colour, and a line that is written over."""

import contextlib
import os
import shutil
import sys
import textwrap
from collections.abc import Mapping
from enum import StrEnum
from typing import TextIO

MIN_WIDTH = 40
MAX_WIDTH = 100  # longer lines are hard to read


class Style(StrEnum):
    WARN = "33"
    FAIL = "1;31"
    FAINT = "2"

    def around(self, text: str) -> str:
        return f"\x1b[{self.value}m{text}\x1b[0m"


def width() -> int:
    return min(max(shutil.get_terminal_size().columns, MIN_WIDTH), MAX_WIDTH)


def wants_colour(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """On a terminal, unless NO_COLOR says anything (no-color.org) or the terminal is dumb."""
    return stream.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"


def wrapped(text: str, columns: int, hang: str = "", *, break_long_words: bool = True) -> list[str]:
    """Lines of at most `columns`; what follows the first is indented by `hang`."""
    start = text[: len(text) - len(text.lstrip())]
    return textwrap.wrap(
        text.lstrip(),
        columns,
        initial_indent=start,
        subsequent_indent=hang,
        break_on_hyphens=False,
        break_long_words=break_long_words,
    )


def fitted(text: str, stream: TextIO) -> str:
    """Wrap one line for a terminal, never within an address; anywhere else a line stays a line, to be searched."""
    if not stream.isatty():
        return text
    hang = " " * (len(text) - len(text.lstrip()) + 2)
    return "\n".join(wrapped(text, width(), hang, break_long_words=False))


class ProgressLine:
    """How far something is: a bar that is written over on a terminal, else one plain line for each new step."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self.is_terminal = self._stream.isatty() and os.environ.get("TERM") != "dumb"
        self._said = ""

    def show(self, share: float, text: str) -> None:
        if not self.is_terminal:
            if text != self._said:
                self._write(f"{share:4.0%}  {text}\n")
            self._said = text
            return
        columns = os.get_terminal_size(self._stream.fileno()).columns or MIN_WIDTH
        size = min(20, max(5, columns // 4))
        done = round(share * size)
        line = f"[{'#' * done}{'.' * (size - done)}] {share:4.0%} {text}"
        self._write(f"\r{line[: columns - 1]}\x1b[K")

    def close(self) -> None:
        if self.is_terminal:
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        """Who no longer looks, or has no disk left for a log, costs no measurement."""
        with contextlib.suppress(OSError):
            self._stream.write(text)
            self._stream.flush()

"""The terminal: lines that stay, and below them one line of progress that is written over."""

import shutil
from typing import TextIO


class Screen:
    """On a terminal the progress line is rewritten in place; elsewhere a line is written whenever the news change."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._rewrites = out.isatty()
        self._shown = ""
        self._news = ""

    def say(self, text: str) -> None:
        self._clear()
        self._write(f"{text}\n")

    def progress(self, news: str, ticking: str = "") -> None:
        """Show what is going on: `news` is worth a line of its own in a log, `ticking` is not."""
        if not self._rewrites:
            if news and news != self._news:
                self._write(f"{news}  ({ticking})\n" if ticking else f"{news}\n")
            self._news = news
            return
        width = shutil.get_terminal_size().columns - 1
        line = f"{news}  {ticking}".strip()[:width]
        if line != self._shown:
            self._clear()
            self._write(line)
            self._shown = line

    def _clear(self) -> None:
        if self._shown:
            self._write("\r\x1b[K")
            self._shown = ""

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()

"""A language to find what has no translation with: German, in which every string is the English one in brackets."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.test import override_settings
from django.utils import formats, translation

from frontend.present import registry
from frontend.present.memory import forget
from tests.messages.catalogue import compiled, update

OPEN, CLOSE = "⟦", "⟧"


@contextmanager
def in_brackets() -> Iterator[None]:
    """Offer it for as long as this lasts."""
    folder = _written()
    offered = {
        "FORMAT_MODULE_PATH": ["pseudo_formats"],
        "LOCALE_PATHS": [folder / "locale"],
        "LANGUAGES": [("en", "English"), ("de", "German")],
    }
    with pytest.MonkeyPatch.context() as patch, override_settings(**offered):
        patch.syspath_prepend(folder)
        _forget_words()
        yield
    translation.activate(settings.LANGUAGE_CODE)
    _forget_words()
    for name in [name for name in sys.modules if name.startswith("pseudo_formats")]:
        del sys.modules[name]


@cache
def _written() -> Path:
    """The folder of its catalogue and formats, made once in a process: to extract every string takes a while."""
    folder = Path(tempfile.mkdtemp(dir=settings.DATA_DIR))
    file = update("de", folder / "locale", folder / "pseudo_formats")
    _fill(file)
    assert compiled(file) == 0
    (folder / "pseudo_formats" / "__init__.py").touch()
    return folder


def _fill(file: Path) -> None:
    with file.open("rb") as source:
        catalogue = read_po(source)
    for message in catalogue:
        if message.id:
            texts = (message.id,) if isinstance(message.id, str) else message.id
            shown = tuple(f"{OPEN}{text}{CLOSE}" for text in texts)
            message.string = shown[0] if isinstance(message.id, str) else shown
    with file.open("wb") as target:
        write_po(target, catalogue)


def _forget_words() -> None:
    formats.reset_format_cache()
    registry.in_language.cache_clear()
    forget()

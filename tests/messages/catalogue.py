"""Message catalogues: begun and brought up to date with what the sources say, and compiled for the server."""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tests.messages.strings import ROOT, all_messages

LOCALES = ROOT / "frontend" / "locale"
FORMATS = ROOT / "frontend" / "formats"
POINT = '"""Numbers keep the decimal point, as in the files that a page is offered as."""\n\nDECIMAL_SEPARATOR = "."\n'


def template() -> Catalog:
    """Every marked string without a translation."""
    catalogue = Catalog(project="Perwatt", charset="utf-8")
    for message, places in all_messages().items():
        catalogue.add(message, locations=places)
    return catalogue


def update(language: str, locales: Path = LOCALES, formats: Path = FORMATS) -> Path:
    """Write the language's catalogue with all strings there are, keeping what is translated; return the file."""
    file = locales / language / "LC_MESSAGES" / "django.po"
    catalogue = Catalog(locale=language, project="Perwatt", charset="utf-8")
    if file.exists():
        with file.open("rb") as before:
            catalogue = read_po(before, locale=language)
    catalogue.update(template(), no_fuzzy_matching=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as after:
        write_po(after, catalogue, width=120, omit_header=False)
    _point(formats / language)
    return file


def compiled(file: Path) -> int:
    """Compile a catalogue beside itself; return how many strings it leaves in English."""
    with file.open("rb") as source:
        catalogue = read_po(source)
    with file.with_suffix(".mo").open("wb") as target:
        write_mo(target, catalogue)
    return len(untranslated(catalogue))


def untranslated(catalogue: Catalog) -> list[str]:
    wanting = [message for message in catalogue if message.id]
    return [str(message.id) for message in wanting if message.fuzzy or not all(_texts(message.string))]


def _texts(string: str | tuple[str, ...]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)


def _point(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "__init__.py").touch()
    (folder / "formats.py").write_text(POINT, encoding="utf-8")

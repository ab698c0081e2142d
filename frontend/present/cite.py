"""How an entry is cited, and said in one sentence."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from frontend import numbers
from frontend.present import words
from frontend.present.registry import METRICS
from leaderboard.boards.details import EntryDetail
from leaderboard.boards.rows import Cell

_ESCAPED = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "_": r"\_",
    "#": r"\#",
    "$": r"\$",
}
J_PER_KWH = 3.6e6


@dataclass(frozen=True, slots=True)
class Citation:
    text: str
    bibtex: str


def citation_of(entry: EntryDetail, address: str) -> Citation:
    row = entry.row
    with translation.override("en"):  # a citation is the same, whoever copies it
        title = f"{row.model_name} on {row.device_name}: {entry.benchmark}, {words.config_line(row.config)}"
    day = row.published_at.date()
    text = f"Perwatt. {title}. Entry {entry.id}, measured {day.isoformat()}. {address}"
    bibtex = "\n".join(
        (
            f"@misc{{perwatt-{str(entry.id)[:8]},",
            "  author = {{Perwatt}},",
            f"  title = {{{_latex(title)}}},",
            f"  year = {{{day.year}}},",
            f"  month = {{{day.month}}},",
            f"  note = {{Entry {entry.id}}},",
            f"  url = {{{address}}}",
            "}",
        )
    )
    return Citation(text, bibtex)


def reading_of(entry: EntryDetail) -> str:
    """The headline figures in plain words."""
    return " ".join(_sentences(entry))


def _sentences(entry: EntryDetail) -> Iterator[str]:
    cells = entry.row.cells
    right = _known(cells.get("accuracy"))
    if right:
        yield _("It answers %(share)s of %(n)s items right.") % {
            "share": numbers.brief(right, METRICS["accuracy"]),
            "n": numbers.fixed(entry.n_items, 0),
        }
    for key, text in (
        ("latency_p50_s", _("Half of its calls take no longer than %s.")),
        ("ttft_p50_s", _("Half of its answers begin within %s.")),
    ):
        cell = _known(cells.get(key))
        if cell:
            yield text % numbers.brief(cell, METRICS[key])
    energy = _known(cells.get("energy_per_item_j"))
    if energy and energy.value and energy.scope and energy.provenance:
        yield _("An item takes %(energy)s (%(scope)s, %(origin)s): 1 kWh is enough for about %(items)s.") % {
            "energy": numbers.brief(energy, METRICS["energy_per_item_j"]),
            "scope": words.SCOPE_NAMES[energy.scope],
            "origin": str(words.PROVENANCE_NAMES[energy.provenance]).lower(),
            "items": _many(J_PER_KWH / energy.value),
        }


def _known(cell: Cell | None) -> Cell | None:
    return cell if cell is not None and cell.value is not None and not cell.infinite else None


def _many(items: float) -> str:
    """A count to two digits, in words that are read faster than zeros."""
    for size, word in ((1e9, _("%s billion items")), (1e6, _("%s million items"))):
        if items >= size:
            return word % numbers.significant(items / size, 2)
    return _("%s items") % numbers.significant(items, 2)


def _latex(text: str) -> str:
    return "".join(_ESCAPED.get(letter, letter) for letter in text)

"""How an entry's latencies and energies are spread: a curve each, with percentiles that have enough behind them."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from frontend import numbers
from frontend.charts.ecdf import Curve, EcdfWords, Percentile, ecdf, of_counts, of_values
from frontend.present.curve_data import Counted, CurveData
from frontend.present.drawn import drawn
from frontend.present.item_energy import chief_energies, how_sure, why_none
from frontend.present.trace import chief_source
from leaderboard.boards.details import EntryDetail
from leaderboard.boards.item_energies import BEYOND, PERCENTILES, ItemEnergies, is_known, percentiles_j
from leaderboard.boards.rows import Row
from leaderboard.protocol import HistogramCounts, MissingReason, Provenance
from leaderboard.scoring.evidence import energy_quantity

Found = Sequence[tuple[float, float]]
"""Shares, each with the value that so large a share of all does not exceed."""
SHARES = tuple(percent / 100 for percent in PERCENTILES)
RESULTS = {0.5: "latency_p50_s", 0.99: "latency_p99_s"}
"""Percentiles that are results too: one number for one thing, so the result stands where there is one."""
_HIDDEN = frozenset({MissingReason.NOISY_MACHINE, MissingReason.WITHHELD})
"""Why an entry has no energy though joules were read: a curve of them would be a result after all."""


@dataclass(frozen=True, slots=True)
class Quantile:
    """`text` is a dash where too few values were seen; `why` then says so."""

    name: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Unit:
    """What values are in; those at shares that are not `exact` are known to lie no higher."""

    name: str
    digits: int
    exact: frozenset[float] = frozenset(SHARES)

    def shown(self, share: float, value: float) -> str:
        text = numbers.si(value, self.name, self.digits)
        return text if share in self.exact else f"≤{numbers.SPACE}{text}"


@dataclass(frozen=True, slots=True)
class Spread:
    svg: SafeString
    n: str
    quantiles: tuple[Quantile, ...]
    note: str
    counted: str
    """What there is one value for each of, as the head of a column."""
    data: CurveData


def latency_spread(entry: EntryDetail) -> Spread | None:
    found = _latencies(entry.histogram, entry.row)
    if entry.histogram is None or found is None:
        return None
    note = _("The curve is a histogram of %(bins)d bins for each factor of ten; “≤” is the upper edge of a bin.")
    return _spread(*found, note % {"bins": entry.histogram.bins_per_decade})


def latency_quantiles(counts: HistogramCounts | None, row: Row) -> tuple[Quantile, ...]:
    """The same percentiles without the curve; none where no latency of a call is kept."""
    found = _latencies(counts, row)
    return _quantiles(*found) if found else ()


def _latencies(counts: HistogramCounts | None, row: Row) -> tuple[CurveData, Found, Unit] | None:
    if counts is None:
        return None
    bins = _edges(counts)
    n = sum(counts.counts.values())
    if not n:
        return None
    results = {share: value for share, key in RESULTS.items() if (value := _result(row, key)) is not None}
    found = [(share, results.get(share, _quantile(bins, n, share))) for share in SHARES]
    unit = Unit("s", numbers.PLAIN_DIGITS, exact=frozenset(results))
    return _data(of_counts(_("latency"), bins), n, unit, "latency_s", "calls", {}), found, unit


def _result(row: Row, key: str) -> float | None:
    cell = row.cells.get(key)
    return cell.value if cell else None


def energy_spread(entry: EntryDetail) -> Spread | None:
    """Energy of each call where they can be told apart, else the mean of each repeat; None where energy is withheld."""
    energies = chief_energies(entry)
    if energies is not None and energies.missing is None:
        return _of_calls(energies)
    cell = entry.row.cells.get("energy_per_item_j")
    if cell is not None and cell.missing_reason in _HIDDEN:
        return None
    return _of_repeats(entry, energies)


def energy_title(entry: EntryDetail) -> str:
    energies = chief_energies(entry)
    if energies is None or energies.missing is not None:
        return _("Energy per item")
    return _("Energy of single items") if energies.batch == 1 else _("Energy of calls of %d items") % energies.batch


def no_energy(entry: EntryDetail) -> str:
    """Why there is no curve of energies, where that is more than that none was recorded."""
    energies = chief_energies(entry)
    return why_none(energies, entry.trace.state) if energies and energies.missing else ""


def _of_calls(energies: ItemEnergies) -> Spread:
    values = energies.told.energy_j.tolist()
    n = len(values)
    found = [
        (share, math.nan if value is None else value)
        for share, value in zip(SHARES, percentiles_j(energies), strict=True)
    ]
    unit = Unit("J", numbers.PLAIN_DIGITS)
    same = {"source": energies.source, "provenance": energies.provenance.value}
    curve = of_values(_("energy of a call"), values)
    data = _data(curve, n, unit, energy_quantity(energies.scope), "calls", same)
    return _spread(data, found, unit, how_sure(energies))


def _of_repeats(entry: EntryDetail, energies: ItemEnergies | None) -> Spread | None:
    source = energies.source if energies else chief_source(entry)
    read = [
        (reading, repeat.items) for repeat in entry.repeats for reading in repeat.energy if reading.source == source
    ]
    values = [reading.joules / items for reading, items in read if reading.joules is not None]
    if not values:
        return None
    ordered, n = sorted(values), len(values)
    found = [(share, ordered[min(n - 1, int(share * n))]) for share in SHARES]
    note = _("These are means over repeats.")
    if energies:
        note = f"{why_none(energies, entry.trace.state)} {note}"
    first = read[0][0]
    unit = Unit("J", numbers.ESTIMATE_DIGITS if first.provenance is Provenance.ESTIMATED else numbers.PLAIN_DIGITS)
    same = {"source": source, "provenance": first.provenance.value}
    column = energy_quantity(first.scope).replace("energy_j", "energy_per_item_j")
    data = _data(of_values(_("energy per item"), values), n, unit, column, "repeats", same)
    return _spread(data, found, unit, note)


def _edges(counts: HistogramCounts) -> list[tuple[float, int]]:
    return [
        (counts.low_s * 10 ** ((index + 1) / counts.bins_per_decade), count)
        for index, count in sorted(counts.counts.items())
    ]


def _quantile(bins: Sequence[tuple[float, int]], n: int, share: float) -> float:
    seen = 0
    for edge, count in bins:
        seen += count
        if seen >= share * n:
            return edge
    return bins[-1][0]


def _data(curve: Curve, n: int, unit: Unit, column: str, counted: Counted, same: Mapping[str, str]) -> CurveData:
    return CurveData(curve, n, column, counted, unit.name, max(unit.digits, _digits(curve)), same)


def _spread(data: CurveData, found: Found, unit: Unit, note: str) -> Spread:
    n = data.n
    counted = (
        numbers.counted(n, _("call"), _("calls"))
        if data.counted == "calls"
        else numbers.counted(n, _("repeat"), _("repeats"))
    )
    shown = [(share, value) for share, value in found if _is_known(share, n)]
    marks = [Percentile(value, f"p{share * 100:.0f} {unit.shown(share, value)}") for share, value in shown]
    words = EcdfWords(
        name=_("Share of %(counted)s at or below each value. %(marks)s.")
        % {"counted": counted, "marks": ", ".join(mark.label for mark in marks)},
        value=_tick(data.curve, unit),
        share=lambda share: numbers.with_unit(numbers.fixed(share * 100, 0), "%"),
    )
    head = _("Calls") if data.counted == "calls" else _("Repeats")
    svg = drawn(ecdf([data.curve], marks, words))
    return Spread(svg, counted, _quantiles(data, found, unit), note, head, data)


def _quantiles(data: CurveData, found: Found, unit: Unit) -> tuple[Quantile, ...]:
    return tuple(
        Quantile(f"p{share * 100:.0f}", unit.shown(share, value), "")
        if _is_known(share, data.n)
        else Quantile(
            f"p{share * 100:.0f}",
            numbers.ABSENT,
            _("needs %s values") % numbers.fixed(BEYOND / (1 - share), 0),
        )
        for share, value in found
    )


def _digits(curve: Curve) -> int:
    """Values that lie close together need more digits, or all would read alike."""
    low, high = curve.points[0][0], curve.points[-1][0]
    return math.ceil(math.log10(high / (high - low))) + 1 if high > low > 0 else 0


def _tick(curve: Curve, unit: Unit) -> Callable[[float], str]:
    digits = _digits(curve)
    if digits <= numbers.PLAIN_DIGITS:
        return lambda value: numbers.si_tick(value, unit.name)
    return lambda value: numbers.si(value, unit.name, digits)


def _is_known(share: float, n: int) -> bool:
    return is_known(round(share * 100), n)

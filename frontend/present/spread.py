"""How an entry's latencies and energies are spread: a curve each, with percentiles that have enough behind them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from frontend import numbers
from frontend.charts.ecdf import Curve, EcdfWords, Percentile, ecdf, of_counts, of_values
from frontend.present.drawn import drawn
from frontend.present.trace import chief_source
from leaderboard.boards.details import EntryDetail
from leaderboard.protocol import HistogramCounts, Provenance

SHARES = (0.5, 0.95, 0.99)
RESULTS = {0.5: "latency_p50_s", 0.99: "latency_p99_s"}
"""Percentiles that are results too: one number for one thing, so the result stands where there is one."""
BEYOND = 10
"""A percentile is shown where at least so many values lie above it."""


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


def latency_spread(entry: EntryDetail) -> Spread | None:
    counts = entry.histogram
    if counts is None:
        return None
    bins = _edges(counts)
    n = sum(counts.counts.values())
    if not n:
        return None
    results = {share: value for share, key in RESULTS.items() if (value := _result(entry, key)) is not None}
    found = [(share, results.get(share, _quantile(bins, n, share))) for share in SHARES]
    note = _("The curve is a histogram of %(bins)d bins for each factor of ten; “≤” is the upper edge of a bin.")
    return _spread(
        of_counts(_("latency"), bins),
        found,
        Unit("s", numbers.PLAIN_DIGITS, exact=frozenset(results)),
        numbers.counted(n, _("call"), _("calls")),
        n,
        note % {"bins": counts.bins_per_decade},
    )


def _result(entry: EntryDetail, key: str) -> float | None:
    cell = entry.row.cells.get(key)
    return cell.value if cell else None


def energy_spread(entry: EntryDetail) -> Spread | None:
    """Energy per item of each repeat: a meter reads a window, and no single call."""
    source = chief_source(entry)
    read = [
        (reading, repeat.items) for repeat in entry.repeats for reading in repeat.energy if reading.source == source
    ]
    values = [reading.joules / items for reading, items in read if reading.joules is not None]
    if not values:
        return None
    ordered, n = sorted(values), len(values)
    found = [(share, ordered[min(n - 1, int(share * n))]) for share in SHARES]
    note = _("%(source)s reads a whole repeat and no single call, so these are means over repeats.") % {
        "source": source
    }
    curve = of_values(_("energy per item"), values)
    digits = numbers.ESTIMATE_DIGITS if read[0][0].provenance is Provenance.ESTIMATED else numbers.PLAIN_DIGITS
    unit = Unit("J", digits)
    return _spread(curve, found, unit, numbers.counted(n, _("repeat"), _("repeats")), n, note)


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


def _spread(curve: Curve, found: Sequence[tuple[float, float]], unit: Unit, counted: str, n: int, note: str) -> Spread:
    shown = [(share, value) for share, value in found if _is_known(share, n)]
    marks = [Percentile(value, f"p{share * 100:.0f} {unit.shown(share, value)}") for share, value in shown]
    words = EcdfWords(
        name=_("Share of %(counted)s at or below each value. %(marks)s.")
        % {"counted": counted, "marks": ", ".join(mark.label for mark in marks)},
        value=lambda value: numbers.si_tick(value, unit.name),
        share=lambda share: numbers.with_unit(numbers.fixed(share * 100, 0), "%"),
    )
    quantiles = tuple(
        Quantile(f"p{share * 100:.0f}", unit.shown(share, value), "")
        if _is_known(share, n)
        else Quantile(
            f"p{share * 100:.0f}",
            numbers.ABSENT,
            _("needs %s values") % numbers.fixed(BEYOND / (1 - share), 0),
        )
        for share, value in found
    )
    return Spread(drawn(ecdf([curve], marks, words)), counted, quantiles, note)


def _is_known(share: float, n: int) -> bool:
    """The median of a few values is still their middle; a tail needs values in it."""
    return share <= 0.5 or n * (1 - share) >= BEYOND - 1e-9

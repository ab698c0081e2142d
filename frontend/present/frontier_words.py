"""The frontier over time in sentences: what is best, how it moved, how fast, and what is left out."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend import numbers
from frontend.present import words
from frontend.present.registry import METRICS
from leaderboard.boards.frontier import Condition, FrontierView
from leaderboard.metrics.costs.halving import MIN_POINTS
from leaderboard.metrics.definition import Metric

BASIS_WORDS = {
    "released": gettext_lazy("the model's release"),
    "measured": gettext_lazy("the measurement"),
    "published": gettext_lazy("publication here"),
}


def title_of(found: FrontierView) -> str:
    metric = METRICS[found.metric]
    best = _("Lowest") if metric.direction == "lower" else _("Highest")
    name = words.metric_phrase(metric.name)
    conditions = words.joined([_condition(condition) for condition in found.conditions])
    said = {"best": best, "metric": name, "conditions": conditions}
    return _("%(best)s %(metric)s at %(conditions)s") % said if conditions else _("%(best)s %(metric)s") % said


def _condition(condition: Condition) -> str:
    metric = METRICS[condition.metric]
    scale = numbers.scale_of(metric, [condition.value])
    value = numbers.with_unit(numbers.compact(float(f"{condition.value * scale.factor:.6g}")), scale.unit)
    return f"{words.metric_phrase(metric.name)} {'≥' if condition.bound == 'min' else '≤'}{numbers.SPACE}{value}"


def reading_of(found: FrontierView, names: Mapping[str, str]) -> str:
    if not found.board.board_rows:
        return _("No entry yet.")
    if not found.moves:
        return _("No entry with a date meets the conditions.")
    first, last = found.moves[0], found.moves[-1]
    said = {
        "n": len(found.dated),
        "moves": len(found.moves) - 1,
        "basis": BASIS_WORDS[found.basis],
        "first": names[str(first.row.id)],
        "first_value": numbers.brief(first.cell, METRICS[found.metric]),
        "last": names[str(last.row.id)],
        "last_value": numbers.brief(last.cell, METRICS[found.metric]),
    }
    if len(found.moves) == 1:
        return (
            _("%(n)d entries, dated by %(basis)s. The best has been %(last)s (%(last_value)s) from the start.") % said
        )
    return (
        _(
            "%(n)d entries, dated by %(basis)s, moved the best value %(moves)d times: from %(first)s (%(first_value)s) "
            "to %(last)s (%(last_value)s)."
        )
        % said
    )


def trend_of(found: FrontierView) -> str:
    metric = METRICS[found.metric]
    if metric.direction != "lower":
        return _("No halving time: of this metric more is better.")
    if found.trend is None:
        return _("No trend is fitted: that takes %d moves of the best value at four dates, and a curve that fits.") % (
            MIN_POINTS
        )
    fit = found.trend
    return _(
        "What is left above a floor halves in %(months)s months (95 %% interval %(low)s to %(high)s). Fitted: "
        "V(t) = a · 2^(−t/T) + c with a = %(start)s, c = %(floor)s, T = %(months)s months, by least squares over the "
        "moves, taken as independent."
    ) % {
        "months": numbers.significant(fit.months),
        "low": numbers.significant(fit.interval.low),
        "high": numbers.significant(fit.interval.high),
        "start": _in_unit(fit.start_usd, metric),
        "floor": _in_unit(fit.floor_usd, metric),
    }


def _in_unit(value: float, metric: Metric) -> str:
    scale = numbers.scale_of(metric, [value])
    return numbers.with_unit(numbers.significant(value * scale.factor), scale.unit)


def left_out_of(found: FrontierView) -> Sequence[str]:
    said = []
    if found.undated:
        said.append(_("%(n)d without a date of %(basis)s") % {"n": found.undated, "basis": BASIS_WORDS[found.basis]})
    if found.unvalued:
        name = words.metric_phrase(METRICS[found.metric].name)
        said.append(_("%(n)d without a finite %(metric)s") % {"n": found.unvalued, "metric": name})
    return said


def fronts_words(found: FrontierView) -> str:
    """What the dated fronts are, and which of the dates came before anything."""
    first = min(found.dates.values(), default=None)
    empty = [day for day in found.fronts if first is None or day < first]
    said = []
    if len(empty) < len(found.fronts):
        drawn = words.joined([day.isoformat() for day in found.fronts if day not in empty])
        said.append(_("Fronts at %s, the newest darkest; marks: the whole board.") % drawn)
    if empty:
        said.append(_("Nothing had a date by %s.") % words.joined([day.isoformat() for day in empty]))
    return " ".join(said)

"""What a comparison says of a contender beside the baseline: verdict, reason, difference, ratio."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend import numbers
from frontend.present import words
from frontend.present.deltas import Delta, difference, ratio, share
from leaderboard.boards.compare.shapes import Versus
from leaderboard.boards.compare.verdicts import ALPHA
from leaderboard.boards.rows import Cell

VERDICTS: Mapping[str, tuple[str, words.Words]] = {
    "better": ("▲", gettext_lazy("better")),
    "worse": ("▼", gettext_lazy("worse")),
    "unclear": ("≈", gettext_lazy("no clear difference")),
    "incomparable": (numbers.ABSENT, gettext_lazy("not comparable")),
}

WHY: Mapping[str, words.Words] = {
    "missing": gettext_lazy("a value is missing"),
    "provenance": gettext_lazy("one energy is measured, the other is not"),
    "once": gettext_lazy("measured once, so there is no interval"),
    "unpublished": gettext_lazy("no interval was published"),
    "undrawn": gettext_lazy("its resamples are not known"),
    "infinite": gettext_lazy("one is never correct: no difference to state"),
    "exact": gettext_lazy("an exact count"),
    "equal": gettext_lazy("equal, an exact count"),
    "meter": gettext_lazy("two meters; they differ by less than the 15 % that such meters may err"),
}


@dataclass(frozen=True, slots=True)
class VersusWords:
    verdict: str
    icon: str
    word: words.Words
    why: words.Words
    difference: Delta | None
    ratio: Delta | None
    probability: str


def says_more(cell: Cell, versus: Versus) -> bool:
    """A dash with its reason is all that there is to say of a value that is missing."""
    return versus.why != "gate" and cell.value is not None


def _why(versus: Versus) -> words.Words:
    """Also why a difference that looks clear is not called one."""
    p_value, tested = versus.adjusted, versus.p_value
    if versus.why == "missing":
        return _("the baseline has none")
    if versus.why or versus.verdict != "unclear" or p_value is None or tested is None:
        return WHY.get(versus.why, "")
    interval = versus.difference_interval
    if tested <= ALPHA < p_value:
        return _("clear alone, not beside the other rows: p %s after Holm's adjustment") % numbers.significant(
            p_value, 2
        )
    if interval is not None and 0 not in interval:
        return _("its test says too little: p %s") % numbers.significant(p_value, 2)
    return ""


def versus_words(cell: Cell, versus: Versus, scale: numbers.Scale) -> VersusWords:
    icon, word = VERDICTS[versus.verdict]
    unit = _("points") if scale.unit == "%" else scale.unit
    return VersusWords(
        verdict=versus.verdict,
        icon=icon,
        word=word,
        why=_why(versus),
        difference=difference(versus.difference, versus.difference_interval, cell, numbers.Scale(scale.factor, unit)),
        ratio=ratio(versus.ratio, versus.ratio_interval, cell),
        probability="" if versus.probability_better is None else share(versus.probability_better),
    )

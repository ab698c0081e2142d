"""The sentences of a choice: limits, why a card is there, what it gives up, what binds."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend import numbers
from frontend.present import words
from frontend.present.choose_form import plain
from frontend.present.registry import METRICS
from leaderboard.boards.choose.shapes import Card, Limit, Need, Relaxation

BEST: Mapping[Need, words.Words] = {
    "energy": gettext_lazy("lowest energy"),
    "quality": gettext_lazy("highest accuracy"),
    "latency": gettext_lazy("lowest latency"),
    "memory": gettext_lazy("least memory"),
    "price": gettext_lazy("lowest price"),
}

CONDITIONS: Mapping[str, words.Words] = {
    **words.CHOICE_TITLES,
    "q": gettext_lazy("Search"),
    "licence": gettext_lazy("Licence"),
}


def limit_words(limit: Limit) -> str:
    said = _("%(metric)s at least %(value)s") if limit.bound == "min" else _("%(metric)s at most %(value)s")
    return said % {
        "metric": words.metric_phrase(METRICS[limit.metric].name),
        "value": _amount(limit.value, limit.metric),
    }


def _amount(value: float, metric: str) -> str:
    """A limit as it was asked for: all its digits, in a unit that suits it."""
    scale = numbers.scale_of(METRICS[metric], [value])
    return numbers.with_unit(plain(value * scale.factor), scale.unit)


def reason(card: Card, limits: Sequence[Limit], *, alone: bool = False) -> str:
    """`alone`: nothing else could be chosen, so that being best says nothing."""
    if alone:
        return _("The only one that can be chosen.")
    if not card.best_in:
        return _("In between: on the front, and best in nothing alone.")
    best = words.joined([str(BEST[need]) for need in card.best_in])
    best = best[:1].upper() + best[1:]
    if not limits:
        return _("%s of all.") % best
    return _("%(best)s with %(limits)s.") % {
        "best": best,
        "limits": words.joined([limit_words(limit) for limit in limits], most=9),
    }


def ties(card: Card) -> str:
    found = [
        _("%(count)d others in %(need)s") % {"count": count, "need": _need_name(need)}
        if count > 1
        else _("1 other in %s") % _need_name(need)
        for need, count in card.tied.items()
        if count
    ]
    return _("No clear difference from %s.") % words.joined(found) if found else ""


def _need_name(need: Need) -> str:
    names: Mapping[Need, words.Words] = {
        "energy": _("energy"), "quality": _("accuracy"), "latency": _("latency"), "memory": _("memory"),
        "price": _("price"),
    }  # fmt: skip
    return str(names[need])


def gives_up(card: Card, needs: Sequence[Need], after: str) -> str:
    """Against the card that follows; empty for an only card."""
    if not after:
        return ""
    worse = [
        _need_name(need) for need in needs if need in card.versus_next and card.versus_next[need].verdict == "worse"
    ]
    said = {"next": after, "needs": words.joined(worse)}
    if not worse:
        return _("Against %(next)s it gives up nothing that is clear.") % said
    return _("Against %(next)s it gives up %(needs)s.") % said


def binding(relaxations: Sequence[Relaxation]) -> str:
    first = next(iter(relaxations), None)
    if first is None:
        return _("No single change is enough: each entry misses at least two of the conditions.")
    if first.limit is None or first.to is None:
        return _("What binds is the condition “%s”.") % str(CONDITIONS[first.key]).lower()
    eased = Limit(first.limit.metric, first.limit.bound, first.to)
    return _("What binds is %(limit)s. The smallest change that helps: %(eased)s.") % {
        "limit": limit_words(first.limit),
        "eased": limit_words(eased),
    }

"""A device's history: what was done to it, its reference jobs against their limits, and the same as data."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from frontend import numbers
from frontend.charts.control import Band, Dot, Labels, control_chart
from frontend.charts.elements import written
from frontend.present.devices import check_rows
from leaderboard.devices.selectors import EventView
from leaderboard.health.control import Period, Point, Series, latency_series, power_series
from leaderboard.health.selectors import CheckView

COLUMNS = ("at", "kind", "text", "by", "breaks_comparability", "latency_p50_s", "mean_power_w", "verdict")


def history_context(events: Sequence[EventView], checks: Sequence[CheckView]) -> Mapping[str, Any]:
    return {
        "events": events,
        "checks": check_rows(checks),
        "charts": [
            chart_of(_("Median latency of the reference job"), latency_series(checks)),
            chart_of(_("Mean power of the reference job"), power_series(checks)),
        ],
    }


def comparable_since(events: Iterable[EventView], checks: Iterable[CheckView]) -> datetime | None:
    """When the device last became another one for whoever compares; None where nothing is on record."""
    ends = [event.at for event in events if event.breaks]
    ends += [check.asked_at for check in checks if check.starts_baseline]
    return max(ends, default=None)


def chart_of(title: str, series: Series) -> Mapping[str, Any]:
    """The chart with the sentence that says the same; `why_none` where there is nothing to draw."""
    if series.why_none:
        return {"title": title, "svg": "", "why_none": series.why_none, "breaks": ()}
    times = [point.at for period in series.periods for point in period.points]
    place = _placing(min(times), max(times))
    newest = series.periods[-1]
    bands = [_band(period, series.unit, place) for period in series.periods]
    breaks = [(place(one.at), f"{one.at:%Y-%m-%d %H:%M}: {one.why}") for one in series.breaks]
    labels = Labels(
        centre=_("centre %s") % numbers.si(newest.centre, series.unit),
        low=_("limit %s") % numbers.si(newest.low, series.unit),
        high=_("limit %s") % numbers.si(newest.high, series.unit),
        first=f"{min(times):%Y-%m-%d}",
        last=f"{max(times):%Y-%m-%d}",
    )
    return {
        "title": title,
        "svg": written(control_chart(bands, breaks, labels, title)),
        "sentence": _sentence(series, newest),
        "breaks": series.breaks,
        "why_none": "",
    }


def _sentence(series: Series, newest: Period) -> str:
    out = sum(not newest.low <= point.value <= newest.high for point in newest.points)
    return _(
        "%(count)d checks; the baseline in force is %(centre)s, and %(out)d of its %(own)d are outside its limits."
    ) % {
        "count": series.count,
        "centre": numbers.si(newest.centre, series.unit),
        "out": out,
        "own": len(newest.points),
    }


def _placing(first: datetime, last: datetime) -> Any:
    span_s = (last - first).total_seconds() or 1.0
    return lambda at: 0.03 + 0.94 * (at - first).total_seconds() / span_s


def _band(period: Period, unit: str, place: Any) -> Band:
    dots = tuple(_dot(point, period, unit, place) for point in period.points)
    return Band(dots, dots[0].x, dots[-1].x, period.centre, period.low, period.high)


def _dot(point: Point, period: Period, unit: str, place: Any) -> Dot:
    label = f"{point.at:%Y-%m-%d %H:%M}: {numbers.si(point.value, unit)}, {point.verdict}"
    return Dot(place(point.at), point.value, period.low <= point.value <= period.high, label)


def history_records(events: Iterable[EventView], checks: Iterable[CheckView]) -> list[Mapping[str, Any]]:
    """Events and checks in one list, newest first; null for what is not known."""
    found = [
        _record(event.at, event.kind, event.text, by=event.by or None, breaks=event.breaks, verdict=None)
        for event in events
    ]
    found += [
        _record(
            check.asked_at,
            "check",
            check.sentence,
            by=None,
            breaks=check.starts_baseline,
            verdict=check.verdict,
            latency_p50_s=check.latency_p50_s,
            mean_power_w=check.mean_power_w,
        )
        for check in checks
    ]
    return sorted(found, key=lambda record: str(record["at"]), reverse=True)


def _record(at: datetime, kind: str, text: str, **values: Any) -> Mapping[str, Any]:
    return {
        "at": at.isoformat(),
        "kind": kind,
        "text": text,
        "by": values["by"],
        "breaks_comparability": values["breaks"],
        "latency_p50_s": values.get("latency_p50_s"),
        "mean_power_w": values.get("mean_power_w"),
        "verdict": values["verdict"],
    }

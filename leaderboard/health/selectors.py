"""Health checks as a reader sees them."""

from dataclasses import dataclass
from datetime import datetime

from leaderboard.health.models import HealthCheck


@dataclass(frozen=True, slots=True)
class CheckView:
    asked_at: datetime
    done_at: datetime | None
    cause: str
    verdict: str
    sentence: str
    latency_p50_s: float | None
    latency_ratio: float | None
    mean_power_w: float | None
    power_source: str
    power_ratio: float | None
    starts_baseline: bool
    fingerprint: str


def checks_of(device_slug: str, *, limit: int = 20) -> tuple[CheckView, ...]:
    """Return a device's newest checks, newest first, in one query."""
    rows = HealthCheck.objects.filter(device__slug=device_slug).order_by("-asked_at")[:limit]
    return tuple(
        CheckView(
            asked_at=row.asked_at,
            done_at=row.done_at,
            cause=row.cause,
            verdict=row.verdict,
            sentence=row.sentence,
            latency_p50_s=row.latency_p50_s,
            latency_ratio=row.latency_ratio,
            mean_power_w=row.mean_power_w,
            power_source=row.power_source,
            power_ratio=row.power_ratio,
            starts_baseline=row.starts_baseline,
            fingerprint=row.fingerprint,
        )
        for row in rows
    )


def newest_checks(agent_id: int) -> dict[str, tuple[str, str, datetime]]:
    """Return verdict, sentence and time of the newest check of each of an agent's devices, by slug."""
    rows = HealthCheck.objects.filter(device__agent=agent_id).order_by("asked_at")
    return {
        slug: (verdict, sentence, asked_at)
        for slug, verdict, sentence, asked_at in rows.values_list("device__slug", "verdict", "sentence", "asked_at")
    }

"""What a job's page says of its time, of what is measured with what, and of its repeats so far."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend import numbers
from frontend.present.jobs import duration
from frontend.present.quotas import job_effect
from leaderboard.runs.configuration import Configuration
from leaderboard.runs.estimates import Span
from leaderboard.runs.logs import log_lines
from leaderboard.runs.selectors import JobView

# As the agent says each repeat when it is over.
_REPEAT = re.compile(r"^.*?\brepeat (\d+)(?: of [^:]+)?: median ([^,]+), (\d+) calls, (\w+)$")


def facts_context(job: JobView, made_with: Configuration, expected: Span | None, *, now: datetime) -> dict[str, Any]:
    return {
        "elapsed": _elapsed(job, now),
        "took": duration((job.state_since - job.created_at).total_seconds()) if job.is_over else "",
        "estimated": _estimated(job, expected),
        "made_with": _configuration(made_with),
        "repeats": repeats_so_far(job),
        "quota": job_effect(job),
    }


def _elapsed(job: JobView, now: datetime) -> str:
    current = job.current
    if job.is_over or current is None or current.claimed_at is None or current.finished_at is not None:
        return ""
    return duration((now - current.claimed_at).total_seconds())


def _estimated(job: JobView, expected: Span | None) -> str:
    if expected is None:
        return _("not known: no past jobs of %s on this device") % job.benchmark
    values = {"low": duration(expected.low_s), "high": duration(expected.high_s), "n": expected.n}
    said = ngettext(
        "%(low)s to %(high)s, as %(n)d recent job took", "%(low)s to %(high)s, the middle half of %(n)d recent jobs",
        expected.n,
    )  # fmt: skip
    return said % values


def _configuration(found: Configuration) -> list[Mapping[str, str]]:
    absent = numbers.ABSENT
    size = numbers.bytes_in_words(found.size_bytes) if found.size_bytes else f"{absent} {_('served elsewhere')}"
    return [
        {"name": _("Runtime"), "value": f"{found.runtime} ({found.format})"},
        {"name": _("Precision"), "value": found.precision or f"{absent} {_('the model does not say')}"},
        {"name": _("Bytes of the model"), "value": size},
        {"name": _("Protocol"), "value": str(found.protocol_version)},
        {"name": _("Agent now"), "value": found.agent_version or f"{absent} {_('no device has taken it yet')}"},
    ]


def repeats_so_far(job: JobView) -> list[Mapping[str, str]]:
    """The repeats of the attempt that runs, of its last series; none for those who may not see its log."""
    if job.state != "running" or job.current is None:
        return []
    found: list[Mapping[str, str]] = []
    for line in log_lines((job.current,)):
        said = _REPEAT.match(line.text)
        if said is None:
            continue
        number, median, calls, verdict = said.groups()
        if number == "1":
            found = []
        found.append({"number": number, "median": median, "calls": calls, "verdict": verdict})
    return found

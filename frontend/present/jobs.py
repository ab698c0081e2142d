"""A job in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext as _

from frontend import numbers
from frontend.present.registry import spoken
from frontend.present.words import Words
from leaderboard.protocol import Phase
from leaderboard.runs.logs import log_lines
from leaderboard.runs.selectors import AttemptView, JobView
from leaderboard.runs.timers import MAX_LOG_CHARACTERS

REFRESH_S = 3
MOST_LINES = 2000  # on the page; the download has all


@dataclass(frozen=True, slots=True)
class StateWords:
    """`tone` and the icon say the same as the word."""

    word: str
    tone: Literal["good", "bad", "warn", "plain"]
    icon: Literal["wait", "run", "done", "fail", "stop"]


def state_of(job: JobView) -> StateWords:
    if job.private and job.state == "published":
        return StateWords(_("Measured"), "good", "done")
    words: Mapping[str, StateWords] = {
        "queued": StateWords(_("Queued"), "plain", "wait"),
        "running": StateWords(_("Running"), "plain", "run"),
        "verifying": StateWords(_("Verifying"), "plain", "run"),
        "published": StateWords(_("Published"), "good", "done"),
        "failed": StateWords(_("Failed"), "bad", "fail"),
        "cancelled": StateWords(_("Cancelled"), "warn", "stop"),
    }
    return words.get(job.state, StateWords(job.state, "plain", "wait"))


def sentence_of(job: JobView) -> str:
    """What is happening, in one sentence."""
    if job.cancelling:
        return _("Cancelling: the device is told to stop, and is waited for a minute at most.")
    if job.private and job.state == "published":
        return _("Scored, and kept private: only its submitter and staff see it.")
    if job.reason is not None:
        return spoken(job.reason).sentence
    if job.state == "running" and job.current is not None:
        return phase_sentence(job.current)
    return {
        "queued": _("The job waits for a device."),
        "verifying": _("The report has arrived; the server grades the answers and derives the scores."),
        "published": _("Measured, scored and on the board."),
    }.get(job.state, "")


def phase_sentence(attempt: AttemptView) -> str:
    words: Mapping[str, Words] = {
        Phase.PREPARING.value: _("The device fetches the model, loads it and asks it every item."),
        Phase.BASELINE.value: _("The device measures its idle baseline."),
        Phase.WARMUP.value: _("The model warms up; nothing is timed yet."),
        Phase.MEASURING.value: _("The model is being measured."),
        Phase.UPLOADING.value: _("The device sends its report."),
    }
    if attempt.state == "dispatched":
        return _("The device was offered the job and is about to take it.")
    return str(words.get(attempt.phase, _("The device has taken the job.")))


def job_context(job: JobView, *, now: datetime) -> Mapping[str, Any]:
    current = None if job.is_over else job.current
    lines = log_lines(job.attempts)
    return {
        "job": replace(job, reason=job.reason and spoken(job.reason)),
        "state": state_of(job),
        "sentence": sentence_of(job),
        "percent": round(current.progress * 100) if current and current.state == "claimed" else None,
        "in_state": duration((now - job.state_since).total_seconds()),
        "refresh_s": None if job.is_over else REFRESH_S,
        "lines": lines[-MOST_LINES:],
        "lines_before": max(0, len(lines) - MOST_LINES),
        "lines_first": max(0, len(lines) - MOST_LINES) + 1,
        "lines_total": len(lines),
        "log_is_cut": any(len(one.log or "") >= MAX_LOG_CHARACTERS for one in job.attempts),
    }


def duration(seconds: float) -> str:
    seconds = max(0.0, seconds)
    if seconds < 60:
        return numbers.with_unit(numbers.fixed(seconds, 0), "s")
    minutes, rest = divmod(int(seconds), 60)
    if minutes < 60:
        return f"{minutes}{numbers.SPACE}min {rest:02d}{numbers.SPACE}s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}{numbers.SPACE}h {minutes:02d}{numbers.SPACE}min"

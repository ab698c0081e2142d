"""The warnings of a report as sentences; one that is not known here is shown as the agent wrote it."""

from collections.abc import Mapping
from statistics import median

from leaderboard.boards.details import EntryDetail

MEANINGS: Mapping[str, str] = {
    "unstable": "The repeats did not settle: the interval of their median stayed over 3 %.",
    "machine_not_quiet": "The machine was not quiet when the measurement began.",
    "idle_drift": "Idle power moved by more than a tenth while the model ran.",
    "mean_median_disagree": (
        "Mean and median latency are more than a tenth apart: work differs from call to call, or something disturbed "
        "it. Prefer the median."
    ),
    "foreign_gpu_process": "Another program computed on the card while it was measured.",
    "prompt_cache_hits": (
        "The server answered from prompts that it had read before, so its time to first token is withheld. Turn its "
        "prompt cache off."
    ),
    "answers_vary": "The model answered the same prompt differently at temperature 0.",
    "tokens_in_bursts": "The server sent several tokens at once, so gaps between tokens are those between bursts.",
    "generic_rated_power": (
        "Nobody entered the processor's rated power and no table lists it: the estimate uses a generic constant."
    ),
    "short_window": "A window was shorter than its meter needs: its energy is known less well than the interval says.",
    "counter_and_power_disagree": "The energy counter and the integrated power are more than a tenth apart.",
    "throttled": "The device lowered its clocks for heat or power while it was measured.",
    "repeat_drift": "The last repeats are more than 5 % away from the first: the device was not in one state.",
}


def warning_sentences(entry: EntryDetail) -> list[str]:
    """In the order of the report, each with the figures behind it where there are any."""
    return [_sentence(warning, entry) for warning in entry.warnings]


def _sentence(warning: str, entry: EntryDetail) -> str:
    meaning = MEANINGS.get(warning)
    if meaning is None:
        return warning
    if warning == "mean_median_disagree" and entry.repeats:
        mean_s = median(repeat.mean_s for repeat in entry.repeats)
        median_s = median(repeat.median_s for repeat in entry.repeats)
        return f"{meaning} ({warning}: mean {mean_s * 1e3:.4g} ms, median {median_s * 1e3:.4g} ms)"
    return f"{meaning} ({warning})"

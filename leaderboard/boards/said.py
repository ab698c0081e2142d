"""Sentences that programs read in English, and pages in the language of their reader."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from leaderboard.runs.reasons import filled


@dataclass(frozen=True, slots=True)
class Said:
    """A page fills a translated `template` with the same `values`."""

    template: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        return filled(self.template, self.values)

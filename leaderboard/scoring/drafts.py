"""All the scores of a graded run."""

from collections.abc import Sequence

from leaderboard.protocol import MissingReason
from leaderboard.scoring.energy import Prices, energy_scores, no_energy_scores
from leaderboard.scoring.generation import generation_scores, no_phase_scores, phase_scores
from leaderboard.scoring.readings import SourceEnergy, by_source, prefill_by_source, scored
from leaderboard.scoring.run import Draft, Run, Spread, quality, size, speed


def all_scores(run: Run, *, artefact_bytes: int | None, parameters: int | None, prices: Prices) -> list[Draft]:
    """One set for the run, and one for each scope and provenance of energy that it has.

    Raises MetricInputError where the report's numbers contradict each other.
    """
    accuracy, energies = run.accuracy(), scored(by_source(run.measured))
    drafts = [
        quality(run, accuracy),
        *speed(run),
        *size(run, artefact_bytes=artefact_bytes, parameters=parameters),
    ]
    by_scope = [draft for energy in energies for draft in energy_scores(run, accuracy, energy, prices)]
    drafts += by_scope or no_energy_scores(MissingReason.NO_SENSOR)
    return [*drafts, *_generated(run, accuracy, energies)] if run.measured.texts else drafts


def _generated(run: Run, accuracy: Spread, energies: Sequence[SourceEnergy]) -> list[Draft]:
    prefill = prefill_by_source(run.measured)
    phases = [draft for energy in energies for draft in phase_scores(run, energy, prefill.get(energy.source))]
    return [*generation_scores(run, accuracy), *(phases or no_phase_scores(MissingReason.NO_SENSOR))]

"""Which items an entry got right, and what each took. What it answered is not told: a right answer is the key's."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np

from leaderboard.accounts.models import User
from leaderboard.boards.grading import grade
from leaderboard.boards.item_energies import ItemEnergies, item_energies
from leaderboard.boards.models import Entry
from leaderboard.boards.trace_view import TraceState, trace_view

PER_PAGE = 200


@dataclass(frozen=True, slots=True)
class ItemOutcomes:
    """`right` has one value for each item of the benchmark, in item order."""

    entry: UUID
    model_name: str
    device_name: str
    benchmark: str
    right: tuple[bool, ...]
    energies: tuple[ItemEnergies, ...]
    """The best founded source of each scope."""
    trace: TraceState

    @property
    def correct(self) -> int:
        return sum(self.right)


def item_outcomes(uuid: UUID, *, user: User | None = None) -> ItemOutcomes:
    """Grade an entry's report once more, without a query for each item; raises Entry.DoesNotExist, Unscorable, OSError.

    Outcomes are not stored: they follow from the report and the key, and neither ever changes.
    """
    related = ("device", "result__attempt", "result__job__benchmark", "result__job__submission")
    entry = Entry.objects.visible_to(user).select_related(*related).get(uuid=uuid)
    job = entry.result.job
    graded = grade(entry.result)
    trace = trace_view(entry.result.attempt, graded.report)
    energies = item_energies(graded.measured, trace)
    return ItemOutcomes(
        entry=uuid,
        model_name=job.submission.model_name,
        device_name=entry.device.name,
        benchmark=str(job.benchmark),
        right=tuple(bool(value) for value in np.asarray(graded.outcomes) > 0),
        energies=tuple({one.scope: one for one in reversed(energies)}.values()),
        trace=trace.state,
    )

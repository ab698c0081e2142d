"""How much energy a measurement takes, from what recent ones of the same benchmark on these devices took."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from leaderboard.boards.models import Measurement
from leaderboard.protocol import Provenance, Scope
from leaderboard.runs.estimates import RECENT
from leaderboard.scoring.evidence import energy_quantity


@dataclass(frozen=True, slots=True)
class ExpectedEnergy:
    """From the 25th to the 75th percentile of `n` recent measurements, over the counted repeats, within one scope."""

    low_j: float
    high_j: float
    n: int
    scope: Scope
    provenance: Provenance


def expected_energy(benchmark: str, devices: Collection[str]) -> tuple[ExpectedEnergy, ...]:
    """Return one line for each scope and provenance, the best provenance first; scopes are never summed. One query."""
    rows = Measurement.objects.filter(
        quantity__in=[energy_quantity(scope) for scope in Scope],
        value__isnull=False,
        result__attempt__device__slug__in=devices,
        result__job__benchmark__slug=benchmark,
        result__job__submission__private=False,
    ).order_by("-pk")
    found: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for scope, provenance, value in rows.values_list("scope", "provenance", "value")[: RECENT * len(Scope)]:
        if value is not None and len(found[scope, provenance]) < RECENT:
            found[scope, provenance].append(value)
    order = [one.value for one in Provenance]
    kinds = sorted(found, key=lambda kind: (order.index(kind[1]), kind[0]))
    return tuple(_of(found[kind], Scope(kind[0]), Provenance(kind[1])) for kind in kinds)


def _of(values_j: list[float], scope: Scope, provenance: Provenance) -> ExpectedEnergy:
    low_j, high_j = np.percentile(values_j, (25, 75))
    return ExpectedEnergy(float(low_j), float(high_j), len(values_j), scope, provenance)

from math import inf

from leaderboard.metrics import (
    domain_specialization,
    energy_stars,
    inflation_factor,
    match_references,
    modality_gap,
    profile_area,
    profile_area_on_grid,
)
from tests.metrics.published.row import Row

# AlgoPerf, eight workloads: ratios, score by the closed form, score on the reference's grid of 100 points.
_RATIOS = {
    "all r = 1": ([1.0] * 8, 1.0, 1.0),
    "all r = 2": ([2.0] * 8, 2 / 3, 0.671717),
    "mixed r": ([1, 1, 1.5, 2, 3, 4, inf, 1.25], 0.59375, 0.595328),
    "all missed": ([inf] * 8, 0.0, 0.0),
    "all r = 4": ([4.0] * 8, 0.0, 0.005051),
}
# EvalPerf: references that cost 1000, 500, 200, 80 and score 20, 50, 80, 100; cost of a sample, DPS, DPS_norm.
_DPS = ((80, 100, 100), (81, 80, 75), (300, 50, 50), (1000, 20, 25), (1500, 0, 0))
_DOMAINS = domain_specialization({"in domain": 0.95, "general": 0.40}, "in domain")
_ENERGIES = (1, 2, 3, 4, 100)
_STARS = {"quantile": (5, 4, 3, 2, 1), "width": (5, 5, 5, 5, 1)}

PUBLISHED = (
    *(
        Row("algoperf_score", f"arXiv 2306.07179, closed form, {name}", exact, lambda r=r: float(profile_area([r])[0]))
        for name, (r, exact, _) in _RATIOS.items()
    ),
    *(
        Row(
            metric="algoperf_score",
            source=f"arXiv 2306.07179, scoring/performance_profile.py, {name}",
            published=grid,
            ours=lambda r=r: float(profile_area_on_grid([r])[0]),
            tolerance=1e-4,
        )
        for name, (r, _, grid) in _RATIOS.items()
    ),
    *(
        Row(
            metric="dps",
            source=f"arXiv 2408.06450, a sample that costs {cost}",
            published=dps,
            ours=lambda cost=cost: match_references(cost, [1000, 500, 200, 80], [20, 50, 80, 100]).dps,
        )
        for cost, dps, _ in _DPS
    ),
    *(
        Row(
            metric="dps_norm",
            source=f"arXiv 2408.06450, a sample that costs {cost}",
            published=dps_norm,
            ours=lambda cost=cost: match_references(cost, [1000, 500, 200, 80], [20, 50, 80, 100]).dps_norm,
        )
        for cost, _, dps_norm in _DPS
    ),
    *(
        Row(
            metric="energy_stars",
            source=f"AI Energy Score index.md, {bands} bands of 1, 2, 3, 4, 100: model {index}",
            published=star,
            ours=lambda bands=bands, index=index: energy_stars(_ENERGIES, bands)[index],
        )
        for bands, stars in _STARS.items()
        for index, star in enumerate(stars)
    ),
    Row(
        metric="generalization_gap",
        source="scores of arXiv 2503.22698 (.95 and .40), working definition",
        published=0.55,
        ours=lambda: _DOMAINS.generalization_gap,
    ),
    Row(
        metric="cross_domain_transfer_ratio",
        source="scores of arXiv 2503.22698 (.95 and .40), working definition",
        published=0.421,
        ours=lambda: _DOMAINS.transfer_ratio,
        tolerance=0.0012,
    ),
    Row(
        metric="domain_specialization_index",
        source="scores of arXiv 2503.22698 (.95 and .40), working definition",
        published=0.407,
        ours=lambda: _DOMAINS.specialization_index,
        tolerance=0.0012,
    ),
    Row(
        metric="inflation_factor",
        source="arXiv 2401.11170, MS-COCO: 7.87 times the output tokens",
        published=7.87,
        ours=lambda: inflation_factor([100], [787]),
    ),
    Row(
        metric="modality_gap",
        source="VERA, text 74.8 and voice 6.1",
        published=68.7,
        ours=lambda: modality_gap(74.8, 6.1),
    ),
)

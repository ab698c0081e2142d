from leaderboard.metrics import fit_scaling, saturation_samples, scaling_curve
from tests.metrics.published.row import Row

_SATURATION = ((0.3, 0.01, 10), (0.1, 0.01, 22), (0.5, 0.01, 6), (0.05, 0.1, 0))

PUBLISHED = (
    *(
        Row(
            metric="saturation_samples",
            source=f"closed form derived from arXiv 2505.20522, p = {p}, least gain {gain}",
            published=samples,
            ours=lambda p=p, gain=gain: saturation_samples(p, gain),
        )
        for p, gain, samples in _SATURATION
    ),
    Row(
        metric="saturation_samples",
        source="closed form derived from arXiv 2505.20522, p = .3 fitted again from its own curve",
        published=10,
        ours=lambda: fit_scaling([1, 2, 4, 8, 16], scaling_curve(0.3, [1, 2, 4, 8, 16])).saturation(0.01).samples,
    ),
)

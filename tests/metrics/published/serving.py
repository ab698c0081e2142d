from leaderboard.metrics import (
    RuntimeProfile,
    estimated_runtime_s,
    goodput,
    mlperf_early_stopping_queries,
)
from tests.metrics.published.row import Row

HELM = "worked from arXiv 2305.02440, HELM's"
IDEALIZED = RuntimeProfile((128, 428, 472, 512, 1920), (0.094, 0.176, 0.175, 0.178, 0.597), 0.081)
"""openai/davinci in `inference_idealized_runtimes.json`; of 27 prompt lengths those that the rows fall on."""
DENOISED = RuntimeProfile((1, 256, 512, 1024, 1536), (0.03, 0.03, 0.045, 0.033, 0.042), 0.030, 0.183)
"""openai/davinci in `inference_denoised_runtimes.json`, whole."""


def idealized(prompt: int, output: int, seconds: float, tolerance: float = 1e-9) -> Row:
    return Row(
        metric="idealized_runtime_s",
        source=f"{HELM} inference_idealized_runtimes.json, davinci, {prompt} + {output} tokens",
        published=seconds,
        ours=lambda: estimated_runtime_s(IDEALIZED, prompt, output),
        tolerance=tolerance,
    )


def denoised(prompt: int, output: int, seconds: float) -> Row:
    return Row(
        metric="denoised_runtime_s",
        source=f"{HELM} inference_denoised_runtimes.json, davinci, {prompt} + {output} tokens",
        published=seconds,
        ours=lambda: estimated_runtime_s(DENOISED, prompt, output),
    )


def needed(percent: int, over: int, queries: int) -> Row:
    return Row(
        metric="mlperf_early_stopping_queries",
        source=f"MLPerf inference_rules.adoc, p{percent}, {over} over the bound",
        published=queries,
        ours=lambda: mlperf_early_stopping_queries(percent, over),
    )


PUBLISHED = (
    idealized(100, 10, 0.8024375),
    idealized(512, 100, 8.197),
    idealized(2000, 0, 0.621875),
    idealized(1920, 1, 0.597),
    idealized(0, 5, 0.324),
    idealized(428, 0, 0.17600, 3e-5),
    idealized(429, 0, 0.15906, 3e-5),
    denoised(100, 10, 0.46471875),
    denoised(512, 100, 3.198),
    denoised(2000, 0, 0.2376875),
    *(needed(90, over, queries) for over, queries in ((0, 44), (1, 64), (2, 81), (5, 127), (10, 197))),
    *(needed(99, over, queries) for over, queries in ((0, 459), (1, 662), (2, 838), (5, 1307), (10, 2010))),
    Row(
        metric="goodput_per_s",
        source="worked in the terms of arXiv 2401.09670, four rates, 90 %",
        published=2.03125,
        ours=lambda: goodput([1, 1.5, 2, 2.5], [1.00, 0.98, 0.92, 0.60]).value_per_s,
    ),
)

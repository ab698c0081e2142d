"""Objectives that others have set, for comparison with their numbers."""

from collections.abc import Mapping
from types import MappingProxyType

from leaderboard.metrics.serving.goodput import ServiceObjectives

DISTSERVE_SLOS: Mapping[str, ServiceObjectives] = MappingProxyType(
    {
        "OPT-13B chat": ServiceObjectives(0.25, 0.1),
        "OPT-66B chat": ServiceObjectives(0.4, 0.1),
        "OPT-175B chat": ServiceObjectives(4.0, 0.2),
        "code completion": ServiceObjectives(0.125, 0.2),
        "summarisation": ServiceObjectives(15.0, 0.15),
    }
)
"""Limits of arXiv 2401.09670, to be met by 90 % of the requests."""

MLPERF_SERVER_SLOS: Mapping[str, ServiceObjectives] = MappingProxyType(
    {
        "Llama2-70B": ServiceObjectives(2.0, 0.2),
        "Llama3.1-8B": ServiceObjectives(2.0, 0.1),
        "Llama3.1-405B": ServiceObjectives(6.0, 0.175),
        "Mixtral": ServiceObjectives(2.0, 0.2),
        "DeepSeek-R1": ServiceObjectives(2.0, 0.08),
        "GPT-OSS-120B": ServiceObjectives(3.0, 0.08),
    }
)
"""Limits of the Server scenario of MLPerf Inference, at the 99th percentile (mlcommons/inference_policies)."""

MLPERF_INTERACTIVE_SLOS: Mapping[str, ServiceObjectives] = MappingProxyType(
    {
        "Llama2-70B": ServiceObjectives(0.45, 0.04),
        "Llama3.1-8B": ServiceObjectives(0.5, 0.03),
        "Llama3.1-405B": ServiceObjectives(4.5, 0.08),
        "DeepSeek-R1": ServiceObjectives(1.5, 0.015),
        "GPT-OSS-120B": ServiceObjectives(2.0, 0.02),
    }
)
"""Limits of its Interactive scenario, at the 99th percentile too."""

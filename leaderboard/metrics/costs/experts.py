"""What a human expert is paid for one problem, in USD: the baseline of the cost-of-pass frontier."""

from collections.abc import Mapping
from types import MappingProxyType

EXPERT_USD: Mapping[str, float] = MappingProxyType(
    {
        "TwoDigitAddition": 0.02,
        "GSM8K": 3.50,
        "BBQ": 0.10,
        "GPQA-Diamond": 58.00,
        "MATH500": 12.00,
        "AIME2024": 20.00,
    }
)
"""By benchmark (arXiv 2504.13359): the upper end of each range the paper estimated. An expert is taken to be right."""

EXPERT_INDIA_USD: Mapping[str, float] = MappingProxyType(
    {"GSM8K": 0.56, "BBQ": 0.034, "GPQA-Diamond": 29.17, "MATH500": 2.73}
)
"""The same at Indian wages (version 2 of the paper, Table 10), read in a write-up of it."""

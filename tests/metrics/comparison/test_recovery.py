from math import nan

import numpy as np
import pytest

from leaderboard.metrics import ItemScores, MetricInputError, quantization_recovery


def base(scores):
    return ItemScores("bf16", {f"item {i}": float(score) for i, score in enumerate(scores)})


def quantized(scores, parent="bf16"):
    return ItemScores("w4a16", {f"item {i}": float(score) for i, score in enumerate(scores)}, parent)


RIGHT = np.repeat([1.0, 0.0], [150, 50])


def test_equal_scores_are_a_recovery_of_everything():
    found = quantization_recovery(base(RIGHT), quantized(RIGHT))
    assert (found.ratio, found.difference, found.verdict, found.items) == (1.0, 0.0, "not different", 200)
    assert (found.ratio_interval.low, found.ratio_interval.high) == (1.0, 1.0)


def test_the_ratio_is_the_quantised_mean_over_the_base_mean():
    worse = RIGHT.copy()
    worse[:60] = 0
    found = quantization_recovery(base(RIGHT), quantized(worse))
    assert found.ratio == pytest.approx(90 / 150)
    assert found.difference == pytest.approx(-0.3)
    assert found.ratio in found.ratio_interval
    assert found.verdict == "lower"
    assert quantization_recovery(base(worse), quantized(RIGHT)).verdict == "higher"


def test_noise_alone_is_not_different():
    swapped = RIGHT.copy()
    swapped[:5], swapped[150:154] = 0, 1
    assert quantization_recovery(base(RIGHT), quantized(swapped)).verdict == "not different"


def test_noise_alone_is_called_different_in_about_one_case_of_twenty():
    generator = np.random.default_rng(0)
    wrong = 0
    for _ in range(200):
        ability = generator.random(120)
        before, after = generator.random((2, 120)) < ability
        wrong += quantization_recovery(base(before), quantized(after), draws=400).verdict != "not different"
    assert 2 <= wrong <= 22


def test_a_difference_that_the_exact_test_does_not_confirm_is_not_different():
    """Four items of 600 are lost: the interval excludes 0, McNemar's p is .125."""
    before = np.repeat([1.0, 0.0], [400, 200])
    after = before.copy()
    after[:4] = 0
    found = quantization_recovery(base(before), quantized(after))
    assert found.difference_interval.high < 0
    assert (found.p_value, found.verdict) == (pytest.approx(0.125), "not different")
    after[:6] = 0
    assert quantization_recovery(base(before), quantized(after)).verdict == "lower"


def test_a_base_that_scores_nothing_has_no_recovery():
    found = quantization_recovery(base([0.0, 0.0]), quantized([1.0, 0.0]))
    assert (found.ratio, found.ratio_interval) == (None, None)


def test_a_base_that_may_score_nothing_has_a_ratio_without_an_interval():
    found = quantization_recovery(base([1.0, 0.0]), quantized([1.0, 0.0]))
    assert (found.ratio, found.ratio_interval) == (1.0, None)


def test_the_order_of_the_items_does_not_matter():
    ordered, after = base(RIGHT), quantized(1 - RIGHT)
    reversed_items = ItemScores("bf16", dict(reversed(ordered.scores.items())))
    assert quantization_recovery(reversed_items, after) == quantization_recovery(ordered, after)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (base([1, 0]), quantized([1, 0], parent="another")),
        (base([1, 0]), quantized([1, 0], parent=None)),
        (base([1, 0]), quantized([1, 0, 1])),
        (base([1]), quantized([1])),
        (base([]), quantized([])),
        (base([1, -1]), quantized([1, 0])),
        (base([1, nan]), quantized([1, 0])),
    ],
)
def test_anything_but_the_same_base_and_items_is_refused(first, second):
    with pytest.raises(MetricInputError):
        quantization_recovery(first, second)

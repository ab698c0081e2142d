from math import nan

import numpy as np
import pytest

from leaderboard.metrics import Duplicate, MetricInputError, ProbeOutputs, find_duplicates

GENERATOR = np.random.default_rng(0)
PROBES = GENERATOR.normal(size=(2, 16, 8))
WEIGHTS = GENERATOR.normal(size=(8, 10))


def outputs(weights):
    return ProbeOutputs(PROBES[0] @ weights, PROBES[1] @ weights)


KNOWN = {"first": outputs(WEIGHTS), "other": outputs(WEIGHTS[::-1])}


def test_a_renamed_or_recoded_model_is_the_same():
    recoded = ProbeOutputs((WEIGHTS.T @ PROBES[0].T).T, (WEIGHTS.T @ PROBES[1].T).T)
    assert find_duplicates(recoded, KNOWN) == (Duplicate("first", "same"),)


def test_noise_below_the_tolerance_is_the_same_wherever_it_falls():
    for seed in range(20):
        noise = np.random.default_rng(seed).uniform(-9e-6, 9e-6, size=(2, 16, 10))
        noisy = ProbeOutputs(PROBES[0] @ WEIGHTS + noise[0], PROBES[1] @ WEIGHTS + noise[1])
        assert find_duplicates(noisy, KNOWN) == (Duplicate("first", "same"),)


def test_a_changed_weight_is_another_model():
    changed = WEIGHTS.copy()
    changed[0, 0] += 0.01
    assert find_duplicates(outputs(changed), KNOWN) == ()


def test_what_agrees_on_the_first_probes_alone_is_a_collision():
    impostor = ProbeOutputs(PROBES[0] @ WEIGHTS, PROBES[1] @ WEIGHTS[::-1])
    assert find_duplicates(impostor, KNOWN) == (Duplicate("first", "collision"),)


def test_another_output_shape_is_another_model_and_nothing_is_known_at_first():
    assert find_duplicates(ProbeOutputs([1.0], [1.0]), KNOWN) == ()
    assert find_duplicates(outputs(WEIGHTS), {}) == ()


@pytest.mark.parametrize(
    "call",
    [
        lambda: find_duplicates(ProbeOutputs([], []), {}),
        lambda: find_duplicates(ProbeOutputs([nan], [1.0]), {}),
        lambda: find_duplicates(ProbeOutputs([1.0], [1.0]), {}, tolerance=-1.0),
        lambda: find_duplicates(ProbeOutputs([1.0], [1.0]), {}, tolerance=nan),
    ],
)
def test_what_no_definition_covers_is_refused(call):
    with pytest.raises(MetricInputError):
        call()

import numpy as np
import pytest

from agents.answering import answer_all, guarded, in_stable_disorder, timed_batches
from agents.runtimes.faults import ModelFaultError
from agents.runtimes.onnx_runtime import OnnxRuntime
from agents.workloads.tensors import TensorWorkload
from leaderboard.protocol import Code, Options
from tests.agents.measuring import DIGITS, contract, fixed_batch, linear, order


@pytest.fixture(scope="module")
def items():
    return np.load(DIGITS / "inputs.npy")


def loaded(path, batch):
    runtime = OnnxRuntime(contract(), Options(batch=batch))
    runtime.load(path)
    return runtime


def test_timed_batches_are_full_ones_over_all_items(items):
    batches = timed_batches(items, 64)

    assert [len(batch) for batch in batches] == [64] * 9
    assert np.array_equal(np.concatenate(batches), items[: 64 * 9])


def test_fewer_items_than_one_batch_are_repeated_to_fill_it(items):
    (batch,) = timed_batches(items[:10], 25)

    assert np.array_equal(batch, np.concatenate([items[:10], items[:10], items[:5]]))


@pytest.mark.parametrize("batch", [1, 7, 64, 1000])
def test_every_item_is_answered_whatever_the_batch(tmp_path, items, batch):
    runtime = loaded(linear(tmp_path / "m.onnx"), batch)

    answers = answer_all(runtime, items, batch)

    assert np.array_equal(answers, answer_all(runtime, items, 600))


def test_a_model_with_a_fixed_batch_gets_its_last_batch_filled_up(tmp_path, items):
    fixed = loaded(fixed_batch(tmp_path / "fixed.onnx", 64), 64)
    free = loaded(linear(tmp_path / "free.onnx"), 64)

    assert np.array_equal(answer_all(fixed, items, 64), answer_all(free, items, 64))


def test_a_model_with_another_fixed_batch_is_refused(tmp_path):
    with pytest.raises(ModelFaultError, match=r"\[32, 64\].*N is the batch, here 64") as refusal:
        loaded(fixed_batch(tmp_path / "m.onnx", 32), 64)

    assert refusal.value.code is Code.CONTRACT_MISMATCH


def test_an_error_of_the_running_model_is_its_own_fault_with_the_runtime_s_words(tmp_path, items):
    runtime = loaded(linear(tmp_path / "m.onnx"), 1)

    with pytest.raises(ModelFaultError, match="failed while it ran") as fault:
        guarded(runtime, runtime.feed(items[:, :5]))

    assert fault.value.code is Code.CRASHED


def test_timed_batches_go_round_in_an_order_that_is_random_and_the_same_for_all(items):
    batches = timed_batches(items, 8)
    first, again, other = (in_stable_disorder(batches, slug) for slug in ("digits", "digits", "addition"))
    places = [next(i for i, batch in enumerate(batches) if batch is one) for one in first]

    assert places != sorted(places)
    assert sorted(places) == list(range(len(batches)))
    assert all(a is b for a, b in zip(first, again, strict=True))
    assert not all(a is b for a, b in zip(first, other, strict=True))


def test_a_window_says_the_first_item_of_each_batch_in_the_order_of_its_calls(tmp_path):
    asked = order(tmp_path, linear(tmp_path / "m.onnx"), options=Options(batch=8))
    workload = TensorWorkload(asked, OnnxRuntime(contract(), Options(batch=8)))
    workload.load()
    items = np.load(asked.inputs_path)
    fed = [next(iter(feed.values())) for feed in workload._feeds]

    firsts = workload.window(1, 0.0).first_items

    assert len(firsts) == len(items) // 8
    assert all(np.array_equal(one, items[first : first + 8]) for one, first in zip(fed, firsts, strict=True))

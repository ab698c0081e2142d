"""Boards with the shape of real ones: the digits models as they measure on a small machine."""

from datetime import timedelta

from leaderboard.boards.models import Board
from leaderboard.boards.services import rebuild_board
from leaderboard.runs.states import JobState
from tests.copies import made_once
from tests.factories import (
    NOW,
    AgentFactory,
    BenchmarkFactory,
    BoardFactory,
    DeviceFactory,
    EnergySourceFactory,
    JobFactory,
    PriceFactory,
    SubmissionFactory,
    TextBenchmarkFactory,
    TextSubmissionFactory,
    answers_with,
    fill_board,
    make_generated,
    make_measured,
    make_reading,
    make_streamed,
    publish_entry,
    rapl_reading,
    texts_with,
)

# name, family, correct of 600, median seconds, watts, precision
DIGITS = (
    ("tree", "tree", 501, 5.1e-6, 7.5, "fp32"),
    ("mlp8", "mlp", 567, 7.4e-6, 7.6, "fp32"),
    ("logreg", "linear", 582, 6.2e-6, 7.5, "fp32"),
    ("mlp64", "mlp", 588, 9.8e-6, 7.7, "fp32"),
    ("mlp256x2", "mlp", 587, 2.4e-5, 8.1, "fp32"),
    ("rf100", "forest", 585, 2.9e-5, 7.9, "fp32"),
    ("cnn_s", "cnn", 587, 1.9e-5, 8.0, "fp32"),
    ("cnn_m", "cnn", 595, 6.8e-5, 8.3, "fp32"),
    ("cnn_m int8", "cnn", 595, 9.1e-5, 8.2, "int8"),
)
CONSTANT = ("constant", "baseline", 0, 4.0e-6, 7.4, "fp32")


# name, correct of 300, seconds of an answer, watts, precision
ADDERS = (
    ("adder-27k-f32", 296, 8e-4, 7.6, "fp32"),
    ("adder-27k-q4_0", 59, 7e-4, 7.4, "q4_0"),
    ("adder-53k-f32", 300, 1.2e-3, 7.8, "fp32"),
    ("adder-426k-q8_0", 300, 4.1e-3, 8.1, "q8_0"),
)


@made_once
def addition_board(*, models=ADDERS, device=None, n=300):
    """Publish models that stream text on one device, through the real scoring; return the board."""
    benchmark = TextBenchmarkFactory(n=n)
    board = BoardFactory(benchmark=benchmark, title="Three-digit addition", x="energy_per_item_j")
    PriceFactory()
    device = device or sensorless_device()
    for index, (name, correct, answer_s, watts, precision) in enumerate(models):
        times = make_streamed(ttft_s=0.4 * answer_s, tpot_s=0.2 * answer_s)
        measured = make_generated(
            texts=texts_with(correct, n=n), streamed=times, latency_s=answer_s, watts=watts, prefill_watts=watts
        ).model_copy(update={"precision": precision})
        submission = TextSubmissionFactory(model_name=name, family=name.rpartition("-")[0], benchmark=benchmark)
        job = JobFactory(submission=submission, device=device, state=JobState.VERIFYING)
        publish_entry(job=job, measured=measured, now=NOW + timedelta(minutes=index))
    rebuild_board(board=board, now=NOW + timedelta(hours=1))
    return Board.objects.get(pk=board.pk)


@made_once
def digits_board(*, readings=(make_reading,), models=DIGITS, device=None, n=600):
    """Publish the models on one device, through the real scoring; return the board."""
    benchmark = BenchmarkFactory(n=n, title="Handwritten digits")
    board = BoardFactory(benchmark=benchmark, title="Handwritten digits")
    PriceFactory()
    device = device or sensorless_device()
    for index, (name, family, correct, latency_s, watts, precision) in enumerate(models):
        measured = make_measured(
            answers=answers_with(correct * n // 600, n=n, seed=index),
            latency_s=latency_s,
            watts=watts,
            readings=readings,
            precision=precision,
            stable=name != "rf100",
        )
        submission = SubmissionFactory(model_name=name, family=family, benchmark=benchmark)
        job = JobFactory(submission=submission, device=device, state=JobState.VERIFYING)
        publish_entry(job=job, measured=measured, now=NOW + timedelta(minutes=index))
    rebuild_board(board=board, now=NOW + timedelta(hours=1))
    return Board.objects.get(pk=board.pk)


@made_once
def full_board(*, n):
    """The board of a classifier with `n` entries, written straight into the tables; return it."""
    board = BoardFactory()
    fill_board(board, n)
    return Board.objects.get(pk=board.pk)


@made_once
def two_device_board():
    """The digits on a device without a sensor, with what never answers right, and some of them on one with a meter."""
    digits_board.__wrapped__(models=(*DIGITS, CONSTANT))
    return digits_board.__wrapped__(models=DIGITS[:4], readings=(rapl_reading, make_reading), device=metered_device())


def sensorless_device():
    device = DeviceFactory(agent=AgentFactory(name="bench-01"), name="Xeon Platinum 8481C, 2 cores", vendor="Intel")
    EnergySourceFactory(device=device, rated_power_w=15.0, rated_power_origin="a table of processors")
    EnergySourceFactory(
        device=device,
        key="rapl",
        scope="cpu_package",
        provenance="counter",
        method="counter_difference",
        present=False,
        why_absent="No powercap folder: this is a virtual machine.",
        fix="Run the agent on the host.",
    )
    return device


def metered_device():
    device = DeviceFactory(agent=AgentFactory(name="bench-02"), name="Ryzen 7 7840U, 8 cores", vendor="AMD", cores=8)
    EnergySourceFactory(
        device=device, key="rapl", scope="cpu_package", provenance="counter", method="counter_difference"
    )
    return device


__all__ = [
    "CONSTANT",
    "DIGITS",
    "digits_board",
    "full_board",
    "make_reading",
    "metered_device",
    "rapl_reading",
    "sensorless_device",
    "two_device_board",
]

"""Rows of every app for tests, with the real services behind what they publish.

`XFactory()` makes one row and what it needs. `make_report` builds a realistic Report, `make_result` puts it behind a
claimed attempt of a job that waits for scoring, `publish_entry` runs the real scoring over it. `fill_board` writes
many entries straight into the tables, for tests of size.
"""

import io
import json
import uuid
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256

import factory
import numpy as np
from django.contrib.auth.hashers import get_hasher, make_password
from django.db import connection
from factory.django import DjangoModelFactory

from leaderboard.accounts.models import ApiToken, User
from leaderboard.boards.models import Board, Entry, Score
from leaderboard.boards.services import rebuild_board, score_result
from leaderboard.catalog import blobs
from leaderboard.catalog.models import Benchmark, ModelArtefact, Price
from leaderboard.devices.models import Agent, Device, EnergySource, Health
from leaderboard.metrics.definitions import generation
from leaderboard.metrics.registry import METRICS
from leaderboard.metrics.statistics.resampling import STORED_DRAWS
from leaderboard.protocol import (
    DeviceKind,
    EnergyMethod,
    EnergyReading,
    Environment,
    GuardReading,
    GuardVerdict,
    HistogramCounts,
    Measured,
    Phase,
    PhaseMark,
    PrefillWindow,
    Provenance,
    Repeat,
    Report,
    Scope,
    Streamed,
)
from leaderboard.runs.models import Attempt, Job, Result
from leaderboard.runs.states import AttemptState, JobState
from leaderboard.submissions.models import Submission
from leaderboard.submissions.names import ModelName

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
FINGERPRINT = "f" * 64
PASSWORD = "correct horse battery"
N_ITEMS = 40
CLASSES = 10
DIGITS_CONTRACT = {
    "inputs": [{"dtype": "float32", "shape": ["N", 64], "low": 0.0, "high": 1.0}],
    "outputs": [
        {"dtype": "int64", "shape": ["N"], "meaning": "labels"},
        {"dtype": "float32", "shape": ["N", CLASSES], "meaning": "scores"},
    ],
}


def answer_key(n=N_ITEMS):
    return np.arange(n, dtype=np.int64) % CLASSES


def answers_with(correct, n=N_ITEMS, seed=0):
    """Return `n` answers of which `correct` are right; which ones depends on `seed`."""
    answers = answer_key(n)
    wrong = np.random.default_rng(seed).permutation(n)[correct:]
    answers[wrong] = (answers[wrong] + 1) % CLASSES
    return tuple(answers.tolist())


def store_array(array):
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return blobs.store([buffer.getvalue()], limit=2**30)


@cache
def hashed(password, algorithm):
    """Hash once for each hasher: it is slow on purpose."""
    return make_password(password, hasher=algorithm)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda i: f"person{i}")
    password = factory.LazyFunction(lambda: hashed(PASSWORD, get_hasher().algorithm))


def make_token(user=None):
    """Return a token in clear and its user."""
    user = user or UserFactory()
    _, token = ApiToken.issue(user=user, name="test", now=NOW)
    return token, user


class AgentFactory(DjangoModelFactory):
    class Meta:
        model = Agent

    name = factory.Sequence(lambda i: f"box{i}")
    secret_hash = factory.LazyAttribute(lambda agent: sha256(agent.name.encode()).hexdigest())
    enrolled_at = NOW - timedelta(days=1)
    last_seen_at = NOW
    version = "0.1.0"
    fingerprint = FINGERPRINT
    facts = factory.LazyAttribute(
        lambda agent: {"hostname": agent.name, "os": "Linux 6.1", "arch": "x86_64", "python": "3.11.7"}
    )


class DeviceFactory(DjangoModelFactory):
    class Meta:
        model = Device

    agent = factory.SubFactory(AgentFactory)
    key = "cpu"
    slug = factory.LazyAttribute(lambda device: f"{device.agent.name}-{device.key}")
    kind = DeviceKind.CPU.value
    name = "Example CPU 2-core"
    vendor = "Example"
    cores = 2
    memory_bytes = 8 * 2**30
    health = Health.GOOD.value
    runtimes = factory.LazyFunction(lambda: ["onnxruntime"])
    facts = factory.LazyFunction(dict)


class EnergySourceFactory(DjangoModelFactory):
    class Meta:
        model = EnergySource

    device = factory.SubFactory(DeviceFactory)
    key = "codecarbon"
    scope = Scope.PROCESS.value
    provenance = Provenance.ESTIMATED.value
    method = EnergyMethod.TIME_TIMES_CONSTANT.value
    present = True


class BenchmarkFactory(DjangoModelFactory):
    """A benchmark like the bundled digits, with `n` items and a real answer key among the blobs."""

    class Meta:
        model = Benchmark
        django_get_or_create = ("slug", "version")

    slug = "digits"
    version = 1
    title = "Handwritten digits"
    description = "Ten classes of handwritten digits, 8 x 8 pixels."
    modality = "image"
    task = "classification"
    grader = "exact_match"
    licence = "CC-BY-4.0"
    citation = "Alpaydin and Kaynak, 1998"
    n = N_ITEMS
    inputs_sha256 = factory.LazyAttribute(lambda benchmark: store_array(np.zeros((benchmark.n, 64), "float32")).sha256)
    inputs_bytes = factory.LazyAttribute(lambda benchmark: benchmark.n * 256 + 128)
    answers_sha256 = factory.LazyAttribute(lambda benchmark: store_array(answer_key(benchmark.n)).sha256)
    contract = factory.LazyFunction(lambda: DIGITS_CONTRACT)
    protocol = factory.LazyFunction(dict)


def text_key(n=N_ITEMS):
    return tuple(str(100 + i) for i in range(n))


def texts_with(correct, n=N_ITEMS):
    """Return `n` texts of which the first `correct` are right."""
    return tuple(answer if i < correct else f"{answer}?" for i, answer in enumerate(text_key(n)))


def store_lines(rows):
    return blobs.store([f"{json.dumps(row)}\n".encode() for row in rows], limit=2**30)


class TextBenchmarkFactory(BenchmarkFactory):
    """A benchmark like the bundled additions: prompts and answers as JSON lines among the blobs."""

    slug = "addition"
    title = "Three-digit addition"
    description = "Sums."
    modality = "text"
    task = "arithmetic"
    grader = "exact"
    inputs_sha256 = factory.LazyAttribute(
        lambda benchmark: store_lines({"id": str(i), "prompt": f"{i}="} for i in range(benchmark.n)).sha256
    )
    inputs_bytes = 1000
    answers_sha256 = factory.LazyAttribute(
        lambda benchmark: (
            store_lines({"id": str(i), "answer": answer} for i, answer in enumerate(text_key(benchmark.n))).sha256
        )
    )
    contract = None
    generation = factory.LazyFunction(lambda: {"api": "completion", "max_new_tokens": 8, "stop": []})


class BoardFactory(DjangoModelFactory):
    class Meta:
        model = Board
        django_get_or_create = ("slug", "benchmark")

    benchmark = factory.SubFactory(BenchmarkFactory)
    slug = factory.LazyAttribute(lambda board: board.benchmark.slug)
    title = "Digits"
    rank_metric = "ipw"
    x = "latency_p50_s"
    y = "accuracy"


class ArtefactFactory(DjangoModelFactory):
    class Meta:
        model = ModelArtefact

    sha256 = factory.Sequence(lambda i: sha256(f"artefact {i}".encode()).hexdigest())
    format = "onnx"
    size_bytes = 40_000
    parameters = 4810
    precision = "fp32"
    signature = factory.LazyFunction(
        lambda: {
            "inputs": [{"name": "input", "dtype": "float32", "shape": [None, 64]}],
            "outputs": [{"name": "scores", "dtype": "float32", "shape": [None, CLASSES]}],
            "parameters": 4810,
            "precision": "fp32",
        }
    )
    uploaded_by = factory.SubFactory(UserFactory)
    uploaded_at = NOW


class GgufFactory(ArtefactFactory):
    format = "gguf"
    precision = "q8_0"
    signature = factory.LazyFunction(
        lambda: {"architecture": "llama", "parameters": 4810, "precision": "q8_0", "tensors": 9}
    )


class PriceFactory(DjangoModelFactory):
    class Meta:
        model = Price

    kind = Price.Kind.ELECTRICITY_USD_PER_KWH.value
    value = 0.30
    valid_from = NOW - timedelta(days=30)
    citation = "An example tariff, 2026"


class SubmissionFactory(DjangoModelFactory):
    class Meta:
        model = Submission

    submitted_by = factory.SubFactory(UserFactory)
    model_name = factory.Sequence(lambda i: f"mlp {i}")
    organisation = ""
    model_slug = factory.LazyAttribute(lambda submission: ModelName(submission.organisation, submission.model_name).key)
    family = "mlp"
    licence = "Apache-2.0"
    artefact = factory.SubFactory(ArtefactFactory)
    benchmark = factory.SubFactory(BenchmarkFactory)
    created_at = NOW


class TextSubmissionFactory(SubmissionFactory):
    model_name = factory.Sequence(lambda i: f"adder {i}")
    family = "adder"
    artefact = factory.SubFactory(GgufFactory)
    benchmark = factory.SubFactory(TextBenchmarkFactory)


class JobFactory(DjangoModelFactory):
    class Meta:
        model = Job

    submission = factory.SubFactory(SubmissionFactory)
    benchmark = factory.SelfAttribute("submission.benchmark")
    device = factory.SubFactory(DeviceFactory)
    protocol_version = 1
    created_at = NOW
    state_since = NOW


class AttemptFactory(DjangoModelFactory):
    """A dispatched attempt; `state=AttemptState.CLAIMED` brings a claim key, a lease and a deadline."""

    class Meta:
        model = Attempt

    class Params:
        claimed = factory.LazyAttribute(lambda attempt: attempt.state != AttemptState.DISPATCHED)

    job = factory.SubFactory(JobFactory, state=JobState.RUNNING)
    device = factory.LazyAttribute(lambda attempt: attempt.job.device or DeviceFactory())
    agent = factory.LazyAttribute(lambda attempt: attempt.device.agent)
    number = 1
    state = AttemptState.DISPATCHED
    dispatched_at = NOW
    rung_at = NOW
    claim_key = factory.LazyAttribute(lambda attempt: uuid.uuid4() if attempt.claimed else None)
    claimed_at = factory.LazyAttribute(lambda attempt: NOW if attempt.claimed else None)
    lease_expires_at = factory.LazyAttribute(lambda attempt: NOW + timedelta(seconds=60) if attempt.claimed else None)
    deadline_at = factory.LazyAttribute(lambda attempt: NOW + timedelta(seconds=600) if attempt.claimed else None)


def make_reading(watts=10.0, seconds=1.0, missing=None, **changes):
    values = {
        "source": "codecarbon",
        "scope": Scope.PROCESS,
        "provenance": Provenance.ESTIMATED,
        "method": EnergyMethod.TIME_TIMES_CONSTANT,
        "seconds": seconds,
        "joules": None if missing else watts * seconds,
        "missing": missing,
        "rated_power_w": 15.0,
        "rated_power_origin": "an example table",
    }
    return EnergyReading(**(values | changes))


def rapl_reading(watts=20.0, seconds=1.0, missing=None, **changes):
    rapl = {
        "source": "rapl",
        "scope": Scope.CPU_PACKAGE,
        "provenance": Provenance.COUNTER,
        "method": EnergyMethod.COUNTER_DIFFERENCE,
        "rated_power_w": None,
        "rated_power_origin": None,
    }
    return make_reading(watts, seconds, missing, **(rapl | changes))


def make_repeat(median_s=0.001, calls=1000, batch=1, energy=(), guard=GuardVerdict.CLEAN, **changes):
    mean_s = 1.1 * median_s
    values = {
        "calls": calls,
        "items": calls * batch,
        "seconds": mean_s * calls,
        "median_s": median_s,
        "mean_s": mean_s,
        "p90_s": 1.3 * median_s if calls >= 100 else None,
        "p99_s": 2.0 * median_s if calls >= 1000 else None,
        "cpu_s": 0.99 * mean_s * calls,
        "guard": GuardReading(verdict=guard, pressure_share=0.01),
        "energy": energy,
    }
    return Repeat(**(values | changes))


def make_measured(
    *,
    answers=None,
    latency_s=0.001,
    readings=(make_reading,),
    watts=10.0,
    idle_watts=2.0,
    batch=1,
    guard=GuardVerdict.CLEAN,
    **changes,
):
    """Five repeats whose latency and power spread by about 2 %; each of `readings` makes one energy source."""
    repeats = []
    for factor in (0.98, 0.99, 1.0, 1.01, 1.02):
        seconds = 1.1 * latency_s * factor * 1000
        energy = tuple(make(watts * (2 - factor), seconds) for make in readings)
        repeats.append(make_repeat(latency_s * factor, batch=batch, energy=energy, guard=guard))
    idle = tuple(make(idle_watts, 10.0) for make in readings)
    values = {
        "runtime_version": "1.31.0",
        "provider": "CPUExecutionProvider",
        "precision": "fp32",
        "load_s": 0.02,
        "first_call_s": 0.004,
        "warmup_calls": 100,
        "repeats": tuple(repeats),
        "stable": True,
        "guard": guard,
        "histogram": HistogramCounts(low_s=1e-6, bins_per_decade=20, counts={59: 2500, 60: 2500}),
        "idle_before": idle,
        "idle_after": idle,
        "answers": answers if answers is not None else answers_with(36),
        "memory_peak_bytes": 60 * 2**20,
    }
    return Measured(**(values | changes))


def make_streamed(ttft_s=0.0004, tpot_s=0.0002, calls=1000, **changes):
    """Answers of four tokens to prompts of nine; the server's own timings agree to 1 %."""
    values = {
        "prompt_tokens": 9 * calls,
        "output_tokens": 4 * calls,
        "cached_tokens": 0,
        "ttft_p50_s": ttft_s,
        "tpot_p50_s": tpot_s,
        "itl_p99_s": 2 * tpot_s,
        "server_prefill_p50_s": 0.99 * ttft_s,
        "server_tpot_p50_s": 0.99 * tpot_s,
    }
    return Streamed(**(values | changes))


def make_generated(*, texts=None, streamed=None, prefill_watts=8.0, readings=(make_reading,), **changes):
    """A run like `make_measured` that streamed text, with three windows of 1,000 prompts each for prefill."""
    measured = make_measured(readings=readings, **changes)
    windows = tuple(
        PrefillWindow(
            requests=1000,
            prompt_tokens=9000,
            seconds=0.4,
            energy=tuple(make(prefill_watts * factor, 0.4) for make in readings),
        )
        for factor in (() if prefill_watts is None else (0.99, 1.0, 1.01))
    )
    parts = {
        "answers": (),
        "texts": texts if texts is not None else texts_with(36),
        "repeats": tuple(
            repeat.model_copy(update={"streamed": streamed or make_streamed(calls=repeat.calls)})
            for repeat in measured.repeats
        ),
        "prefill": windows,
        "runtime_version": "b6700",
        "provider": "cpu",
        "precision": "q8_0",
    }
    return measured.model_copy(update=parts)


def make_report(attempt_id, *, measured=None, failed=None, **changes):
    values = {
        "protocol_version": 1,
        "attempt_id": attempt_id,
        "environment": Environment(fingerprint=FINGERPRINT, facts={"governor": "performance", "kernel": "6.1.0"}),
        "phases": (
            PhaseMark(phase=Phase.PREPARING, start_s=0, end_s=0.5),
            PhaseMark(phase=Phase.MEASURING, start_s=0.5, end_s=6.0),
        ),
        "measured": None if failed else measured or make_measured(),
        "failed": failed,
    }
    return Report(**(values | changes))


def make_result(*, job=None, report=None, measured=None, accepted=True, **job_values):
    """An accepted result of a finished attempt; its job waits for scoring (`verifying`)."""
    job = job or JobFactory(state=JobState.VERIFYING, **job_values)
    attempt = AttemptFactory(job=job, state=AttemptState.DONE)
    report = report or make_report(attempt.uuid, measured=measured)
    payload = report.model_dump_json()
    return Result.objects.create(
        attempt=attempt,
        job=job,
        sha256=sha256(payload.encode()).hexdigest(),
        payload=payload,
        accepted=accepted,
        received_at=NOW,
    )


def publish_entry(*, now=NOW, **values) -> Entry:
    """A published entry, scored by the real service: `measured=make_measured(...)`, and values for its job."""
    return score_result(result=make_result(**values), now=now)


def fill_board(board, n, *, seed=0, rebuild=True):
    """Write `n` entries with scores and draws straight into the tables: quick, and without readable reports."""
    rng = np.random.default_rng(seed)
    user = UserFactory()
    devices = [DeviceFactory() for _ in range(min(n, 5))]
    artefacts = _bulk(ArtefactFactory, n, uploaded_by=user)
    submissions = _bulk(SubmissionFactory, n, benchmark=board.benchmark, submitted_by=user, artefact=artefacts)
    picked = [devices[i % len(devices)] for i in range(n)]
    jobs = _bulk(JobFactory, n, submission=submissions, device=picked, state=JobState.PUBLISHED)
    attempts = _bulk(AttemptFactory, n, job=jobs, state=AttemptState.DONE)
    results = Result.objects.bulk_create(
        Result(attempt=attempt, job=attempt.job, sha256=FINGERPRINT, payload="{}", accepted=True, received_at=NOW)
        for attempt in attempts
    )
    entries = Entry.objects.bulk_create(
        Entry(
            job=result.job,
            result=result,
            submission=result.job.submission,
            benchmark=board.benchmark,
            device=result.job.device,
            runtime="onnxruntime",
            precision="fp32",
            stable=True,
            guard="clean",
            published_at=NOW,
        )
        for result in results
    )
    _write_scores(row for entry in entries for row in _random_scores(entry, rng))
    if rebuild:
        rebuild_board(board=board, now=NOW)
    return entries


def _bulk(row_factory, n, **values):
    """Build `n` rows, a list among the values giving one to each, and write them in one statement."""
    rows = [
        row_factory.build(**{name: value[i] if isinstance(value, list) else value for name, value in values.items()})
        for i in range(n)
    ]
    return row_factory._meta.model.objects.bulk_create(rows)


def _write_scores(rows):
    """Write dicts with every column of a score but its key: thirty to an entry, and Django would convert each value."""
    columns = [field.column for field in Score._meta.concrete_fields if not field.primary_key]
    places = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {Score._meta.db_table} ({', '.join(columns)}) VALUES ({places})",  # noqa: S608 -- names of our own models; the values are parameters
            [[row[column] for column in columns] for row in rows],
        )


def _random_scores(entry, rng):
    accuracy = rng.uniform(0.3, 0.99)
    latency_s = 10 ** rng.uniform(-5, -1)
    power_w = rng.uniform(5, 50)
    drawn = {
        "accuracy": accuracy * rng.normal(1, 0.01, STORED_DRAWS).clip(0.9, 1.01),
        "latency_p50_s": latency_s * rng.normal(1, 0.02, STORED_DRAWS),
        "mean_power_w": power_w * rng.normal(1, 0.02, STORED_DRAWS),
    }
    drawn["energy_per_item_j"] = drawn["mean_power_w"] * latency_s
    drawn["ipw"] = drawn["accuracy"] / drawn["mean_power_w"]
    for metric in METRICS.values():
        draws = drawn.get(metric.key)
        value = float(draws.mean()) if draws is not None else float(rng.uniform(1, 100))
        if metric in generation.METRICS and not entry.benchmark.generation:
            continue
        yield {
            "entry_id": entry.pk,
            "metric": metric.key,
            "version": metric.version,
            "scope": "process" if metric.scoped else "",
            "provenance": "estimated" if metric.scoped else "measured",
            "value": value,
            "low": 0.97 * value,
            "high": 1.03 * value,
            "n": 600,
            "missing_reason": "",
            "terms": "{}",
            "draws": None if draws is None else draws.astype("<f4").tobytes(),
        }

"""Files and benchmarks come in: whole, once, or not at all."""

import hashlib
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.db import IntegrityError, transaction

from leaderboard.catalog import blobs
from leaderboard.catalog.benchmarks import BadBenchmark, load_benchmark
from leaderboard.catalog.file_words import NotGguf, NotOnnx
from leaderboard.catalog.models import Benchmark, ModelArtefact, Price
from leaderboard.catalog.services import load_price_book, note_reference, store_artefact
from tests.catalog.gguf_files import small
from tests.catalog.models import bytes_of, linear
from tests.factories import NOW, ArtefactFactory, BenchmarkFactory, PriceFactory, UserFactory

pytestmark = pytest.mark.django_db
CATALOG = Path(__file__).parents[2] / "fixtures" / "catalog"
MODEL = bytes_of(linear())
ROOT = Path(__file__).parents[2]


def _store(*chunks, by=None):
    return store_artefact(chunks=chunks, by=by or UserFactory(), now=NOW)


def _kept(settings):
    folder = Path(settings.BLOB_DIR)
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_model_is_kept_under_its_digest_with_what_it_says(settings):
    artefact = _store(MODEL[:10], MODEL[10:])
    assert artefact.sha256 == hashlib.sha256(MODEL).hexdigest()
    assert blobs.path(artefact.sha256).read_bytes() == MODEL
    assert (artefact.size_bytes, artefact.parameters, artefact.precision) == (len(MODEL), 640, "fp32")


def test_the_same_bytes_are_the_same_artefact_of_who_came_first(settings):
    first, again = _store(MODEL), _store(MODEL)
    assert (first, first.uploaded_by) == (again, again.uploaded_by)
    assert _kept(settings) == [first.sha256]


def test_a_file_over_the_limit_is_refused_at_the_byte_that_is_too_many(settings):
    settings.MAX_ARTEFACT_BYTES = 100
    read = []

    def chunks():
        for _ in range(1000):
            read.append(64)
            yield bytes(64)

    with pytest.raises(blobs.TooLarge):
        store_artefact(chunks=chunks(), by=UserFactory(), now=NOW)

    assert len(read) == 2
    assert _kept(settings) == []


@pytest.mark.parametrize("content", [b"", b"x", MODEL[:-9], bytes(10_000)])
def test_a_file_that_is_no_model_is_not_kept(settings, content):
    with pytest.raises(NotOnnx):
        _store(content)
    assert _kept(settings) == []
    assert not ModelArtefact.objects.exists()


def test_refusing_a_file_does_not_remove_a_kept_one_of_the_same_bytes():
    """Whoever uploads a benchmark's items as a model must not take them away from the benchmark."""
    benchmark = BenchmarkFactory()
    for sha256 in (benchmark.inputs_sha256, benchmark.answers_sha256):
        content = blobs.path(sha256).read_bytes()
        with pytest.raises(NotOnnx):
            _store(content)
        assert blobs.path(sha256).read_bytes() == content


def test_an_upload_that_breaks_off_leaves_nothing(settings):
    def chunks():
        yield MODEL[:100]
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store_artefact(chunks=chunks(), by=UserFactory(), now=NOW)
    assert _kept(settings) == []


def test_a_file_the_disk_cannot_hold_leaves_nothing(tmp_path):
    """The real limit of a real process, since a full disk cannot be had without being root."""
    code = """
import resource, sys
from pathlib import Path
from django.conf import settings
settings.configure(BLOB_DIR=sys.argv[1])
from leaderboard.catalog import blobs
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    blobs.store([bytes(64_000)] * 3, limit=10**9)
except OSError as error:
    print(error.strerror, len(list(Path(sys.argv[1]).rglob("*"))))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.stdout == "File too large 0\n", done.stderr


def test_arrays_with_pickled_objects_are_not_read(settings):
    import io

    buffer = io.BytesIO()
    np.save(buffer, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    stored = blobs.store([buffer.getvalue()], limit=10**6)
    with pytest.raises(ValueError, match="allow_pickle"):
        blobs.read_array(stored.sha256)


# --- benchmarks


def _folder(tmp_path, **changes):
    spec = json.loads((CATALOG / "digits" / "benchmark.json").read_text())
    np.save(tmp_path / "inputs.npy", np.zeros((4, 64), np.float32))
    np.save(tmp_path / "answers.npy", np.arange(4))
    for name in ("inputs", "answers"):
        file = tmp_path / f"{name}.npy"
        spec[name] = {"file": file.name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    (tmp_path / "benchmark.json").write_text(json.dumps(spec | {"n": 4} | changes))
    return tmp_path


def test_the_bundled_benchmark_can_be_loaded_again_and_again():
    first = load_benchmark(folder=CATALOG / "digits", now=NOW)
    assert load_benchmark(folder=CATALOG / "digits", now=NOW) == first


def test_a_protocol_that_was_stored_before_a_field_of_it_existed_is_the_same(db):
    first = load_benchmark(folder=CATALOG / "digits", now=NOW)
    older = {name: value for name, value in first.protocol.items() if not name.startswith("cooldown")}
    assert older != first.protocol
    type(first).objects.filter(pk=first.pk).update(protocol=older)

    assert load_benchmark(folder=CATALOG / "digits", now=NOW) == first
    type(first).objects.filter(pk=first.pk).update(protocol=older | {"idle_s": 11})
    with pytest.raises(BadBenchmark, match="another protocol"):
        load_benchmark(folder=CATALOG / "digits", now=NOW)
    assert first.n == 600
    assert blobs.read_array(first.inputs_sha256).shape == (600, 64)


def test_a_file_without_its_digest_is_refused(tmp_path):
    folder = _folder(tmp_path)
    np.save(folder / "answers.npy", np.arange(4) + 1)
    with pytest.raises(BadBenchmark, match="digest"):
        load_benchmark(folder=folder, now=NOW)


def test_fewer_answers_than_items_are_refused(tmp_path):
    with pytest.raises(BadBenchmark, match="one answer for each"):
        load_benchmark(folder=_folder(tmp_path, n=5), now=NOW)
    assert not Benchmark.objects.exists()


def test_a_version_never_changes(tmp_path):
    load_benchmark(folder=_folder(tmp_path), now=NOW)
    with pytest.raises(BadBenchmark, match="title"):
        load_benchmark(folder=_folder(tmp_path, title="Other digits"), now=NOW)


def test_another_contamination_note_takes_the_place_of_the_first_and_makes_no_version(tmp_path):
    first = load_benchmark(folder=_folder(tmp_path, contamination=""), now=NOW)
    for note in ("Nobody has the items.", "They were published."):
        assert load_benchmark(folder=_folder(tmp_path, contamination=note), now=NOW).contamination == note
    assert load_benchmark(folder=_folder(tmp_path, contamination=" "), now=NOW) == first
    first.refresh_from_db()
    assert first.contamination == "They were published."


@pytest.mark.parametrize("slug", ["addition", "digits"])
def test_bundled_benchmarks_say_what_models_may_have_seen(slug):
    assert "the key is no secret" in load_benchmark(folder=CATALOG / slug, now=NOW).contamination


def test_prices_are_loaded_once_and_an_operators_are_left_alone():
    PriceFactory(value=0.11, citation="our bill")
    for _ in range(2):
        load_price_book(file=CATALOG / "prices.json", now=NOW)
    rows = json.loads((CATALOG / "prices.json").read_text())
    assert Price.objects.count() == len(rows) + 1


def test_the_newest_price_counts_and_one_for_the_device_beats_it():
    PriceFactory(value=0.1, valid_from=NOW - timedelta(days=9))
    PriceFactory(value=0.2, valid_from=NOW - timedelta(days=8))
    PriceFactory(value=0.9, valid_from=NOW + timedelta(days=1))
    PriceFactory(value=0.5, device_slug="lab-cpu", valid_from=NOW - timedelta(days=20))
    kind = Price.Kind.ELECTRICITY_USD_PER_KWH
    assert Price.objects.book(device_slug="other", at=NOW)[kind].value == 0.2
    assert Price.objects.book(device_slug="lab-cpu", at=NOW)[kind].value == 0.5


# --- constraints


def test_one_benchmark_per_slug_and_version():
    first = BenchmarkFactory()
    with pytest.raises(IntegrityError, match="slug"):
        Benchmark.objects.create(
            slug=first.slug, version=first.version, n=1, inputs_bytes=1, contract={}, title="x", description="x"
        )


def test_a_benchmark_has_items():
    with pytest.raises(IntegrityError, match="a_benchmark_has_items"):
        Benchmark.objects.create(slug="empty", version=1, n=0, inputs_bytes=1, contract={})


def test_an_artefact_has_bytes():
    with pytest.raises(IntegrityError, match="an_artefact_has_bytes"):
        ArtefactFactory(size_bytes=0)


def test_a_price_is_not_negative():
    with pytest.raises(IntegrityError, match="a_price_is_not_negative"):
        PriceFactory(value=-0.01)


def test_a_benchmark_asks_for_tensors_or_text():
    for asked in ({}, {"contract": {}, "generation": {}}):
        with pytest.raises(IntegrityError, match="a_benchmark_asks_for_tensors_or_text"), transaction.atomic():
            Benchmark.objects.create(slug="both", version=1, n=1, inputs_bytes=1, **asked)


@pytest.mark.parametrize(
    "changes",
    [
        {"sha256": None},
        {"size_bytes": None},
        {"reference": "lab-llama"},
        {"sha256": None, "size_bytes": None, "reference": ""},
    ],
)
def test_an_artefact_is_a_file_or_a_reference(changes):
    with pytest.raises(IntegrityError, match="an_artefact_is_a_file_or_a_reference"):
        ArtefactFactory(**changes)


def test_one_artefact_per_reference():
    named = {"sha256": None, "size_bytes": None, "reference": "lab-llama"}
    ArtefactFactory(format="endpoint", **named)
    ArtefactFactory(format="container", **named)
    ArtefactFactory()
    with pytest.raises(IntegrityError, match=r"one_artefact_per_reference|format"):
        ArtefactFactory(format="endpoint", **named)


def test_a_reference_is_kept_once_by_whoever_named_it_first():
    named = {"format": "endpoint", "reference": "lab-llama", "now": NOW}
    first = note_reference(by=UserFactory(), **named)
    again = note_reference(by=UserFactory(), **named)
    assert (first, first.runtime, str(first)) == (again, "openai", "endpoint lab-llama")


def test_a_gguf_file_is_known_by_its_first_bytes(tmp_path):
    content = small(tmp_path / "m.gguf").read_bytes()
    artefact = _store(content)
    assert (artefact.format, artefact.parameters, artefact.precision) == ("gguf", 264, "fp32")
    assert (artefact.runtime, artefact.signature["architecture"]) == ("llama.cpp", "llama")


def test_a_gguf_file_that_is_cut_short_is_not_kept(settings, tmp_path):
    content = small(tmp_path / "m.gguf").read_bytes()
    with pytest.raises(NotGguf, match="cut short"):
        _store(content[:-100])
    assert _kept(settings) == []

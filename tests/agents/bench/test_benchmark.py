import json
import shutil

import numpy as np
import pytest

from agents.bench import benchmark as module
from agents.bench.benchmark import bundled, load_benchmark
from agents.errors import UserError
from tests.agents.measuring import DIGITS


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(DIGITS, tmp_path / "mine")


def change(folder, **values):
    path = folder / "benchmark.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_a_bundled_benchmark_is_found_by_its_name_and_a_folder_by_its_path(folder):
    by_name, by_path = load_benchmark("digits"), load_benchmark(str(folder))

    assert (by_name.slug, by_name.n) == (by_path.slug, by_path.n) == ("digits", 600)
    assert by_name.inputs_sha256 == by_path.inputs_sha256
    assert len(by_name.key) == 600


def test_an_installed_wheel_finds_its_benchmarks_beside_its_own_environment(tmp_path, monkeypatch):
    shutil.copytree(DIGITS, tmp_path / "share/perwatt/catalog/digits")
    monkeypatch.setattr(module.agents, "__file__", str(tmp_path / "lib/agents/__init__.py"))
    monkeypatch.setattr(module.sys, "prefix", str(tmp_path))

    assert bundled() == {"digits": tmp_path / "share/perwatt/catalog/digits"}


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "answers.npy").write_bytes(b"x"), r"answers\.npy does not have the digest"),
        (lambda folder: (folder / "inputs.npy").unlink(), "No such file"),
        (lambda folder: (folder / "benchmark.json").write_text("{"), "cannot be used: Expecting property name"),
        (lambda folder: (folder / "benchmark.json").write_text("[]"), "it is no object"),
        (lambda folder: change(folder, n=599), "states 599 items and holds 600, with 600 answers"),
        (lambda folder: change(folder, inputs={}), r"benchmark\.json lacks 'file'"),
        (lambda folder: change(folder, contract={"inputs": 3}), "cannot be used"),
        (lambda folder: change(folder, protocol={"repeats": 1}), "cannot be used"),
        (lambda folder: change(folder, generation={"max_new_tokens": 0}), "cannot be used"),
    ],
)
def test_a_folder_that_cannot_be_used_is_refused_in_a_sentence(folder, spoil, said):
    spoil(folder)

    with pytest.raises(UserError, match=said) as refused:
        load_benchmark(str(folder))
    assert "\n" not in str(refused.value)


def test_a_benchmark_of_text_has_its_answers_and_names_its_grader():
    addition = load_benchmark("addition")

    assert (addition.contract, addition.grader, len(addition.key)) == (None, "exact", 300)
    assert addition.generation.max_new_tokens == 8
    assert set("".join(addition.key)) <= set("0123456789")


def test_a_grader_that_nobody_has_is_named(tmp_path):
    folder = shutil.copytree(DIGITS.parent / "addition", tmp_path / "addition")
    change(folder, grader="taste")

    with pytest.raises(UserError, match="There is no grader 'taste'"):
        load_benchmark(str(folder))


def test_pickled_items_are_never_loaded(folder):
    np.save(folder / "inputs.npy", np.array([{}], dtype=object), allow_pickle=True)
    digest = __import__("hashlib").sha256((folder / "inputs.npy").read_bytes()).hexdigest()
    change(folder, inputs={"file": "inputs.npy", "sha256": digest})

    with pytest.raises(UserError, match="cannot be used"):
        load_benchmark(str(folder))


def test_an_unknown_name_lists_what_is_there(tmp_path):
    with pytest.raises(UserError, match=r"no benchmark 'digit': neither a folder, nor bundled \(.*digits"):
        load_benchmark("digit")
    with pytest.raises(UserError, match=r"holds no benchmark\.json"):
        load_benchmark(str(tmp_path))

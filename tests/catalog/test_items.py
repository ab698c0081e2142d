"""A lab's own items: one file, one command, and a line number for what is wrong."""

import json

import pytest
from django.core.management import CommandError, call_command

from leaderboard.boards.models import Board
from leaderboard.catalog import blobs
from leaderboard.catalog.benchmarks import BadBenchmark, NewBenchmark, answer_key, load_benchmark, load_items
from leaderboard.catalog.items import BadItems, read_items
from leaderboard.catalog.models import Benchmark
from leaderboard.catalog.selectors import benchmark_page
from leaderboard.embedded.seed import bundled_benchmarks
from leaderboard.grading import grader
from leaderboard.protocol import GenerationContract
from tests.factories import NOW

ITEMS = [{"id": "a", "prompt": "1+1=", "answer": "2"}, {"id": "b", "prompt": "Say ü.", "answer": "ü"}]


def written(tmp_path, rows, name="own.jsonl"):
    file = tmp_path / name
    file.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), encoding="utf-8")
    return file


def new(**changes):
    values = {"slug": "own", "grader": "exact", "generation": GenerationContract(max_new_tokens=16)}
    return NewBenchmark(**(values | changes))


@pytest.mark.parametrize(
    ("lines", "name", "reason"),
    [
        ([], "exact", "no item"),
        (["\n", "{"], "exact", "Line 2 is no JSON object"),
        (["[1]"], "exact", "Line 1 is no JSON object"),
        (["[" * 100_000], "exact", "Line 1 is no JSON object"),
        (['{"id": "a", "prompt": "p"}'], "exact", "Line 1 has no answer"),
        (['{"id": "a", "prompt": "p", "answer": 3}'], "exact", "Line 1: answer is not a text"),
        (['{"id": "a", "prompt": " ", "answer": "3"}'], "exact", "Line 1: prompt is not a text"),
        (['{"id": "a", "prompt": "p", "answer": "3", "hint": ""}'], "exact", "unknown field 'hint'"),
        (['{"id": "a", "prompt": "\\u0000", "answer": "3"}'], "exact", "no database keeps"),
        (['{"id": "a", "prompt": "\\ud800", "answer": "3"}'], "exact", "no database keeps"),
        (['{"id": "a", "prompt": "p", "answer": "3"}'] * 2, "exact", "Line 2 has the id 'a'"),
        (['{"id": "a", "prompt": "p", "answer": "three"}'], "numeric", "Line 1: the answer is no number"),
        (['{"id": "a", "prompt": "p", "answer": "("}'], "regex", "Line 1: the answer is no pattern"),
        (['{"id": "a", "prompt": "p", "answer": "A", "choices": ["x", "y"]}'], "exact", "only the grader choice"),
        (['{"id": "a", "prompt": "p", "answer": "C", "choices": ["x", "y"]}'], "choice", "none of the letters A to B"),
        (['{"id": "a", "prompt": "p", "answer": "A", "choices": ["x"]}'], "choice", "no list of 2 to 26"),
        (['{"id": "a", "prompt": "p", "answer": "A", "choices": ["x", 1]}'], "choice", "no text of 1"),
        (['{"id": "a", "prompt": "' + "p" * 100_001 + '", "answer": "A"}'], "exact", "100000 is the limit"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(lines, name, reason):
    with pytest.raises(BadItems, match=reason):
        read_items(lines, grader(name))


def test_choices_stand_under_the_prompt_by_letter():
    row = {"id": "a", "prompt": "Largest?", "answer": "b", "choices": ["mouse", "whale"]}
    (item,) = read_items([json.dumps(row)], grader("choice"))
    assert item.prompt == "Largest?\nA. mouse\nB. whale\nAnswer:"


@pytest.mark.django_db
def test_prompts_and_answers_are_kept_apart(tmp_path):
    benchmark = load_items(file=written(tmp_path, ITEMS), new=new())
    inputs = blobs.path(benchmark.inputs_sha256).read_text()
    assert [json.loads(line) for line in inputs.splitlines()] == [
        {"id": "a", "prompt": "1+1="},
        {"id": "b", "prompt": "Say ü."},
    ]
    assert answer_key(benchmark) == ("2", "ü")
    assert (benchmark.n, benchmark.contract, benchmark.inputs_bytes) == (2, None, len(inputs))
    assert benchmark.generation_contract() == GenerationContract(max_new_tokens=16)
    assert "SHA-256" in benchmark.citation


@pytest.mark.django_db
def test_the_same_file_again_changes_nothing_and_other_items_need_another_version(tmp_path):
    first = load_items(file=written(tmp_path, ITEMS), new=new())
    assert load_items(file=written(tmp_path, ITEMS), new=new()) == first
    other = written(tmp_path, ITEMS[:1])
    with pytest.raises(BadBenchmark, match="own-v1 is known with another"):
        load_items(file=other, new=new())
    assert load_items(file=other, new=new(version=2)).n == 1
    assert benchmark_page("own-v1").versions == (1, 2)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "changes", "reason"),
    [
        (b'{"id": "a"}\n\xff', {}, "line 2 is not UTF-8"),
        (b"{}", {}, "Line 1 has no answer, id, prompt"),
        (b"{}", {"grader": "vibes"}, "no grader 'vibes'"),
    ],
)
def test_a_file_that_cannot_be_used_leaves_nothing(tmp_path, content, changes, reason):
    file = tmp_path / "own.jsonl"
    file.write_bytes(content)
    with pytest.raises(BadBenchmark, match=reason):
        load_items(file=file, new=new(**changes))
    with pytest.raises(BadBenchmark, match="cannot be read"):
        load_items(file=tmp_path / "absent", new=new())
    assert not Benchmark.objects.exists()


@pytest.mark.django_db
def test_one_command_makes_the_benchmark_and_its_board(tmp_path, capsys):
    file = written(tmp_path, ITEMS)
    call_command("load_benchmark", str(file), "--slug", "own", "--grader", "exact", "--max-new-tokens", "8")
    said = capsys.readouterr().out
    assert "own-v1 has 2 items, graded by exact; its board is /boards/own/." in said
    board = Board.objects.get(slug="own")
    assert (board.title, board.rank_metric, board.revision) == ("Own", "ipw", 1)
    assert board.benchmark.generation_contract().max_new_tokens == 8


@pytest.mark.django_db
def test_a_contamination_note_can_be_said_later_with_the_same_file(tmp_path):
    command = ("load_benchmark", str(written(tmp_path, ITEMS)), "--slug", "own", "--grader", "exact")
    call_command(*command)
    assert Benchmark.objects.get(slug="own").contamination == ""
    call_command(*command, "--contamination", "Never published.")
    call_command(*command)
    assert Benchmark.objects.get(slug="own").contamination == "Never published."


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--slug", "Own things"], "no slug"),
        (["--slug", "own", "--number", "0"], "from 1"),
        (["--slug", "own", "--max-new-tokens", "0"], "--max-new-tokens: "),
        (["--slug", "own", "--rank-metric", "beauty"], "no metric 'beauty'"),
        (["--slug", "own", "--title", "t" * 201], "The title has 201 characters; 200 is the limit"),
        (["--slug", "own", "--task", "t" * 41], "The task has 41 characters; 40 is the limit"),
    ],
)
def test_the_command_says_what_is_wrong(tmp_path, options, reason):
    with pytest.raises(CommandError, match=reason):
        call_command("load_benchmark", str(written(tmp_path, ITEMS)), "--grader", "exact", *options)


@pytest.mark.django_db
def test_the_bundled_benchmark_of_text_loads_again_and_again():
    folder = bundled_benchmarks()["addition"]
    first = load_benchmark(folder=folder, now=NOW)
    assert load_benchmark(folder=folder, now=NOW) == first
    assert (first.n, first.grader, len(answer_key(first))) == (300, "exact", 300)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"generation": None}, "a contract, for tensors, or a generation"),
        ({"contract": {"inputs": [], "outputs": []}}, "a contract, for tensors, or a generation"),
        ({"grader": "label"}, "no grader 'label'"),
        ({"n": 299}, "one answer for each"),
    ],
)
def test_a_folder_that_contradicts_itself_is_refused(tmp_path, changes, reason):
    folder = bundled_benchmarks()["addition"]
    spec = json.loads((folder / "benchmark.json").read_text()) | changes
    spec = {name: value for name, value in spec.items() if value is not None}
    for part in ("inputs.jsonl", "answers.jsonl"):
        (tmp_path / part).write_bytes((folder / part).read_bytes())
    (tmp_path / "benchmark.json").write_text(json.dumps(spec))
    with pytest.raises(BadBenchmark, match=reason):
        load_benchmark(folder=tmp_path, now=NOW)


@pytest.mark.django_db
def test_answers_of_other_items_are_refused(tmp_path):
    import hashlib

    folder = bundled_benchmarks()["addition"]
    spec = json.loads((folder / "benchmark.json").read_text())
    rows = (folder / "answers.jsonl").read_text().splitlines()
    (tmp_path / "inputs.jsonl").write_bytes((folder / "inputs.jsonl").read_bytes())
    (tmp_path / "answers.jsonl").write_text("\n".join(reversed(rows)))
    spec["answers"]["sha256"] = hashlib.sha256((tmp_path / "answers.jsonl").read_bytes()).hexdigest()
    (tmp_path / "benchmark.json").write_text(json.dumps(spec))
    with pytest.raises(BadBenchmark, match="ids differ, or their order"):
        load_benchmark(folder=tmp_path, now=NOW)

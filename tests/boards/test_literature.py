"""Figures of papers: read as they stand, loaded once, never taken for a measurement."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from leaderboard.boards.literature.catalogue import BadCatalogue, read_catalogue
from leaderboard.boards.literature.loading import load_figures
from leaderboard.boards.literature.selectors import comparable_boards, reported_figures
from leaderboard.boards.models import ReportedResult
from leaderboard.embedded import seed
from tests.boards.test_reported_results import reported
from tests.factories import NOW, BenchmarkFactory, BoardFactory
from tests.literature import PAPERS, catalogue, claim

pytestmark = pytest.mark.django_db


def loaded(folder, *rows):
    return load_figures(read_catalogue(catalogue(folder, *rows)), now=NOW)


def test_the_bundled_catalogue_loads_once_and_each_figure_has_its_source(django_assert_max_num_queries):
    seed.load_literature(now=NOW)
    assert ReportedResult.objects.count() == 486
    with django_assert_max_num_queries(3):
        seed.load_literature(now=NOW)
    figures = reported_figures()
    assert len({figure.key for figure in figures}) == 486
    assert all(figure.citation and figure.paper and figure.title for figure in figures)
    assert {figure.scope for figure in figures} == {""}


def test_what_is_a_quantity_of_the_registry_is_in_its_unit_and_a_ratio_never_is(tmp_path):
    loaded(
        tmp_path,
        claim("a", metric="top1_accuracy", value="75.2", unit="percent", note="up to; dense"),
        claim("b", metric="parameters", value="8.3", unit="billion"),
        claim("c", metric="accuracy", value="2", unit="percent", baseline="another"),
    )
    figures = {figure.key: figure for figure in reported_figures()}
    one = figures["a"]
    assert (one.metric, one.value, one.unit, one.bound, one.note) == ("accuracy", 0.752, "1", "up to", "top-1; dense")
    assert figures["b"].value == 8.3e9
    assert [figures[key].measured_here for key in "abc"] == [True, True, False]


def test_a_changed_catalogue_changes_its_own_figures_and_leaves_those_of_staff(tmp_path):
    typed = reported()
    loaded(tmp_path, claim("a"), claim("b"), claim("c"))
    kept = ReportedResult.objects.get(key="a").pk
    found = loaded(tmp_path, claim("a"), claim("b", value="3"))
    assert (found.figures, found.changed, found.gone) == (2, 1, 1)
    assert ReportedResult.objects.get(key="a").pk == kept
    assert ReportedResult.objects.get(key="b").value == 3
    assert ReportedResult.objects.get(key="").pk == typed.pk


def test_one_reported_figure_per_key(tmp_path):
    loaded(tmp_path, claim("a"))
    with pytest.raises(IntegrityError), transaction.atomic():  # one_reported_figure_per_key
        reported(key="a")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([claim("a", value="many")], r"claims\.csv, line 2: could not convert string to float: 'many'"),
        ([claim("a", value="inf")], "line 2: 'inf' is no number"),
        ([claim("a", paper_id="nobody")], "there is no paper 'nobody'"),
        ([claim("a", direction="up")], "a direction, higher or lower"),
        ([claim("a"), claim("a")], "line 3: a stands there twice"),
    ],
)
def test_a_line_that_cannot_be_is_named(tmp_path, rows, said):
    with pytest.raises(BadCatalogue, match=said):
        read_catalogue(catalogue(tmp_path, *rows))


def test_a_folder_that_is_no_catalogue_is_refused_in_words(tmp_path):
    with pytest.raises(CommandError, match=r"papers\.csv cannot be read"):
        call_command("load_literature", tmp_path)
    (tmp_path / "papers.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"papers\.csv has no column paper_id"):
        call_command("load_literature", tmp_path)
    (tmp_path / "papers.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(CommandError, match=r"papers\.csv is no CSV"):
        call_command("load_literature", tmp_path)


def test_a_paper_of_no_day_is_refused(tmp_path):
    catalogue(tmp_path, claim("a"))
    (tmp_path / "papers.csv").write_text(f"{PAPERS}\nlate,Title,someday,,,,model\n", encoding="utf-8")
    with pytest.raises(BadCatalogue, match=r"papers\.csv, line 2: Invalid isoformat"):
        read_catalogue(tmp_path)


def test_a_figure_is_read_beside_the_board_of_its_task_only_where_it_is_the_same_quantity(tmp_path):
    BoardFactory(benchmark=BenchmarkFactory(slug="gsm8k"), title="Grade school")
    accuracy = {"metric": "accuracy", "unit": "percent", "dataset_or_task": "GSM8K"}
    loaded(
        tmp_path,
        claim("same", **accuracy),
        claim("ratio", **accuracy, baseline="another"),
        claim("other", **accuracy | {"dataset_or_task": "IFEval"}),
        claim("titled", **accuracy | {"dataset_or_task": "grade school"}),
    )
    assert {key: board.slug for key, board in comparable_boards(reported_figures()).items()} == {
        "same": "gsm8k",
        "titled": "gsm8k",
    }

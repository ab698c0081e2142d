"""A curve as rows of a table and as lines of CSV."""

import pytest

from frontend import numbers
from frontend.charts.ecdf import Curve, of_values
from frontend.present.curve_data import MOST_ROWS, CurveData


def data_of(curve, n):
    return CurveData(curve, n, "latency_s", "calls", "s", 3, {"source": "=cmd"})


def test_a_short_curve_has_a_row_for_each_value_and_a_long_one_for_each_share():
    short, long = (data_of(of_values("", [i / 100 for i in range(1, n + 1)]), n) for n in (MOST_ROWS, 1000))
    assert len(short.rows()) == MOST_ROWS
    assert len(long.rows()) == MOST_ROWS + 1
    assert [row.count for row in long.rows()][:3] == ["1", "50", "100"]
    assert long.rows()[-1].share == numbers.with_unit("100.0", "%")
    assert len(list(long.lines())) == 1 + 1000


def test_a_curve_that_jumps_over_shares_has_the_value_once():
    rows = data_of(Curve("", [(i / 100, 0.97 if i else 0.96) for i in range(30)][:2] + [(9.0, 1.0)] * 30), 100).rows()
    assert [row.count for row in rows] == ["96", "100"]


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.0002, "< 0.1 %"), (0.001, "0.1 %"), (0.5, "50.0 %"), (0.9996, "> 99.9 %"), (1.0, "100.0 %")],
)
def test_a_few_of_many_are_neither_none_nor_all_but_a_few_all(share, said):
    (row,) = data_of(Curve("", [(1.0, share)]), 100_000).rows()
    assert row.share.replace(numbers.SPACE, " ") == said


def test_a_name_in_a_csv_is_no_formula():
    assert list(data_of(Curve("", [(1.0, 1.0)]), 1).lines()) == [
        ("latency_s", "calls", "share", "source"),
        ("1.0", "1", "1.0", "'=cmd"),
    ]

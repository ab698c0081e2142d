"""Every number of the literature whose inputs are known comes out again."""

import importlib
import pkgutil

import pytest

from tests.metrics import published
from tests.metrics.published.row import Row


def rows() -> list[Row]:
    modules = [
        importlib.import_module(f"{published.__name__}.{found.name}")
        for found in pkgutil.iter_modules(published.__path__)
    ]
    return [row for module in modules for row in getattr(module, "PUBLISHED", ())]


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.metric}: {row.source}")
def test_a_printed_number_comes_out_again(row):
    assert row.ours() == pytest.approx(row.published, rel=row.tolerance, abs=0)

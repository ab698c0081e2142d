"""Rows of which there is one: the database refuses a second."""

import pytest
from django.db import IntegrityError

from leaderboard.boards.models import Board, BoardEntry, EntryChange, Measurement, Score
from tests.factories import BoardFactory, publish_entry

pytestmark = pytest.mark.django_db

ONE = [
    (Board, "one_board_per_slug_and_benchmark_version"),
    (Measurement, "one_measurement_per_source"),
    (Score, "one_score_per_metric_and_version"),
    (BoardEntry, "one_row_per_board_entry_and_scope"),
    (EntryChange, "an_entry_is_published_once"),
]


@pytest.mark.parametrize("model, name", ONE, ids=[name for _, name in ONE])
def test_there_is_one(model, name):
    BoardFactory()
    publish_entry()
    row = model.objects.order_by("pk").first()
    row.pk = None

    # SQLite names the columns and PostgreSQL the constraint.
    (fields,) = [constraint.fields for constraint in model._meta.constraints if constraint.name == name]
    with pytest.raises(IntegrityError, match=f"{name}|{model._meta.db_table}.{fields[0]}"):
        row.save(force_insert=True)

"""What a row is called among others."""

from collections.abc import Collection, Mapping, Sequence

from leaderboard.boards.rows import Row


def names_of(rows: Sequence[Row]) -> Mapping[str, str]:
    """The shortest name that tells each row from the others: model, then device or configuration as needed."""
    twins: dict[str, set[tuple[str, ...]]] = {}
    for row in rows:
        twins.setdefault(row.model_name, set()).add(_parts(row))
    return {str(row.id): " ".join((row.model_name, *_differing(row, twins[row.model_name]))) for row in rows}


def _parts(row: Row) -> tuple[str, ...]:
    config = row.config
    batch, threads = (f"{letter}{n}" if n else "" for letter, n in (("b", config.batch), ("t", config.threads)))
    return config.precision, config.runtime, batch, threads, row.device


def _differing(row: Row, twins: Collection[tuple[str, ...]]) -> list[str]:
    differs = [len(set(column)) > 1 for column in zip(*twins, strict=True)]
    return [part for part, shown in zip(_parts(row), differs, strict=True) if shown and part]

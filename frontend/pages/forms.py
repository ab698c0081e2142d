"""A page's other forms, JSON and CSV, from rows that are ready."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse, JsonResponse

from leaderboard.boards.exports import written


def json_answer(content: Any) -> HttpResponse:
    return JsonResponse(content, safe=False, json_dumps_params={"ensure_ascii": False, "allow_nan": False})


def csv_answer(lines: Iterable[Sequence[str]], name: str) -> HttpResponse:
    return csv_file(written(lines), name)


def csv_file(text: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'inline; filename="{name}.csv"'
    return answer

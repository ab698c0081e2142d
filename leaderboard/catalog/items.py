"""Items of a benchmark that asks for text: JSON lines, checked line by line before anything is kept."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from leaderboard.grading import BadKey, Grader

MAX_ITEMS = 100_000
"""As many texts as a report may hold."""
MAX_PROMPT = 100_000
MAX_ID = 200
MAX_CHOICE = 2000


class BadItems(Exception):
    """A file of items cannot be used; the message names the line."""


@dataclass(frozen=True, slots=True)
class Item:
    id: str
    prompt: str
    answer: str


def read_items(lines: Iterable[str], grader: Grader) -> tuple[Item, ...]:
    """Read `{"id", "prompt", "answer"}` and maybe `"choices"`, one item a line; raises BadItems.

    Choices are put under the prompt as `A. ...`, so that every benchmark asks in one way; the answer is a letter.
    """
    items: dict[str, Item] = {}
    for number, row in read_rows(lines, required={"id", "prompt", "answer"}, optional={"choices"}):
        item = Item(row["id"], _prompt(number, row, grader), row["answer"])
        try:
            grader.check_key(item.answer)
        except BadKey as error:
            raise BadItems(f"Line {number}: {error}.") from None
        if items.setdefault(item.id, item) is not item:
            raise BadItems(f"Line {number} has the id {item.id!r} of an earlier line.")
    return tuple(items.values())


def read_rows(
    lines: Iterable[str], *, required: set[str], optional: frozenset[str] | set[str] = frozenset()
) -> list[tuple[int, dict[str, Any]]]:
    """Return every object with its line number; empty lines are passed over. Required fields are text."""
    rows: list[tuple[int, dict[str, Any]]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if len(rows) == MAX_ITEMS:
            raise BadItems(f"Line {number}: there are more than {MAX_ITEMS} items.")
        rows.append((number, _row(number, line, required, optional)))
    if not rows:
        raise BadItems("There is no item in the file.")
    return rows


def _row(number: int, line: str, required: set[str], optional: frozenset[str] | set[str]) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise BadItems(f"Line {number} is no JSON object on one line.") from None
    if not isinstance(row, dict):
        raise BadItems(f"Line {number} is no JSON object on one line.")
    missing, unknown = sorted(required - row.keys()), sorted(row.keys() - required - optional)
    if missing:
        raise BadItems(f"Line {number} has no {', '.join(missing)}.")
    if unknown:
        raise BadItems(f"Line {number} has the unknown field {unknown[0]!r}; write {', '.join(sorted(required))}.")
    for name in sorted(required):
        _check_text(number, name, row[name])
    return row


def _check_text(number: int, name: str, value: object) -> None:
    limit = MAX_ID if name == "id" else MAX_PROMPT
    if not isinstance(value, str) or not value.strip():
        raise BadItems(f"Line {number}: {name} is not a text, or an empty one; numbers stand in quotes too.")
    if len(value) > limit:
        raise BadItems(f"Line {number}: {name} has {len(value)} characters; {limit} is the limit.")
    if not value.isprintable() and ("\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value)):
        raise BadItems(f"Line {number}: {name} has a character that no database keeps (NUL, or half a surrogate pair).")


def _prompt(number: int, row: dict[str, Any], grader: Grader) -> str:
    prompt: str = row["prompt"]
    if "choices" not in row:
        return prompt
    choices = row["choices"]
    if grader.name != "choice":
        raise BadItems(f"Line {number} has choices, which only the grader choice reads.")
    if not isinstance(choices, list) or not 2 <= len(choices) <= len(ascii_uppercase):
        raise BadItems(f"Line {number}: choices is no list of 2 to {len(ascii_uppercase)} texts.")
    for choice in choices:
        if not isinstance(choice, str) or not choice.strip() or len(choice) > MAX_CHOICE:
            raise BadItems(f"Line {number}: a choice is no text of 1 to {MAX_CHOICE} characters.")
        _check_text(number, "choices", choice)
    if row["answer"].strip().upper() not in ascii_uppercase[: len(choices)]:
        raise BadItems(f"Line {number}: the answer is none of the letters A to {ascii_uppercase[len(choices) - 1]}.")
    listed = "\n".join(f"{letter}. {choice}" for letter, choice in zip(ascii_uppercase, choices, strict=False))
    return f"{prompt}\n{listed}\nAnswer:"


def inputs_file(items: Iterable[Item]) -> bytes:
    """What an agent fetches: no answer is in it."""
    return _lines({"id": item.id, "prompt": item.prompt} for item in items)


def answers_file(items: Iterable[Item]) -> bytes:
    return _lines({"id": item.id, "answer": item.answer} for item in items)


def _lines(rows: Iterable[dict[str, str]]) -> bytes:
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode()


def split_items(inputs: str, answers: str, grader: Grader) -> tuple[Item, ...]:
    """Read a pair of files that were split before; raises BadItems where they do not belong together."""
    asked = read_rows(inputs.split("\n"), required={"id", "prompt"})
    known = read_rows(answers.split("\n"), required={"id", "answer"})
    if [row["id"] for _, row in asked] != [row["id"] for _, row in known]:
        raise BadItems("The answers are not those of the items: ids differ, or their order.")
    joined = [json.dumps(row | {"answer": key["answer"]}) for (_, row), (_, key) in zip(asked, known, strict=True)]
    return read_items(joined, grader)

"""What nobody meant to ask never fails, in any form of any page; whatever lists what it ignored names it."""

import pytest

from tests.frontend.boards import DIGITS, digits_board

BAD = (
    "foo=%ff&x=wrong&min.accuracy=much&e=a~b&sort=a~b~c~d~e&page=9999999&asof=7&at=x&pref=y&q=%00&foo=2&=&" + "z" * 9000
)
NAMES_WHAT_IT_IGNORED = (
    "/boards/digits.json", "/boards/digits/frontier.json", "/choose.json", "/compare.json", "/devices.json",
    "/literature.json", "/models/tree.json",
)  # fmt: skip
OTHERS = (
    "/boards/digits.csv", "/boards/digits.svg", "/boards/digits.points.json", "/boards/digits/revision.json",
    "/boards/digits/about.json", "/boards/digits/frontier.csv", "/boards/digits/frontier.svg", "/boards.json",
    "/boards.csv", "/compare.csv", "/changelog.json", "/devices.csv", "/literature.csv", "/metrics.json",
    "/metrics/ipw.json", "/models.json", "/models.csv", "/models/tree.csv", "/queue.json", "/status.json",
)  # fmt: skip


@pytest.fixture
def board(db):
    digits_board(models=DIGITS)


def test_a_form_that_tells_what_it_ignored_names_an_unknown_key_in_words(client, board):
    for path in NAMES_WHAT_IT_IGNORED:
        answer = client.get(f"{path}?{BAD}")
        assert answer.status_code == 200, path
        told = answer.json()
        ignored = told["view"]["ignored"] if "view" in told else told["ignored"]
        assert "foo" in [note["key"] if isinstance(note, dict) else note.partition("=")[0] for note in ignored], path


def test_no_form_fails(client, board):
    for path in OTHERS:
        assert client.get(f"{path}?{BAD}").status_code == 200, path

"""The catalogue of errors is whole: whatever the server can answer has its page."""

import re
from pathlib import Path

import pytest

from leaderboard.api import problems
from leaderboard.protocol import ERROR_CODES, page_of

ROOT = Path(__file__).parents[2]
# What is raised where: the word after the status of a problem, and the code of a fault or of a refused upload.
RAISED = re.compile(
    r'(?:refuse|ProblemError)\(\s*\d{3},\s*"(\w+)"|Fault\(\s*(?:\w+|"[^"]*"|_field\(artefact\)),\s*"(\w+)"'
    r'|UploadRefused\(\s*"(\w+)"|PydanticCustomError\(\s*"(\w+)"|, \d{3}, "(\w+)", "'
)
SOURCES = [*(ROOT / "leaderboard/api").glob("*.py"), *(ROOT / "leaderboard/submissions").glob("*.py"),
           ROOT / "leaderboard/runs/submitting.py"]  # fmt: skip


def _raised():
    found = {code for path in SOURCES for match in RAISED.findall(path.read_text()) for code in match if code}
    return found | {code for code, _title in problems.BARE.values()}


def test_every_code_that_the_server_raises_is_in_the_catalogue():
    found = _raised()
    assert len(found) > 25
    assert found - set(ERROR_CODES) == set()


@pytest.mark.parametrize("code", ERROR_CODES)
def test_every_code_has_a_page_that_says_what_to_do(client, code):
    answer = client.get(page_of(code))
    assert answer.status_code == 200
    assert ERROR_CODES[code].hint.partition("'")[0].partition("`")[0] in answer.content.decode()
    for link in ERROR_CODES[code].links:
        assert f'href="{link}"' in answer.content.decode()


def test_a_code_without_a_page_leads_to_the_list(client):
    assert page_of("nothing_like_this") == "/errors/"
    assert client.get("/errors/nothing_like_this/").status_code == 404
    html = client.get("/errors/").content.decode()
    assert all(page_of(code) in html for code in ERROR_CODES)

"""What an address asks of a page that has no such key is named there, and the page stays."""

import re

import pytest

from tests.frontend.boards import DIGITS, digits_board

pytestmark = pytest.mark.django_db
IGNORED = "Parts of this address were ignored"


def ignored(client, path):
    """What the page names as ignored, each with its reason."""
    answer = client.get(path)
    assert answer.status_code == 200
    return re.findall(r"<li><code>([^<]*)</code> ([^<]*)</li>", answer.content.decode())


@pytest.mark.parametrize(
    "path",
    [
        "/", "/boards/", "/explore/", "/models/", "/queue/", "/metrics/", "/metrics/ipw/", "/status/", "/changelog/",
        "/methods/", "/api/", "/errors/", "/errors/not_found/", "/agent/", "/devices/bench-01-cpu/history/",
        "/devices/bench-01-cpu/", "/boards/digits/about/",
    ],
)  # fmt: skip
def test_a_page_names_every_key_that_it_does_not_have(client, path):
    digits_board(models=DIGITS[:2])
    assert IGNORED not in client.get(path).content.decode()
    assert ignored(client, f"{path}?wat=1&x=%3Cb%3E") == [
        ("wat=1", "This page has no such key."),
        ("x=&lt;b&gt;", "This page has no such key."),
    ]


def test_so_does_the_page_of_an_entry_its_items_and_its_job(client):
    digits_board(models=DIGITS[:1])
    told = client.get("/boards/digits.json").json()["entries"][0]
    job = re.search(r"/jobs/[0-9a-f-]+/", client.get(f"/entries/{told['id']}/").content.decode()).group()
    for path in (f"/entries/{told['id']}/", f"/entries/{told['id']}/items/", job):
        assert ignored(client, f"{path}?x=1") == [("x=1", "This page has no such key.")], path


def test_the_list_of_models_names_what_it_ignores_and_keeps_the_rest(client):
    digits_board(models=DIGITS[:2])
    html = client.get("/models/?q=tree&page=99&sort=zz").content.decode()
    assert "There is no page 99; this is the last one, 1." in html
    assert "sort=zz is not known here and was ignored." in html
    assert ignored(client, "/models/?q=tree&order=zz&page=1") == [("order=zz", "This page has no such key.")]


@pytest.mark.parametrize("path", ["/models/", "/boards/digits/", "/literature/"])
def test_a_search_for_what_cannot_be_printed_says_what_was_left_out(client, path):
    digits_board(models=DIGITS[:2])
    assert ignored(client, f"{path}?q=tr%00ee%20") == [("q=tr�ee ", "What cannot be printed was left out.")]

"""What an address asks of a page that has no such key is named there, and the page stays."""

import re

import pytest

from leaderboard.boards.reported.loading import load
from leaderboard.clock import database_now
from leaderboard.devices.enrolling import begin_enrolment
from leaderboard.protocol import DeviceKind
from leaderboard.submissions import drafts
from tests.boards.test_reported_boards import SLUG, publication
from tests.factories import NOW, UserFactory
from tests.frontend.boards import DIGITS, digits_board

pytestmark = pytest.mark.django_db
PRIVATE = (
    "/account/", "/account/password/", "/account/mail/", "/account/tokens/", "/account/logout/",
    "/account/invitations/", "/devices/enrol/",
)  # fmt: skip
OPEN = (
    "/account/login/", "/account/sign-in/abc/", "/account/sign-up/", "/account/invitation/abc/",
    "/account/forgotten/", "/account/new-password/a.b/", "/account/mail/abc/",
)  # fmt: skip
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


@pytest.mark.parametrize("path", ["/submit/", "/jobs/"])
def test_so_do_the_pages_of_those_who_are_signed_in(client, path):
    client.force_login(UserFactory())
    assert IGNORED not in client.get(path).content.decode()
    assert ignored(client, f"{path}?wat=1") == [("wat=1", "This page has no such key.")]


def test_what_means_nothing_to_jobs_or_the_form_is_named_beside_what_is_unknown(client):
    client.force_login(UserFactory())
    assert ignored(client, "/jobs/?state=late&page=9&wat=1") == [
        ("wat=1", "This page has no such key."),
        ("state=late", "There is no such state; all are shown."),
        ("page=9", "There is no such page; the first is shown."),
    ]
    assert ignored(client, "/submit/?board=nothing&wat=1") == [
        ("wat=1", "This page has no such key."),
        ("board=nothing", "Nothing here is called so; it was left out."),
    ]
    told = client.get("/jobs.json?state=late&wat=1").json()["ignored"]
    assert [(one["key"], one["value"]) for one in told] == [("wat", "1"), ("state", "late")]


def test_a_step_of_the_form_names_what_it_ignores(client):
    user = UserFactory()
    client.force_login(user)
    draft = drafts.begin(body={}, by=user, now=database_now())
    assert ignored(client, f"/submit/{draft.uuid}/model/?wat=1") == [("wat=1", "This page has no such key.")]


@pytest.mark.parametrize("path", [*PRIVATE, *OPEN])
def test_pages_near_secrets_name_the_key_alone(client, path):
    if path in PRIVATE:
        client.force_login(UserFactory(is_staff=True))
    assert IGNORED not in client.get(path).content.decode()
    assert ignored(client, f"{path}?wat=hunter2&pwdev_S3cr3t=1") == [
        ("wat=…", "This page has no such key."),
        ("…=…", "This page has no such key."),
    ]


def test_the_page_of_an_enrolment_names_the_key_alone(client):
    staff = UserFactory(is_staff=True)
    client.force_login(staff)
    made = begin_enrolment(name="lab-2", kind=DeviceKind.CPU, by=staff, now=database_now())
    assert ignored(client, f"/devices/enrol/{made.pk}/?made=pwdev_x") == [("made=…", "This page has no such key.")]


@pytest.mark.parametrize("path", ["/account/login/", "/account/sign-in/abc/", "/account/sign-up/"])
def test_a_way_back_that_leads_elsewhere_is_named_and_not_said(client, path):
    elsewhere = ignored(client, f"{path}?next=https://elsewhere.example/")
    assert elsewhere == [("next=…", "It leads to no page of this site.")]
    assert ignored(client, f"{path}?next=/submit/") == []


def test_an_answer_that_is_none_is_named(client, settings):
    settings.MAIL = True
    assert ignored(client, "/account/forgotten/?asked=2") == [("asked=…", "It is 1, or left out.")]
    assert ignored(client, "/account/forgotten/?asked=1") == []


@pytest.mark.parametrize("path", ["/", "/boards/digits/", "/compare/", "/boards/digits/frontier/", "/literature/"])
@pytest.mark.parametrize("key", ["token", "access_token", "Password", "api-key", "apikey", "X-Auth", "client_secret"])
def test_the_value_of_a_key_that_carries_a_secret_is_in_no_note(client, path, key):
    digits_board(models=DIGITS[:2])
    ((name, _reason),) = ignored(client, f"{path}?{key}=hunter2")
    assert name == f"{key}=…"


def test_the_frontier_of_others_results_names_what_it_ignores(client):
    load(publication(3), slug=SLUG, sha256="0" * 64, now=NOW)
    answer = client.get(f"/boards/{SLUG}/frontier/?wat=1")
    assert answer.status_code == 404
    assert "<code>wat=1</code> This page has no such key." in answer.content.decode()


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

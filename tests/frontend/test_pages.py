import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from frontend.house_style import HOUSE_STYLE, HOUSE_STYLE_HASH
from frontend.middleware import POLICY
from leaderboard.accounts.models import ApiToken, SignInLink
from leaderboard.boards.models import Entry
from leaderboard.clock import database_now
from leaderboard.metrics.registry import METRICS
from leaderboard.runs.states import AttemptState, JobState
from tests.factories import AttemptFactory, BenchmarkFactory, BoardFactory, JobFactory, SubmissionFactory, UserFactory
from tests.frontend.boards import DIGITS, digits_board

TEMPLATES = Path(__file__).parents[2] / "frontend" / "templates"
pytestmark = pytest.mark.django_db


def paths_of_every_page():
    entry = Entry.objects.select_related("job", "submission", "device").first()
    return [
        "/",
        "/boards/",
        "/boards/digits/",
        "/boards/digits/about/",
        "/boards/digits/frontier/",
        f"/entries/{entry.uuid}/",
        "/agent/",
        "/devices/",
        f"/devices/{entry.device.slug}/",
        f"/models/{entry.submission.model_slug}/",
        "/metrics/",
        "/metrics/ipw/",
        f"/entries/{entry.uuid}/items/",
        "/changelog/",
        "/models/",
        f"/devices/{entry.device.slug}/history/",
        "/status/",
        "/methods/", "/api/", f"/jobs/{entry.job.uuid}/", "/account/login/", "/account/logout/",
        "/account/sign-in/abc/", "/account/sign-up/", "/account/invitation/abc/",
        "/account/forgotten/", "/account/new-password/a.b/", "/account/mail/abc/",
    ]  # fmt: skip


def test_every_page_has_one_heading_landmarks_a_language_and_a_skip_link(client):
    digits_board(models=DIGITS[:3])
    for path in paths_of_every_page():
        html = client.get(path).content.decode()
        assert len(re.findall(r"<h1\b", html)) == 1, path
        assert '<html lang="en' in html, path
        assert "<main" in html, path
        assert 'class="skip" href="#main"' in html, path
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids)), path


def test_every_page_is_cheap(client, django_assert_max_num_queries):
    digits_board(models=DIGITS[:3])
    for path in paths_of_every_page():
        # A device's line is made of all devices that could take its jobs; PostgreSQL is asked for its clock.
        with django_assert_max_num_queries(14 if path.startswith("/devices/") else 12):
            assert client.get(path).status_code == 200, path


def test_every_answer_carries_the_policy(client):
    digits_board(models=DIGITS[:1])
    for path in ("/", "/boards/digits/", "/boards/digits.json", "/boards/digits.svg", "/nope/", "/admin/login/"):
        assert client.get(path)["Content-Security-Policy"] == POLICY
    assert (
        "default-src 'none'; script-src 'self'; "
        f"style-src 'self' '{HOUSE_STYLE_HASH}' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; "
        "img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ) == POLICY


def test_nothing_is_inline_in_templates_or_pages(client):
    digits_board(models=DIGITS[:3])
    texts = {str(path): path.read_text() for path in TEMPLATES.rglob("*.html")}
    texts |= {path: client.get(path).content.decode() for path in paths_of_every_page()}
    for name, text in texts.items():
        assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", text), name
        assert not re.search(r"<style|<script(?![^>]*\bsrc=)", text.replace(f"<style>{HOUSE_STYLE}</style>", "", 1)), (
            name
        )
        assert not re.search(r'(?:src|href)="(?:https?:)?//', text), name


def test_every_link_of_the_pages_leads_somewhere(client):
    digits_board(models=DIGITS[:3])
    links = {
        link
        for path in paths_of_every_page()
        for link in re.findall(r'href="(/[^"#]*)', client.get(path).content.decode())
    }
    for link in sorted(links):
        # Where measurements are asked for is a page of its own, with tests of its own.
        if not link.startswith("/static/"):
            assert client.get(link.replace("&amp;", "&"), follow=True).status_code == 200, link


def test_names_from_strangers_are_text(client):
    name = '"><script>alert(1)</script>'
    digits_board(models=((name, "x", 300, 1e-5, 8.0, "fp32"),))
    for path in paths_of_every_page()[:7]:
        assert "<script>alert" not in client.get(path).content.decode(), path


NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize(
    "path",
    [f"/entries/{NOBODY}/", f"/jobs/{NOBODY}/", "/devices/x/", "/models/x/", "/metrics/x/", "/boards/x.json",
     "/boards/x/about/"],
)  # fmt: skip
def test_what_does_not_exist_is_not_found_in_the_sites_look(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert "All boards" in answer.content.decode()


def test_every_metric_has_its_page(client):
    for key, metric in METRICS.items():
        html = client.get(f"/metrics/{key}/").content.decode()
        assert "._" not in html.partition("Computed by")[2].partition("</dd>")[0]
        assert metric.formula.replace("<", "&lt;") in html.replace("&#x27;", "'")


def test_every_metric_is_data_too_and_the_api_says_the_same(client):
    listed = client.get("/metrics.json").json()
    assert [record["key"] for record in listed] == list(METRICS)
    assert client.get("/api/v1/metrics").json() == listed
    assert client.get("/metrics/ipw.json").json() == client.get("/api/v1/metrics/ipw").json()
    assert client.get("/metrics/speed.json").status_code == 404


def test_page_and_data_say_whose_a_formula_is(client):
    assert "Perwatt&#x27;s own rule" in client.get("/metrics/cost_of_pass_usd/").content.decode()
    said = {key: client.get(f"/metrics/{key}.json").json() for key in ("ipj", "ipw")}
    assert {key: (one["status"], one["status_words"], one["arxiv"]) for key, one in said.items()} == {
        "ipj": ("V", "read in the source", "2511.07885"),
        "ipw": ("D", "derived from the source", "2511.07885"),
    }


def test_page_and_data_name_the_energy_scopes_of_a_metric(client):
    assert client.get("/metrics/ipw.json").json()["scopes"] == ["wall", "soc", "cpu_package", "accelerator", "process"]
    assert client.get("/metrics/accuracy.json").json()["scopes"] == []
    assert "<code>wall</code>, <code>soc</code>" in client.get("/metrics/ipw/").content.decode()
    assert "<code>wall</code>" not in client.get("/metrics/accuracy/").content.decode()


def test_an_entry_as_json_has_its_scores_and_what_they_came_from(client):
    digits_board(models=DIGITS[:1])
    entry = Entry.objects.get()
    content = json.loads(client.get(f"/entries/{entry.uuid}.json").content)
    assert content["id"] == str(entry.uuid)
    assert content["metrics"]["accuracy"]["value"] == pytest.approx(501 / 600)
    assert {score["metric"] for score in content["scores"]} >= {"ipw", "ipj", "cost_of_pass_usd"}
    assert content["measurements"]


def test_the_newest_entries_say_how_sure_they_are_and_where_their_energy_comes_from(client):
    digits_board(models=DIGITS[:2])
    for row in client.get("/").content.decode().partition("newest-title")[2].split("<tr>")[2:]:
        assert re.search(r'<small class="iv">[0-9.]+–[0-9.]+</small> <small>Accuracy</small>', row)
        assert re.findall(r"#(?:provenance|scope)-[a-z]+", row) == ["#provenance-estimated", "#scope-process"]


def root(client):
    return re.search("<html[^>]*>", client.get("/boards/").content.decode())[0]


class TestTheme:
    def test_a_choice_is_a_cookie_that_the_server_reads(self, client):
        answer = client.post("/theme/", {"theme": "dark", "next": "/boards/"})
        assert answer["Location"] == "/boards/"
        assert 'data-theme="dark"' in root(client)
        client.post("/theme/", {"theme": "system"})
        assert "data-theme" not in root(client)

    def test_rows_are_compact_where_a_reader_wants_them_so_whatever_the_theme(self, client):
        client.post("/theme/", {"theme": "dark"})
        client.post("/theme/", {"density": "compact"})
        html = root(client)
        assert 'data-theme="dark" data-density="compact"' in html
        client.post("/theme/", {"density": "comfortable"})
        assert "data-density" not in root(client)

    def test_it_never_leads_to_another_site(self, client):
        assert client.post("/theme/", {"theme": "dark", "next": "https://example.org/"})["Location"] == "/"

    def test_a_made_up_cookie_is_no_theme(self, client):
        client.cookies["theme"] = '"><b>'
        assert "data-theme" not in root(client)


class TestJobs:
    def test_a_running_job_says_what_happens_and_loads_itself_again(self, client):
        job = JobFactory(state=JobState.RUNNING)
        AttemptFactory(job=job, state=AttemptState.CLAIMED, phase="measuring", progress=0.4, log="secret line")
        html = client.get(f"/jobs/{job.uuid}/").content.decode()
        assert "The model is being measured." in html
        assert 'http-equiv="refresh"' in html
        assert "40 %" in html
        assert "secret line" not in html

    def test_its_owner_reads_the_log(self, client):
        owner = UserFactory()
        job = JobFactory(submission=SubmissionFactory(submitted_by=owner), state=JobState.FAILED, code="crashed")
        AttemptFactory(job=job, state=AttemptState.FAILED, log="secret <line>", code="crashed")
        client.force_login(owner)
        html = client.get(f"/jobs/{job.uuid}/").content.decode()
        assert "secret &lt;line&gt;" in html
        assert "The process that ran the model died." in html
        assert "at fault: the model" in html
        assert "refresh" not in html

    def test_my_jobs_are_for_people_who_are_signed_in(self, client):
        assert client.get("/jobs/")["Location"] == "/account/login/?next=/jobs/"
        job = JobFactory()
        client.force_login(job.submission.submitted_by)
        assert f"/jobs/{job.uuid}/" in client.get("/jobs/").content.decode()

    @pytest.mark.parametrize("state", JobState)
    def test_every_state_has_a_page(self, client, state):
        job = JobFactory(state=state, code="timeout" if state == JobState.FAILED else "")
        assert client.get(f"/jobs/{job.uuid}/").status_code == 200


class TestAccount:
    def test_a_link_signs_in_once_and_only_by_a_press(self, client):
        user = UserFactory()
        token = SignInLink.issue(user=user, expires_at=database_now() + timedelta(minutes=5))
        path = f"/account/sign-in/{token}/"
        assert client.get(path).status_code == 200
        assert "_auth_user_id" not in client.session
        assert client.post(path)["Location"] == "/"
        assert client.session["_auth_user_id"] == str(user.pk)
        assert client.post(path).status_code == 410
        assert client.get(path)["Referrer-Policy"] == "strict-origin"

    def test_a_link_whose_time_has_passed_does_not_sign_in(self, client):
        token = SignInLink.issue(user=UserFactory(), expires_at=database_now() - timedelta(seconds=1))
        assert client.post(f"/account/sign-in/{token}/").status_code == 410

    def test_forms_need_their_token(self):
        from django.test import Client

        strict = Client(enforce_csrf_checks=True)
        answer = strict.post("/account/sign-in/abc/")
        assert answer.status_code == 403
        assert "This form has expired" in answer.content.decode()

    def test_a_password_signs_in(self, client):
        user = UserFactory()
        answer = client.post("/account/login/", {"username": user.username, "password": "correct horse battery"})
        assert answer["Location"] == "/"
        assert client.post("/account/logout/")["Location"] == "/"
        assert "_auth_user_id" not in client.session

    def test_a_get_does_not_sign_out(self, client):
        client.force_login(UserFactory())
        client.get("/account/logout/")
        assert "_auth_user_id" in client.session

    def test_a_token_is_shown_once(self, client):
        client.force_login(UserFactory())
        html = client.post("/account/tokens/", {"name": "laptop", "rights": ["submit"], "days": "30"}).content.decode()
        assert "pw_" in html
        assert "pw_" not in client.get("/account/tokens/").content.decode()

    def test_only_its_owner_revokes_a_token(self, client):
        mine, _ = ApiToken.issue(user=UserFactory(), name="mine", now=database_now())
        theirs, _ = ApiToken.issue(user=UserFactory(), name="theirs", now=database_now())
        client.force_login(mine.user)
        for token in (mine, theirs):
            client.post("/account/tokens/", {"revoke": token.pk})
            token.refresh_from_db()
        assert mine.revoked_at
        assert not theirs.revoked_at
        assert client.post("/account/tokens/", {"revoke": "x" * 99}).status_code == 302


def test_a_name_that_is_not_served_has_a_page_that_does_not_repeat_it(client):
    client.raise_request_exception = False
    answer = client.get("/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "The request cannot be read" in answer.content.decode()
    assert b"elsewhere.example" not in answer.content


def test_an_error_of_the_server_has_a_page_that_needs_no_database(client, monkeypatch, django_assert_num_queries):
    client.raise_request_exception = False
    monkeypatch.setattr("frontend.pages.home.board_list", lambda: 1 / 0)
    client.cookies["theme"] = "dark"
    with django_assert_num_queries(0):
        answer = client.get("/?wat=1")
    assert answer.status_code == 500
    html = answer.content.decode()
    assert "This is not your fault" in html
    assert f"<code>{answer['X-Request-Id']}</code>" in html
    assert '<a href="/?wat=1">Try again</a>' in html
    assert 'data-theme="dark"' in html


def test_the_api_page_lists_every_call(client):
    from leaderboard.api.public import api

    html = client.get("/api/").content.decode()
    for path, verbs in api.get_openapi_schema()["paths"].items():
        assert path in html
        assert all(verb.upper() in html for verb in verbs)


def test_the_card_of_an_empty_board_says_what_would_fill_it(client):
    BoardFactory(benchmark=BenchmarkFactory(slug="empty"))
    assert 'Nothing measured yet. <a href="/submit/?board=empty">' in client.get("/boards/").content.decode()

"""Submitting in the browser: five steps without script, and the same submission as REST and the command line make."""

import json
import re
import shlex
import uuid
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from agents.cli import _parser
from agents.commands.submit import _checked
from frontend.present.submit_review import body_of, cli_arguments
from leaderboard.accounts.models import Right
from leaderboard.boards.models import Measurement
from leaderboard.catalog.models import Benchmark, ModelArtefact
from leaderboard.clock import database_now
from leaderboard.runs.models import Job, Result
from leaderboard.runs.states import AttemptState, JobState
from leaderboard.submissions.models import Draft, Submission
from leaderboard.submissions.requests import SubmissionRequest
from tests.api.helpers import person, send
from tests.catalog.models import bytes_of, linear
from tests.databases import CLOCK_QUERIES
from tests.factories import (
    ArtefactFactory,
    AttemptFactory,
    BenchmarkFactory,
    BoardFactory,
    DeviceFactory,
    EnergySourceFactory,
    GgufFactory,
    JobFactory,
    SubmissionFactory,
    TextBenchmarkFactory,
    UserFactory,
)
from tests.runs.helpers import memory_broker

pytestmark = pytest.mark.django_db
MODEL = bytes_of(linear())
NAMED = {"model.name": "MLP 64", "model.licence": "MIT", "model.family": "mlp", "model.released_on": "2025-03-01"}


@pytest.fixture(autouse=True)
def rings(monkeypatch):
    return memory_broker(monkeypatch)


@pytest.fixture
def user():
    return UserFactory()


@pytest.fixture
def web(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def lab():
    BenchmarkFactory()
    return DeviceFactory(slug="lab-cpu", cores=4)


def _file(content=MODEL, name="mlp64.onnx"):
    return SimpleUploadedFile(name, content)


def _begin(web, **changes):
    answer = web.post("/submit/", {"source": "upload", "file": _file(), **NAMED, **changes})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"].removesuffix("benchmark/")


def _whole(web, place="device:lab-cpu", batch="4", threads="2", **changes):
    """Walk through the first four steps; return the address of the draft."""
    draft = _begin(web, **changes)
    for step, fields, then in (
        ("benchmark", {"benchmark": "digits"}, "device"),
        ("device", {"place": place}, "options"),
        ("options", {"options.batch": batch, "options.threads": threads}, "review"),
    ):
        answer = web.post(f"{draft}{step}/", fields)
        assert answer["Location"] == f"{draft}{then}/"
    return draft


def _codes(html):
    return set(re.findall(r"/errors/([a-z_0-9]+)/", html))


# --- the whole way


def test_five_steps_make_one_submission_however_often_the_button_is_pressed(web, user, lab):
    draft = _whole(web)
    first, again = (web.post(f"{draft}review/") for _ in range(2))
    made = Submission.objects.get()
    job = Job.objects.get()
    assert first["Location"] == again["Location"] == f"/jobs/{job.uuid}/"
    assert (made.submitted_by, made.model_name, made.family, made.licence) == (user, "MLP 64", "mlp", "MIT")
    assert (made.released_on.isoformat(), made.batch, made.threads) == ("2025-03-01", 4, 2)
    assert (job.device, job.benchmark.slug) == (lab, "digits")
    assert web.get(f"{draft}model/")["Location"] == f"/jobs/{job.uuid}/"


def test_two_presses_at_once_are_one_submission(web, lab):
    draft = _whole(web)
    web.post(f"{draft}review/")
    Draft.objects.update(submission=None)  # as the second request has read it
    assert web.post(f"{draft}review/").status_code == 302
    assert Submission.objects.count() == 1


def test_rest_and_the_command_line_ask_for_the_very_same(web, user, lab):
    draft = _whole(web, **{"model.name": '-o\'Neill "64"'})
    html = web.get(f"{draft}review/").content.decode()
    body = SubmissionRequest.model_validate(Draft.objects.get().body)
    from html import unescape

    shown = [unescape(block) for block in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", html, re.DOTALL)]
    words = shlex.split(shown[0].replace("\\\n", " "))
    sent = words[words.index("-d") + 1]
    assert words[-1] == "http://testserver/api/v1/submissions"
    assert json.loads(sent) == body_of(body)

    options = _parser().parse_args(shlex.split(shown[1])[1:])
    (by_cli,) = _checked(options)(None)
    assert SubmissionRequest.model_validate(by_cli) == body
    assert shlex.split(shown[1])[1:] == cli_arguments(body, "http://testserver")

    web.post(f"{draft}review/")
    _, headers = person(user)
    for one in (sent, by_cli):
        assert send(Client(), "POST", "/api/v1/submissions", one, headers).status_code == 201
    fields = (
        "model_name",
        "model_slug",
        "family",
        "released_on",
        "licence",
        "artefact",
        "benchmark",
        "batch",
        "threads",
    )
    assert len(Submission.objects.values_list(*fields)) == 3
    assert len(set(Submission.objects.values_list(*fields))) == 1
    assert len(set(Job.objects.values_list("device", "device_class", "protocol_version"))) == 1


# --- who, and whose


def test_whoever_is_not_signed_in_comes_back_to_the_prefilled_form(client, lab):
    UserFactory(username="ada")
    asked = "/submit/?model=mlp&board=digits&device=lab-cpu"
    answer = client.get(asked)
    assert parse_qs(urlsplit(answer["Location"]).query)["next"] == [asked]
    signed_in = client.post(answer["Location"], {"username": "ada", "password": "correct horse battery", "next": asked})
    assert signed_in["Location"] == asked


def test_a_body_of_whoever_is_not_signed_in_is_not_read(client, lab, monkeypatch):
    monkeypatch.setattr("django.http.request.HttpRequest._load_post_and_files", lambda _request: 1 / 0)
    assert client.post("/submit/", {"file": _file()}).status_code == 302


def test_a_form_without_its_token_is_refused(user, lab):
    web = Client(enforce_csrf_checks=True)
    web.force_login(user)
    assert web.post("/submit/", NAMED).status_code == 403
    assert not Draft.objects.exists()


@pytest.mark.parametrize("step", ["model", "benchmark", "device", "options", "review", "throw-away"])
def test_the_draft_of_somebody_else_is_not_there(web, lab, step):
    draft = _whole(web)
    other = Client()
    other.force_login(UserFactory())
    if step != "throw-away":
        assert other.get(f"{draft}{step}/").status_code == 404
    assert other.post(f"{draft}{step}/").status_code == 404
    assert Draft.objects.count() == 1


def test_a_draft_expires_and_then_goes(web, lab):
    draft = _begin(web)
    Draft.objects.update(expires_at=database_now() - timedelta(seconds=1))
    assert web.get(f"{draft}benchmark/").status_code == 404
    _begin(web)
    assert Draft.objects.count() == 1


def test_a_draft_is_found_again_and_thrown_away(web, lab):
    draft = _begin(web)
    html = web.get("/submit/").content.decode()
    assert f'href="{draft}benchmark/"' in html
    assert web.post(f"{draft}throw-away/")["Location"] == "/submit/"
    assert not Draft.objects.exists()


def test_nobody_fills_the_table_with_drafts(web, lab):
    for _ in range(23):
        _begin(web)
    assert Draft.objects.count() == 20


# --- what is wrong


def test_everything_that_is_wrong_is_said_at_once_and_the_fields_keep_their_values(web, lab):
    fields = {"source": "upload", "model.name": "a\u202eb", "model.family": "f" * 101, "model.released_on": "soon"}
    answer = web.post("/submit/", fields)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert {"no_file", "value_error", "missing", "string_too_long"} <= _codes(html)
    assert 'href="#model-licence"' in html
    assert 'id="model-licence"' in html
    assert "f" * 101 in html
    assert 'value="soon"' in html
    assert "MLP" not in html
    assert not Draft.objects.exists()


def test_a_file_that_was_sent_is_kept_and_chosen_while_another_field_is_wrong(web, lab):
    fields = {**NAMED, "model.name": "n" * 300}
    answer = web.post("/submit/", {"source": "upload", "file": _file(), **fields})
    html, sha256 = answer.content.decode(), ModelArtefact.objects.get().sha256
    assert answer.status_code == 422
    assert 'value="known" checked' in html
    assert f'<option value="{sha256}" selected>' in html
    assert "it need not be sent again" in html
    assert "Name: The text is too long. It takes at most 100 characters." in html
    again = web.post("/submit/", {"source": "known", "model.sha256": sha256, **NAMED})
    assert again["Location"].endswith("/benchmark/")


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"hello", "not_onnx"), (b"GGUF\x03", "not_gguf"), (b"", "not_onnx"), (b"x" * 2000, "too_large")],
)
def test_a_file_that_is_refused_says_why_and_keeps_nothing(web, lab, settings, content, code):
    settings.MAX_ARTEFACT_BYTES = 1000
    answer = web.post("/submit/", {"source": "upload", "file": _file(content), **NAMED})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert _codes(html) == {code}
    assert 'value="MLP 64"' in html
    assert not ModelArtefact.objects.exists()


def test_a_file_that_is_refused_still_gives_the_model_its_name(web, lab):
    answer = web.post("/submit/", {"source": "upload", "file": _file(b"hello"), "model.licence": "MIT"})
    assert _codes(answer.content.decode()) == {"not_onnx"}


def test_a_file_that_was_taken_is_not_asked_for_again(web, lab):
    html = web.post("/submit/", {"source": "upload", "file": _file(), "model.name": "x"}).content.decode()
    assert _codes(html) == {"missing"}
    assert re.search(rf'<option value="{ModelArtefact.objects.get().sha256}" selected>', html)
    assert re.search(r'value="known" checked', html)


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7|add:7 }}", "a&b"]
)
def test_a_name_is_text_and_never_markup(web, lab, name):
    draft = _whole(web, **{"model.name": name})
    html = web.get(f"{draft}review/").content.decode()
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert web.post(f"{draft}review/").status_code == 302


@pytest.mark.parametrize("name", ["a\x00b", "a\x1bb", "a\u202eb", "a\u2066b", "a\nb", "\u200b", "???", "x" * 101])
def test_a_name_with_what_cannot_be_seen_is_refused(web, lab, name):
    answer = web.post("/submit/", {"source": "upload", "file": _file(), **NAMED, "model.name": name})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("step", "fields", "codes"),
    [
        ("benchmark", {"benchmark": "moon"}, {"unknown_benchmark"}),
        ("benchmark", {"benchmark": "../x"}, {"string_pattern_mismatch"}),
        ("benchmark", {"benchmark": "addition"}, {"wrong_format"}),
        ("device", {"place": "device:moon"}, {"unknown_device"}),
        ("device", {"place": "device:lab-gpu"}, {"no_runtime"}),
        ("device", {"place": "class:toaster"}, {"literal_error", "enum"}),
        ("device", {"place": "::"}, {"no_place", "string_pattern_mismatch"}),
        ("device", {"place": "x\x00y"}, {"no_place"}),
        ("options", {"options.batch": "0", "options.threads": "257"}, {"greater_than_equal", "less_than_equal"}),
        ("options", {"options.batch": "two", "options.threads": "1.5"}, {"int_parsing"}),
        ("options", {"options.batch": "1", "options.threads": "64"}, {"too_many_threads"}),
        ("options", {"options.batch": "9" * 600, "options.threads": "-1"}, {"int_parsing", "greater_than_equal"}),
    ],
)
def test_a_step_is_not_left_with_what_is_wrong(web, lab, step, fields, codes):
    TextBenchmarkFactory()
    DeviceFactory(slug="lab-gpu", kind="gpu", runtimes=[])
    draft = _whole(web)
    before = Draft.objects.get().body
    answer = web.post(f"{draft}{step}/", fields)
    assert answer.status_code == 422
    assert _codes(answer.content.decode().split('id="summary"')[1].split("</ul>")[0]) & codes
    assert Draft.objects.get().body == before


def test_a_choice_that_was_not_made_and_a_number_out_of_bounds_are_said_in_words(web, lab):
    draft = _begin(web)
    page = web.post(f"{draft}benchmark/", {}).content.decode()
    assert ">Benchmark: This is needed.</a>" in page
    options = _whole(web) + "options/"
    page = web.post(options, {"options.batch": "0", "options.threads": "257"}).content.decode()
    assert "Batch: The number is too small: 1 is the least." in page
    assert "Threads: The number is too large: 256 is the most." in page
    assert "Input should" not in page


@pytest.mark.parametrize("step", ["benchmark", "device", "options"])
def test_a_step_that_sends_nothing_keeps_what_the_draft_says(web, lab, step):
    draft = _whole(web)
    before = Draft.objects.get().body
    assert web.post(f"{draft}{step}/", {}).status_code == 302
    assert Draft.objects.get().body == before


@pytest.mark.parametrize(
    "query", ["?model=moon&board=moon&device=moon", "?model=%00&board=%00&device=%00", "?device=" + "x" * 999]
)
def test_what_the_address_names_and_is_not_there_is_said_and_left_out(web, lab, query):
    answer = web.get(f"/submit/{query}")
    assert answer.status_code == 200
    assert "it was left out" in answer.content.decode()


def test_a_later_step_leads_to_the_first_that_is_not_done(web, lab):
    draft = _begin(web)
    assert web.get(f"{draft}review/")["Location"] == f"{draft}benchmark/"
    assert web.get(f"{draft}moon/").status_code == 404
    assert web.get(f"/submit/{uuid.uuid4()}/model/").status_code == 404


def test_what_has_gone_in_the_meantime_is_found_before_the_submission(web, lab):
    draft = _whole(web)
    type(lab).objects.update(health="retired")
    assert web.post(f"{draft}review/")["Location"] == f"{draft}device/"
    assert not Submission.objects.exists()


# --- prefilled, and the steps' facts


def test_the_form_is_filled_with_what_another_page_knows(web, lab):
    submission = SubmissionFactory(model_name="MLP 64", benchmark=BenchmarkFactory())
    BoardFactory(benchmark=submission.benchmark)
    asked = f"/submit/?model={submission.model_slug}&board=digits&device=lab-cpu"
    html = web.get(asked).content.decode()
    assert 'value="MLP 64"' in html
    hidden = dict(re.findall(r'<input type="hidden" name="(model|board|device)" value="([^"]*)"', html))
    sha256 = submission.artefact.sha256
    answer = web.post("/submit/", {**hidden, "source": "known", "model.sha256": sha256, **NAMED})
    draft = answer["Location"].removesuffix("benchmark/")
    assert re.search(r'value="digits" checked', web.get(f"{draft}benchmark/").content.decode())
    assert re.search(r'value="device:lab-cpu" checked', web.get(f"{draft}device/").content.decode())
    assert web.post(f"{draft}options/", {"options.batch": "1", "options.threads": "1"}).status_code == 302
    assert web.post(f"{draft}review/").status_code == 302


def test_a_device_that_does_not_fit_cannot_be_chosen_and_says_why(web, lab):
    DeviceFactory(slug="lab-gpu", kind="gpu", runtimes=["llama.cpp"])
    DeviceFactory(slug="tiny", memory_bytes=1)
    EnergySourceFactory(device=lab)
    JobFactory(device=lab)
    draft = _whole(web)
    html = web.get(f"{draft}device/").content.decode()
    rows = {slug: row for row in html.split("<tr")[2:] for slug in re.findall(r"device:([a-z-]+)", row)}
    assert "disabled" in rows["lab-gpu"]
    assert "There is no onnxruntime on lab-gpu." in rows["lab-gpu"]
    assert "disabled" in rows["tiny"]
    assert "The file alone has" in rows["tiny"]
    assert "disabled" not in rows["lab-cpu"]
    assert "process, estimated" in rows["lab-cpu"]
    assert web.post(f"{draft}device/", {"place": "device:tiny"}).status_code == 422


def test_the_only_device_that_fits_is_chosen_and_the_form_says_so(web, lab):
    DeviceFactory(slug="lab-gpu", kind="gpu", runtimes=[])
    draft = _begin(web)
    web.post(f"{draft}benchmark/", {"benchmark": "digits"})
    html = web.get(f"{draft}device/").content.decode()
    assert "One device fits, so it is chosen." in html
    assert re.findall(r'value="([^"]*)" checked', html) == ["device:lab-cpu"]


def test_of_several_devices_none_is_chosen_for_anybody(web, lab):
    DeviceFactory(slug="other-cpu")
    draft = _begin(web)
    web.post(f"{draft}benchmark/", {"benchmark": "digits"})
    html = web.get(f"{draft}device/").content.decode()
    assert "None is chosen for you" in html
    assert " checked" not in html
    assert web.post(f"{draft}device/", {}).status_code == 422


def test_without_a_fitting_device_there_is_no_way_on(web):
    BenchmarkFactory()
    DeviceFactory(slug="lab-gpu", kind="gpu", runtimes=[])
    draft = _begin(web)
    web.post(f"{draft}benchmark/", {"benchmark": "digits"})
    html = web.get(f"{draft}device/").content.decode()
    assert "No device here can measure this model" in html
    assert "Next: options" not in html


def test_a_file_made_for_one_batch_is_submitted_with_that(web, lab):
    signature = {
        "inputs": [{"name": "x", "dtype": "float32", "shape": [8, 64]}],
        "outputs": [{"name": "y", "dtype": "int64", "shape": None}],
        "parameters": 1,
        "precision": "fp32",
    }
    sha256 = ArtefactFactory(signature=signature).sha256
    draft = _begin(web, source="known", **{"model.sha256": sha256})
    assert web.post(f"{draft}benchmark/", {"benchmark": "digits"}).status_code == 302
    web.post(f"{draft}device/", {"place": "class:cpu"})
    assert 'value="8"' in web.get(f"{draft}options/").content.decode()
    answer = web.post(f"{draft}options/", {"options.batch": "2", "options.threads": "1"})
    assert "contract_mismatch" in answer.content.decode()


def test_what_is_served_elsewhere_is_submitted_from_the_form(web):
    TextBenchmarkFactory()
    DeviceFactory(slug="lab-cpu", runtimes=["openai"])
    fields = {"source": "reference", "model.format": "endpoint", "model.reference": "Lab 70B", **NAMED}
    refused = web.post("/submit/", fields)
    assert _codes(refused.content.decode()) == {"bad_reference"}
    draft = web.post("/submit/", {**fields, "model.reference": "lab-70b"})["Location"].removesuffix("benchmark/")
    for step, chosen in (
        ("benchmark", {"benchmark": "addition"}),
        ("device", {"place": "class:cpu"}),
        ("options", {"options.batch": "1", "options.threads": "1"}),
        ("review", {}),
    ):
        assert web.post(f"{draft}{step}/", chosen).status_code == 302
    assert Submission.objects.get().artefact.reference == "lab-70b"


def test_the_review_says_what_is_known_of_past_jobs_and_what_is_not(web, lab):
    draft = _whole(web)
    html = web.get(f"{draft}review/").content.decode()
    assert "No past jobs of digits on these devices." in html
    now = database_now()
    for minutes in (1, 2, 3):
        job = JobFactory(device=lab, benchmark=BenchmarkFactory(), state=JobState.PUBLISHED)
        attempt = AttemptFactory(job=job, state=AttemptState.DONE)
        type(attempt).objects.filter(pk=attempt.pk).update(claimed_at=now - timedelta(minutes=minutes), finished_at=now)
    type(lab.agent).objects.update(last_seen_at=now)
    html = web.get(f"{draft}review/").content.decode()
    assert "the middle half of 3 recent jobs" in html
    assert "No past jobs" not in html
    assert "<dd>A fitting device is free: it is offered the job at once.</dd>" in html
    assert f"<bdi>{BenchmarkFactory().title} · digits-v1 · protocol 1</bdi>" in html


def test_the_review_says_what_energy_recent_measurements_took_with_scope_and_provenance(web, lab):
    draft = _whole(web)
    assert "not known yet: no past job of this benchmark on these devices has its energy" in (
        web.get(f"{draft}review/").content.decode()
    )
    for joules in (10, 20, 30):
        job = JobFactory(device=lab, benchmark=Benchmark.objects.get(), state=JobState.PUBLISHED)
        attempt = AttemptFactory(job=job, device=lab, state=AttemptState.DONE)
        result = Result.objects.create(
            attempt=attempt, job=job, sha256="0" * 64, payload="{}", accepted=True, received_at=database_now()
        )
        Measurement.objects.create(
            result=result, quantity="cpu_package_energy_j", value=joules, provenance="counter", scope="cpu_package",
            source="rapl", n=5, protocol_version=1,
        )  # fmt: skip
    html = web.get(f"{draft}review/").content.decode()
    said = html[html.index("<dt>Energy used</dt>") :][:200]
    assert re.search(r"15.0\sJ to 25.0\sJ for the counted repeats \(CPU package, counter\)", said)
    assert "the middle half of 3 recent measurements" in said


def test_the_review_tells_devices_that_are_away_apart_and_does_not_wait_behind_their_jobs(web, lab):
    lab.agent.__class__.objects.filter(pk=lab.agent_id).update(last_seen_at=database_now())
    offline = DeviceFactory(slug="far-cpu", cores=4, agent__last_seen_at=None)
    for _ in range(5):
        JobFactory(device=offline, purpose="reference", priority=100)
    html = web.get(f"{_whole(web, place='class:cpu')}review/").content.decode()
    assert "lab-cpu; not now, for they are offline or not well: far-cpu" in html
    assert "0 jobs" in html.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "offered the job at once" in html


def test_each_step_asks_a_fixed_number_of_questions(web, lab, user, django_assert_max_num_queries):
    for i in range(5):
        DeviceFactory()
        GgufFactory(uploaded_by=user)
        BenchmarkFactory(slug=f"other-{i}")
        JobFactory()
    draft = _whole(web)
    for step, most in (("model", 9), ("benchmark", 11), ("device", 14), ("options", 10), ("review", 24)):
        with django_assert_max_num_queries(most + CLOCK_QUERIES):
            assert web.get(f"{draft}{step}/").status_code == 200


# --- the same without making anything


def test_a_dry_run_says_the_same_and_makes_nothing(client, lab):
    _, headers = person()
    body = {
        "model": {"name": "x", "sha256": ArtefactFactory().sha256, "licence": "MIT"},
        "benchmark": "digits",
        "device": "lab-cpu",
    }
    answer = send(client, "POST", "/api/v1/submissions?dry_run=1", body, headers)
    assert answer.status_code == 200
    assert answer.json()["estimate"]["devices"] == ["lab-cpu"]
    wrong = body | {"device": "moon", "model": {"name": "", "sha256": "0" * 64}}
    said = [send(client, "POST", f"/api/v1/submissions{query}", wrong, headers).json() for query in ("", "?dry_run=1")]
    assert said[0]["errors"] == said[1]["errors"]
    assert [error["code"] for error in said[0]["errors"]] == [
        "string_too_short",
        "missing",
        "unknown_artefact",
        "unknown_device",
    ]
    assert not Submission.objects.exists()


def test_a_token_does_what_it_has_the_right_to(client, lab):
    from leaderboard.accounts.models import ApiToken

    user = UserFactory()
    _, token = ApiToken.issue(user=user, name="ci", now=database_now(), rights=[Right.READ])
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/jobs", headers=headers).status_code == 200
    body = {
        "model": {"name": "x", "sha256": ArtefactFactory().sha256, "licence": "MIT"},
        "benchmark": "digits",
        "device": "lab-cpu",
    }
    refused = send(client, "POST", "/api/v1/submissions", body, headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "missing_right")
    assert send(client, "POST", "/api/v1/artefacts", MODEL, headers, "application/octet-stream").status_code == 403
    job = JobFactory(submission__submitted_by=user)
    assert send(client, "POST", f"/api/v1/jobs/{job.uuid}/cancel", None, headers).status_code == 403
    assert Job.objects.get().state == JobState.QUEUED

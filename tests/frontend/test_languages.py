"""Every word of a page can be translated: tried with a language in which each string stands in brackets."""

import json
import math
import re
from dataclasses import dataclass
from html.parser import HTMLParser

import pytest
from babel.messages.pofile import read_po
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.utils import formats, translation
from django.utils.html import escape

from frontend.charts.axis import make_axis
from frontend.charts.scatter import Point, Span, arrange
from frontend.present.axes import axis_words
from frontend.present.registry import spoken_fault
from frontend.present.submit import faults_of
from leaderboard.accounts.mailbox import Claim, confirm_link
from leaderboard.accounts.models import AccountMail
from leaderboard.boards.models import Entry
from leaderboard.clock import database_now
from leaderboard.devices.models import Device, Health
from leaderboard.metrics.registry import METRICS
from leaderboard.submissions.faults import NONE_YET, WORDINGS, worded
from leaderboard.submissions.uploading import UploadRefused, take_file
from tests.catalog.models import bytes_of, external
from tests.factories import PASSWORD, AgentFactory, DeviceFactory, JobFactory, UserFactory
from tests.frontend.boards import DIGITS, digits_board
from tests.messages.brackets import CLOSE, OPEN, in_brackets
from tests.messages.catalogue import LOCALES, compiled, template, untranslated, update
from tests.messages.strings import TEMPLATES

BRACKET = re.compile(f"([{OPEN}{CLOSE}])")
ADDRESS = re.compile(r"https?://\S+")
NAME = re.compile(r"\{(\w+)\}")
WORD = re.compile(r"[^\W\d_]{2,}")
NAMES = {
    "Perwatt", "IPW", "ms", "mJ", "µJ", "µs", "JSON", "CSV", "SVG", "API", "UTC", "arXiv", "SHA", "sha", "USD", "KiB",
    "MiB", "GiB", "min", "fp", "onnx", "onnxruntime",
}  # fmt: skip
"""What no language has another word for."""

SHOWN_ATTRIBUTES = {"title", "alt", "placeholder", "aria-label"}
WIRE = {
    "arch", "codecarbon", "correct items", "cpu", "done", "first call", "fp32, b1, t1", "good", "governor", "hostname",
    "idle", "kernel", "labels", "latency", "load", "measuring", "memory peak", "offline", "preparing", "process energy",
    "process idle energy", "python", "rapl", "scores",
}  # fmt: skip
FACTS = {
    "bench-01", "Linux 6.1", "a table of processors", "No powercap folder: this is a virtual machine.", "performance",
    "CPUExecutionProvider",
}  # fmt: skip
"""What a machine says of itself."""
REGISTERED = {"ipw", "cannot_load"}
ARGUMENTS = {"accuracy", "mean power w"}
DATA = {"code", "pre", "kbd", "option", "time", "small"}


class Texts(HTMLParser):
    """What a reader reads, with the elements around it."""

    VOID = frozenset({"meta", "link", "input", "br", "hr", "img", "wbr"})

    def __init__(self):
        super().__init__()
        self.around, self.found, self.depth = [], [], 0

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.around.append(tag)
        for name, value in attrs:
            if name in SHOWN_ATTRIBUTES and value:
                self.keep((*self.around, f"@{name}"), outside(value, 0)[0])

    def handle_endtag(self, tag):
        if tag in self.around:
            while self.around.pop() != tag:
                pass

    def handle_data(self, data):
        bare, self.depth = outside(data, self.depth)
        if not {"script", "style"} & set(self.around):
            self.keep(tuple(self.around), bare)

    def keep(self, around, text):
        if WORD.search(text):
            self.found.append(Text(around, text.strip(), self.getpos()[0]))


@dataclass(frozen=True)
class Text:
    """What of a text stands outside of brackets, which may have opened some elements before."""

    around: tuple[str, ...]
    text: str
    line: int


def outside(text, depth):
    """Return what of `text` no bracket is around, and how many are still open; `depth` were before it."""
    bare = []
    for part in BRACKET.split(text):
        depth += (part == OPEN) - (part == CLOSE)
        if part not in (OPEN, CLOSE):
            bare.append(part if depth == 0 else "")
    return "".join(bare), depth


def texts_of(html):
    parser = Texts()
    parser.feed(html)
    return parser.found


BLOCK = re.compile(r"{%\s*blocktranslate\b.*?%}.*?{%\s*endblocktranslate\s*%}", re.DOTALL)
# What fills it are names of classes.
SHAPE = re.compile(r"{% block shape %}.*?{% endblock[^%]*%}", re.DOTALL)
TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)


def bare_texts(source):
    """What a template says outside of its translate tags: names and code apart, there should be nothing."""
    for pattern in (BLOCK, SHAPE, TAG):
        source = pattern.sub(lambda match: "\n" * match[0].count("\n"), source)
    return [
        f"{one.line}: {one.text}"
        for one in texts_of(source)
        if not {"code", "pre"} & set(one.around) and set(WORD.findall(one.text)) - NAMES
    ]


def test_no_template_has_words_that_cannot_be_translated():
    found = {
        file.name: bare for file in sorted(TEMPLATES.rglob("*.html")) if (bare := bare_texts(file.read_text("utf-8")))
    }
    assert found == {}


def test_a_bare_word_in_a_template_is_found():
    assert bare_texts('<p title="Hello">{% translate "Good" %}\nmorning <code>ls</code> JSON</p>') == [
        "1: Hello",
        "1: morning",
    ]


@pytest.fixture
def german():
    with in_brackets():
        yield {"headers": {"Accept-Language": "de"}}


@pytest.mark.django_db
def test_what_a_page_says_itself_is_in_its_readers_language(client, german):
    digits_board(models=DIGITS[:3])
    entry = Entry.objects.select_related("submission", "device", "job").first()
    pages = [
        "/", "/boards/", "/boards/digits/", "/boards/digits/?x=cost_of_pass_usd", "/boards/digits/about/",
        "/boards/digits/frontier/", "/explore/", "/choose/", f"/entries/{entry.uuid}/", "/models/",
        f"/models/{entry.submission.model_slug}/", "/devices/",
        f"/devices/{entry.device.slug}/", "/metrics/", "/metrics/ipw/", "/methods/", "/status/", "/queue/",
        "/literature/", "/account/login/", f"/jobs/{entry.job.uuid}/", "/nope/",
    ]  # fmt: skip
    data = names_of(entry)
    for path in pages:
        html = client.get(path, follow=True, **german).text
        assert '<html lang="de"' in html, path
        assert f">{OPEN}Boards{CLOSE}</a>" in html, path
        assert in_english(html, data) == [], path


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("health", "why", "seen"),
    [
        (Health.GOOD, "No fitting device is online (box).", None),
        (Health.MAINTENANCE, "box takes no jobs: a fan is replaced.", database_now),
        (Health.FAILING, "box takes no jobs: its health is not good.", database_now),
        (Health.RETIRED, "No device fits any more.", None),
    ],
)
def test_why_a_job_waits_is_in_its_readers_language_and_in_english_for_programs(client, german, health, why, seen):
    device = DeviceFactory(slug="box", health=health, agent=AgentFactory(last_seen_at=seen and seen()))
    if health == Health.MAINTENANCE:
        Device.objects.update(health_reason="a fan is replaced")
    job = JobFactory(device=device)
    html = client.get(f"/jobs/{job.uuid}/", **german).text
    said = re.search(r'<span id="sentence">(.*?)</span>', html)[1]
    assert said.startswith(OPEN)
    assert said.replace(OPEN, "").replace(CLOSE, "") == why
    for path in (f"/api/v1/jobs/{job.uuid}", f"/jobs/{job.uuid}.json"):
        assert client.get(path, **german).json()["reason"]["sentence"] == why
    assert why in client.get(f"/api/v1/jobs/{job.uuid}/events", **german).text


def test_what_is_wrong_with_a_submission_is_said_around_its_names_and_numbers(german):
    names = {
        name: f"<{name}>" for wording in WORDINGS.values() for name in NAME.findall(wording.message + wording.hint)
    }
    for key, wording in WORDINGS.items():
        fault = worded("field", key, **names)
        with translation.override("de"):
            spoken = spoken_fault(fault)
        assert (spoken.message, spoken.hint) == (f"{OPEN}{fault.message}{CLOSE}", f"{OPEN}{fault.hint}{CLOSE}"), key
        assert fault.message == NAME.sub(r"<\1>", wording.message)
        assert fault.described().keys() == {"field", "code", "message", "hint", "link"}
    nothing = worded("benchmark", "unknown_benchmark", name="'x'", known=NONE_YET)
    with translation.override("de"):
        assert spoken_fault(nothing).hint == f"{OPEN}Known here: {OPEN}none yet{CLOSE}.{CLOSE}"


def test_a_chart_counts_what_it_cannot_place_in_its_readers_language(german):
    metric = METRICS["latency_p50_s"]
    with translation.override("de"):
        x, y = make_axis(metric, [1.0, 1e3], words=axis_words(metric)), make_axis(METRICS["accuracy"], [0.5])
        spans = (Span(None, why="no sensor"), Span(None, why="no sensor"), Span(math.inf), Span(0.0), Span(None))
        points = [Point(str(i), "", "", "", span, Span(0.5), "unplaced") for i, span in enumerate(spans)]
        label = arrange(x, y, points, (), intervals=False).x_gutter.label
    assert outside(label, 0)[0] == ", , , "
    label = label.replace(OPEN, "").replace(CLOSE, "")
    assert label == (
        "2 without Latency per call, median: no sensor, 1 never correct: Latency per call, median infinite, "
        "1 at zero or below: not on a log scale, 1 without Latency per call, median"
    )


@pytest.mark.django_db
def test_a_submission_of_the_wrong_shape_is_refused_in_its_readers_language(german):
    model = {"name": "x", "licence": "MIT", "sha256": "0" * 64}
    bodies = [
        {},
        [],
        {"model": {"name": "\t", "licence": "", "family": "x" * 101, "wat": 1}, "benchmark": "A b"},
        {"model": model | {"name": "!", "organisation": "?", "sha256": "x", "released_on": "yesterday"}},
        {"model": model | {"name": "a/b", "organisation": "c", "released_on": "2026-02-31"}, "device": 7},
        {"model": model | {"format": "endpoint", "reference": "x"}, "device_class": "abacus"},
        {"model": {"name": "x", "licence": "x", "format": "endpoint", "reference": "A"}},
        {"model": {"name": "x", "licence": "x", "format": "container", "reference": "x:latest"}},
        {"model": {"name": "x", "licence": "x", "format": "floppy", "reference": "x"}},
        {"options": {"batch": 0, "threads": 257}, "model": model, "benchmark": "x"},
        {"options": {"batch": "many", "threads": 1.5}, "model": "x"},
        {"options": {"batch": None}, "model": model, "benchmark": "x", "device": "x", "device_class": "cpu"},
    ]
    faults = [fault for body in bodies for fault in faults_of(body)]
    assert {fault.code for fault in faults} >= {
        "missing", "value_error", "string_too_short", "string_too_long", "string_pattern_mismatch", "extra_forbidden",
        "date_from_datetime_parsing", "two_organisations", "string_type", "enum", "literal_error", "no_file",
        "bad_reference", "no_place", "greater_than_equal", "less_than_equal", "int_parsing", "int_from_float",
        "int_type", "model_type",
    }  # fmt: skip
    with translation.override("de"):
        spoken = [spoken_fault(fault) for fault in faults]
    assert [fault for fault in spoken for text in (fault.message, fault.hint) if outside(text, 0)[0]] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "code", "detail"),
    [
        (b"hello", "not_onnx", "The bytes do not parse as an ONNX model."),
        (bytes_of(external()), "not_onnx", "points to another file; store all weights inside the model."),
        (b"GGUF" + bytes(20), "not_gguf", "The file says that it is GGUF version 0; versions 2 and 3 are read here."),
        (bytes(1100), "too_large", "The limit is 0 MiB."),
    ],
)
def test_why_a_file_is_refused_is_in_its_readers_language_and_in_english_for_programs(
    client, german, settings, content, code, detail
):
    settings.MAX_ARTEFACT_BYTES = 1000
    with pytest.raises(UploadRefused) as refused:
        take_file(chunks=[content], by=UserFactory(), now=database_now())
    told = refused.value
    assert (told.fault.code, told.detail.endswith(detail)) == (code, True)
    assert f"{told.sentence} {told.detail}" == told.fault.message
    client.force_login(UserFactory())
    form = {"source": "upload", "file": SimpleUploadedFile("m.onnx", content), "model.licence": "MIT"}
    page = client.post("/submit/", form, HTTP_ACCEPT_LANGUAGE="de").content.decode()
    assert f"{OPEN}{escape(told.fault.message)}{CLOSE}" in page
    assert f"{OPEN}{escape(told.fault.hint)}{CLOSE}" in page


@pytest.mark.django_db
def test_the_explorers_places_are_named_in_its_readers_language(client, german):
    names = re.findall(
        r'"aria-label":"([^"]+)"',
        json.dumps(client.get("/explore/_dash-layout", **german).json(), ensure_ascii=False, separators=(",", ":")),
    )
    assert names == [f"{OPEN}Selection{CLOSE}", f"{OPEN}Entries{CLOSE}"]


@pytest.mark.django_db
def test_what_the_registries_say_is_in_its_readers_language(client, german):
    pages = ("/metrics/", "/metrics/ipw/", "/errors/", "/errors/cannot_load/", "/methods/")
    data = {metric.symbol for metric in METRICS.values()} | ARGUMENTS | REGISTERED
    html = {path: client.get(path, **german).text.partition("<footer")[0] for path in pages}
    said = {path: in_english(html[path], data) for path in pages}
    assert said == {path: [] for path in pages}
    assert OPEN not in client.get("/metrics.json", **german).text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "notes"),
    [
        ("/boards/digits/?wat=1&x=nope&xs=big&page=99&q=" + "x" * 201 + "&min.accuracy=7&batch=9&per=3", 8),
        ("/boards/digits/frontier/?m=nope&t=now&at=yesterday", 3),
        ("/choose/?board=digits&latency_of=nope&energy=much&pref=nope&licence=nope", 4),
        ("/compare/?e=nope&base=nope&m=nope&scope=nope&wat=1", 5),
    ],
)
def test_what_is_ignored_of_an_address_is_said_in_its_readers_language(client, german, path, notes):
    digits_board(models=DIGITS[:1])
    reasons = re.findall(r"<li><code>[^<]*</code> ([^<]*)</li>", client.get(path, **german).text)
    assert len(reasons) == notes
    assert [reason for reason in reasons if not reason.startswith(OPEN)] == []
    assert [reason for reason in reasons if "{" in reason] == []


@pytest.mark.django_db
def test_a_mail_that_a_page_asks_for_speaks_its_readers_language(client, german, settings):
    settings.MAIL, settings.MAIL_ORIGIN = True, "https://perwatt.example.org"
    user = UserFactory(username="ada", email="ada@example.org")
    client.post("/account/forgotten/", {"address": user.email}, **german)
    client.force_login(user)
    sent = {"address": "ada@example.com", "password": PASSWORD}
    client.post("/account/mail/", sent, **german)
    client.post(confirm_link(Claim(user, "ada@example.com")), **german)
    new = {"old_password": PASSWORD, "new_password1": "another horse", "new_password2": "another horse"}
    client.post("/account/password/", new, **german)
    client.post("/jobs/mail/", {"on": "1"}, **german)
    assert {mail.kind: mail.language for mail in AccountMail.objects.all()} == dict.fromkeys(AccountMail.Kind, "de")
    assert user.mail_wish.language == "de"


@pytest.mark.django_db
def test_a_view_that_is_kept_tells_each_reader_in_their_language(client, german):
    digits_board(models=DIGITS[:1])
    path = "/boards/digits/?wat=1"
    said = f"{OPEN}This board has no such key.{CLOSE}"
    assert said in client.get(path, **german).text
    assert said not in client.get(path).text
    assert said in client.get(path, **german).text


def in_english(html, data):
    """What is said outside of brackets, but for what is data in it."""
    names = "|".join(map(re.escape, sorted(data, key=len, reverse=True)))
    named = re.compile(rf"(?<!\w)(?:{names})(?!\w)")
    return sorted(
        {
            f"{'/'.join(one.around[-2:])}: {one.text}"
            for one in texts_of(html)
            if not DATA & set(one.around) and set(WORD.findall(named.sub(" ", ADDRESS.sub(" ", one.text)))) - NAMES
        }
    )


def names_of(entry):
    """What is said in one language only: names in the database, symbols, words of the wire contract."""
    symbols = {metric.symbol for metric in METRICS.values()}
    device = entry.device
    stored = {*(name for name, *_ in DIGITS), *(family for _, family, *_ in DIGITS), device.name, device.slug}
    stored |= {device.vendor, device.vendor.lower(), entry.submission.licence, entry.submission.submitted_by.username}
    benchmark = entry.submission.benchmark
    stored |= {getattr(benchmark, name) for name in ("slug", "title", "description", "modality", "task", "citation")}
    cited = f"{entry.submission.model_name} on {device.name}: digits-v1, fp32, onnxruntime, batch 1, 1 thread"
    stored |= {benchmark.licence, cited, f"Entry {entry.uuid}, measured"}
    return symbols | stored | WIRE | ARGUMENTS | FACTS


@pytest.mark.django_db
def test_files_and_apis_say_the_same_to_everybody(client, german):
    digits_board(models=DIGITS[:1])
    page = client.get("/boards/digits/", **german)
    assert "Accept-Language" in page["Vary"]
    assert page["Content-Language"] == "de"
    for path in ("/boards/digits.json?wat=1", "/boards/digits.csv", "/boards/digits.svg", "/api/v1/jobs"):
        foreign, english = client.get(path, **german), client.get(path)
        assert OPEN not in foreign.text, path
        assert foreign.text.partition('"request_id"')[0] == english.text.partition('"request_id"')[0], path
        assert "Accept-Language" not in foreign.get("Vary", ""), path


@pytest.mark.django_db
def test_numbers_keep_the_decimal_point_in_every_language(client, german):
    digits_board(models=DIGITS[:2])
    with translation.override("de"):
        assert Template("{{ n }}").render(Context({"n": 0.5})) == "0.5"
    html = client.get("/boards/digits/", **german).text
    assert re.search(r">83\.5<", html)
    assert not re.search(r'(?:x|y|d|data-v)="[^"]*[0-9],[0-9]+"', html)


def test_every_language_that_is_offered_is_complete_compiled_and_has_a_point():
    assert [code for code, _name in configured.LANGUAGES] == ["en", *offered()]
    for code in offered():
        file = LOCALES / code / "LC_MESSAGES" / "django.po"
        with file.open("rb") as source:
            catalogue = read_po(source)
        known = {message.id for message in catalogue if message.id}
        assert untranslated(catalogue) == []
        assert {message.id for message in template() if message.id} <= known
        assert formats.get_format("DECIMAL_SEPARATOR", lang=code) == "."


def offered():
    return sorted(path.parts[-3] for path in LOCALES.glob("*/LC_MESSAGES/django.*o") if path.suffix == ".mo")


@pytest.mark.django_db
def test_a_language_that_is_not_offered_is_answered_in_english(client):
    answer = client.get("/methods/", headers={"Accept-Language": "de, fr;q=0.5"})
    assert '<html lang="en' in answer.text
    assert answer["Content-Language"].startswith("en")


def test_an_update_of_a_catalogue_keeps_what_is_translated(tmp_path):
    file = update("de", tmp_path / "locale", tmp_path / "formats")
    text = file.read_text("utf-8")
    file.write_text(text.replace('msgid "Boards"\nmsgstr ""', 'msgid "Boards"\nmsgstr "Ranglisten"'), "utf-8")
    left = compiled(update("de", tmp_path / "locale", tmp_path / "formats"))
    assert 'msgstr "Ranglisten"' in file.read_text("utf-8")
    assert left == len([message for message in template() if message.id]) - 1

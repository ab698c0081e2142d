import gzip
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import AsyncClient, Client
from plotly.offline import get_plotlyjs_version

from frontend.explore.application import application
from frontend.explore.policy import policy
from frontend.explore.scripts import tags
from frontend.middleware import POLICY
from tests.factories import NOW, BoardFactory
from tests.frontend.boards import DIGITS, digits_board, full_board, make_reading, metered_device, rapl_reading
from tests.frontend.explorer import CALL, ask, body_of, elements, table_body

ASSETS = Path(__file__).parents[3] / "frontend" / "assets"
CONSTANT = ("constant", "baseline", 0, 4.0e-6, 7.4, "fp32")


@pytest.fixture
def _board(db):
    digits_board(models=(*DIGITS, CONSTANT))


board = pytest.mark.usefixtures("_board")


@board
@pytest.mark.parametrize("query", ["", "x=energy_per_item_j", "xs=lin&q=cnn&color=family"])
def test_the_page_takes_a_few_queries(client, django_assert_max_num_queries, query):
    with django_assert_max_num_queries(4):
        assert client.get(f"/boards/digits/explore/?{query}", follow=True).status_code == 200


@board
@pytest.mark.parametrize(("query", "most"), [("", 4), ("x=energy_per_item_j", 5), ("src=estimated~measured", 7)])
def test_an_answer_takes_a_few_queries(client, django_assert_max_num_queries, query, most):
    with django_assert_max_num_queries(most):
        ask(client, query=query)
    with django_assert_max_num_queries(2):  # one for each of the two calls
        ask(client, query=query)


@board
def test_what_is_remembered_ends_with_the_boards_revision(client):
    from leaderboard.boards.models import Board
    from leaderboard.boards.services import rebuild_board

    before = len(ask(client).points)
    digits_board(models=DIGITS[:1], device=metered_device())
    rebuild_board(board=Board.objects.get(slug="digits"), now=NOW + timedelta(hours=2))
    assert len(ask(client).points) == before + 1


def test_the_queries_do_not_grow_with_the_board(client, db, django_assert_max_num_queries):
    full_board(n=120)
    with django_assert_max_num_queries(4):
        assert len(ask(client).points) == 120


def test_the_list_of_boards_takes_a_few_queries(client, db, django_assert_max_num_queries):
    digits_board(models=DIGITS[:2])
    with django_assert_max_num_queries(10):  # one of them is PostgreSQL's clock
        html = client.get("/explore/").content.decode()
    assert 'href="/boards/digits/explore/"' in html


@board
def test_without_script_there_is_the_first_picture_and_a_link_to_the_board_with_the_same_query(client):
    html = client.get("/boards/digits/explore/?y=ipw&q=cnn").content.decode()
    assert html.count('class="pt ') == 3
    assert re.search(r'<noscript>.*href="/boards/digits/\?y=ipw&amp;q=cnn"', html)
    assert "Loading" not in re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)


@board
@pytest.mark.parametrize("query", ["", "y=ipw&q=cnn", "q=cnn&colour=red", "q=nothing-like-this"])
def test_the_page_carries_the_answer_that_a_call_would_bring(client, query):
    html = client.get(f"/boards/digits/explore/?{query}").content.decode()
    carried = json.loads(re.search(r'<script id="answer" type="application/json">(.*?)</script>', html)[1])
    called = client.post(CALL, body_of(query=query), content_type="application/json").json()["response"]
    assert carried == called


@board
def test_what_dash_fetches_once_it_has_started_is_on_its_way_before(client):
    html = client.get("/boards/digits/explore/").content.decode()
    for path in re.findall(r'<link rel="preload" [^>]*href="([^"]+)"', html):
        assert client.get(path).status_code == 200


@board
def test_the_boards_page_leads_to_the_same_view_of_the_explorer(client):
    html = client.get("/boards/digits/?y=ipw&q=cnn").content.decode()
    assert 'href="/boards/digits/explore/?y=ipw&amp;q=cnn"' in html


@board
def test_what_a_form_sends_becomes_the_views_own_address(client):
    answer = client.get("/boards/digits/explore/?x=latency_p50_s&y=accuracy&q=&quant=fp32&quant=int8&ci=1")
    assert answer.status_code == 302
    assert answer["Location"] == "/boards/digits/explore/?quant=fp32~int8"


@board
def test_what_an_address_cannot_say_is_named_and_the_rest_kept(client):
    query = "q=cnn&colour=red&dev=gone&x=speed"
    html = client.get(f"/boards/digits/explore/?{query}").content.decode()
    found = ask(client, query=query)
    for note in ("colour=red", "dev=gone", "x=speed"):
        assert note in html
        assert note in found.text("explorer-notes")
    assert len(found.rows) == 3
    assert found.state["query"] == "q=cnn"
    assert ask(client).parts["explorer-notes"]["children"] == []


def test_a_board_that_there_is_not_is_not_found(client, db):
    assert client.get("/boards/nothing/explore/").status_code == 404
    answer = client.post(CALL, body_of("nothing"), content_type="application/json")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe", b"9" * 400_000,
        json.dumps({}).encode(),
        json.dumps(body_of(output="other.children")).encode(),
        json.dumps(body_of(outputs=[])).encode(),
        json.dumps(table_body() | {"inputs": body_of()["inputs"]}).encode(),
        json.dumps(body_of(inputs=[])).encode(),
        json.dumps(body_of(inputs=[{"id": "asked", "property": "data", "value": None}])).encode(),
        json.dumps(body_of(inputs=[{"id": "asked", "property": "data", "value": {"board": 1, "query": ""}}])).encode(),
        json.dumps(body_of(board="../../etc")).encode(),
        json.dumps(body_of(query="x" * 100_000)).encode(),
        json.dumps(body_of(changedPropIds=["other.data"])).encode(),
        json.dumps(body_of(state=[{"id": "a", "property": "b", "value": 1}])).encode(),
    ],
)  # fmt: skip
def test_a_body_that_is_no_call_is_refused(client, body):
    answer = client.post(CALL, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "text/plain"


@board
@pytest.mark.parametrize("query", ["zoom=1~2", "zoom=0~1~0~1", "e=x", "color=x", "%ff%00", "page=99", "min.ipw=1e400"])
def test_a_query_that_makes_no_sense_is_answered(client, query):
    assert ask(client, query=query).points
    assert client.get(f"/boards/digits/explore/?{query}", follow=True).status_code == 200


@board
def test_a_call_without_the_token_is_forbidden_and_with_it_answered():
    client = Client(enforce_csrf_checks=True)
    assert client.post(CALL, body_of(), content_type="application/json").status_code == 403
    client.get("/boards/digits/explore/")
    token = client.cookies["csrftoken"].value
    answer = client.post(CALL, body_of(), content_type="application/json", headers={"X-CSRFToken": token})
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["_dash-layout", "_dash-dependencies"])
def test_the_parts_of_the_application_are_read_only(client, path):
    assert client.get(f"/explore/{path}").status_code == 200
    assert client.post(f"/explore/{path}").status_code == 405


@pytest.mark.parametrize("path", ["_reload-hash", "_favicon.ico", "anything", "assets/explore.js"])
def test_nothing_else_of_dash_is_served(client, path):
    assert client.get(f"/explore/{path}").status_code == 404


@pytest.mark.django_db(transaction=True)
async def _answer_under_asgi():
    return await AsyncClient().post(CALL, json.dumps(body_of()), content_type="application/json")


@pytest.mark.django_db(transaction=True)
def test_it_answers_under_asgi_too():
    from asgiref.sync import async_to_sync

    digits_board(models=DIGITS[:3])
    answer = async_to_sync(_answer_under_asgi)()
    assert answer.status_code == 200
    assert len(answer.json()["response"]["drawn"]["data"]["data"]) > 1


def test_callbacks_run_where_the_orm_works():
    assert application()._use_async is False


def test_the_applications_answers_carry_no_token_of_another_name():
    assert application().config.csrf_token_name == "csrftoken"
    assert application().config.csrf_header_name == "X-CSRFToken"


def test_the_policy_allows_nothing_inline_but_by_hash():
    assert "unsafe" not in policy()
    directives = dict(part.strip().split(" ", 1) for part in policy().split(";"))
    ours = dict(part.strip().split(" ", 1) for part in POLICY.split(";"))
    assert directives.keys() == ours.keys()
    for name, sources in directives.items():
        assert all(extra.startswith("'sha256-") for extra in set(sources.split()) - set(ours[name].split()))


@board
def test_the_page_carries_the_policy(client):
    assert client.get("/boards/digits/explore/")["Content-Security-Policy"] == policy()


def test_the_vendored_bundle_is_the_basic_one_of_the_installed_plotly():
    version = get_plotlyjs_version()
    bundle = ASSETS / "vendor" / f"plotly-basic-{version}.min.js"
    assert f"plotly.js (basic - minified) v{version}" in bundle.read_text()[:200]
    assert bundle.with_suffix("").with_suffix(".LICENSE").read_text().startswith("MIT License")
    page = ASSETS.parent / "templates" / "frontend" / "explore.html"
    assert f"vendor/{bundle.name}" in page.read_text()


def test_a_page_asks_for_one_script_of_dash_and_never_for_the_full_plotly(client):
    (src,) = re.findall(r'src="([^"]+)"', tags())
    plain = client.get(src)
    packed = client.get(src, headers={"Accept-Encoding": "br"})
    assert plain.status_code == packed.status_code == 200
    assert packed["Content-Encoding"] == "br"
    assert "immutable" in packed["Cache-Control"]
    assert len(packed.content) < len(plain.content) / 2
    assert all(word in plain.content for word in (b"DashRenderer", b"dash_core_components", b"dash_html_components"))
    assert b"DataTable" not in plain.content
    # The renderer would fetch it from here.
    for path in ("plotly/package_data/plotly.min.js", "dash/nothing.js", "os/path.py", "dash/../plotly/x.js"):
        for accepted in ("br", "gzip"):
            answer = client.get(f"/explore/_dash-component-suites/{path}", headers={"Accept-Encoding": accepted})
            assert answer.status_code == 404


@board
def test_an_answer_is_sent_compressed(client):
    packed = client.post(CALL, body_of(), content_type="application/json", headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.content))["response"]["drawn"]


@board
def test_what_is_selected_is_said_linked_and_ringed_and_kept_across_filters(client):
    ids = [row["id"] for row in ask(client).rows]
    found = ask(client, query=f"q=tree&e={ids[2]}~{ids[0]}~{ids[1]}")
    names = {row["id"]: row for row in ask(client).rows}
    assert len(names) == 10
    links = [link["props"]["href"] for link in elements(found.parts["chosen"]["children"], "A")]
    assert [href for href in links if href.startswith("/entries/")] == [f"/entries/{ids[i]}/" for i in (2, 0, 1)]
    assert f"/compare/?e={ids[2]}~{ids[0]}~{ids[1]}" in links
    assert "To be compared" in found.text("chosen")
    assert found.state["chosen"] == [ids[2], ids[0], ids[1]]
    ringed = ask(client, query=f"e={ids[0]}")
    ring = next(trace for trace in ringed.figure["data"] if trace.get("meta") == "ring")
    assert ring["ids"] == [f"ring-{ids[0]}"]


@board
def test_a_selection_begins_with_an_invitation_and_a_baseline(client):
    ids = [row["id"] for row in ask(client).rows]
    assert "Select up to 4 entries" in ask(client).text("chosen")
    one = ask(client, query=f"e={ids[0]}")
    assert "is the baseline" in one.text("chosen")
    assert "/compare/" not in json.dumps(one.parts["chosen"])


@board
def test_a_view_that_shows_nothing_offers_ways_out(client):
    found = ask(client, query="q=nothing-like-this")
    assert found.rows == []
    links = [link["props"]["href"] for link in elements(found.parts["explorer-legend"]["children"], "A")]
    assert "/boards/digits/explore/" in links


def test_a_board_without_entries_says_so_and_asks_for_a_first_one(client, db):
    BoardFactory()
    for said in (ask(client).text("explorer-legend"), client.get("/boards/digits/explore/").content.decode()):
        assert "Nothing is measured here yet" in said
        assert "No entry matches these filters" not in said
    [link] = elements(ask(client).parts["explorer-legend"]["children"], "A")
    assert link["props"]["href"] == "/submit/?board=digits"


@board
def test_the_caption_counts_the_labels_of_the_plot_that_is_drawn_at_each_width(client):
    found = ask(client)
    said = {
        part["props"]["className"]: part["props"]["children"]
        for part in elements(found.parts["explorer-legend"]["children"], "Span")
        if part["props"].get("className", "").endswith("-only")
    }
    front = {identity for identity, (flag, _, _) in found.points.items() if flag == "on"}
    for width in ("wide", "medium", "narrow"):
        notes = found.figure["layout"]["meta"]["notes"][width]
        drawn = sum(note.get("name", "").removeprefix("label-") in front for note in notes)
        assert said[f"{width}-only"] == f"{drawn} of {len(front)} front entries labelled."
    assert found.text("explorer-legend").count("front entries labelled") == 3


def test_a_name_is_text_whatever_is_in_it(client, db):
    digits_board(models=(("<b>bold</b> <a href='javascript:1'>x</a>", "tree", 501, 5.1e-6, 7.5, "fp32"),))
    found = ask(client)
    assert "&lt;b&gt;bold" in found.traces[0]["text"][0]
    assert "<b>" not in json.dumps(found.figure)


def test_the_colour_of_a_category_does_not_depend_on_the_filter(client, db):
    digits_board(models=DIGITS)
    digits_board(models=DIGITS[:4], readings=(rapl_reading, make_reading), device=metered_device())

    def colours(query):
        figure = ask(client, query=query).figure
        return {
            trace["meta"]: (trace["marker"]["line"]["color"] + trace["marker"]["color"], trace["marker"]["symbol"][0])
            for trace in figure["data"]
            if str(trace.get("meta")).startswith("is-")
        }

    whole = {key: shape for key, (_, shape) in colours("color=family").items()}
    some = {key: shape for key, (_, shape) in colours("color=family&q=cnn").items()}
    assert len(whole) == 5
    assert some == {"is-cnn": whole["is-cnn"]}


@board
def test_the_linked_table_has_the_bands_ranks_in_view_badges_and_links_of_the_boards(client):
    def marks(html):
        body = html.partition('<table class="board"')[2].partition("</table>")[0]
        return [
            re.sub(r"\s+", " ", found).replace("/explore/", "/")
            for found in re.findall(
                r'<abbr class="letter".*?</abbr>|<small class="place">.*?</small>|<tr class="band">.*?</tr>'
                r'|<a class="best".*?</a>|<a class="badge.*?</a>|<span class="membership.*?</span>',
                body,
                re.DOTALL,
            )
        ]

    for query in ("", "q=mlp", "group=model&front_in_view=1"):
        beside = client.get(f"/boards/digits/?{query}").content.decode()
        assert marks(ask(client, query=query).parts["rows"]["data"]) == marks(beside), query
        assert len(marks(beside)) > 5


@board
def test_the_scope_stands_above_the_plot_with_and_without_script(client):
    html = client.get("/boards/digits/explore/").content.decode()
    assert re.search(r'<span class="scope-chip">scope ([^<]+)</span>', html)[1] in ask(client).text("heading")


@board
@pytest.mark.parametrize("zoom", ["-1e308~1e308~-1e308~1e308", "-1e99~1e99~-1e99~1e99", "0~1e-320~0~5e-324"])
def test_a_zoom_as_far_out_or_in_as_numbers_go_draws_something(client, zoom):
    for path in ("/boards/digits/explore/", "/boards/digits/", "/boards/digits.svg"):
        assert client.get(f"{path}?xs=lin&zoom={zoom}").status_code == 200, path
    assert ask(client, query=f"xs=lin&zoom={zoom}").figure["layout"]["xaxis"]

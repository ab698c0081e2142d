"""state -> address -> state, and nothing that can be typed is an error."""

from dataclasses import replace
from types import MappingProxyType
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leaderboard.boards.address import COLUMNS, KEYS, MAX_NOTES, parse, read, write
from leaderboard.boards.address_values import FARTHEST, MOST_COLUMNS
from leaderboard.boards.columns import ALL, PLAIN, own_columns
from leaderboard.boards.rows import Grammar, View
from leaderboard.metrics.registry import METRICS
from leaderboard.protocol import Provenance, Scope

IDS = tuple(str(UUID(int=i)) for i in range(3))
DEFAULTS = View(
    board="digits",
    x="latency_p50_s",
    y="accuracy",
    xs=None,
    ys=None,
    scope=Scope.PROCESS,
    src=(Provenance.ESTIMATED,),
    sort=(),
    q="",
    device=(),
    device_class=(),
    precision=(),
    runtime=(),
    batch=(),
    minimum={},
    maximum={},
    highlight=(),
    colour="front",
    zoom=None,
    compared=(),
    ci=True,
    page=1,
    per=100,
)
OWN = ("device", "accuracy", "ipw", "energy_per_item_j", "latency_p50_s", "provenance", "published")
GRAMMAR = Grammar(
    defaults=DEFAULTS,
    sources=MappingProxyType({Scope.PROCESS: (Provenance.ESTIMATED,), Scope.CPU_PACKAGE: (Provenance.COUNTER,)}),
    values=MappingProxyType(
        {
            "scope": frozenset({"process", "cpu_package"}),
            "dev": frozenset({"box-cpu", "orin.1"}),
            "class": frozenset({"cpu", "gpu"}),
            "vendor": frozenset({"Intel", "Größe & Co.", "a+b, c"}),
            "org": frozenset({"a-lab", "mistralai"}),
            "model": frozenset({"mlp", "a-lab/cnn-s"}),
            "asof": frozenset({"7"}),
            "quant": frozenset({"fp32", "int8"}),
            "engine": frozenset({"onnxruntime"}),
            "batch": frozenset({"1", "8", "64"}),
            "hl": frozenset(IDS),
        }
    ),
    columns=OWN,
)


def subsets(key):
    return st.sets(st.sampled_from(sorted(GRAMMAR.values[key]))).map(lambda chosen: tuple(sorted(chosen)))


# A fraction above 1 is no limit.
LIMITS = st.dictionaries(
    st.sampled_from(sorted(METRICS)), st.floats(allow_nan=False, allow_infinity=False), max_size=3
).map(lambda limits: {key: value for key, value in limits.items() if key != "accuracy" or value <= 1})
SORTS = st.lists(
    st.tuples(st.sampled_from(["", "-"]), st.sampled_from([*METRICS, *COLUMNS])),
    max_size=3,
    unique_by=lambda pair: pair[1],
).map(lambda pairs: tuple("".join(pair) for pair in pairs))
SOURCES = st.sets(st.sampled_from(list(Provenance)), min_size=1)

FINITE = st.floats(allow_nan=False, allow_infinity=False)
CHOSEN = st.lists(st.sampled_from([*METRICS, *PLAIN]), unique=True, max_size=MOST_COLUMNS).map(tuple)
COLUMN_CHOICES = st.one_of(st.just((ALL,)), CHOSEN)
WINDOWS = st.lists(st.floats(-FARTHEST, FARTHEST), min_size=2, max_size=2, unique=True).map(sorted)


@st.composite
def views(draw):
    x, y = draw(st.lists(st.sampled_from(sorted(METRICS)), min_size=2, max_size=2, unique=True))
    columns = draw(COLUMN_CHOICES)
    return View(
        board="digits",
        x=x,
        y=y,
        xs=draw(st.sampled_from(["log", "lin", None])),
        ys=draw(st.sampled_from(["log", "lin", None])),
        scope=draw(st.sampled_from([Scope.PROCESS, Scope.CPU_PACKAGE])),
        src=draw(SOURCES.map(lambda chosen: tuple(item for item in Provenance if item in chosen))),
        sort=draw(SORTS),
        q=draw(st.text(max_size=200).map(lambda text: " ".join(c for c in text.split() if c.isprintable()))),
        device=draw(subsets("dev")),
        device_class=draw(subsets("class")),
        precision=draw(subsets("quant")),
        runtime=draw(subsets("engine")),
        batch=draw(subsets("batch").map(lambda words: tuple(sorted(int(word) for word in words)))),
        minimum=draw(LIMITS),
        maximum=draw(LIMITS),
        highlight=draw(subsets("hl")),
        colour=draw(st.sampled_from(["front", "family", "dev", "quant"])),
        zoom=draw(st.one_of(st.none(), st.tuples(WINDOWS, WINDOWS).map(lambda pair: (*pair[0], *pair[1])))),
        compared=draw(st.lists(st.sampled_from(IDS), unique=True).map(tuple)),
        ci=draw(st.booleans()),
        page=draw(st.integers(1, 999_999)),
        per=draw(st.sampled_from([50, 100, None])),
        vendor=draw(subsets("vendor")),
        organisation=draw(subsets("org")),
        model=draw(subsets("model")),
        columns=() if columns == own_columns(OWN, (x, y)) else columns,
        group=draw(st.sampled_from(["config", "model"])),
        front_in_view=draw(st.booleans()),
        band=draw(st.booleans()),
        panels=draw(st.sampled_from(["both", "chart", "table"])),
        asof=draw(st.sampled_from([None, 7])),
    )


def read_query(query):
    return read(parse(query), GRAMMAR)


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine draws slowly; that is no fault of a view
@given(views())
def test_every_view_survives_its_address(view):
    query = write(view, GRAMMAR)
    assert read_query(query) == (view, ())
    assert write(read_query(query)[0], GRAMMAR) == query
    assert "+" not in query
    assert "," not in query


@given(st.lists(st.tuples(st.one_of(st.sampled_from(["x", "q", "page", "min.ipw", "sort"]), st.text()), st.text())))
def test_nothing_that_can_be_typed_raises_or_leaves_an_address_that_is_not_its_own(pairs):
    view, _ = read(pairs, GRAMMAR)
    again = read_query(write(view, GRAMMAR))
    assert again == (view, ())


@given(st.text())
def test_any_text_can_be_a_query_and_what_it_says_is_a_view_with_an_address(query):
    view, _ = read_query(query)
    assert read_query(write(view, GRAMMAR)) == (view, ())


def test_the_default_view_has_an_empty_address():
    assert write(DEFAULTS, GRAMMAR) == ""
    assert read_query("") == (DEFAULTS, ())


def test_only_what_differs_is_written_in_one_order_whatever_order_it_came_in():
    view, notes = read_query("ci=0&dev=orin.1~box-cpu&y=ipw&x=latency_p50_s&batch=64~1")
    assert notes == ()
    assert write(view, GRAMMAR) == "y=ipw&dev=box-cpu~orin.1&batch=1~64&ci=0"


def test_another_scope_brings_its_own_default_sources():
    view, _ = read_query("scope=cpu_package")
    assert view.src == (Provenance.COUNTER,)
    assert write(view, GRAMMAR) == "scope=cpu_package"
    assert write(replace(view, src=(Provenance.ESTIMATED,)), GRAMMAR) == "scope=cpu_package&src=estimated"


@pytest.mark.parametrize(
    "query, key, value",
    [
        ("colour=red", "colour", "red"),
        ("x=speed", "x", "speed"),
        ("x=accuracy", "x", "accuracy"),
        ("y=latency_p50_s", "y", "latency_p50_s"),
        ("xs=cubic", "xs", "cubic"),
        ("scope=wall", "scope", "wall"),
        ("src=guessed", "src", "guessed"),
        ("sort=-beauty", "sort", "-beauty"),
        ("dev=gone", "dev", "gone"),
        ("batch=3", "batch", "3"),
        ("min.speed=1", "min.speed", "1"),
        ("min.ipw=nan", "min.ipw", "nan"),
        ("max.ipw=inf", "max.ipw", "inf"),
        ("min.ipw=", "min.ipw", ""),
        ("min=3", "min", "3"),
        ("ci=yes", "ci", "yes"),
        ("page=0", "page", "0"),
        ("page=-1", "page", "-1"),
        ("page=²", "page", "²"),
        ("per=7", "per", "7"),
        ("hl=nobody", "hl", "nobody"),
        ("color=taste", "color", "taste"),
        ("zoom=1~2", "zoom", "1~2"),
        ("zoom=2~1~0~1", "zoom", "2~1~0~1"),
        ("zoom=1~nan~0~1", "zoom", "1~nan~0~1"),
        ("zoom=-1e308~1e308~0~1", "zoom", "-1e308~1e308~0~1"),
        ("e=nobody", "e", "nobody"),
        ("vendor=Nobody", "vendor", "Nobody"),
        ("model=gone", "model", "gone"),
        ("group=device", "group", "device"),
        ("front_in_view=yes", "front_in_view", "yes"),
        ("cols=beauty", "cols", "beauty"),
        ("view=none", "view", "none"),
        ("asof=8", "asof", "8"),
        ("org=example", "org", "example"),
    ],
)
def test_a_part_that_cannot_be_used_is_named_and_the_rest_kept(query, key, value):
    view, notes = read_query(f"q=mlp&{query}")
    assert view == replace(DEFAULTS, q="mlp")
    assert [(note.key, note.value) for note in notes] == [(key, value)]
    assert notes[0].reason


@pytest.mark.parametrize(
    "query, axes, ignored",
    [
        ("x=accuracy&y=latency_p50_s", ("accuracy", "latency_p50_s"), []),
        ("x=ipw&y=ipw", ("ipw", "accuracy"), ["y"]),
        ("x=accuracy&y=accuracy", ("latency_p50_s", "accuracy"), ["y", "x"]),
    ],
)
def test_one_metric_has_one_axis(query, axes, ignored):
    view, notes = read_query(query)
    assert (view.x, view.y) == axes
    assert [note.key for note in notes] == ignored


def test_a_dead_value_in_a_list_leaves_the_living_ones():
    view, notes = read_query("dev=box-cpu~gone&src=counter~rumour&sort=ipw~nonsense~-accuracy")
    assert view.device == ("box-cpu",)
    assert view.src == (Provenance.COUNTER,)
    assert view.sort == ("ipw", "-accuracy")
    assert [note.value for note in notes] == ["gone", "rumour", "nonsense"]


def test_a_search_of_ten_thousand_characters_is_ignored_and_said_in_a_short_note():
    view, notes = read_query("q=" + "x" * 10_000)
    assert view.q == ""
    assert len(notes) == 1
    assert len(notes[0].value) < 100


def test_a_flood_of_keys_gives_a_bounded_number_of_notes():
    _, notes = read_query("&".join(f"key{i}=1" for i in range(1000)))
    assert len(notes) == MAX_NOTES


def test_the_first_of_two_equal_keys_counts():
    view, notes = read_query("q=first&q=second")
    assert view.q == "first"
    assert notes[0].value == "second"


def test_four_entries_are_compared_in_the_order_they_were_chosen_and_a_fifth_is_named():
    ids = tuple(str(UUID(int=i)) for i in (4, 2, 3, 1, 5))
    grammar = replace(GRAMMAR, values=GRAMMAR.values | {"hl": frozenset(ids)})
    view, notes = read(parse("e=" + "~".join(ids)), grammar)
    assert view.compared == ids[:4]
    assert [(note.key, note.value) for note in notes] == [("e", ids[4])]


def test_columns_keep_their_order_and_lose_what_does_not_exist():
    view, notes = read_query("cols=published~accuracy~beauty~device~accuracy")
    assert view.columns == ("published", "accuracy", "device")
    assert [note.value for note in notes] == ["beauty"]


def test_the_boards_own_columns_are_not_written_whatever_the_chart_shows_beside_them():
    assert read_query(f"cols={'~'.join(OWN)}") == (DEFAULTS, ())
    shown = "~".join(own_columns(OWN, ("parameters", "accuracy")))
    view, _ = read_query(f"x=parameters&cols={shown}")
    assert write(view, GRAMMAR) == "x=parameters"


@pytest.mark.parametrize("key", [*KEYS, "min.ipw", "max.ipw", "nonsense"])
@pytest.mark.parametrize(
    "value", ["x" * 10_000, "~" * 10_000, "1~" * 5_000, "\x00", "\ud800", "-1", "1e999", "[]", "null"]
)
def test_no_value_of_any_key_is_an_error_and_what_is_left_out_is_said_in_short_notes(key, value):
    view, notes = read([(key, value)], GRAMMAR)
    assert read_query(write(view, GRAMMAR)) == (view, ())
    assert view == DEFAULTS or key in {"q", "batch", "min.ipw", "max.ipw"}
    assert all(len(note.value) < 100 for note in notes)


@pytest.mark.parametrize(
    ("text", "metric", "value"),
    [
        ("0.95", "accuracy", 0.95),
        ("95%", "accuracy", 0.95),
        (" 97.5 % ", "accuracy", 0.975),
        ("20 ms", "latency_p50_s", 0.02),
        ("15us", "latency_p50_s", 1.5e-5),
        ("15 µs", "latency_p50_s", 1.5e-5),
        ("2e-5", "latency_p50_s", 2e-5),
        ("2s", "latency_p50_s", 2.0),
        ("0.5 mJ", "energy_per_item_j", 0.0005),
        ("64 MiB", "memory_peak_bytes", 64 * 1024**2),
        ("3", "ipw", 3.0),
    ],
)
def test_a_limit_may_name_its_unit(text, metric, value):
    view, notes = read([(f"min.{metric}", text)], GRAMMAR)
    assert (view.minimum, notes) == ({metric: value}, ())


@pytest.mark.parametrize(
    ("text", "metric", "said"),
    [
        ("95", "accuracy", "for 95 % write 0.95 or 95 %"),
        ("5 kg", "latency_p50_s", "ms"),
        ("5 J", "latency_p50_s", "ms"),
        ("95 %", "ipw", "it has none"),
        ("%", "accuracy", "%"),
        ("1e999999999 ms", "latency_p50_s", "ms"),
    ],
)
def test_a_limit_that_cannot_be_meant_is_ignored_and_says_how_to_write_it(text, metric, said):
    view, notes = read([(f"min.{metric}", text)], GRAMMAR)
    assert view.minimum == {}
    assert said in notes[0].reason

"""The page of what papers report: narrowed, paged, under each paper's name; and the same as data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any
from urllib.parse import quote

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from frontend.present import literature_words as say
from frontend.present import words
from frontend.present.device_index import csv_field
from frontend.present.narrowing import Narrowed, Traits, groups_of, known_values, matches, narrowed
from frontend.present.paging import Page, page_links, read_page
from leaderboard.boards.literature.selectors import Figure, TaskBoard
from leaderboard.protocol import Provenance, Scope

PER_PAGE = 50
ON_METRIC_PAGE = 8
PATH = "/literature/"
TEXTS = ("q", "page")
KEYS = ("metric", "kind", "topic", "dev", "scope", "paper")
TITLES: Mapping[str, words.Words] = {
    "metric": gettext_lazy("Metric"),
    "kind": gettext_lazy("Kind of figure"),
    "topic": gettext_lazy("Topic of the paper"),
    "dev": gettext_lazy("Device"),
    "scope": gettext_lazy("Energy scope"),
}
KINDS: Mapping[str, words.Words] = {
    "absolute": gettext_lazy("stands alone"),
    "relative": gettext_lazy("against a baseline"),
}
COLUMNS = (
    "key", "provenance", "subject", "metric", "bound", "value", "unit", "baseline", "better", "task", "device", "scope",
    "note", "title", "citation", "url", "code_url", "published_on", "paper", "topic",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One figure as it is shown. `board_href` is empty where nothing here can be read beside it."""

    subject: str
    metric: str
    metric_href: str
    value: str
    better: str
    baseline: str
    note: str
    task: str
    device: str
    scope: str
    board_href: str
    board_title: str


@dataclass(frozen=True, slots=True)
class Paper:
    """`href` leads to the paper where its address is known, else to a search for its title."""

    slug: str
    citation: str
    href: str
    link: str
    code_href: str
    listed: str
    lines: tuple[Line, ...]


def chosen(figures: Sequence[Figure], query: str) -> tuple[tuple[Figure, ...], Narrowed]:
    """Return the figures that an address asks for, and what it was read as."""
    shown = narrowed(query, known_values(figures, traits, KEYS), TEXTS)
    sought = shown.texts.get("q", "").casefold().split()
    found = tuple(one for one in figures if matches(traits(one), shown) and all(word in _text(one) for word in sought))
    return found, shown


def literature_context(
    figures: Sequence[Figure], query: str, boards: Mapping[str, TaskBoard], reported: Iterable[Any]
) -> Mapping[str, Any]:
    found, shown = chosen(figures, query)
    pages = max(1, -(-len(found) // PER_PAGE))
    page, note = read_page(shown.texts.get("page", ""), pages)
    kept = "&".join(part for part in shown.query.split("&") if not part.startswith("page="))
    address = f"{PATH}?{kept}" if kept else PATH
    return {
        "papers": papers_of(found[(page - 1) * PER_PAGE : page * PER_PAGE], boards),
        "groups": groups_of(figures, traits, shown, TITLES, label),
        "q": shown.texts.get("q", ""),
        "paper": "~".join(shown.chosen.get("paper", ())),
        "notes": shown.notes,
        "page_note": note,
        "active": sum(bool(part) for part in shown.chosen.values()) + bool(shown.texts.get("q")),
        "count": len(found),
        "total": len(figures),
        "counterparts": len(boards),
        "said": count_words(found),
        "pages": page_links(Page(page, pages), PATH, kept),
        "badge": words.provenance_badge(Provenance.REPORTED),
        "reported": tuple(reported),
        "forms": _forms(kept),
        "permalink": address,
    }


def of_metric(figures: Sequence[Figure], key: str) -> Mapping[str, Any]:
    """What a metric's page says of the literature: the quantity itself first, then what is only near it."""
    near = [figure for figure in figures if say.glossary_key(figure.metric) == key]
    near.sort(key=lambda figure: not figure.measured_here)
    names = sorted({figure.metric for figure in near})
    return {
        "figures": [(_line(figure, None), figure) for figure in near[:ON_METRIC_PAGE]],
        "count": len(near),
        "same": sum(figure.measured_here for figure in near),
        "href": f"{PATH}?metric={'~'.join(quote(name) for name in names)}",
        "badge": words.provenance_badge(Provenance.REPORTED),
    }


def traits(figure: Figure) -> Traits:
    return {
        "metric": (figure.metric,),
        "kind": ("relative" if figure.baseline else "absolute",),
        "topic": (figure.topic,) if figure.topic else (),
        "dev": (slugify(figure.device),) if slugify(figure.device) else (),
        "scope": (figure.scope,) if figure.scope else (),
        "paper": (figure.paper,),
    }


def label(key: str, value: str) -> str:
    if key == "metric":
        return say.metric_name(value)
    if key == "kind":
        return str(KINDS[value])
    if key == "scope" and value in {scope.value for scope in Scope}:
        return str(words.SCOPE_NAMES[Scope(value)])
    return value.replace("-", " ")


def papers_of(figures: Iterable[Figure], boards: Mapping[str, TaskBoard]) -> tuple[Paper, ...]:
    """Figures of one paper stand together already."""
    found = []
    for _slug, group in groupby(figures, key=lambda figure: (figure.paper, figure.citation)):
        own = tuple(group)
        one = own[0]
        search = f"https://arxiv.org/search/?searchtype=title&query={quote(one.title or one.citation)}"
        found.append(
            Paper(
                slug=one.paper,
                citation=one.citation,
                href=one.url or search,
                link=_("Paper") if one.url else _("Look for it on arXiv"),
                code_href=one.code_url,
                listed=one.published_on.isoformat() if one.published_on else "",
                lines=tuple(_line(figure, boards.get(figure.key)) for figure in own),
            )
        )
    return tuple(found)


def count_words(figures: Sequence[Figure]) -> str:
    papers = len({figure.paper for figure in figures})
    said = ngettext("%(n)d figure", "%(n)d figures", len(figures)) % {"n": len(figures)}
    return ngettext("%(figures)s of %(n)d paper", "%(figures)s of %(n)d papers", papers) % {
        "figures": said,
        "n": papers,
    }


def records(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    """The figures as data: null for what the source does not say."""
    return [_record(figure) for figure in figures]


def csv_lines(figures: Iterable[Figure]) -> Iterable[Sequence[str]]:
    yield COLUMNS
    for record in records(figures):
        yield [csv_field(record[column]) for column in COLUMNS]


def _record(figure: Figure) -> dict[str, Any]:
    values = {name: value if value != "" else None for name, value in asdict(figure).items()}
    values["published_on"] = figure.published_on and figure.published_on.isoformat()
    return {column: Provenance.REPORTED.value if column == "provenance" else values[column] for column in COLUMNS}


def _line(figure: Figure, board: TaskBoard | None) -> Line:
    key = say.glossary_key(figure.metric)
    return Line(
        subject=figure.subject,
        metric=say.metric_name(figure.metric),
        metric_href=f"/metrics/{key}/" if key else "",
        value=say.value_words(figure),
        better={"higher": _("higher is better"), "lower": _("lower is better")}.get(figure.better, ""),
        baseline=say.baseline_words(figure),
        note=figure.note,
        task=figure.task,
        device=figure.device,
        scope=_scope(figure),
        board_href=f"/boards/{board.slug}/" if board else "",
        board_title=board.title if board else "",
    )


def _scope(figure: Figure) -> str:
    """An energy without a boundary is read beside no other: that has to be said."""
    if figure.scope:
        return str(words.SCOPE_NAMES[Scope(figure.scope)])
    return _("energy scope not stated") if say.has_energy(figure) else ""


def _text(figure: Figure) -> str:
    texts = (figure.subject, figure.citation, figure.task, figure.device, figure.baseline, figure.note)
    return " ".join((*texts, say.metric_name(figure.metric))).casefold()


def _forms(query: str) -> list[dict[str, str]]:
    tail = f"?{query}" if query else ""
    return [
        {"name": "JSON", "href": f"/literature.json{tail}", "type": "application/json", "about": _("as data")},
        {"name": "CSV", "href": f"/literature.csv{tail}", "type": "text/csv", "about": _("for a spreadsheet")},
    ]

"""Which page of a list an address asks for, and the links to the others."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

NEAR = 2


@dataclass(frozen=True, slots=True)
class Page:
    number: int
    of: int


@dataclass(frozen=True, slots=True)
class Link:
    """`href` is empty for what is left out between two numbers."""

    name: str
    href: str
    current: bool


def read_page(text: str, pages: int) -> tuple[int, str]:
    """Return a page that exists, and a sentence where the address asked for another."""
    if not text:
        return 1, ""
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 10 and int(text) > 0):
        return 1, _("page=%s is no page and was ignored.") % text[:40]
    if int(text) > pages:
        return pages, _("There is no page %(asked)s; this is the last one, %(last)d.") % {"asked": text, "last": pages}
    return int(text), ""


def page_links(page: Page, path: str, query: str) -> tuple[Link, ...]:
    """First, last and the pages around; nothing where there is only one."""
    if page.of < 2:
        return ()
    wanted = sorted({1, page.of, *range(max(1, page.number - NEAR), min(page.of, page.number + NEAR) + 1)})
    links, before = list[Link](), 0
    for number in wanted:
        if number > before + 1:
            links.append(Link("…", "", current=False))
        current = number == page.number
        links.append(Link(str(number), _address(path, query, number), current))
        before = number
    return tuple(links)


def _address(path: str, query: str, number: int) -> str:
    parts = [part for part in (query, f"page={number}" if number > 1 else "") if part]
    return f"{path}?{'&'.join(parts)}" if parts else path

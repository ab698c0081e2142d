"""The linked table as text, not as Dash's components: each of thousands would tell all others that it is there."""

from dataclasses import replace

from django.template.loader import render_to_string

from frontend.present.explorer import Exploration
from frontend.present.links import explored
from frontend.present.table import ShownRow


def table(found: Exploration) -> str:
    """Return the board's columns and rows as HTML, with a button in each row that selects it."""
    if not found.table.rows:
        return ""
    chosen = {one.id for one in found.chosen}
    context = {
        "caption": found.table.caption,
        "heads": [replace(head, href=explored(head.href)) if head.href else head for head in found.table.heads],
        "rows": [(_explored(shown), str(shown.row.id) in chosen) for shown in found.table.rows],
        "pages": found.pages,
        "table": found.table,
    }
    return render_to_string("frontend/parts/linked_table.html", context)


def _explored(shown: ShownRow) -> ShownRow:
    return replace(shown, all_href=explored(shown.all_href)) if shown.all_href else shown

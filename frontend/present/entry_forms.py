"""The forms that an entry's page has: itself as JSON, and each of its charts as CSV."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.present.board import Form
from frontend.present.words import Words
from leaderboard.boards.details import EntryDetail

CHARTS: Mapping[str, tuple[tuple[str, Words], ...]] = {
    "trace": (
        ("trace", gettext_lazy("power over time, as it is drawn")),
        ("windows", gettext_lazy("power and energy of each window")),
    ),
    "latencies": (("latencies", gettext_lazy("how latencies are spread")),),
    "energies": (("energies", gettext_lazy("how energies are spread")),),
    "repeats": (("repeats", gettext_lazy("each repeat")),),
}
"""What stands behind each chart: the name of a file, and what it has."""


def entry_forms(entry: EntryDetail, is_drawn: Mapping[str, object]) -> tuple[Form, ...]:
    """`is_drawn` says which of the CHARTS the page has."""
    base = f"/entries/{entry.id}"
    files = [file for name, files in CHARTS.items() if is_drawn[name] for file in files]
    files.append(("items", _("each item, right or wrong")))
    samples = Form("Parquet", "application/vnd.apache.parquet", f"{base}/trace.parquet", _("every sample of power"))
    return (
        Form("JSON", "application/json", f"{base}.json", _("everything, every score in every scope")),
        *(Form("CSV", "text/csv", f"{base}/{name}.csv", str(about)) for name, about in files),
        *([samples] if entry.trace.parquet_sha256 else []),
    )

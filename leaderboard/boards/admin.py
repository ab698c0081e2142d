from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Field
from django.http import HttpRequest
from django.utils.html import format_html

from leaderboard.boards.models import (
    Board,
    BoardEntry,
    BoardSnapshot,
    Entry,
    EntryChange,
    Measurement,
    ReportedResult,
    Score,
)
from leaderboard.boards.services import rebuild_board
from leaderboard.clock import database_now
from leaderboard.metrics.registry import METRICS
from leaderboard.readonly import ReadOnlyAdmin

OPERATORS_CHOICE = ("title", "rank_metric", "scope")


@admin.register(Board)
class BoardAdmin(admin.ModelAdmin):
    list_display = ("slug", "benchmark", "title", "rank_metric", "scope", "revision", "updated_at")
    fields = ("slug", "benchmark", *OPERATORS_CHOICE, "x", "y", "revision", "updated_at")
    readonly_fields = ("slug", "benchmark", "x", "y", "revision", "updated_at")

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "rank_metric":
            return forms.ChoiceField(choices=[(key, metric.name) for key, metric in METRICS.items()])
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Board, form: forms.ModelForm, change: bool) -> None:
        # Only what was chosen is written: a rebuild may have raised the revision since the form was shown.
        chosen = {name: form.cleaned_data[name] for name in OPERATORS_CHOICE}
        Board.objects.filter(pk=obj.pk).update(**chosen)
        rebuild_board(board=obj, now=database_now())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """Decisions are made on the entry's own page, where readers see them with their reasons."""

    list_display = ("uuid", "submission", "benchmark", "device", "status", "guard", "stable", "published_at", "decide")
    list_filter = ("status", "benchmark", "device")
    list_select_related = ("submission__benchmark", "benchmark", "device")

    @admin.display(description="decide")
    def decide(self, entry: Entry) -> str:
        return format_html('<a href="/entries/{}/#moderate">under review, retract, ...</a>', entry.uuid)


@admin.register(EntryChange)
class EntryChangeAdmin(ReadOnlyAdmin):
    list_display = ("at", "kind", "entry", "by", "reason", "successor")
    list_filter = ("kind",)
    list_select_related = ("entry", "by", "successor")


@admin.register(Measurement)
class MeasurementAdmin(ReadOnlyAdmin):
    list_display = ("result", "quantity", "value", "provenance", "scope", "source", "n", "missing_reason")
    list_filter = ("quantity", "provenance", "scope")
    list_select_related = ("result",)


@admin.register(Score)
class ScoreAdmin(ReadOnlyAdmin):
    list_display = ("entry", "metric", "version", "scope", "provenance", "value", "low", "high", "missing_reason")
    list_filter = ("metric", "provenance", "scope")
    list_select_related = ("entry",)
    exclude = ("draws", "measurements")


@admin.register(BoardEntry)
class BoardEntryAdmin(ReadOnlyAdmin):
    list_display = ("board", "entry", "scope", "rank", "band", "front", "front_probability")
    list_filter = ("board", "scope", "front")
    list_select_related = ("board", "entry")


@admin.register(BoardSnapshot)
class BoardSnapshotAdmin(ReadOnlyAdmin):
    list_display = ("board", "revision", "made_at", "size")
    list_filter = ("board",)
    list_select_related = ("board",)
    exclude = ("content",)


@admin.register(ReportedResult)
class ReportedResultAdmin(admin.ModelAdmin):
    """Typed in by staff, with its citation: nothing here is ever taken for a measurement."""

    list_display = ("benchmark", "model_name", "device", "metric", "value", "unit", "published_on")
    list_filter = ("metric",)
    search_fields = ("model_name", "benchmark", "citation")
    # Those are the catalogue's: what it has loaded it takes away or replaces when it is loaded anew.
    readonly_fields = ("key", "paper", "added_at")

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "url":
            return forms.URLField(required=False, assume_scheme="https")
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: ReportedResult, form: forms.ModelForm, change: bool) -> None:
        if not change:
            obj.added_at = database_now()
        super().save_model(request, obj, form, change)

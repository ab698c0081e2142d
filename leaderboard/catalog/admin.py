from django.contrib import admin

from leaderboard.catalog.models import Benchmark, ModelArtefact, Price
from leaderboard.readonly import ReadOnlyAdmin


@admin.register(Benchmark)
class BenchmarkAdmin(ReadOnlyAdmin):
    list_display = ("slug", "version", "title", "n", "task", "grader")


@admin.register(ModelArtefact)
class ModelArtefactAdmin(ReadOnlyAdmin):
    list_display = ("sha256", "reference", "format", "size_bytes", "precision", "uploaded_by", "uploaded_at")


@admin.register(Price)
class PriceAdmin(admin.ModelAdmin):
    list_display = ("kind", "value", "device_slug", "valid_from", "citation")

from django.contrib import admin

from leaderboard.health.models import HealthCheck
from leaderboard.readonly import ReadOnlyAdmin


@admin.register(HealthCheck)
class HealthCheckAdmin(ReadOnlyAdmin):
    list_display = ("device", "cause", "verdict", "asked_at", "latency_ratio", "power_ratio", "sentence")

from django.contrib import admin

from leaderboard.readonly import ReadOnlyAdmin
from leaderboard.runs.models import Attempt, Job, Result


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("uuid", "submission", "device", "device_class", "state", "code", "infra_tries", "state_since")
    list_filter = ("state", "code")


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    list_display = ("uuid", "job", "number", "agent", "state", "phase", "code", "dispatched_at")
    list_filter = ("state", "code")


@admin.register(Result)
class ResultAdmin(ReadOnlyAdmin):
    list_display = ("attempt", "job", "accepted", "sha256", "received_at")

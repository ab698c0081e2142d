from django.contrib import admin

from leaderboard.readonly import ReadOnlyAdmin
from leaderboard.runs.models import Attempt, AttemptArtefact, Job, Result, TraceCheck


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


@admin.register(AttemptArtefact)
class AttemptArtefactAdmin(ReadOnlyAdmin):
    list_display = ("name", "attempt", "size_bytes", "received_at", "checked_at")


@admin.register(TraceCheck)
class TraceCheckAdmin(ReadOnlyAdmin):
    list_display = ("artefact", "verdict", "difference", "reason", "checked_at")
    list_filter = ("verdict",)

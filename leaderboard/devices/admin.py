from django.contrib import admin

from leaderboard.devices.models import Agent, Device, EnergySource, EnrolToken
from leaderboard.readonly import ReadOnlyAdmin


@admin.register(Agent)
class AgentAdmin(admin.ModelAdmin):
    list_display = ("name", "version", "last_seen_at", "clock_offset_s", "health")
    fields = (
        "name",
        "uuid",
        "version",
        "enrolled_at",
        "last_seen_at",
        "clock_offset_s",
        "facts",
        "health",
        "health_reason",
    )
    readonly_fields = ("name", "uuid", "version", "enrolled_at", "last_seen_at", "clock_offset_s", "facts")


@admin.register(Device)
class DeviceAdmin(admin.ModelAdmin):
    """What an operator knows and no agent can read: the rated power, and whether the device is in service."""

    list_display = ("slug", "kind", "name", "agent", "rated_power_w", "health")
    fields = ("slug", "agent", "key", "kind", "name", "facts", "rated_power_w", "health", "health_reason")
    readonly_fields = ("slug", "agent", "key", "kind", "name", "facts")


@admin.register(EnergySource)
class EnergySourceAdmin(ReadOnlyAdmin):
    list_display = ("device", "key", "scope", "provenance", "method", "present")


@admin.register(EnrolToken)
class EnrolTokenAdmin(ReadOnlyAdmin):
    list_display = ("name", "created_by", "expires_at")
    fields = ("name", "created_by", "expires_at")

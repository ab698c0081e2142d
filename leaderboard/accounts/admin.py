from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from leaderboard.accounts.models import ApiToken, Invitation, User

admin.site.register(User, UserAdmin)
admin.site.site_header = admin.site.site_title = "Perwatt"


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):
    """Tokens are made by their owners and shown to them once; staff can only revoke."""

    list_display = ("name", "user", "created_at", "revoked_at")
    fields = ("name", "user", "created_at", "revoked_at")
    readonly_fields = ("name", "user", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):
    """Made and revoked at /account/invitations/; kept here to be found."""

    list_display = ("whom", "made_by", "made_at", "expires_at", "used_at", "used_by", "revoked_at")
    fields = list_display
    readonly_fields = list_display

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

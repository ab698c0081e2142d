"""Addresses. The pages are included by the name in the settings, so that nothing here knows them."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, reverse

from leaderboard.api.agent import api as agent_api
from leaderboard.api.public import api as public_api


def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer that this process serves; what it needs is watched elsewhere."""
    return HttpResponse("ok\n", content_type="text/plain")


def admin_login(request: HttpRequest) -> HttpResponse:
    """There is one page to sign in, with one limit on tries; who is signed in and not staff is told so."""
    if request.user.is_authenticated and not request.user.is_staff:
        raise PermissionDenied
    back = request.GET.get("next", "") or reverse("admin:index")
    return redirect_to_login(back)


handler400 = "leaderboard.api.handlers.bad_request"
handler403 = "leaderboard.api.handlers.permission_denied"
handler404 = "leaderboard.api.handlers.page_not_found"
handler500 = "leaderboard.api.handlers.server_error"

urlpatterns = [
    path("healthz", healthz),
    path("admin/login/", admin_login),
    path("admin/", admin.site.urls),
    path("api/v1/", public_api.urls),
    path("agent/v1/", agent_api.urls),
    path("", include(settings.PAGES_URLCONF)),
]

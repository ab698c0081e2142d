from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from leaderboard.api.agent import api as agent_api
from leaderboard.api.public import api as public_api

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", public_api.urls),
    path("agent/v1/", agent_api.urls),
    path("", include(settings.PAGES_URLCONF)),
]

"""The addresses of the pages. A page's other forms are the same path with an extension."""

from django.urls import path

from frontend.pages import account, agent, boards, devices, documents, entries, explore, home, jobs, models, theme

urlpatterns = [
    path("", home.home),
    path("theme/", theme.choose_theme),
    path("agent/", agent.install),
    path("agent/install.sh", agent.script),
    path("agent/<str:name>", agent.file),
    path("boards/", boards.index),
    path("boards/<slug:slug>.json", boards.as_json),
    path("boards/<slug:slug>.csv", boards.as_csv),
    path("boards/<slug:slug>.svg", boards.as_svg),
    path("boards/<slug:slug>/", boards.board),
    path("boards/<slug:slug>/about/", boards.about),
    path("boards/<slug:slug>/explore/", explore.explorer),
    path("explore/", explore.index),
    path("explore/_dash-layout", explore.part, {"name": "_dash-layout"}),
    path("explore/_dash-dependencies", explore.part, {"name": "_dash-dependencies"}),
    path("explore/_dash-update-component", explore.update),
    path("explore/_dash-component-suites/<path:path>", explore.suite),
    path("entries/<uuid:uuid>.json", entries.as_json),
    path("entries/<uuid:uuid>/", entries.entry),
    path("entries/<uuid:uuid>/trace.parquet", entries.trace),
    path("devices/", devices.index),
    path("devices/<slug:slug>/", devices.device),
    path("models/<slug:slug>/", models.model),
    path("metrics.json", documents.metrics_as_json),
    path("metrics/", documents.metrics),
    path("metrics/<slug:key>.json", documents.metric_as_json),
    path("metrics/<slug:key>/", documents.metric),
    path("methods/", documents.methods),
    path("api/", documents.api_reference),
    path("jobs/", jobs.mine),
    path("jobs/<uuid:uuid>/", jobs.job),
    path("jobs/<uuid:uuid>/cancel/", jobs.cancel),
    path("account/login/", account.Login.as_view()),
    path("account/logout/", account.logout_page),
    path("account/sign-in/<str:token>/", account.sign_in),
    path("account/tokens/", account.tokens),
]

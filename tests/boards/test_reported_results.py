"""Published figures: always with a citation, never twice, never an energy that cannot be."""

import pytest
from django.db import IntegrityError

from leaderboard.boards.models import ReportedResult
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db
CITATION = "A. Author, A paper on watts, 2025."


def reported(**values):
    row = {"benchmark": "gsm8k", "model_name": "m", "metric": "accuracy", "value": 0.5, "citation": CITATION}
    return ReportedResult.objects.create(**row | {"added_at": NOW} | values)


def test_a_reported_figure_has_a_citation():
    with pytest.raises(IntegrityError, match="a_reported_figure_has_a_citation"):
        reported(citation="")


def test_one_reported_figure_per_citation():
    reported()
    reported(citation="Another paper.")
    with pytest.raises(IntegrityError):  # one_reported_figure_per_citation
        reported(value=0.6)


def test_a_reported_energy_is_positive():
    with pytest.raises(IntegrityError, match="a_reported_energy_is_positive"):
        reported(metric="energy_per_item_j", value=0)


def test_staff_adds_a_figure_with_its_citation(client, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    form = {"benchmark": "gsm8k", "model_name": "m", "metric": "accuracy", "value": "0.5", "conditions": "{}"}
    refused = client.post("/admin/boards/reportedresult/add/", form)
    added = client.post("/admin/boards/reportedresult/add/", form | {"citation": CITATION})

    assert "This field is required" in refused.text
    assert added.status_code == 302
    assert ReportedResult.objects.get().added_at is not None

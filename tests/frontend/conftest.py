import pytest

from frontend.present.memory import forget


@pytest.fixture(autouse=True)
def _plain_assets(settings, tmp_path):
    """Assets under their own names: collecting and hashing them is the installation's step."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(autouse=True)
def _nothing_is_remembered():
    forget()

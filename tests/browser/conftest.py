import os

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import sync_playwright

from frontend.present.memory import forget
from tests.frontend.boards import DIGITS, digits_board, make_reading, metered_device, rapl_reading
from tests.plugin import chromium_path

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
CONSTANT = ("constant", "baseline", 0, 4.0e-6, 7.4, "fp32")


@pytest.fixture(scope="session", autouse=True)
def _plain_assets(tmp_path_factory):
    """Assets under their own names, before the live server starts: hashing them is the installation's step."""
    storages = settings.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(STATIC_ROOT=tmp_path_factory.mktemp("static"), STORAGES=storages):
        yield


# A module's, not the session's: until it ends, a loop runs in this thread, and tests of other folders would meet it.
@pytest.fixture(scope="module", autouse=True)
def _orm_beside_a_loop():
    # Playwright's synchronous side runs a loop in this thread; Django would refuse the ORM there.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site(live_server):
    digits_board(models=(*DIGITS, CONSTANT))
    digits_board(models=DIGITS[:4], readings=(rapl_reading, make_reading), device=metered_device())
    return live_server.url


@pytest.fixture(autouse=True)
def _nothing_is_remembered():
    forget()

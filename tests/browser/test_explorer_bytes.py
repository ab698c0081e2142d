"""What a first view of the explorer takes over the line, compressed as it is served."""

import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from whitenoise.compress import Compressor

from tests.browser.watching import Watched

pytestmark = [pytest.mark.chromium, pytest.mark.django_db, pytest.mark.timeout(240)]
MOST_BYTES = 750_000


def test_the_first_view_stays_within_its_bytes(chromium, site):
    with Watched(chromium, site) as watched:
        sizes = transferred(watched)
        watched.page.goto("/boards/digits/explore/")
        watched.page.locator("#linked-table tr[data-id]").first.wait_for()
        watched.page.wait_for_load_state("networkidle")
    served = {path: compressed(path) if path.startswith("/static/") else size for path, size in sizes.items()}
    largest = sorted(served.items(), key=lambda pair: -pair[1])
    assert "/explore/_dash-update-component" in served
    assert not [path for path in served if path.endswith("/plotly.min.js")]
    # Shown with `-rP`, so that whoever adds to it sees what is left.
    sys.stdout.write(f"{sum(served.values())} bytes in {len(served)} answers: {largest[:5]}\n")
    assert sum(served.values()) <= MOST_BYTES, largest


def transferred(watched):
    """Return the encoded size of each answer by its path, filled while the page loads."""
    session = watched.context.new_cdp_session(watched.page)
    session.send("Network.enable")
    paths, sizes = {}, {}

    def keep(event):
        path = paths.get(event["requestId"])
        if path:
            sizes[path] = sizes.get(path, 0) + event["encodedDataLength"]

    session.on("Network.requestWillBeSent", lambda event: paths.update({event["requestId"]: path_of(event)}))
    session.on("Network.loadingFinished", keep)
    return sizes


def path_of(event):
    return urlsplit(event["request"]["url"]).path


def compressed(path):
    """An installation serves its assets as WhiteNoise has compressed them; the tests' server does not."""
    data = Path(finders.find(path.removeprefix("/static/"))).read_bytes()
    return min(len(data), len(Compressor.compress_brotli(data)))

import os

import pytest

from agents.cache import BlobCache
from agents.errors import GiveBack
from leaderboard.protocol import Code
from tests.agents.server import BREAK


@pytest.fixture
def cache(home):
    return BlobCache(home.cache)


@pytest.fixture(autouse=True)
def _in_session(client):
    client.epoch = 0


def test_a_file_is_fetched_once_and_used_again(server, client, cache):
    blob = server.blob(b"model")

    first, second = cache.fetch(client, blob), cache.fetch(client, blob)

    assert first == second
    assert first.read_bytes() == b"model"
    assert len(server.named("blob")) == 1


def test_a_file_that_was_damaged_on_the_disk_is_fetched_again(server, client, cache):
    blob = server.blob(b"model")
    cache.fetch(client, blob).write_bytes(b"mould")

    assert cache.fetch(client, blob).read_bytes() == b"model"


def test_a_download_that_breaks_is_tried_again_from_the_start(server, client, cache):
    blob = server.blob(b"model")
    server.misbehave("blob", BREAK, (500, "text/plain", b""))

    assert cache.fetch(client, blob).read_bytes() == b"model"


@pytest.mark.parametrize(
    "answer", [(200, "application/octet-stream", b"mould"), (200, "application/octet-stream", b"mod")]
)
def test_other_bytes_than_promised_are_never_kept(server, client, cache, home, answer):
    blob = server.blob(b"model")
    server.misbehave("blob", answer)

    with pytest.raises(GiveBack, match="its SHA-256 is") as ending:
        cache.fetch(client, blob)

    assert ending.value.code is Code.DOWNLOAD_FAILED
    assert list(home.cache.iterdir()) == []


def test_a_file_that_the_server_does_not_give_is_a_failed_download(server, client, cache):
    blob = server.blob(b"model")
    del server.blobs[blob.sha256]

    with pytest.raises(GiveBack) as ending:
        cache.fetch(client, blob)
    assert ending.value.code is Code.DOWNLOAD_FAILED


def test_the_least_used_goes_first_when_the_cache_is_full(server, client, home):
    cache = BlobCache(home.cache, max_bytes=250)
    blobs = [server.blob(bytes([number]) * 100) for number in range(3)]
    for age, blob in enumerate(reversed(blobs[:2])):
        os.utime(cache.fetch(client, blob), (age, age))
    cache.fetch(client, blobs[1])

    cache.fetch(client, blobs[2])

    assert {path.name for path in home.cache.iterdir()} == {blobs[1].sha256, blobs[2].sha256}


def test_what_the_same_measurement_needs_stays(server, client, home):
    cache = BlobCache(home.cache, max_bytes=10)
    items, model = server.blob(b"items" * 10), server.blob(b"model" * 10)
    needed = frozenset({items.sha256, model.sha256})

    paths = [cache.fetch(client, blob, keep=needed) for blob in (items, model)]

    assert all(path.exists() for path in paths)


def test_a_file_larger_than_the_disk_is_told_before_it_is_fetched(server, client, cache):
    blob = server.blob(b"model").model_copy(update={"size_bytes": 2**60})

    with pytest.raises(GiveBack, match="MiB more are needed") as ending:
        cache.fetch(client, blob)

    assert ending.value.code is Code.DISK_FULL
    assert not server.named("blob")


def test_a_disk_that_fails_while_fetching_is_the_devices_fault(server, client, cache, home):
    blob = server.blob(b"model")
    home.cache.rmdir()

    with pytest.raises(GiveBack) as ending:
        cache.fetch(client, blob)
    assert ending.value.code is Code.DISK_FULL


def test_half_a_download_of_a_killed_agent_is_removed(home):
    (home.cache / "part-abc").write_bytes(b"half")

    BlobCache(home.cache)

    assert list(home.cache.iterdir()) == []

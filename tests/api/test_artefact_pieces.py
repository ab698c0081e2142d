"""PUT /agent/v1/attempts/{id}/artefacts/{name}: a file in pieces, each of which may be repeated."""

import hashlib
import io
import uuid
import zipfile

import numpy as np
import pytest

from leaderboard.catalog import blobs
from leaderboard.runs import artefacts
from leaderboard.runs.models import AttemptArtefact
from tests.api.helpers import armed, assert_problem
from tests.factories import AgentFactory
from tests.runs.helpers import claimed

pytestmark = pytest.mark.django_db


def npz(**arrays):
    file = io.BytesIO()
    np.savez_compressed(file, **(arrays or {"power_w": np.linspace(1, 2, 500)}))
    return file.getvalue()


@pytest.fixture
def attempt(client):
    attempt = claimed()
    attempt.headers = armed(attempt.agent) | {"Perwatt-Claim-Key": str(attempt.claim_key)}
    return attempt


def put(client, attempt, content, *, offset=0, name="power.npz", upto=None, **query):
    query = {"offset": offset, "size_bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()} | query
    address = f"/agent/v1/attempts/{attempt.uuid}/artefacts/{name}"
    body = content[offset:upto]
    return client.put(
        address, body, content_type="application/octet-stream", headers=attempt.headers, query_params=query
    )


def test_a_file_in_pieces_is_whole_at_the_end(client, attempt):
    content = npz()
    first = put(client, attempt, content, upto=100)
    last = put(client, attempt, content, offset=100)

    assert (first.status_code, first.json()["received_bytes"], first.json()["complete"]) == (202, 100, False)
    assert (last.status_code, last.json()["received_bytes"], last.json()["complete"]) == (201, len(content), True)
    kept = AttemptArtefact.objects.get()
    assert (kept.attempt, kept.name, kept.size_bytes) == (attempt, "power.npz", len(content))
    assert blobs.path(kept.sha256).read_bytes() == content
    assert list((blobs.path(kept.sha256).parents[1] / "arriving").rglob("*.npz-*")) == []


def test_every_call_may_be_repeated(client, attempt):
    content = npz()
    assert [put(client, attempt, content, upto=100).status_code for _ in range(2)] == [202, 202]
    assert put(client, attempt, content, offset=40, upto=200).json()["received_bytes"] == 200
    assert [put(client, attempt, content, offset=200).status_code for _ in range(2)] == [201, 200]
    assert AttemptArtefact.objects.count() == 1


def test_an_empty_piece_asks_how_much_has_arrived(client, attempt):
    content = npz()
    put(client, attempt, content, upto=123)
    assert put(client, attempt, content, offset=0, upto=0).json()["received_bytes"] == 123


def test_a_piece_behind_a_gap_is_refused_and_nothing_is_lost(client, attempt):
    content = npz()
    put(client, attempt, content, upto=100)
    assert_problem(put(client, attempt, content, offset=150), 409, "gap")
    assert put(client, attempt, content, offset=100).status_code == 201


def test_a_file_may_come_after_the_attempt_is_over(client, attempt):
    type(attempt).objects.filter(pk=attempt.pk).update(state="done")
    assert put(client, attempt, npz()).status_code == 201


def test_another_file_of_the_same_name_is_refused_and_the_first_is_kept(client, attempt):
    put(client, attempt, npz())
    assert_problem(put(client, attempt, npz(power_w=np.ones(3))), 409, "another_kept")
    assert AttemptArtefact.objects.count() == 1


@pytest.mark.parametrize(
    "content, query",
    [
        (npz(), {"sha256": "0" * 64}),
        (b"no archive at all", {}),
        (npz(), {"size_bytes": 10}),
        (npz(), {"size_bytes": artefacts.MAX_ARTEFACT_BYTES + 1}),
    ],
    ids=["wrong digest", "no archive", "longer than said", "too large"],
)
def test_a_file_that_cannot_be_taken_is_refused_and_leaves_nothing(client, attempt, content, query):
    assert_problem(put(client, attempt, content, **query), 422, "bad_artefact")
    assert not AttemptArtefact.objects.exists()
    assert put(client, attempt, npz(power_w=np.ones(7))).status_code == 201


def test_an_archive_of_something_else_and_one_that_would_burst_are_refused(client, attempt, monkeypatch):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("run.sh", "#!/bin/sh")
    assert_problem(put(client, attempt, file.getvalue()), 422, "bad_artefact")

    monkeypatch.setattr(artefacts, "MAX_UNPACKED_BYTES", 1000)
    assert_problem(put(client, attempt, npz()), 422, "bad_artefact")


def test_an_attempt_has_so_many_files_and_no_more(client, attempt, monkeypatch):
    monkeypatch.setattr(artefacts, "MAX_ARTEFACTS", 2)
    assert put(client, attempt, npz(), name="a.npz").status_code == 201
    assert put(client, attempt, npz(), name="b.npz", upto=10).status_code == 202
    assert_problem(put(client, attempt, npz(), name="c.npz"), 422, "bad_artefact")
    assert put(client, attempt, npz(), name="b.npz", offset=10).status_code == 201


@pytest.mark.parametrize("name", ["../x.npz", "x.pkl", ".npz", "X.npz", "a" * 60 + ".npz"])
def test_a_name_that_is_no_name_of_a_file_is_refused(client, attempt, name):
    assert put(client, attempt, npz(), name=name).status_code in {404, 422}
    assert not AttemptArtefact.objects.exists()


def test_only_the_agent_with_the_claim_key_may_send(client, attempt):
    key = attempt.headers["Perwatt-Claim-Key"]
    attempt.headers["Perwatt-Claim-Key"] = str(uuid.uuid4())
    assert_problem(put(client, attempt, npz()), 409, "not_yours")
    attempt.headers = armed(AgentFactory()) | {"Perwatt-Claim-Key": key}
    assert_problem(put(client, attempt, npz()), 409, "not_yours")


def test_a_full_disk_is_said_and_the_file_can_be_sent_again(client, attempt, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(blobs, "store", full)
        assert_problem(put(client, attempt, npz()), 507, "no_space")
    assert put(client, attempt, npz()).status_code == 201

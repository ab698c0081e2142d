"""Payloads of each protocol version, as agents of that version sent them, are still understood."""

import json
from pathlib import Path

import pytest

from leaderboard import protocol

ROOT = Path(__file__).parents[2] / "fixtures" / "protocol"
RECORDED = sorted(ROOT.glob("v*/*.json"))
ids = [f"{path.parent.name}-{path.stem}" for path in RECORDED]


def test_every_protocol_that_the_server_speaks_is_recorded():
    spoken = {f"v{version}" for version in protocol.SUPPORTED_PROTOCOLS}
    assert {path.name for path in ROOT.iterdir() if path.is_dir()} == spoken


@pytest.mark.parametrize("path", RECORDED, ids=ids)
def test_a_recorded_payload_is_understood_and_says_the_same_when_written_again(path):
    wire_type = getattr(protocol, path.stem)
    understood = wire_type.model_validate_json(path.read_text())
    assert wire_type.model_validate_json(understood.model_dump_json()) == understood
    assert json.loads(understood.model_dump_json(exclude_unset=True)) == json.loads(path.read_text())


@pytest.mark.parametrize("path", RECORDED, ids=ids)
def test_what_a_newer_peer_adds_is_ignored(path):
    wire_type = getattr(protocol, path.stem)
    recorded = json.loads(path.read_text())
    assert wire_type.model_validate(recorded | {"of_a_later_version": 1}) == wire_type.model_validate(recorded)

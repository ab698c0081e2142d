"""Inventories and enrolments for tests."""

import secrets
from datetime import timedelta

from leaderboard.devices.models import EnrolToken
from leaderboard.protocol import (
    DeviceInfo,
    EnergyMethod,
    EnergySourceInfo,
    EnrolRequest,
    Inventory,
    Provenance,
    Scope,
    SyncRequest,
)
from tests.factories import FINGERPRINT, NOW, UserFactory


def source(key="rapl", **values):
    defaults = {"scope": Scope.CPU_PACKAGE, "provenance": Provenance.COUNTER, "present": True}
    return EnergySourceInfo(key=key, **defaults | {"method": EnergyMethod.COUNTER_DIFFERENCE} | values)


def device(key="cpu", **values):
    defaults = {"kind": "cpu", "name": "Example", "cores": 2, "memory_bytes": 2**33, "runtimes": ("onnxruntime",)}
    return DeviceInfo(key=key, **defaults | values)


def inventory(*devices, **values):
    facts = {"hostname": "h", "os": "Linux", "arch": "x86_64", "python": "3.11", "agent_version": "0.1", "boot_id": "b"}
    return Inventory(devices=devices or (device(),), **facts | {"fingerprint": FINGERPRINT} | values)


def token(name="lab", minutes=60):
    return EnrolToken.issue(name=name, by=UserFactory(), expires_at=NOW + timedelta(minutes=minutes))


def enrolment(**values):
    defaults = {"protocol_version": 1, "inventory": inventory(), "secret": secrets.token_urlsafe(32)}
    return EnrolRequest(**defaults | values)


def sync(epoch=None, **values):
    return SyncRequest(**{"protocol_version": 1, "session_epoch": epoch, "inventory": inventory()} | values)

import threading

import pytest
from pydantic import SecretStr

from agents import backoff
from agents.cache import BlobCache
from agents.client import AgentClient
from agents.core import Core, Holdings
from agents.home import Home
from agents.journal import Journal
from agents.probe import probe_inventory
from agents.session import Session
from agents.spool import Spool
from leaderboard.protocol import PROTOCOL_VERSION, SyncRequest
from tests.agents.server import SECRET, ProtocolServer


@pytest.fixture
def server():
    server = ProtocolServer()
    yield server
    server.close()


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch):
    monkeypatch.setattr(backoff, "FIRST_S", 0.02)


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path / "agent")
    home.prepare()
    return home


@pytest.fixture
def stop():
    stop = threading.Event()
    yield stop
    stop.set()


@pytest.fixture
def client(server, stop):
    client = AgentClient(server.url, SecretStr(SECRET), stop=stop)
    yield client
    client.close()


@pytest.fixture
def synced(client, inventory):
    client.epoch = client.sync(
        SyncRequest(protocol_version=PROTOCOL_VERSION, session_epoch=None, inventory=inventory)
    ).session_epoch
    return client


@pytest.fixture
def journal(home):
    journal = Journal(home.journal_path)
    yield journal
    journal.close()


@pytest.fixture
def spool(home):
    return Spool(home.spool)


@pytest.fixture
def session(client, journal, spool, inventory):
    return Session(client, journal, spool, inventory)


@pytest.fixture(scope="session")
def inventory():
    return probe_inventory()


@pytest.fixture
def core(client, session, journal, spool, home):
    return Core(
        client, session, Holdings(journal, spool, BlobCache(home.cache), home.work, home.endpoints_path), beat_s=0.1
    )

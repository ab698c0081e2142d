"""Files of attempts on their way to the server: nothing lost, nothing held back, wherever the agent is killed."""

import ast
import shutil
import threading
import uuid
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

import agents
from agents.client import AgentClient
from agents.durable import write_durably
from agents.errors import UnreachableError
from agents.home import Home
from agents.spool import Spool, SpooledResult
from agents.spooled_files import CHUNK_BYTES
from tests.agents.server import BREAK, ProtocolServer, problem
from tests.agents.test_spool import claimed

# The machine's clock as data: told to the server, compared with it, a date in an order. It decides nothing.
ALLOWED = {name: {"datetime.now"} for name in ("session.py", "network.py", "order.py")}
NAMES = ("outcomes.npz", "power.npz")


@dataclass
class Way:
    """From the work folder of a measured attempt to the server."""

    server: ProtocolServer
    synced: AgentClient
    spool: Spool
    stop: threading.Event
    work: Path
    result: SpooledResult
    home: Home


@pytest.fixture
def way(server, synced, spool, home, stop):
    """Files as the measuring child leaves them, larger than one piece, and the result that names them."""
    work = home.work / "artefacts"
    work.mkdir()
    for number, name in enumerate(NAMES):
        (work / name).write_bytes(bytes([number + 1]) * (CHUNK_BYTES + 17))
    return Way(server, synced, spool, stop, work, claimed(server, synced, files=NAMES), home)


def sent(server, result):
    return {name: sha256(content).hexdigest() for name, content in server.offers[result.attempt_id].files.items()}


def on_disk(folder):
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_the_result_goes_first_and_the_files_follow_in_pieces(way):
    expected = on_disk(way.work)
    way.spool.put(way.result, files=way.work)

    assert way.spool.deliver(way.synced, way.stop) == [way.result.attempt_id]
    assert sent(way.server, way.result) == {}
    way.spool.deliver_files(way.synced, way.stop)

    assert sent(way.server, way.result) == expected
    assert list((way.home.spool / "files").iterdir()) == []
    assert not way.work.exists()
    names = [call.name for call in way.server.calls]
    assert names.index("result") < names.index("artefact")
    assert max(len(call.body) for call in way.server.named("artefact")) == CHUNK_BYTES


@pytest.mark.parametrize("broken", [0, 1, 2, 3, 4])
def test_a_break_at_any_piece_is_made_good_by_the_next_start(way, broken):
    expected = on_disk(way.work)
    way.spool.put(way.result, files=way.work)
    way.spool.deliver(way.synced, way.stop)
    pieces = [lambda: None] * broken
    original = way.synced.put_piece

    def put_piece(*arguments):
        if not pieces:
            raise UnreachableError("the machine was switched off here")
        pieces.pop()
        return original(*arguments)

    way.synced.put_piece = put_piece
    way.spool.deliver_files(way.synced, way.stop)
    way.synced.put_piece = original
    Spool(way.home.spool).deliver_files(way.synced, way.stop)

    assert sent(way.server, way.result) == expected
    assert list((way.home.spool / "files").iterdir()) == []


def test_files_without_a_result_were_promised_to_nobody(way):
    way.spool._attempt_files.take_over(way.result.attempt_id, way.work)  # and killed before the result was written

    Spool(way.home.spool)

    assert list((way.home.spool / "files").iterdir()) == []


def test_files_survive_a_kill_between_the_answer_and_its_note(way):
    way.spool.put(way.result, files=way.work)
    way.synced.put_result(way.result.attempt_id, way.result.request())  # and killed before anything was noted

    again = Spool(way.home.spool)
    again.deliver(way.synced, way.stop)
    again.deliver_files(way.synced, way.stop)

    assert set(sent(way.server, way.result)) == set(NAMES)


def test_a_server_that_is_away_holds_nothing_back(way):
    way.spool.put(way.result, files=way.work)
    way.server.misbehave("artefact", BREAK, problem(507, "no_space"))

    assert way.spool.deliver(way.synced, way.stop) == [way.result.attempt_id]
    way.spool.deliver_files(way.synced, way.stop)
    way.spool.deliver_files(way.synced, way.stop)
    assert sent(way.server, way.result) == {}

    way.spool.deliver_files(way.synced, way.stop)
    assert set(sent(way.server, way.result)) == set(NAMES)


def test_a_file_that_the_server_does_not_want_is_set_aside_and_the_next_one_goes(way):
    way.spool.put(way.result, files=way.work)
    way.spool.deliver(way.synced, way.stop)
    way.server.misbehave("artefact", problem(422, "bad_artefact", "No archive."))
    way.spool.deliver_files(way.synced, way.stop)

    assert set(sent(way.server, way.result)) == {"power.npz"}
    kept = {path.name for path in (way.home.spool / "rejected").iterdir()}
    assert kept == {f"{way.result.attempt_id}-outcomes.npz", f"{way.result.attempt_id}-outcomes.reason"}


def test_the_files_of_a_refused_result_are_kept_beside_it(way):
    way.spool.put(way.result, files=way.work)
    way.server.misbehave("result", problem(409, "not_counted"))
    way.spool.deliver(way.synced, way.stop)
    way.spool.deliver_files(way.synced, way.stop)

    (kept,) = (way.home.spool / "rejected").glob("*.files")
    assert set(on_disk(kept)) == set(NAMES)
    assert sent(way.server, way.result) == {}


def test_files_that_cannot_be_taken_over_cost_no_result(way):
    way.spool.put(way.result, files=way.home.work / "nothing")

    assert way.spool.deliver(way.synced, way.stop) == [way.result.attempt_id]
    way.spool.deliver_files(way.synced, way.stop)
    assert len(way.server.offers[way.result.attempt_id].results) == 1


def test_a_stop_ends_the_sending_and_nothing_is_lost(way):
    way.spool.put(way.result, files=way.work)
    way.spool.deliver(way.synced, way.stop)
    way.stop.set()

    way.spool.deliver_files(way.synced, way.stop)
    assert len(list((way.home.spool / "files").iterdir())) == 1
    way.spool.deliver_files(way.synced, threading.Event())
    assert set(sent(way.server, way.result)) == set(NAMES)


def test_a_link_in_the_folder_is_not_followed(way, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("of this machine")
    (way.work / "power.npz").unlink()
    (way.work / "power.npz").symlink_to(secret)
    way.spool.put(way.result, files=way.work)
    way.spool.deliver(way.synced, way.stop)
    way.spool.deliver_files(way.synced, way.stop)

    assert set(sent(way.server, way.result)) == {"outcomes.npz"}


def test_a_spool_of_an_earlier_agent_is_read(home, spool):
    old = SpooledResult(attempt_id=uuid.uuid4(), claim_key=uuid.uuid4(), payload="{}")
    text = old.model_dump_json(exclude={"files"})
    (home.spool / f"00000001-{old.attempt_id}.json").write_text(text)
    shutil.rmtree(home.spool / "files")

    assert Spool(home.spool).attempts() == (old.attempt_id,)


def test_on_a_full_disk_the_files_make_room_for_the_result(way, monkeypatch):
    def write(path, content, **options):
        if list((way.home.spool / "files").iterdir()):
            raise OSError(28, "No space left on device")
        write_durably(path, content, **options)

    monkeypatch.setattr("agents.spool.write_durably", write)
    way.spool.put(way.result, files=way.work)

    assert way.spool.attempts() == (way.result.attempt_id,)
    assert way.spool.deliver(way.synced, way.stop) == [way.result.attempt_id]


def test_a_disk_that_is_full_of_something_else_is_told(way, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("agents.spool.write_durably", full)
    with pytest.raises(OSError, match="No space"):
        way.spool.put(way.result, files=way.work)


def test_no_duration_of_the_agent_comes_from_the_wall_clock():
    """A clock that is set back a year must change no number: `time.time` is read nowhere."""
    for path in Path(agents.__file__).parent.rglob("*.py"):
        names = {ast.unparse(node.func) for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)}
        assert not names & {"time.time", "time.time_ns", "datetime.now", "datetime.utcnow"} - ALLOWED.get(
            path.name, set()
        )

"""`manage.py up`: prepare the data folder, start the processes, tell the story, end every process."""

import errno
import logging
import os
import socket
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import TextIO

from django.conf import settings
from django.db import DatabaseError

from leaderboard.clock import database_now
from leaderboard.embedded import programs, seed
from leaderboard.embedded.announcement import announcement
from leaderboard.embedded.children import Children
from leaderboard.embedded.demo import bundled_models
from leaderboard.embedded.errors import CannotStart, GaveUp
from leaderboard.embedded.folder import DataFolder
from leaderboard.embedded.leftovers import end_leftovers
from leaderboard.embedded.options import Options
from leaderboard.embedded.prepare import prepare
from leaderboard.embedded.screen import Screen
from leaderboard.embedded.signals import Signals
from leaderboard.embedded.story import GIVE_UP_AFTER_S, Story, Telling


def up(options: Options, out: TextIO) -> int:
    """Run until asked to stop, and return the exit code; raises CannotStart when it cannot begin.

    Being asked to stop, by Ctrl-C or SIGTERM, is not a failure: 0. With `exit_when_measured`: 0 when every chosen
    model has an entry, 1 when one failed or nothing happens any more.
    """
    folder = DataFolder(settings.DATA_DIR)
    folder.prepare()
    with folder.locked(), Signals() as signals:
        end_leftovers(folder.mark)
        _log_to_file(folder)
        with _listening(options.port) as listener, _address(folder, listener):
            screen = Screen(out)
            children = Children(folder, screen.say)
            telling = _prepare(options, folder, children, screen, port=listener.getsockname()[1])
            if signals.stops:
                return 0
            try:
                for program in (programs.web(listener), programs.worker(), programs.beat(folder)):
                    children.add(program)
                return _listen_to(telling.tell(), children, signals)
            except (GaveUp, DatabaseError) as error:
                screen.say(str(error))
                return 1
            finally:
                screen.say("Stopping.")
                children.stop(programs.STOP_ORDER, hurry=signals.wait_for_another)
                end_leftovers(folder.mark)


def _log_to_file(folder: DataFolder) -> None:
    """Keep what libraries have to say out of the terminal, where the progress line is."""
    os.close(folder.open_log("up"))
    logging.basicConfig(
        filename=folder.log_path("up"), format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True
    )


def _listen_to(story: Story, children: Children, signals: Signals) -> int:
    try:
        while True:
            pause_s = next(story)
            if signals.wait(pause_s):
                return 0
            children.tend()
    except StopIteration as end:
        code: int = end.value
        return code
    finally:
        story.close()


def _prepare(options: Options, folder: DataFolder, children: Children, screen: Screen, *, port: int) -> Telling:
    chosen = seed.choose_benchmarks(options.benchmarks, seed.measured_by_default())
    bundled = tuple(model for slug in chosen for model in bundled_models(slug))
    boards = prepare()
    with folder.errors_in_words():
        for path in folder.root.glob(f"{folder.beat_schedule.name}*"):
            path.unlink()  # its memory of the last ticks is worth nothing, and a killed beat may have broken it
        now = database_now()
        user = seed.local_user()
        seed.ensure_header_file(folder, user=user, now=now)
        sign_in_path = seed.sign_in_path(user=user, now=now)
    return Telling(
        folder=folder,
        children=children,
        screen=screen,
        port=port,
        user=user,
        models=bundled if options.demo else (),
        announcement=announcement(
            url=f"http://127.0.0.1:{port}",
            sign_in_path=sign_in_path,
            header_file=folder.header_file,
            boards=sorted(boards, key=lambda slug: slug not in chosen),  # what fills first is named first
            example=bundled[0] if bundled else None,
        ),
        exit_when_measured=options.exit_when_measured,
        patience_s=GIVE_UP_AFTER_S if options.exit_when_measured else None,
    )


@contextmanager
def _listening(port: int) -> Generator[socket.socket, None, None]:
    """Hold the port from the first moment to the last, so that nobody else can take it in between."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Inherited by every connection; uvicorn does not set it on a socket that it is given.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen(socket.SOMAXCONN)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CannotStart(
                    f"Port {port} is taken; choose another with --port, or --port 0 for any free one."
                ) from None
            raise CannotStart(f"Port {port} cannot be used: {error.strerror}.") from None
        yield listener


@contextmanager
def _address(folder: DataFolder, listener: socket.socket) -> Iterator[None]:
    """Leave the address where the command line finds it, for as long as it is true."""
    with folder.errors_in_words():
        folder.write_private(folder.address_file, f"http://127.0.0.1:{listener.getsockname()[1]}\n")
    try:
        yield
    finally:
        folder.address_file.unlink(missing_ok=True)

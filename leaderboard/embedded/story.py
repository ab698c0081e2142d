"""What happens once the server's processes run, told step by step.

The story is a generator: it yields how many seconds it can wait, and meanwhile its reader tends the children and
listens for signals. It returns the exit code.
"""

import subprocess
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

from django.db import DatabaseError

from leaderboard.accounts.models import User
from leaderboard.clock import database_now
from leaderboard.devices.models import Agent, Device
from leaderboard.embedded import local_agent, programs, web_check
from leaderboard.embedded.children import Children, Process, how_it_ended
from leaderboard.embedded.demo import BundledModel, submit_bundled
from leaderboard.embedded.errors import GaveUp
from leaderboard.embedded.folder import DataFolder
from leaderboard.embedded.progress import Snapshot, duration, news, take_snapshot, ticking
from leaderboard.embedded.screen import Screen
from leaderboard.submissions.models import Submission

SOON_S = 0.25
# While a model is measured this process looks at the database this often, and does nothing else.
LOOK_EVERY_S = 2.0
# With --exit-when-measured, how long nothing at all may happen. A measurement changes its progress every 10 s.
GIVE_UP_AFTER_S = 300.0

Story = Generator[float, None, int]
Step = Generator[float, None, None]


@dataclass
class Telling:
    """Everything the story needs. `patience_s` is None where it waits for ever."""

    folder: DataFolder
    children: Children
    screen: Screen
    port: int
    user: User
    models: tuple[BundledModel, ...]
    announcement: str
    exit_when_measured: bool
    patience_s: float | None = None
    began_s: float = field(default_factory=time.monotonic)
    last_news_s: float = field(default_factory=time.monotonic)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def tell(self) -> Story:
        yield from self._until_web_answers()
        self.screen.say(self.announcement)
        agent = yield from self._enrolled_agent()
        local_agent.tell_address(self.folder, self.url)
        self.children.add(programs.agent(self.folder))
        device = yield from self._device_of(agent)
        submitted = submit_bundled(self.models, device=device, by=self.user, now=database_now())
        for model, reason in submitted.refused:
            self.screen.say(f"{model.name} cannot be measured here: {reason}")
        code = yield from self._watch(submitted.submissions)
        return 1 if submitted.refused else code

    def _until_web_answers(self) -> Step:
        while not web_check.answers(self.port):
            self._lose_patience("web")
            yield SOON_S
        self._note_news()

    def _enrolled_agent(self) -> Generator[float, None, Agent]:
        delay_s = 1.0
        while (agent := local_agent.enrolled_agent(self.folder)) is None:
            yield from self._enrol()
            if local_agent.enrolled_agent(self.folder) is None:
                self._lose_patience("enrol")
                yield delay_s
                delay_s = min(30.0, 2 * delay_s)
        local_agent.forget_enrolment(self.folder)
        self._note_news()
        return agent

    def _enrol(self) -> Step:
        enrolment = local_agent.prepare_enrolment(self.folder, by=self.user, now=database_now())
        program = programs.enrol(self.folder, url=self.url, name=enrolment.name)
        process = Process(program, self.folder, stdin=subprocess.PIPE)
        try:
            process.hand_over(f"{enrolment.token}\n")
            while not process.has_ended():
                yield SOON_S
        finally:
            code = process.reap()
        if code != 0:
            local_agent.drop_spent_token(self.folder)
            last = self.folder.last_log_line(program.name)
            self.screen.say(f"enrolling this machine {how_it_ended(code)}: {last}")

    def _device_of(self, agent: Agent) -> Generator[float, None, Device]:
        while (device := local_agent.device_of(agent)) is None:
            self._lose_patience("agent")
            yield SOON_S
        return device

    def _watch(self, submissions: Sequence[Submission]) -> Story:
        seen: Snapshot | None = None
        said_settled = False
        while True:
            try:
                snapshot = take_snapshot(submissions)
            except DatabaseError as error:
                self.screen.say(f"the database does not answer: {error}")
                yield LOOK_EVERY_S
                continue
            if snapshot != seen:
                self._note_news()
                seen = snapshot
            self.screen.progress(news(snapshot), ticking(snapshot, time.monotonic() - self.began_s))
            if snapshot.is_settled and not said_settled:
                self._say_settled(snapshot)
                said_settled = True
            if snapshot.is_settled and self.exit_when_measured:
                return 1 if snapshot.failed or snapshot.cancelled else 0
            self._lose_patience("agent")
            yield LOOK_EVERY_S

    def _say_settled(self, snapshot: Snapshot) -> None:
        for failed in snapshot.failed:
            self.screen.say(f"{failed.model} has no entry: {failed.reason}")
        for model in snapshot.cancelled:
            self.screen.say(f"{model} has no entry: its job was cancelled")
        if snapshot.chosen:
            elapsed = duration(time.monotonic() - self.began_s)
            self.screen.say(f"{snapshot.published} of {snapshot.chosen} bundled models have an entry, after {elapsed}.")

    def _note_news(self) -> None:
        self.last_news_s = time.monotonic()

    def _lose_patience(self, name: str) -> None:
        """Raise GaveUp when nothing has happened for too long; `name` is whose log tells why."""
        if self.patience_s is not None and time.monotonic() - self.last_news_s > self.patience_s:
            last = self.folder.last_log_line(name)
            where = self.folder.log_path(name)
            raise GaveUp(f"Nothing has happened for {duration(self.patience_s)}. The last line of {where}: {last}")

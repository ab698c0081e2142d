import json

import pytest

from agents.runtimes.faults import ModelFaultError
from agents.streaming.address import Address
from agents.workloads.generation import GenerationWorkload
from leaderboard.protocol import Code, GenerationContract
from tests.agents.streaming.scripted import DONE, HEAD, HONEST, HONEST_FOR_ONE, ScriptedServer, said, usage

PROMPTS = ("1+1=", "2+2=", "3+3=")


class Server:
    """A server that is already there, as a workload sees one."""

    runtime = "openai"
    title = "The endpoint lab"
    is_ours = False
    version = provider = precision = "unknown"
    served_by = None
    model = "tiny"

    def __init__(self, url):
        self.body = {}
        self.address = Address.of(url)

    def load(self):
        pass

    def describe(self):
        pass

    def end(self):
        return None

    def close(self):
        pass


@pytest.fixture
def serve():
    """A workload before a server with a script; both end with the test."""
    servers = []

    def serve(*script, wall_s=20.0, **changes):
        contract = GenerationContract(max_new_tokens=6)
        servers.append(ScriptedServer(*script, **changes))
        return GenerationWorkload(Server(servers[-1].url), contract, PROMPTS, wall_s), servers[-1]

    yield serve
    for server in servers:
        server.__exit__()


def prompts_of(server):
    return [json.loads(body)["prompt"] for _, body in server.requests]


def test_items_are_answered_in_order_and_timed_in_another_that_is_the_same_every_time(serve):
    timed = []
    for _ in range(2):
        workload, server = serve(*HONEST)
        workload.answer_all()
        assert prompts_of(server) == list(PROMPTS)
        firsts = workload.window(9, 0).first_items + workload.window(9, 0).first_items
        timed.append(prompts_of(server)[3:])
        assert [PROMPTS[item] for item in firsts] == timed[-1][:3] + timed[-1][9:12]

    assert timed[0] == timed[1]
    assert timed[0] != [*PROMPTS] * 6
    assert sorted(timed[0][:3]) == sorted(PROMPTS)


def test_every_request_has_a_connection_of_its_own(serve):
    workload, server = serve(*HONEST)
    workload.window(4, 0)

    assert all(b"Connection: close" in head for head, _ in server.requests)
    assert len(server.requests) == 4


def test_a_prefill_window_asks_for_one_token_and_counts_the_prompts(serve):
    workload, server = serve(*HONEST, for_one=HONEST_FOR_ONE)
    ran = workload.prefill_window(0)

    assert {json.loads(body)["max_tokens"] for _, body in server.requests} == {1}
    assert workload.prompt_tokens() == 6 * len(ran.calls_ns)


def test_a_window_after_a_prefill_window_asks_for_whole_answers_again(serve):
    workload, server = serve(*HONEST, for_one=HONEST_FOR_ONE)
    workload.prefill_window(0)
    workload.window(1, 0)

    assert json.loads(server.requests[-1][1])["max_tokens"] == 6


def test_answers_that_differ_from_those_that_are_graded_are_flagged(serve):
    workload, server = serve(*HONEST)
    workload.answer_all()
    server.script = (HEAD, said("9"), said("", "stop"), usage(6, 2), DONE)
    workload.window(3, 0)
    workload.streamed()

    assert "answers_vary" in workload.warnings


def test_an_answer_longer_than_a_report_holds_is_said_and_not_cut(serve):
    long = (HEAD, *[said("x" * 1000)] * 5, said("", "length"), usage(6, 5), DONE)
    workload, _ = serve(*long)

    with pytest.raises(ModelFaultError, match="5000 characters") as caught:
        workload.answer_all()

    assert caught.value.code is Code.WRONG_OUTPUT


def test_one_answer_may_take_a_tenth_of_the_time_limit(serve):
    workload, _ = serve(HEAD, ..., wall_s=2.0)

    with pytest.raises(ModelFaultError, match=r"after 0\.2 s") as caught:
        workload.first_call()

    assert caught.value.code is Code.TIMEOUT

"""Our TTFT and TPOT beside the server's own timings of the same requests, and beside those of an httpx client.

    python -m tests.bench.bench_streaming [--width 256] [--layers 8] [--prompt 200] [--tokens 32] [--pairs 40]

A model with random weights runs in llama.cpp as it does in a measurement. Each pair is one request by the agent's
client and one of the same prompt through httpx, each on a new connection; which comes first alternates. llama.cpp says
of each how long it read the prompt and how long it wrote. The bar: the 95 % interval of the median ratio of our time to
the server's own lies within 5 % of 1, for TTFT and for TPOT. TTFT includes the connection and the server's queue, about
0.4 ms, so a model that reads its prompt in less than ten times that cannot pass.
"""

import argparse
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

import httpx
import numpy as np

from agents.runtimes.llama_cpp import LlamaCpp
from agents.streaming.completion import completion_of
from agents.streaming.exchange import Bounds, exchange
from leaderboard.metrics.statistics.intervals import percentile_interval
from leaderboard.metrics.statistics.resampling import INTERVAL_DRAWS, median_over_repeats_draws
from tests.agents.gguf_files import CHARACTERS, Shape, write_llama

BAR = 0.05
BOUNDS = Bounds(seconds=120, size_bytes=1 << 26)


@dataclass(frozen=True)
class Took:
    """One request by one client, and the server's account of it; seconds."""

    ttft_s: float
    tpot_s: float
    server_prefill_s: float
    server_tpot_s: float
    client_cpu_s: float


def body_of(prompt, tokens):
    asked = {"prompt": prompt, "max_tokens": tokens, "temperature": 0, "stream": True, "cache_prompt": False}
    return asked | {"stream_options": {"include_usage": True}}


def by_us(server, prompt, tokens):
    request = server.address.request("POST", "/completions", json.dumps(body_of(prompt, tokens)).encode())
    cpu_s = time.thread_time()
    answer = exchange(server.address, request, BOUNDS)
    cpu_s = time.thread_time() - cpu_s
    found = completion_of(answer, tokens)
    return Took(found.ttft_s, found.tpot_s, found.server_prefill_s, found.server_tpot_s, cpu_s)


WITHOUT_REUSE = httpx.Limits(max_keepalive_connections=0)
CLIENT = httpx.Client(timeout=120, limits=WITHOUT_REUSE)


def by_httpx(server, prompt, tokens):
    url = f"http://{server.address.host}:{server.address.port}{server.address.path}/completions"
    headers = {"Authorization": f"Bearer {server.address.key.get_secret_value()}"}
    times, last, cpu_s = [], {}, time.thread_time()
    begin = time.perf_counter()
    with CLIENT.stream("POST", url, json=body_of(prompt, tokens), headers=headers) as response:
        for line in response.iter_lines():
            if line.startswith("data: {"):
                last = json.loads(line.removeprefix("data: "))
                times.append(time.perf_counter() - begin)
    cpu_s = time.thread_time() - cpu_s
    timings = last["timings"]
    return Took(
        times[0],
        (times[-2] - times[0]) / (tokens - 1),  # the last event has no token
        timings["prompt_ms"] / 1e3,
        timings["predicted_ms"] / (tokens - 1) / 1e3,
        cpu_s,
    )


def interval_of(ratios):
    return percentile_interval(median_over_repeats_draws(ratios, INTERVAL_DRAWS, seed=0))


def report(name, took):
    """Print one client's ratios to the server's own times; say whether both are within the bar."""
    passed = True
    for what, ours, theirs in (("TTFT", "ttft_s", "server_prefill_s"), ("TPOT", "tpot_s", "server_tpot_s")):
        own, other = np.array([getattr(one, ours) for one in took]), np.array([getattr(one, theirs) for one in took])
        found = interval_of((own / other).tolist())
        within = found.low > 1 - BAR and found.high < 1 + BAR
        passed &= within
        print(
            f"{name:6} {what}  client {np.median(own) * 1e3:8.3f} ms  server {np.median(other) * 1e3:8.3f} ms  ratio "
            f"{np.median(own / other):.4f}, 95 % interval {found.low:.4f} to {found.high:.4f}: "
            f"{'within' if within else 'NOT WITHIN'} {BAR:.0%}"
        )
    return passed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("width", 256), ("layers", 8), ("prompt", 200), ("tokens", 32), ("pairs", 40)):
        parser.add_argument(f"--{name}", type=int, default=default)
    chosen = parser.parse_args()
    random = Random(0)
    clients = {"agent": by_us, "httpx": by_httpx}
    took = {name: [] for name in clients}
    with tempfile.TemporaryDirectory() as folder:
        shape = Shape(width=chosen.width, layers=chosen.layers, heads=4, inner=4 * chosen.width, context=4096)
        server = LlamaCpp(
            write_llama(Path(folder) / "m.gguf", shape), threads=1, context_tokens=chosen.prompt + chosen.tokens
        )
        server.load()
        for pair in range(chosen.pairs + 2):
            prompt = "".join(random.choices(CHARACTERS, k=chosen.prompt))
            for name in sorted(clients, reverse=pair % 2 == 1):
                one = clients[name](server, prompt, chosen.tokens)
                if pair >= 2:  # the first ones warm up
                    took[name].append(one)
        server.close()
    print(f"width {chosen.width}, {chosen.layers} layers, prompts of {chosen.prompt}, {chosen.tokens} tokens each")
    passed = report("agent", took["agent"])
    report("httpx", took["httpx"])
    each = {name: np.median([one.client_cpu_s for one in many]) / chosen.tokens * 1e6 for name, many in took.items()}
    print(", ".join(f"{name} client: {cpu_us:.1f} us CPU time a token" for name, cpu_us in each.items()))
    raise SystemExit(0 if passed else 1)


if __name__ == "__main__":
    main()

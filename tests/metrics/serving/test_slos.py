from leaderboard.metrics import DISTSERVE_SLOS, MLPERF_INTERACTIVE_SLOS, MLPERF_SERVER_SLOS


def limits(table):
    return {name: (slo.ttft_s, slo.tpot_s) for name, slo in table.items()}


def test_the_limits_of_distserve_are_those_of_arxiv_2401_09670():
    assert limits(DISTSERVE_SLOS) == {
        "OPT-13B chat": (0.25, 0.1),
        "OPT-66B chat": (0.4, 0.1),
        "OPT-175B chat": (4.0, 0.2),
        "code completion": (0.125, 0.2),
        "summarisation": (15, 0.15),
    }


def test_the_limits_of_mlperf_are_those_of_its_inference_rules():
    bounds_ms = {
        "Llama2-70B": (2000, 200, 450, 40),
        "Llama3.1-8B": (2000, 100, 500, 30),
        "Llama3.1-405B": (6000, 175, 4500, 80),
        "DeepSeek-R1": (2000, 80, 1500, 15),
        "GPT-OSS-120B": (3000, 80, 2000, 20),
    }
    server = {name: (row[0] / 1000, row[1] / 1000) for name, row in bounds_ms.items()}
    assert limits(MLPERF_SERVER_SLOS) == {**server, "Mixtral": (2.0, 0.2)}
    assert limits(MLPERF_INTERACTIVE_SLOS) == {name: (row[2] / 1000, row[3] / 1000) for name, row in bounds_ms.items()}

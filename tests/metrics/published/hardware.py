from leaderboard.metrics import (
    MACHINES,
    AttentionModel,
    Machine,
    RooflinePoint,
    Work,
    average_energy_consumption_w,
    eflops,
    linear_layer,
    model_compression_rate,
    model_flop_utilization,
    network_least_s,
    roofline_point,
    waterline,
)
from tests.metrics.published.row import Row

A100 = MACHINES["A100-40G"]
DECODE = linear_layer(4096, 4096, 1)
KERNELS = (Work(10, 3), Work(10, 0.1))
SLOW = Machine(10.0, 1.0)
MODEL = AttentionModel(parameters=8e9, query_heads=32, kv_heads=8, head_width=128 * 36)
LLM_VIEWER = "worked in the terms of arXiv 2402.16363, A100-40G"
LAYER = f"{LLM_VIEWER}, 4096 x 4096 FP16, batch 1"
CONVNETS = "worked in the terms of arXiv 2404.03617, two kernels at 10 OP/s and 1 B/s"
KINETICS = "worked in the terms of arXiv 2506.05333, 8e9 parameters, 500 + 8000 tokens"


def at(intensity: float) -> RooflinePoint:
    return roofline_point(Work(intensity, 1.0), A100)


PUBLISHED = (
    Row(
        metric="model_compression_rate",
        source="worked in the terms of arXiv 2505.13840 (unverified form), 16 -> 4 GB, 60 -> 57",
        published=3.8,
        ours=lambda: model_compression_rate(16, 4, 60, 57),
    ),
    Row(
        metric="average_energy_consumption_w",
        source="worked: unevenly sampled power, the plain mean of which is 150 W",
        published=156.25,
        ours=lambda: average_energy_consumption_w([0, 0.05, 0.10, 0.20], [100, 200, 150, 150]),
    ),
    Row("ridge_op_per_byte", LLM_VIEWER, 200.64, lambda: A100.ridge_op_per_byte, 2e-5),
    Row("attainable_op_per_s", f"{LLM_VIEWER}, I = 50", 77.75e12, lambda: at(50).attainable_op_per_s),
    Row("attainable_op_per_s", f"{LLM_VIEWER}, I = 300", 312e12, lambda: at(300).attainable_op_per_s),
    Row("operations", LAYER, 33_554_432, lambda: DECODE.operations),
    Row("moved_bytes", LAYER, 33_570_816, lambda: DECODE.moved_bytes),
    Row("intensity_op_per_byte", LAYER, 0.999512, lambda: DECODE.intensity_op_per_byte, 5e-7),
    Row("least_s", LAYER, 21.589e-6, lambda: roofline_point(DECODE, A100).least_s, 2.4e-5),
    Row("ideal_s", CONVNETS, 2.0, lambda: waterline(KERNELS, SLOW).ideal_s),
    Row("network_least_s", CONVNETS, 4.0, lambda: network_least_s(KERNELS, SLOW)),
    Row("highest_efficiency", CONVNETS, 0.5, lambda: waterline(KERNELS, SLOW).highest_efficiency),
    Row("least_s", f"{CONVNETS}, of the totals", 3.1, lambda: roofline_point(Work(20, 3.1), SLOW).least_s),
    Row(
        metric="mfu",
        source="arXiv 2307.08691 (FlashAttention-2): 225 TFLOP/s on an A100 are 72 %",
        published=0.72,
        ours=lambda: model_flop_utilization(225e12, 312e12).value,
        tolerance=0.007,
    ),
    Row(
        metric="machine_balance",
        source="arXiv 2506.05333, code: FLOP per 16-bit element at 2.25e15 FLOP/s and 8e12 B/s",
        published=562.5,
        ours=lambda: 2 * Machine(2.25e15, 8e12).ridge_op_per_byte,
    ),
    Row("eflops_compute", f"{KINETICS}, N = 1", 149.233664e12, lambda: eflops(MODEL, 500, 8000).compute),
    Row("eflops_memory", f"{KINETICS}, N = 1", 2985.984e12, lambda: eflops(MODEL, 500, 8000).memory),
    Row("eflops_compute", f"{KINETICS}, N = 8", 1193.869312e12, lambda: eflops(MODEL, 500, 8000, 8).compute),
    Row("eflops_memory", f"{KINETICS}, N = 8", 21565.44e12, lambda: eflops(MODEL, 500, 8000, 8).memory),
)

"""Energy of a run: from sampled power, from counters, by the rules of benchmarks, and less what idling would cost."""

from leaderboard.metrics.energy.calls import (
    CallEnergies,
    call_energies,
    sample_period_s,
)
from leaderboard.metrics.energy.counters import (
    Agreement,
    CountedEnergy,
    counter_agreement,
    counter_energy_j,
    counter_steps_j,
)
from leaderboard.metrics.energy.idle import (
    GrossAndNet,
    IdleBaseline,
    gross_and_net,
    idle_baseline,
    net_energy_j,
)
from leaderboard.metrics.energy.ml_energy import (
    SteadyState,
    SteadyWindow,
    ml_energy_generation_energy_j,
    ml_energy_steady_state,
    steady_tokens,
    steady_window,
)
from leaderboard.metrics.energy.mlperf import (
    mlperf_energy_per_query_mj,
    mlperf_mean_power_w,
    mlperf_offline_samples_per_j,
    mlperf_stream_samples_per_j,
    mlperf_tiny_energy_j,
    mlperf_tiny_window_j,
)
from leaderboard.metrics.energy.sampling import (
    UnderSampling,
    under_sampling,
)
from leaderboard.metrics.energy.tokens import (
    decode_energy_per_token_j,
)
from leaderboard.metrics.energy.traces import (
    Gap,
    integrate_power_j,
    sampling_gaps,
    time_mean_power_w,
    window_energy_j,
    window_mean_power_w,
)
from leaderboard.metrics.energy.windows import (
    QueryEnergy,
    query_energies,
)

__all__ = [
    "Agreement",
    "CallEnergies",
    "CountedEnergy",
    "Gap",
    "GrossAndNet",
    "IdleBaseline",
    "QueryEnergy",
    "SteadyState",
    "SteadyWindow",
    "UnderSampling",
    "call_energies",
    "counter_agreement",
    "counter_energy_j",
    "counter_steps_j",
    "decode_energy_per_token_j",
    "gross_and_net",
    "idle_baseline",
    "integrate_power_j",
    "ml_energy_generation_energy_j",
    "ml_energy_steady_state",
    "mlperf_energy_per_query_mj",
    "mlperf_mean_power_w",
    "mlperf_offline_samples_per_j",
    "mlperf_stream_samples_per_j",
    "mlperf_tiny_energy_j",
    "mlperf_tiny_window_j",
    "net_energy_j",
    "query_energies",
    "sample_period_s",
    "sampling_gaps",
    "steady_tokens",
    "steady_window",
    "time_mean_power_w",
    "under_sampling",
    "window_energy_j",
    "window_mean_power_w",
]

"""A network whose monitors record in memory and to disk, and what it means that both have the same."""

import numpy as np

from ranvier.sim import EventMonitor, NeuronGroup, PopulationRateMonitor, SpikeMonitor, StateMonitor, ms

EQUATIONS = """dv/dt = (2 - v + 0.02*i)/(10*ms) + 0.5*xi/sqrt(10*ms) : 1 (unless refractory)
               twice = 2*v : 1
               k : integer
               high = v > 0.5 : boolean"""


def neurons(n=7, name="G"):
    return NeuronGroup(
        n, EQUATIONS, threshold="v > 1", reset="v = 0; k += 1", refractory=2 * ms, method="euler", name=name
    )


def monitors(group, folder=None):
    """One of each kind, in memory or in folders of their own."""

    def to(name):
        return {"name": f"{name}_{'m' if folder is None else 's'}", "stream": folder and folder / name}

    return [
        StateMonitor(group, ["v", "twice", "k", "high"], record=[5, 0, 2], **to("states")),
        StateMonitor(group, "v", record=True, dt=0.7 * ms, dtype=np.float32, **to("narrow")),
        SpikeMonitor(group, variables=["v", "k"], **to("spikes")),
        SpikeMonitor(group[2:5], **to("some")),
        EventMonitor(group, "spike", variables="k", record=False, **to("values")),
        PopulationRateMonitor(group, **to("rate")),
    ]


READ = {
    StateMonitor: ["t", "t_", "v", "v_", "twice", "k", "high_", "N", lambda m: m[2].v, lambda m: m[[0, 5]].v_, lambda m: m[:1].t,
                   lambda m: m.get_states()["v"], lambda m: m.get_states(units=False)["t"], len,
                   lambda m: m.variables["v"].get_value(), lambda m: m.get_states(units=False, format="pandas").values],
    SpikeMonitor: ["t", "t_", "i", "v", "k", "count", "num_spikes", "N", "it_", lambda m: m.binned_rate(1*ms)[1],
                   lambda m: m.smooth_rate(width=1*ms), lambda m: m.get_states()["t"],
                   lambda m: np.concatenate(list(m.spike_trains().values())), lambda m: m.all_values()["t"][3],
                   lambda m: m.values("v")[2], lambda m: m.variables["i"].get_value(), lambda m: m.state("t")],
    EventMonitor: ["k", "count", "num_events"],
    PopulationRateMonitor: ["t", "t_", "rate", "rate_", "N", lambda m: m.binned_rate(1*ms), lambda m: m.smooth_rate(width=1*ms),
                            lambda m: m.get_states()["rate"]],
}  # fmt: skip


def assert_alike(one, other):
    """All that can be read of two monitors is the same: bits, types and units."""
    for what in READ[type(one)]:
        found = []
        for monitor in (one, other):
            try:
                found.append(getattr(monitor, what) if isinstance(what, str) else what(monitor))
            except (AttributeError, KeyError) as error:
                found.append(type(error).__name__)  # what this kind of monitor has and these do not record
        a, b = found
        for x, y in zip(a, b, strict=True) if isinstance(a, tuple) else [(a, b)]:
            assert type(x) is type(y) and getattr(x, "dim", None) == getattr(y, "dim", None), what
            assert np.asarray(x).dtype == np.asarray(y).dtype, what
            np.testing.assert_array_equal(x, y)

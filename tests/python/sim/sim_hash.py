"""A network with everything whose order could matter, and the hash of all that came of it."""

import hashlib
import sys

import numpy as np

from ranvier.sim import (
    Network,
    NeuronGroup,
    PoissonInput,
    SpikeMonitor,
    StateMonitor,
    Synapses,
    defaultclock,
    ms,
    seed,
)


def noisy_network(n=5000):
    """Conductances and noise, delays, a refractory period, plasticity; more neurons than a thread takes at a time."""
    seed(7)
    cells = NeuronGroup(
        n,
        """dv/dt = (ge*(0*mV - v) + gi*(-80*mV - v) - (v + 60*mV) + drive)/(20*ms) + 1*mV*xi/(20*ms)**0.5
             : volt (unless refractory)
           dge/dt = -ge/(5*ms) : 1
           dgi/dt = -gi/(10*ms) : 1
           drive : volt""",
        threshold="v > -50*mV", reset="v = -60*mV", refractory=5 * ms, method="euler", name="cells",
    )  # fmt: skip
    cells.v = "-60*mV + 10*mV*rand()"
    cells.drive = "20*mV + 2*mV*randn()"
    excite = Synapses(
        cells[: n * 4 // 5], cells,
        """w : 1
           dx/dt = -x/(20*ms) : 1 (event-driven)
           dy/dt = -y/(20*ms) : 1 (event-driven)""",
        on_pre="ge_post += w\nx += 0.01\nw = clip(w - y, 0, 1)", on_post="y += 0.01\nw = clip(w + x, 0, 1)", name="excite",
    )  # fmt: skip
    excite.connect(p=0.01)
    excite.w = "0.4*rand()"
    excite.pre.delay = "3*ms*rand()"
    inhibit = Synapses(cells[n * 4 // 5 :], cells, on_pre="gi_post += 3*rand()", delay=0.8 * ms, name="inhibit")
    inhibit.connect(p=0.01)
    outside = PoissonInput(cells, "ge", 100, 10 / (1000 * ms), 0.1)
    spikes = SpikeMonitor(cells, name="spikes")
    trace = StateMonitor(cells, ["v", "ge"], record=[0, 2500, n - 1], name="trace")
    return Network(cells, excite, inhibit, outside, spikes, trace)


def digest(network):
    """SHA-256 of spikes, records and final states."""
    total = hashlib.sha256()
    spikes, trace = network["spikes"], network["trace"]
    arrays = [spikes.i, spikes.t_, trace.t_, trace.v_, trace.ge_, [network.t_]]
    for name in ("v", "ge", "gi", "lastspike", "not_refractory"):
        arrays.append(getattr(network["cells"], f"{name}_")[:])
    for name in ("w", "x", "y"):
        arrays.append(getattr(network["excite"], f"{name}_")[:])
    for array in arrays:
        total.update(np.ascontiguousarray(array).tobytes())
    assert spikes.num_spikes > 100
    return total.hexdigest()


if __name__ == "__main__":
    defaultclock.dt = 0.1 * ms
    made = noisy_network()
    made.run(float(sys.argv[1]) * ms)
    print(digest(made), made["spikes"].num_spikes)

"""Synapses that compete: plasticity by the time between two spikes makes some strong and the others weak.

Song, Miller & Abbott 2000, doi:10.1038/78829: one integrate-and-fire neuron, 1,000 excitatory synapses that learn and 200
inhibitory ones that don't. A synapse whose spike comes before the neuron's gets stronger, one whose spike comes after it weaker,
and a little more so. Figure 2: conductances part into two groups at the ends of their range; the more the inputs fire, the
fewer stay strong, so that the neuron's own rate changes far less than theirs. Steps of A_plus = 0.01 instead of the paper's 0.005, for
a shorter time.

It teaches that a rule of single synapses can do what looks like the neuron's policy: competition, and a regulated rate.
"""

import argparse
import pathlib

import numpy as np

from ranvier.sim import (
    Network,
    NeuronGroup,
    PoissonGroup,
    SpikeMonitor,
    StateMonitor,
    Synapses,
    defaultclock,
    ms,
    mV,
    second,
    seed,
)

tau_m, tau_g, tau_stdp = 20 * ms, 5 * ms, 20 * ms
v_rest, v_threshold, v_reset, E_exc, E_inh = -74 * mV, -54 * mV, -60 * mV, 0 * mV, -70 * mV
g_max, g_inh_each = 0.015, 0.05  # in units of the leak
A_plus = 0.01
A_minus = 1.05 * A_plus

NEURON = """
dv/dt = (v_rest - v + g_exc*(E_exc - v) + g_inh*(E_inh - v))/tau_m : volt
dg_exc/dt = -g_exc/tau_g : 1
dg_inh/dt = -g_inh/tau_g : 1
"""
SYNAPSE = """
w : 1  # in units of g_max
dbefore/dt = -before/tau_stdp : 1 (event-driven)
dafter/dt = -after/tau_stdp : 1 (event-driven)
"""


def simulate(input_rate, duration):
    """Weights at the end, the neuron's spike times [s], and weights of ten synapses in the course of learning."""
    seed(2)
    neuron = NeuronGroup(1, NEURON, threshold="v > v_threshold", reset="v = v_reset", method="exponential_euler")
    neuron.v = v_rest
    inputs, inhibitory = PoissonGroup(1000, input_rate, name="inputs"), PoissonGroup(200, "10*Hz", name="inhibitory")
    learning = Synapses(
        inputs,
        neuron,
        SYNAPSE,
        on_pre="""g_exc_post += g_max*w
                                  before += A_plus
                                  w = clip(w - after, 0, 1)""",
        on_post="""after += A_minus
                                   w = clip(w + before, 0, 1)""",
    )
    learning.connect()
    learning.w = 1
    inhibition = Synapses(inhibitory, neuron, on_pre="g_inh_post += g_inh_each")
    inhibition.connect()
    spikes, course = SpikeMonitor(neuron), StateMonitor(learning, "w", record=np.arange(0, 1000, 20), dt=duration / 200)
    Network(neuron, inputs, inhibitory, learning, inhibition, spikes, course).run(duration)
    return np.array(learning.w), np.array(spikes.t / second), np.array(course.t / second), np.array(course.w)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=400)
    parser.add_argument("--figure", type=pathlib.Path)
    args = parser.parse_args()
    defaultclock.dt = 0.5 * ms
    table, pictures = [], []
    for rate in (10, 20, 40):
        # Fast inputs learn as many spikes in less time.
        seconds = args.seconds * 10 / rate
        w, spikes, t, course = simulate(rate / second, seconds * second)
        late = spikes[spikes > seconds / 2]
        table.append(
            dict(
                strong=(w > 0.8).mean(),
                weak=(w < 0.2).mean(),
                rate=len(late) / (seconds / 2),
                first=(spikes < seconds / 50).sum() / (seconds / 50),
            )
        )
        pictures.append((rate, w, t, course))
        print(
            f"inputs of {rate} spikes/s: {100 * table[-1]['strong']:.0f} % of the synapses strong, {100 * table[-1]['weak']:.0f} % weak; "
            f"the neuron fires at {table[-1]['first']:.0f}, then at {table[-1]['rate']:.0f} spikes/s"
        )

    strong, weak, rate, first = (np.array([row[key] for row in table]) for key in ("strong", "weak", "rate", "first"))
    assert (strong + weak > 0.6).all()
    assert (np.diff(strong) < 0).all()  # figure 2: the faster the inputs, the fewer strong synapses
    assert (rate < first).all()
    assert rate[2] / rate[0] < 2  # inputs fire four times as much

    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 4, figsize=(13, 3.2), constrained_layout=True)
    for ax, (rate, w, _, _) in zip(axes, pictures):
        ax.hist(w, 20, range=(0, 1))
        ax.set(title=f"inputs of {rate} spikes/s", xlabel="conductance / maximum")
    axes[3].plot(pictures[0][2], pictures[0][3].T, linewidth=0.5)
    axes[3].set(title="synapses in the course of learning", xlabel="s")
    figure.savefig(args.figure, dpi=150) if args.figure else plt.show()


if __name__ == "__main__":
    main()

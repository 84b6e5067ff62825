"""Synapses that tire and synapses that warm up: what a connection tells about the rate of its input.

Tsodyks & Markram 1997, doi:10.1073/pnas.94.2.719: a synapse that uses half of its resources at each spike and recovers in 0.8 s. Its
stationary response falls as 1/rate above a limiting frequency, so that a neuron no longer sees how fast its input fires, only
that it changes. Tsodyks, Pawelzik & Markram 1998, doi:10.1162/089976698300017502: with facilitation the response is
largest at a rate of 1/sqrt(U tau_recovery tau_facilitation).

It teaches that a connection isn't a number, and that `(event-driven)` equations cost only when a spike comes.
"""

import argparse
import pathlib

import numpy as np

from ranvier.sim import Network, NeuronGroup, SpikeGeneratorGroup, StateMonitor, Synapses, ms, second

SYNAPSE = """
dx/dt = (1 - x)/tau_recovery : 1 (event-driven)  # resources at hand
du/dt = -u/tau_facilitation : 1 (event-driven)  # part of them that a spike uses, but for what it adds itself
sent : 1
"""
# Facilitation that is over in 0.1 ms leaves u = U at each spike: pure depression.
KINDS = {
    "depressing": dict(U=0.5, tau_recovery=800 * ms, tau_facilitation=0.1 * ms),
    "facilitating": dict(U=0.03, tau_recovery=130 * ms, tau_facilitation=1000 * ms),
}
ON_PRE = "u += U*(1 - u); sent = u*x; x -= sent; g_post += sent"


def stationary(rate, U, tau_recovery, tau_facilitation):
    """What a spike of a regular train sends in the end [1], in closed form."""
    kept_x = np.exp(-1 / (rate * float(tau_recovery)))
    kept_u = np.exp(-1 / (rate * float(tau_facilitation)))
    u = U / (1 - (1 - U) * kept_u)
    return u * (1 - kept_x) / (1 - (1 - u) * kept_x)


def simulate(kind, rates, duration):
    """What the last spike of each train sends, and the courses of the responses g."""
    trains = [np.arange(0.01, duration, 1 / rate) for rate in rates]
    source = SpikeGeneratorGroup(
        len(rates), np.repeat(np.arange(len(rates)), [len(x) for x in trains]), np.concatenate(trains) * second
    )
    targets = NeuronGroup(len(rates), "dg/dt = -g/(3*ms) : 1", method="exact")
    synapses = Synapses(source, targets, SYNAPSE, on_pre=ON_PRE, namespace=KINDS[kind])
    synapses.connect(j="i")
    synapses.x = 1
    course = StateMonitor(targets, "g", record=True)
    Network(source, targets, synapses, course).run(duration * second)
    return np.array(synapses.sent), np.array(course.t / second), np.array(course.g)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--figure", type=pathlib.Path)
    args = parser.parse_args()
    rates = np.array([1, 2, 5, 10, 20, 40, 80, 160.0])
    found = {kind: simulate(kind, rates, 5) for kind in KINDS}
    theory = {kind: stationary(rates, **constants) for kind, constants in KINDS.items()}
    for kind, (sent, _, _) in found.items():
        print(
            f"{kind:12s} synapse, sent by a spike at {', '.join(f'{r:.0f}' for r in rates)} spikes/s: {', '.join(f'{x:.3f}' for x in sent)}"
        )

    # Spikes fall on steps of 0.1 ms, at 160 spikes/s a 60th of an interval.
    for kind, (sent, _, _) in found.items():
        assert np.allclose(sent, theory[kind], rtol=0.02)
    tired = found["depressing"][0]
    drive = tired * rates
    assert abs(drive[-1] / drive[-3] - 1) < 0.08  # four times the rate, the same mean current: sent ~ 1/rate
    assert abs(drive[-1] * 0.8 - 1) < 0.05  # and that is 1/tau_recovery
    best = 1 / np.sqrt(0.03 * 0.13 * 1.0)  # 16 spikes/s
    assert rates[found["facilitating"][0].argmax()] == 20 and abs(np.log2(best / 20)) < 0.5

    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 3, figsize=(12, 3.3), constrained_layout=True)
    fine = np.geomspace(1, 160, 200)
    for ax, (kind, (sent, t, g)) in zip(axes, found.items()):
        ax.plot(t, g[4])
        ax.set(xlim=(0, 1), xlabel="s", title=f"{kind}, 20 spikes/s", ylabel="response")
        axes[2].plot(fine, stationary(fine, **KINDS[kind]) / stationary(1.0, **KINDS[kind]), label=kind)
        axes[2].plot(rates, sent / stationary(1.0, **KINDS[kind]), "k.")
    axes[2].set(xscale="log", yscale="log", xlabel="spikes/s", title="last spike, beside that at 1 spike/s")
    axes[2].legend()
    figure.savefig(args.figure, dpi=150) if args.figure else plt.show()


if __name__ == "__main__":
    main()

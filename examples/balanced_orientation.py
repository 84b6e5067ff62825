"""Neurons sharply tuned to orientation in a network that knows nothing of orientation.

Hansel & van Vreeswijk 2012, doi:10.1523/JNEUROSCI.6284-11.2012: in rodents' visual cortex neighbours prefer different
orientations and are connected at random. Each neuron receives strong, hardly tuned input from outside, and from all kinds of
neighbours. Where excitation and inhibition balance, what all have in common is cancelled, and the small part in which a neuron's
input differs remains: outputs are selective, though their inputs are not. Selectivity differs widely from neuron to neuron.

It teaches what balance does besides making noise. Here 2,000 excitatory and 500 inhibitory neurons, tuned input of 5 %.
"""

import argparse
import pathlib

import numpy as np

from ranvier.sim import Network, NeuronGroup, SpikeMonitor, Synapses, ms, mV, seed

tau, theta, v_reset = 20 * ms, 20 * mV, 10 * mV
ORIENTATIONS = 8

NEURON = """
dv/dt = (drive*(1 + modulation*cos(2*(shown - preferred))) - v)/tau : volt (unless refractory)
drive : volt (constant)
preferred : 1 (constant)
shown : 1 (shared)
"""


def selectivity(response):
    """Length of the mean vector on the doubled angle (…, orientation): 0 for no tuning, 1 for one orientation only."""
    angles = 2 * np.pi * np.arange(ORIENTATIONS) / ORIENTATIONS
    return np.abs((response * np.exp(1j * angles)).sum(axis=-1)) / np.maximum(response.sum(axis=-1), 1e-12)


def simulate(n, inputs, seconds_each):
    """Spikes/s (neuron, orientation), and which excitatory preference the outside gave (neuron)."""
    seed(4)
    neurons = NeuronGroup(
        n + n // 4,
        NEURON,
        threshold="v > theta",
        reset="v = v_reset",
        refractory=2 * ms,
        method="exact",
        name="neurons",
        namespace=dict(tau=tau, theta=theta, v_reset=v_reset, modulation=0.05),
    )
    neurons.preferred = "pi*rand()"
    neurons.v = "rand()*theta"
    exc, inh = neurons[:n], neurons[n:]
    # Inputs from outside, of the order of the square root of their number times threshold; inhibition answers to them.
    exc.drive, inh.drive = 70 * mV, 58 * mV
    rng = np.random.default_rng(4)
    synapses = []
    for source, target, number, weight in (
        (exc, exc, inputs, 0.35),
        (exc, inh, inputs, 0.7),
        (inh, exc, inputs // 4, -3.6),
        (inh, inh, inputs // 4, -4.2),
    ):
        link = Synapses(source, target, on_pre="v_post += weight", delay=1.5 * ms, namespace=dict(weight=weight * mV))
        link.connect(i=rng.integers(0, len(source), number * len(target)), j=np.repeat(np.arange(len(target)), number))
        synapses.append(link)
    spikes = SpikeMonitor(neurons)
    network = Network(neurons, synapses, spikes)
    counts, before = [], np.zeros(len(neurons))
    for k in range(ORIENTATIONS):
        neurons.shown = np.pi * k / ORIENTATIONS
        network.run(100 * ms)  # until the last orientation is forgotten
        before = np.array(spikes.count)
        network.run(seconds_each * 1000 * ms)
        counts.append(np.array(spikes.count) - before)
    return np.array(counts).T / seconds_each, np.array(neurons.preferred), np.array(spikes.t / ms), np.array(spikes.i)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--neurons", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=1.5, help="for each orientation")
    parser.add_argument("--figure", type=pathlib.Path)
    args = parser.parse_args()
    rates, preferred, t, i = simulate(args.neurons, 200, args.seconds)
    active = rates[: args.neurons].sum(axis=1) * args.seconds >= 20  # 20 spikes or more
    of_output = selectivity(rates[: args.neurons][active])
    angles = np.pi * np.arange(ORIENTATIONS) / ORIENTATIONS
    of_input = selectivity(1 + 0.05 * np.cos(2 * (angles - preferred[: args.neurons, None])))
    # Chance: a Poisson neuron without tuning, with the same number of spikes.
    rng = np.random.default_rng(0)
    shuffled = selectivity(
        rng.multinomial(
            (rates[: args.neurons][active].sum(axis=1) * args.seconds).astype(int),
            np.full(ORIENTATIONS, 1 / ORIENTATIONS),
        )
    )
    measured = 0.5 * np.angle((rates[: args.neurons][active] * np.exp(2j * angles)).sum(axis=1)) % np.pi
    apart = np.abs((measured - preferred[: args.neurons][active] + np.pi / 2) % np.pi - np.pi / 2)
    print(
        f"excitatory neurons fire at {rates[: args.neurons].mean():.1f} spikes/s, inhibitory ones at {rates[args.neurons :].mean():.1f}"
    )
    print(
        f"selectivity of inputs {np.median(of_input):.3f}, of outputs {np.median(of_output):.2f} "
        f"(quarters {np.quantile(of_output, 0.25):.2f} to {np.quantile(of_output, 0.75):.2f}), by chance {np.median(shuffled):.2f}"
    )
    print(
        f"what a neuron prefers lies {np.degrees(np.median(apart)):.0f} degrees beside what its input from outside does (chance: 45)"
    )

    assert np.median(of_output) > 6 * np.median(of_input) and np.median(of_output) > 2 * np.median(shuffled)
    assert np.quantile(of_output, 0.9) > 1.7 * np.quantile(of_output, 0.1)  # as diverse as in the paper's figure 6
    assert np.degrees(np.median(apart)) < 25
    assert active.mean() > 0.5 and 1 < rates[: args.neurons].mean() < 30

    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 3, figsize=(12, 3.3), constrained_layout=True)
    few = (i % 10 == 0) & (t > 100) & (t < 600)
    axes[0].plot(t[few], i[few], "k,")
    axes[0].set(xlabel="ms", title="one orientation is shown")
    for row in rates[: args.neurons][active][:6]:
        axes[1].plot(np.degrees(angles), row)
    axes[1].set(xlabel="orientation (degrees)", ylabel="spikes/s", title="six neurons")
    axes[2].hist(of_output, 30, range=(0, 1))
    axes[2].axvline(np.median(of_input), color="C3")
    axes[2].set(xlabel="selectivity", title="of outputs; line: of inputs")
    figure.savefig(args.figure, dpi=150) if args.figure else plt.show()


if __name__ == "__main__":
    main()

"""A place kept in mind: a bump of activity that stays where a stimulus was.

Compte, Brunel, Goldman-Rakic & Wang 2000, doi:10.1093/cercor/10.9.910: excitatory neurons on a ring, each standing for a direction,
joined more strongly to neighbours than to others, by slow NMDA receptors; inhibition reaches all. Without a stimulus they
fire at a few spikes/s everywhere; a cue of 250 ms leaves a bump that outlives it by seconds at the cue's place, drifts by
chance, and is wiped out when all are held silent for a moment. Here a quarter of the paper's 2,048 + 512 neurons, with four times the conductances;
as their noise is larger, near neurons are joined 1.9 instead of 1.62 times as strongly as the mean, and the mean is 7 % weaker, which
keeps both states apart.

It teaches what a continuous attractor is: it remembers any place, and none perfectly.
"""

import argparse
import pathlib

import numpy as np

from ranvier.sim import (
    Hz,
    Network,
    NeuronGroup,
    PoissonInput,
    SpikeMonitor,
    Synapses,
    defaultclock,
    linked_var,
    ms,
    nA,
    nF,
    nS,
    seed,
)

tau_ext, tau_NMDA, tau_rise, tau_GABA, alpha = 2 * ms, 100 * ms, 2 * ms, 10 * ms, 0.5 / ms
CHANNELS = 32  # sums of the ring: neurons this near each other get the same recurrent input
J_PLUS, WIDTH = 1.9, 18.0  # strength at no distance in units of the mean, width [degrees]

NEURON = """
dv/dt = (g_L*(-70*mV - v) - g_ext*external*v - g_NMDA*NMDA*v/(1 + exp(-0.062*v/mV)/3.57) + g_GABA*GABA*(-70*mV - v) + cue)/C : volt (unless refractory)
dexternal/dt = -external/tau_ext : 1
cue : amp
NMDA : 1 (linked)
GABA : 1 (linked)
"""
SYNAPTIC = """
ds/dt = -s/tau_NMDA + alpha*x*(1 - s) : 1
dx/dt = -x/tau_rise : 1
"""
SHARED = dict(tau_ext=tau_ext, tau_NMDA=tau_NMDA, tau_rise=tau_rise, alpha=alpha)
EXC = dict(C=0.5 * nF, g_L=25 * nS, g_ext=3.1 * nS, g_NMDA=0.93 * 0.381 * nS, g_GABA=1.336 * nS)
INH = dict(C=0.2 * nF, g_L=20 * nS, g_ext=2.38 * nS, g_NMDA=0.292 * nS, g_GABA=1.024 * nS)


def profile():
    """Strength (channel, channel) of the connection, whose mean is 1."""
    apart = np.abs(np.subtract.outer(np.arange(CHANNELS), np.arange(CHANNELS))) * 360 / CHANNELS
    hill = np.exp(-0.5 * (np.minimum(apart, 360 - apart) / WIDTH) ** 2)
    minus = (1 - J_PLUS * hill[0].mean()) / (1 - hill[0].mean())
    return minus + (J_PLUS - minus) * hill


def simulate(n, cue_at, number=1, delay=2000, erase=True):
    """Rates (direction, 50 ms) [1/s] of the ring: 500 ms alone, a cue of 250 ms, the delay, silence, 750 ms alone."""
    seed(number)
    defaultclock.dt = 0.2 * ms
    size = 2048 / n
    groups = {}
    # Pools by channel of the ring; the last one is what all inhibitory neurons see.
    pools = NeuronGroup(
        CHANNELS + 1,
        "mean_s : 1\nNMDA : 1\ndGABA/dt = -GABA/tau_GABA : 1",
        method="exact",
        name="pools",
        namespace=dict(tau_GABA=tau_GABA),
    )
    channel = np.arange(n) * CHANNELS // n
    for name, count, constants, more, reset, silent, pool in (
        ("exc", n, EXC, SYNAPTIC, "v = -60*mV; x += 1", 2 * ms, channel),
        ("inh", n // 4, INH, "", "v = -60*mV", 1 * ms, np.full(n // 4, CHANNELS)),
    ):
        scaled = {k: v * (size if k in ("g_NMDA", "g_GABA") else 1) for k, v in constants.items()}
        group = NeuronGroup(
            count,
            NEURON + more,
            threshold="v > -50*mV",
            reset=reset,
            refractory=silent,
            method="exponential_euler",
            name=name,
            namespace=SHARED | scaled,
        )
        group.NMDA, group.GABA = linked_var(pools, "NMDA", index=pool), linked_var(pools, "GABA", index=pool)
        group.v = "-60*mV + 5*rand()*mV"
        groups[name] = group, PoissonInput(group, "external", 1000, 1.8 * Hz, weight=1)
    exc, inh = groups["exc"][0], groups["inh"][0]
    inward = Synapses(exc, pools, "mean_s_post = s_pre : 1 (summed)", name="inward")
    inward.connect(i=np.arange(n), j=channel)
    around = Synapses(pools, pools, "w : 1 (constant)\nNMDA_post = w*mean_s_pre : 1 (summed)", name="around")
    around.connect(i=np.repeat(np.arange(CHANNELS), CHANNELS + 1), j=np.tile(np.arange(CHANNELS + 1), CHANNELS))
    around.w = np.concatenate([profile(), np.ones((CHANNELS, 1))], axis=1).ravel()
    inhibit = Synapses(inh, pools, on_pre="GABA_post += 1", name="inhibit")
    inhibit.connect()
    spikes = SpikeMonitor(exc)
    network = Network(pools, *groups["exc"], *groups["inh"], inward, around, inhibit, spikes)
    network.run(500 * ms)
    if cue_at is not None:
        away = np.abs((np.arange(n) * 360 / n - cue_at + 180) % 360 - 180)
        exc.cue = np.where(away < 18, 0.5, 0) * nA
    network.run(250 * ms)
    exc.cue = 0 * nA
    network.run(delay * ms)
    if erase:
        exc.cue = -0.5 * nA
        network.run(250 * ms)
        exc.cue = 0 * nA
        network.run(750 * ms)
    end = float(network.t / ms)
    counts = np.histogram2d(
        np.array(spikes.i) * 360 / n,
        np.array(spikes.t / ms),
        [np.linspace(0, 360, CHANNELS + 1), np.arange(0, end + 1, 50)],
    )[0]
    return counts / (n / CHANNELS * 0.05)


def place(rates):
    """Direction [degrees] of the activity's mean vector, and its length in units of the activity."""
    directions = (np.arange(CHANNELS) + 0.5) * 2 * np.pi / CHANNELS
    z = (rates * np.exp(1j * directions)[:, None]).sum(axis=0) / np.maximum(rates.sum(axis=0), 1e-9)
    return np.degrees(np.angle(z)) % 360, np.abs(z)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--neurons", type=int, default=512, help="excitatory ones; inhibitory ones are a quarter")
    parser.add_argument("--figure", type=pathlib.Path)
    args = parser.parse_args()
    cues = (90, 180, 270)
    runs = {cue: simulate(args.neurons, cue, number=k) for k, cue in enumerate(cues)}
    alone = simulate(args.neurons, None, erase=False)
    late = slice(45, 55)  # the last half second of the delay
    for cue, rates in runs.items():
        where, depth = place(rates[:, late].mean(axis=1, keepdims=True))
        print(
            f"cue at {cue} degrees: after 2 s the bump is at {where[0]:.0f}, with {rates[:, late].mean(axis=1).max():.0f} spikes/s at its top; "
            f"before the cue {rates[:, 4:10].mean():.1f}, after the silence {rates[:, -6:].mean():.1f} spikes/s"
        )
        assert abs(where[0] - cue) < 20 and depth[0] > 0.5
        assert rates[:, late].mean(axis=1).max() > 5 * max(rates[:, 4:10].mean(), 1)
        assert place(rates[:, -6:].mean(axis=1, keepdims=True))[1][0] < 0.5 * depth[0]  # erased
    print(f"without a cue no bump grows: depth {place(alone[:, late].mean(axis=1, keepdims=True))[1][0]:.2f}")
    assert place(alone[:, late].mean(axis=1, keepdims=True))[1][0] < 0.4

    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 4, figsize=(13, 3.2), sharey=True, constrained_layout=True)
    for ax, (title, rates) in zip(axes, [*((f"cue at {c} degrees", r) for c, r in runs.items()), ("no cue", alone)]):
        ax.imshow(
            rates, origin="lower", aspect="auto", extent=(0, rates.shape[1] * 0.05, 0, 360), cmap="magma", vmax=50
        )
        ax.set(title=title, xlabel="s")
    axes[0].set_ylabel("direction (degrees)")
    figure.savefig(args.figure, dpi=150) if args.figure else plt.show()


if __name__ == "__main__":
    main()

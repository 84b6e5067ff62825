"""A volley of spikes goes through a chain of groups and grows sharper, or dies: one bit, kept to a millisecond.

Diesmann, Gewaltig & Aertsen 1999, doi:10.1038/990101: groups of 100 neurons, each joined to all neurons of the next, under
a bombardment of background spikes. Figures 2 and 3: a volley of a spikes with spread sigma goes to one of two fates. From the right
side of the separatrix it comes to nearly a spike of each neuron, within less than a millisecond; from the other side it vanishes.

It teaches that precise timing can survive in noisy neurons, and what a basin of attraction is.
"""

import argparse
import pathlib

import numpy as np

from ranvier.sim import (
    Network,
    NeuronGroup,
    PoissonInput,
    SpikeGeneratorGroup,
    SpikeMonitor,
    Synapses,
    ms,
    mV,
    second,
    seed,
)

tau_m, tau_s, V_rest, V_threshold = 10 * ms, 0.33 * ms, -70 * mV, -55 * mV
WIDTH, GROUPS, APART, SETTLE = 100, 10, 100, 100  # neurons, groups, volleys [ms], before the first volley [ms]

# A synaptic current is an alpha function; `kick` is its source, scaled so that one spike makes 0.14 mV at its peak.
NEURON = """
dv/dt = (V_rest - v + current)/tau_m : volt (unless refractory)
dcurrent/dt = (kick - current)/tau_s : volt
dkick/dt = -kick/tau_s : volt
"""


def potential(t):
    """Response of the membrane [1] at t [ms] to a kick of one, from the equations above."""
    m, s = 10, 0.33
    b = 1 / s - 1 / m
    return np.exp(-t / m) / (m * s * b**2) * (1 - np.exp(-b * t) * (1 + b * t))


def simulate(volleys, number=1):
    """Spikes (a) and spread (sigma [ms]) of each group for volleys (a, sigma [ms]), and all spikes."""
    seed(number)
    rng = np.random.default_rng(number)
    weight = 0.14 * mV / potential(np.arange(0, 20, 0.01)).max()
    chain = NeuronGroup(
        WIDTH * GROUPS,
        NEURON,
        threshold="v > V_threshold",
        reset="v = V_rest",
        refractory=1 * ms,
        method="exact",
        namespace=dict(tau_m=tau_m, tau_s=tau_s, V_rest=V_rest, V_threshold=V_threshold, weight=weight),
    )
    chain.v = "V_rest + 8.7*mV + 2.8*randn()*mV"
    # 17,600 excitatory synapses at 2 spikes/s, 2,400 inhibitory ones at 12.5.
    background = [
        PoissonInput(chain, "kick", 17600, 2 / second, weight=weight),
        PoissonInput(chain, "kick", 2400, 12.5 / second, weight=-weight),
    ]
    synapses = Synapses(chain, chain, on_pre="kick_post += weight", delay=5 * ms)
    to = np.arange(WIDTH, WIDTH * GROUPS)
    synapses.connect(i=((to // WIDTH - 1)[:, None] * WIDTH + np.arange(WIDTH)).ravel(), j=np.repeat(to, WIDTH))
    # Each volley starts a chain of the same neurons, 100 ms after the one before.
    at = np.concatenate([SETTLE + APART * k + rng.normal(0, sigma, a) for k, (a, sigma) in enumerate(volleys)])
    source = SpikeGeneratorGroup(len(at), np.arange(len(at)), at * ms)
    begin = Synapses(source, chain[:WIDTH], on_pre="kick_post += weight", delay=5 * ms, namespace=dict(weight=weight))
    begin.connect()
    spikes = SpikeMonitor(chain)
    Network(chain, background, synapses, source, begin, spikes).run((SETTLE + APART * len(volleys)) * ms)
    t, group = np.array(spikes.t / ms), np.array(spikes.i) // WIDTH
    course = np.zeros((len(volleys), GROUPS, 2))
    for k in range(len(volleys)):
        for g in range(GROUPS):
            # A volley needs about 5.5 ms from group to group; it is looked for there.
            near = t[(group == g) & (np.abs(t - (SETTLE + APART * k + 6.5 * (g + 1))) < 10)]
            middle = np.median(near) if len(near) else 0
            packet = near[np.abs(near - middle) < 5]
            course[k, g] = len(packet), packet.std() if len(packet) > 1 else np.nan
    return course, t, np.array(spikes.i)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--figure", type=pathlib.Path)
    args = parser.parse_args()
    starts = [(a, sigma) for sigma in (0.0, 1.5, 3.0, 4.5) for a in (20, 35, 50, 65, 80, 95)]
    course, t, i = simulate(starts * args.repeats)
    last = course[:, -1]
    arrived = (last[:, 0] > 60).reshape(args.repeats, len(starts)).mean(axis=0)
    for sigma in (0.0, 1.5, 3.0, 4.5):
        row = [f"{a}: {100 * part:3.0f} %" for (a, s), part in zip(starts, arrived) if s == sigma]
        print(f"spread {sigma:.1f} ms, spikes that arrive at the last group  {'   '.join(row)}")
    alive = last[last[:, 0] > 60]
    print(
        f"the volleys that arrive have {alive[:, 0].mean():.0f} ± {alive[:, 0].std():.0f} spikes within {np.median(alive[:, 1]):.2f} ms (standard deviation)"
    )

    fate = dict(zip(starts, arrived))
    assert fate[95, 0.0] == 1 and fate[95, 1.5] == 1 and fate[20, 0.0] == 0 and fate[20, 4.5] == 0
    grid = arrived.reshape(4, 6)
    assert (np.diff(grid.sum(axis=1)) <= 0).all() and grid[3].sum() < grid[
        0
    ].sum()  # the wider, the more spikes it takes
    assert ((grid > 0.1) & (grid < 0.9)).mean() < 0.4  # nearly every start has one fate
    assert alive[:, 0].mean() > 85 and np.median(alive[:, 1]) < 1.0
    died = last[last[:, 0] <= 60]
    assert np.median(died[:, 0]) < 10

    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), constrained_layout=True)
    for k, (a, sigma) in enumerate(starts):
        path = np.vstack([[a, sigma], course[k]])
        left.plot(path[:, 1], path[:, 0], ".-", color="C0" if path[-1, 0] > 60 else "C3", linewidth=0.8, markersize=4)
    left.set(xlabel="spread (ms)", ylabel="spikes in the volley", xlim=(0, 5), title="from group to group")
    two = [starts.index((95, 0.0)), starts.index((35, 0.0))]
    for k, colour in zip(two, ("C0", "C3")):
        shown = (t > SETTLE + APART * k - 5) & (t < SETTLE + APART * k + 80)
        right.plot(
            t[shown] - SETTLE - APART * k + (0 if colour == "C0" else 90), i[shown], "|", color=colour, markersize=2
        )
    right.set(xlabel="ms", ylabel="neuron, in groups of 100", title="95 spikes, and 35")
    figure.savefig(args.figure, dpi=150) if args.figure else plt.show()


if __name__ == "__main__":
    main()

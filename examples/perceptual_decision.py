"""A decision between left and right, made by two groups of neurons that compete through inhibition.

Wang 2002, doi:10.1016/S0896-6273(02)01092-9: 1,600 excitatory and 400 inhibitory neurons, all connected to all through AMPA, NMDA
and GABA receptors; 240 excitatory neurons prefer one direction of motion, 240 the other, and are joined more strongly among
themselves. Figures 3 to 5: one group wins and goes on firing when the stimulus is gone; decisions are right nearly always at
strong coherence and half the time at none; weak evidence takes longer, as it is integrated by the slow NMDA receptors. (Wong &
Wang 2006, doi:10.1523/JNEUROSCI.3733-05.2006, reduced this network to two equations.) Here half the neurons with
twice the conductances, joined 1.75 instead of 1.7 times as strongly so that the larger noise doesn't end their memory.

It teaches how attractors decide and remember. What comes from a whole population is summed once, in pools, to which each
neuron is linked: all-to-all connections cost as many operations as there are neurons. All trials run at once, beside each
other in the same groups.
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
    TimedArray,
    defaultclock,
    linked_var,
    ms,
    mV,
    nF,
    nS,
    seed,
)

V_L, V_threshold, V_reset, E_inh = -70 * mV, -50 * mV, -55 * mV, -70 * mV
tau_AMPA, tau_NMDA, tau_rise, tau_GABA, alpha = 2 * ms, 100 * ms, 2 * ms, 5 * ms, 0.5 / ms
CONSTANTS = dict(
    V_L=V_L,
    V_threshold=V_threshold,
    V_reset=V_reset,
    E_inh=E_inh,
    tau_AMPA=tau_AMPA,
    tau_NMDA=tau_NMDA,
    tau_rise=tau_rise,
    alpha=alpha,
)
w_plus, selective = 1.75, 0.15
w_minus = 1 - selective * (w_plus - 1) / (1 - selective)
ON, OFF, END = 200, 1200, 1500  # of the stimulus, of the trial [ms]

NEURON = """
dv/dt = (g_L*(V_L - v) + g_GABA*GABA*(E_inh - v) - g_ext*external*v
         - g_AMPA*AMPA*v - g_NMDA*NMDA*v/(1 + exp(-0.062*v/mV)/3.57))/C : volt (unless refractory)
dexternal/dt = -external/tau_AMPA : 1
AMPA : 1 (linked)
NMDA : 1 (linked)
GABA : 1 (linked)
"""
SYNAPTIC = """
ds/dt = -s/tau_NMDA + alpha*x*(1 - s) : 1  # NMDA receptors of the neuron's own synapses
dx/dt = -x/tau_rise : 1
column : integer (constant)  # of the stimulus
"""
POOLS = """
dAMPA/dt = -AMPA/tau_AMPA : 1
dGABA/dt = -GABA/tau_GABA : 1
NMDA : 1
"""
EXC = dict(C=0.5 * nF, g_L=25 * nS, g_ext=2.1 * nS, g_AMPA=0.05 * nS, g_NMDA=0.165 * nS, g_GABA=1.3 * nS)
INH = dict(C=0.2 * nF, g_L=20 * nS, g_ext=1.62 * nS, g_AMPA=0.04 * nS, g_NMDA=0.13 * nS, g_GABA=1.0 * nS)


def population(n, pool, pools, size, constants, more="", **options):
    """Neurons that look at their pools; recurrent conductances grow as the network shrinks."""
    scaled = {k: v * (size if k in ("g_AMPA", "g_NMDA", "g_GABA") else 1) for k, v in constants.items()}
    neurons = NeuronGroup(
        n,
        NEURON + more,
        threshold="v > V_threshold",
        method="exponential_euler",
        namespace=CONSTANTS | scaled,
        **options,
    )
    for name in ("AMPA", "NMDA", "GABA"):
        setattr(neurons, name, linked_var(pools, name, index=pool))
    neurons.v = "V_reset + 3*rand()*mV"
    return neurons, PoissonInput(neurons, "external", 1000, 2.4 * Hz, weight=1)


def simulate(coherence, n, mean_rate=40):
    """Rates (trial, group, 10 ms) [1/s] of the two selective groups, for trials of the coherences given [-1, 1]."""
    defaultclock.dt = 0.2 * ms
    seed(3)
    rng = np.random.default_rng(3)
    trials, chosen, size = len(coherence), round(selective * n), 1600 / n
    # 0, 1: the selective groups, 2: the others; each kind of target sums the same spikes with its own weights.
    kind = np.repeat([0, 1, 2], [chosen, chosen, n - 2 * chosen])
    weight = np.array([[w_plus, w_minus, 1], [w_minus, w_plus, 1], [w_minus, w_minus, 1]])  # (source, target)
    trial_exc, trial_inh = np.repeat(np.arange(trials), n), np.repeat(np.arange(trials), n // 4)
    kind = np.tile(kind, trials)

    pools = NeuronGroup(3 * trials, POOLS, method="exact")
    exc, noise_exc = population(
        n * trials, 3 * trial_exc + kind, pools, size, EXC, SYNAPTIC, reset="v = V_reset; x += 1", refractory=2 * ms
    )
    inh, noise_inh = population(
        n // 4 * trials, 3 * trial_inh + 2, pools, size, INH, reset="v = V_reset", refractory=1 * ms
    )

    excite = Synapses(exc, pools, "w : 1\nNMDA_post = w*s_pre : 1 (summed)", on_pre="AMPA_post += w")
    excite.connect(i=np.repeat(np.arange(len(exc)), 3), j=(3 * trial_exc[:, None] + [0, 1, 2]).ravel())
    excite.w = weight[kind].ravel()
    inhibit = Synapses(inh, pools, on_pre="GABA_post += 1")
    inhibit.connect(i=np.repeat(np.arange(len(inh)), 3), j=(3 * trial_inh[:, None] + [0, 1, 2]).ravel())

    # Evidence: the mean rate for either group, drawn anew every 50 ms; nothing before and after, nothing for the others.
    steps = np.arange(0, END, 50)
    towards = mean_rate * (1 + np.array([1, -1])[:, None] * coherence) + 4 * rng.standard_normal(
        (len(steps), 2, trials)
    )
    shown = (steps >= ON) & (steps < OFF)
    table = np.concatenate([np.maximum(towards, 0) * shown[:, None, None], np.zeros((len(steps), 1, trials))], axis=1)
    stimulus = TimedArray(table.reshape(len(steps), -1) * Hz, dt=50 * ms)
    exc.column = kind * trials + trial_exc
    exc.namespace["stimulus"] = stimulus
    evidence = exc.run_regularly("external += int(rand() < stimulus(t, column)*dt)")

    spikes = SpikeMonitor(exc)
    Network(pools, exc, inh, noise_exc, noise_inh, excite, inhibit, evidence, spikes).run(END * ms)
    i, t = np.array(spikes.i), np.array(spikes.t / ms)
    where = [trial_exc[i], kind[i], t]
    counts = np.histogramdd(
        np.array(where).T, [np.arange(trials + 1) - 0.5, [-0.5, 0.5, 1.5], np.arange(0, END + 1, 10)]
    )[0]
    return counts / (chosen * 0.01)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=12, help="of each coherence")
    parser.add_argument("--excitatory", type=int, default=800)
    parser.add_argument("--figure", type=pathlib.Path)
    args = parser.parse_args()
    levels = np.array([0, 0.256, 0.512])
    rates = simulate(np.repeat(levels, args.trials), args.excitatory).reshape(3, args.trials, 2, -1)

    smooth = np.apply_along_axis(lambda x: np.convolve(x, np.ones(5) / 5, "same"), -1, rates)
    time = 10 * np.arange(rates.shape[-1])
    passed = (np.abs(smooth[..., 0, :] - smooth[..., 1, :]) > 15) & (
        time >= ON
    )  # the paper's threshold, for the difference
    delay = np.where(passed.any(axis=-1), time[passed.argmax(axis=-1)] - ON, np.nan)
    after = rates[..., time >= OFF + 100].mean(axis=-1)
    winner, loser = after.max(axis=-1), after.min(axis=-1)
    right = (after[..., 0] > after[..., 1]).mean(axis=1)
    for row, c in enumerate(levels):
        print(
            f"coherence {100 * c:4.1f} %: {100 * right[row]:3.0f} % right, decided after {np.nanmean(delay[row]):3.0f} ms; "
            f"when the stimulus is gone the winner fires at {np.median(winner[row]):.0f}, the loser at {np.median(loser[row]):.1f} spikes/s"
        )

    assert 0.25 <= right[0] <= 0.75  # of 12 throws of a coin, in 96 of 100 cases
    assert right[2] > 0.95 and right[0] + 0.1 < right[1] <= right[2]
    assert np.nanmean(delay[:2]) > np.nanmean(delay[2])
    assert (np.median(winner, axis=1) > 15).all() and (np.median(loser, axis=1) < 5).all()  # remembered

    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 3, figsize=(11, 3.2), sharey=True, constrained_layout=True)
    for ax, c, r, part in zip(axes, levels, smooth, right):
        ax.axvspan(ON, OFF, color="0.92")
        ax.plot(time, r[:6, 0].T, "C0", time, r[:6, 1].T, "C3", linewidth=0.8)
        ax.set(title=f"coherence {100 * c:.1f} %: {100 * part:.0f} % right", xlabel="ms")
    axes[0].set_ylabel("spikes/s")
    figure.savefig(args.figure, dpi=150) if args.figure else plt.show()


if __name__ == "__main__":
    main()

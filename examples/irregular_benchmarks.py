"""Three networks by which simulators are compared: current-based, conductance-based, and with Hodgkin-Huxley neurons.

Brette et al. 2007, doi:10.1007/s10827-007-0038-6, benchmarks 1 to 3 (the first two after Vogels & Abbott 2005,
doi:10.1523/JNEUROSCI.3508-05.2005): 3,200 excitatory and 800 inhibitory neurons, 2 % of all pairs connected at random. No input
keeps them going: each neuron's irregular firing is the others' noise. Rates of a second, means of many draws, that Brian 2.11
has for these parameters: CUBA 5.6, COBAHH 37.3 spikes/s; COBA near 20.

It teaches what synapses as currents, as conductances, and real action potentials change in a network that is otherwise the
same, and what each costs.
"""

import argparse
import pathlib
import time

import numpy as np

from ranvier.sim import (
    Network,
    NeuronGroup,
    SpikeMonitor,
    Synapses,
    cm,
    ms,
    msiemens,
    mV,
    second,
    seed,
    ufarad,
    um,
)

tau_m, tau_e, tau_i = 20 * ms, 5 * ms, 10 * ms
v_threshold, v_reset = -50 * mV, -60 * mV
E_exc, E_inh = 0 * mV, -80 * mV
# Of the Hodgkin-Huxley neurons, whose channels are those of Traub & Miles 1991 as Brette et al. give them.
area = 20000 * um**2
C = area * 1 * ufarad / cm**2
g_leak, g_Na, g_K = area * 0.05 * msiemens / cm**2, area * 100 * msiemens / cm**2, area * 30 * msiemens / cm**2
E_leak, E_Na, E_K, v_T = -60 * mV, 50 * mV, -90 * mV, -63 * mV

CHANNELS = """
dv/dt = (g_leak*(E_leak - v) + g_exc*(E_exc - v) + g_inh*(E_inh - v) + g_Na*m**3*h*(E_Na - v) + g_K*n**4*(E_K - v))/C : volt
dg_exc/dt = -g_exc/tau_e : siemens
dg_inh/dt = -g_inh/tau_i : siemens
u = (v - v_T)/mV : 1  # depolarisation in the numbers of the paper
dm/dt = (1.28/exprel((13 - u)/4)*(1 - m) - 1.4/exprel((u - 40)/5)*m)/ms : 1
dh/dt = (0.128*exp((17 - u)/18)*(1 - h) - 4/(1 + exp((40 - u)/5))*h)/ms : 1
dn/dt = (0.16/exprel((15 - u)/5)*(1 - n) - 0.5*exp((10 - u)/40)*n)/ms : 1
"""


def cuba():
    neurons = NeuronGroup(
        4000,
        """
        dv/dt = (-49*mV - v + from_exc + from_inh)/tau_m : volt (unless refractory)
        dfrom_exc/dt = -from_exc/tau_e : volt
        dfrom_inh/dt = -from_inh/tau_i : volt""",
        threshold="v > v_threshold",
        reset="v = v_reset",
        refractory=5 * ms,
        method="exact",
        name="neurons",
    )
    neurons.v = "v_reset + rand()*(v_threshold - v_reset)"
    return neurons, "from_exc_post += 1.62*mV", "from_inh_post -= 9*mV"


def coba():
    neurons = NeuronGroup(
        4000,
        """
        dv/dt = (-40*mV - v + g_exc*(E_exc - v) + g_inh*(E_inh - v))/tau_m : volt (unless refractory)
        dg_exc/dt = -g_exc/tau_e : 1  # in units of the leak
        dg_inh/dt = -g_inh/tau_i : 1""",
        threshold="v > v_threshold",
        reset="v = v_reset",
        refractory=5 * ms,
        method="exponential_euler",
        name="neurons",
    )
    neurons.v = "(-65 + 5*randn())*mV"
    neurons.g_exc, neurons.g_inh = "4 + 1.5*randn()", "20 + 12*randn()"
    return neurons, "g_exc_post += 0.6", "g_inh_post += 6.7"


def cobahh():
    neurons = NeuronGroup(
        4000, CHANNELS, threshold="v > -20*mV", refractory=3 * ms, method="exponential_euler", name="neurons"
    )
    neurons.v = "(-65 + 5*randn())*mV"
    neurons.g_exc, neurons.g_inh = "(40 + 15*randn())*nS", "(200 + 120*randn())*nS"
    return neurons, "g_exc_post += 6*nS", "g_inh_post += 67*nS"


def simulate(model, number, duration):
    """Spike times [ms] and their neurons."""
    seed(number)
    neurons, excite, inhibit = model()
    exc = Synapses(neurons[:3200], neurons, on_pre=excite, name="exc")
    inh = Synapses(neurons[3200:], neurons, on_pre=inhibit, name="inh")
    exc.connect(p=0.02)
    inh.connect(p=0.02)
    spikes = SpikeMonitor(neurons)
    Network(neurons, exc, inh, spikes).run(duration)
    return np.array(spikes.t / ms), np.array(spikes.i)


def irregularity(t, i):
    """Median coefficient of variation of the intervals, of neurons with ten spikes or more."""
    trains = np.split(t[np.argsort(i, kind="stable")], np.cumsum(np.bincount(i))[:-1])
    return float(np.median([np.diff(x).std() / np.diff(x).mean() for x in trains if len(x) >= 10]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--figure", type=pathlib.Path)
    args = parser.parse_args()
    rates, cv, last = {}, {}, {}
    for model in (cuba, coba, cobahh):
        name, began = model.__name__.upper(), time.process_time()
        runs = [simulate(model, number, 1 * second) for number in range(1, args.seeds + 1)]
        rates[name] = np.array([len(t) / 4000 for t, _ in runs])
        cv[name], last[name] = irregularity(*runs[-1]), runs[-1]
        print(
            f"{name:7s} {rates[name].mean():5.1f} ± {rates[name].std():.1f} spikes/s, CV of intervals {cv[name]:.2f}, "
            f"{(time.process_time() - began) / args.seeds:.2f} s of processor for a second"
        )

    # 15 %: how much a single draw may lie beside the mean of many; ten come within 5 %.
    near = 0.05 if args.seeds >= 10 else 0.15
    for name, published in (("CUBA", 5.6), ("COBAHH", 37.3)):
        assert abs(rates[name].mean() / published - 1) < near, (name, rates[name])
    assert 15 < rates["COBA"].mean() < 25
    # A clock has 0, chance has 1, bursts have more. Conductances shorten the membrane's memory (Vogels & Abbott 2005).
    assert 0.3 < cv["CUBA"] < 1 < min(cv["COBA"], cv["COBAHH"])

    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 3, figsize=(12, 3.5), sharey=True, constrained_layout=True)
    for ax, (name, (t, i)) in zip(axes, last.items()):
        few = (i % 20 == 0) & (t > 500)
        ax.plot(t[few], i[few], "k,")
        ax.set(title=f"{name}: {rates[name].mean():.1f} spikes/s, CV {cv[name]:.2f}", xlabel="ms")
    axes[0].set_ylabel("neuron")
    figure.savefig(args.figure, dpi=150) if args.figure else plt.show()


if __name__ == "__main__":
    main()

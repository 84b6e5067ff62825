"""A network of ranvier.sim from its script to its spikes."""

import gc
import subprocess
import sys
import weakref

import numpy as np
import pytest

from ranvier.sim import (
    MagicError,
    Network,
    NeuronGroup,
    PopulationRateMonitor,
    SpikeMonitor,
    StateMonitor,
    Synapses,
    collect,
    kHz,
    linked_var,
    ms,
    mV,
    network_operation,
    restore,
    run,
    start_scope,
    store,
)


@pytest.fixture(autouse=True)
def _scope():
    start_scope()


def test_a_leaky_neuron_spikes_when_its_solution_says():
    tau = 10 * ms
    G = NeuronGroup(1, "dv/dt = (2 - v)/tau : 1", threshold="v > 1", reset="v = 0", method="exact")
    spikes, trace = SpikeMonitor(G), StateMonitor(G, "v", record=True)
    run(20 * ms)
    # v = 2 (1 - exp(-t/tau)) passes 1 at tau ln 2 = 6.93 ms, behind the step that begins at 6.9 ms
    np.testing.assert_allclose(spikes.t_, [6.9e-3, 13.9e-3], atol=1e-9)
    np.testing.assert_allclose(trace.v[0][:60], 2 * (1 - np.exp(-trace.t[:60] / tau)), rtol=1e-12)
    assert spikes.num_spikes == 2
    assert str(spikes.spike_trains()[0]) == "[ 6.9 13.9] ms"


def test_variables_are_indexed_and_set_like_arrays_and_by_texts():
    limit = 2.5 * mV
    G = NeuronGroup(5, "v : volt\nx = 2*v : volt\ns : 1 (shared)\nn : integer")
    G.v = "i*mV"
    assert str(G.v["v > limit"]) == "[3. 4.] mV"
    assert str(G.x[1:3]) == "[2. 4.] mV"
    G.v["i > 3"] = 9 * mV
    G.v[0] = "n*mV + 1*mV"
    G.v += 1 * mV
    assert str(G.v) == "[ 2.  2.  3.  4. 10.] mV"
    G.s = 3
    assert G.s + 1 == 4.0
    assert repr(G[1:3].v) == "<neurongroup_subgroup.v: array([2., 3.]) * mvolt>" or "array([2., 3.]) * mvolt" in repr(
        G[1:3].v
    )
    assert limit is not None


def test_synapses_carry_spikes_after_their_delays():
    G = NeuronGroup(3, "v : 1", threshold="t < 0.05*ms and i == 0", name="emitters")
    H = NeuronGroup(2, "v : 1")
    S = Synapses(G, H, "w : 1", on_pre="v_post += w")
    S.connect("i == 0")
    S.w = "j + 1"
    S.delay = "j*ms"
    trace = StateMonitor(H, "v", record=True, when="end")
    run(1.5 * ms)
    assert trace.v[0][0] == 1
    assert trace.v[1][9] == 0
    assert trace.v[1][10] == 2
    assert S.N_outgoing_pre.tolist() == [2, 0, 0]
    assert S.w[0, 1][0] == 2


def test_what_was_stored_comes_back():
    G = NeuronGroup(2, "dv/dt = -v/(10*ms) : 1", method="exact")
    G.v = 1
    trace = StateMonitor(G, "v", record=0)
    store()
    run(1 * ms)
    first = np.array(trace.v)
    restore()
    assert trace.v.shape == (1, 0)
    run(1 * ms)
    np.testing.assert_array_equal(trace.v, first)


def test_linked_variables_follow_their_group():
    G = NeuronGroup(2, "x : 1")
    H = NeuronGroup(4, "y : 1 (linked)\nz = 2*y : 1")
    H.y = linked_var(G, "x", index=np.array([0, 1, 1, 0]))
    G.x = [3, 4]
    assert H.y[:].tolist() == [3, 4, 4, 3]
    assert H.z[:].tolist() == [6, 8, 8, 6]


def test_functions_of_python_are_called_at_their_steps():
    seen = []

    @network_operation(dt=1 * ms)
    def look(t):
        seen.append(float(t))

    run(3 * ms)
    np.testing.assert_allclose(seen, [0, 1e-3, 2e-3])
    assert look in collect()


def test_statements_of_a_part_of_a_group_run_with_the_group():
    G = NeuronGroup(20, "x : 1\ny : 1")
    G[12:].run_regularly("x += 1; y = i")
    G[16:].run_regularly("x += 10", dt=1 * ms)
    run(1 * ms)
    assert list(G.x) == 12 * [0] + 4 * [10] + 4 * [20]
    assert list(G.y[12:]) == list(range(8))


def test_a_mixture_of_new_and_old_objects_is_refused():
    G = NeuronGroup(1, "v : 1")
    run(0.1 * ms)
    H = NeuronGroup(1, "v : 1")
    with pytest.raises(MagicError, match="go on or begin anew"):
        run(0.1 * ms)
    assert G is not H


def test_rates_are_binned_and_smoothed():
    G = NeuronGroup(10, "v : 1", threshold="i < 5")
    rate = PopulationRateMonitor(G)
    net = Network(G, rate)
    net.run(2 * ms)
    assert str(rate.rate[:2]) == "[5. 5.] kHz"
    bins, means = rate.binned_rate(1 * ms)
    assert str(means) == "[5. 5.] kHz"
    assert str(bins) == "[0. 1.] ms"
    np.testing.assert_allclose(rate.smooth_rate("flat", width=0.3 * ms)[5:-5], 5 * kHz)


def test_importing_is_quick_and_brings_no_matplotlib():
    code = ("import sys, time; import numpy; t = time.perf_counter(); from ranvier.sim import *; "
            "print(time.perf_counter() - t, 'matplotlib' in sys.modules, callable(plot), mV)")  # fmt: skip
    words = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert words[1:] == ["False", "True", "mV"]


@pytest.mark.parametrize("shared", [True, False])
def test_spikes_reach_no_synapses_that_were_made_after_them(shared):
    start_scope()
    sources = NeuronGroup(2, "v : 1", threshold="v >= 0.5", reset="v = 0")
    targets = NeuronGroup(2, "c : 1")
    synapses = Synapses(sources, targets, on_pre="c += 1", **({"delay": 1 * ms} if shared else {}))
    network = Network(sources, targets, synapses)
    for k in (0, 1):
        synapses.connect(i=k, j=k)
        if not shared:
            synapses.delay = 1 * ms
        sources.v = [1, 1] if k == 0 else [0, 0]
        network.run(0.5 * ms)
    network.run(3 * ms)
    assert targets.c[:].tolist() == [1, 0]
    sources.v = 1
    network.run(3 * ms)
    assert targets.c[:].tolist() == [2, 1]


def everything():
    G = NeuronGroup(20, "dv/dt = -v/ms : 1\nu : 1 (linked)", threshold="v > 1", reset="v = 0", method="exact")
    G.u = linked_var(NeuronGroup(20, "x : 1"), "x")
    S = Synapses(G, G, "w : 1", on_pre="v_post += w")
    S.connect(p=0.5)
    S.w, S.pre.delay = 0.1, "rand()*ms"
    regular = [G.run_regularly("v += 1"), G[3:5].run_regularly("v = 0", dt=1 * ms)]
    spikes, trace = SpikeMonitor(G[:10]), StateMonitor(G, "v", record=True)

    @network_operation(dt=1 * ms)
    def touch():
        G.v = "2*rand()"

    network = Network(G, S, spikes, trace, touch)
    network.run(2 * ms)
    assert regular[0].group is G and regular[1].group.start == 3 and S.pre.synapses is S
    return [weakref.ref(thing) for thing in (G, S, spikes, trace, touch, network, *regular)]


def test_a_finished_network_gives_its_memory_back_at_once():
    gc.disable()
    try:
        assert [thing() for thing in everything()] == [None] * 8
    finally:
        gc.enable()


def test_what_is_left_of_a_group_says_that_it_is_gone():
    statements = NeuronGroup(1, "v : 1", name="cells").run_regularly("v += 1")
    with pytest.raises(ReferenceError, match="the group of cells_run_regularly is gone: keep it"):
        Network(statements).run(1 * ms)
    pathway = Synapses(G := NeuronGroup(1, "v : 1", threshold="v > 1"), G, on_pre="v += 1", name="bonds").pre
    with pytest.raises(ReferenceError, match="the synapses of bonds_pre are gone: keep them"):
        len(pathway)


LEAVING = """
from ranvier.sim import *
def simulate():
    G = NeuronGroup(4, "dv/dt = (u - v)/ms : 1\\nu : 1 (linked)\\nz : 1 (linked)\\nx = 2*v : 1", threshold="v > 1", reset="v = 0", method="exact")
    G.u = linked_var(G, "v", index=[1, 0, 3, 2])
    G.z = linked_var(G[1:3], "x", index=[1, 0, 1, 0])
    @network_operation(dt=1*ms)
    def touch():
        G.v = 1
    network = Network(G, touch)
    touch.network = network
    network.run(2*ms)
    assert list(G.z[:]) == [2*v for v in G.v[:][[2, 1, 2, 1]]]
simulate()
"""


def test_a_program_that_ends_leaves_nothing_behind_and_says_nothing():
    done = subprocess.run([sys.executable, "-c", LEAVING], capture_output=True, text=True, check=True)
    assert done.stderr == ""

"""What scripts written for Brian 2 do around a simulation: NumPy on quantities, runs that wait, synapses by the names of both sides."""

import multiprocessing
import time

import numpy as np
import pytest
from ranvier.sim.devices import device_module, reset_device
from ranvier.units.dimension import DimensionMismatchError

from ranvier.sim import (
    Hz,
    Network,
    NeuronGroup,
    PoissonGroup,
    SpikeMonitor,
    StateMonitor,
    Synapses,
    TimedArray,
    check_units,
    defaultclock,
    device,
    ms,
    mV,
    restore_initial_state,
    run,
    second,
    seed,
    set_device,
    start_scope,
)


@pytest.fixture(autouse=True)
def alone():
    start_scope()
    restore_initial_state()
    yield
    set_device("runtime")


# NumPy


def test_functions_of_numpy_that_know_no_units_take_the_numbers():
    t, v = np.array([1.0, 2.0, 3.0]) * ms, np.array([3.0, 1.0, 2.0]) * mV
    counts = np.histogram2d(t, v, bins=2)[0]
    assert counts.sum() == 3
    np.testing.assert_allclose(np.polyfit(t, v, 1), [-0.5, 0.003], atol=1e-12)
    np.testing.assert_array_equal(np.histogram(t, bins=[0, 1, 2])[0], [3, 0])  # edges without unit
    assert np.vectorize(float)(v / mV).sum() == 6


def test_what_is_stacked_of_several_dimensions_has_none():
    t, v = np.array([1.0, 2.0]) * ms, np.array([3.0, 1.0]) * mV
    assert type(np.column_stack([t, v])) is np.ndarray
    np.testing.assert_allclose(np.column_stack([t, v]), [[0.001, 0.003], [0.002, 0.001]])
    assert str(np.hstack([v, v])) == "[3. 1. 3. 1.] mV"


def test_functions_that_compare_values_insist_on_dimensions():
    v = np.array([3.0, 1.0, 2.0]) * mV
    for wrong in (lambda: np.clip(v, 1, 2), lambda: np.searchsorted(np.sort(v), 2), lambda: np.allclose(v, 2)):
        with pytest.raises(DimensionMismatchError):
            wrong()


def test_arrays_of_zeros_have_any_unit():
    v = np.array([3.0, 1.0]) * mV
    assert str(v + np.zeros(2)) == "[3. 1.] mV"
    assert str(np.maximum(-v, np.zeros(2, int))) == "[0. 0.] V"
    assert str(np.vstack([v, np.zeros(2)])[1]) == "[0. 0.] V"
    assert len(np.array([]) * mV + np.zeros(0)) == 0
    with pytest.raises(DimensionMismatchError):
        v + np.array([0.0, 1.0])


def test_variables_are_drawn_like_arrays():
    G = NeuronGroup(3, "v : volt\nx = 2*v : volt")
    G.v = [1, 2, 3] * mV
    assert G.v[:, np.newaxis].shape == (3, 1)
    assert str(G.x[:, None][2]) == "[6.] mV"
    with pytest.raises(IndexError):
        G.v[0, 1]


# Names


def test_synapses_know_the_variables_of_both_sides():
    source = NeuronGroup(2, "v : volt", threshold="v > 1*volt")
    target = NeuronGroup(3, "v : volt\nx = 2*v : volt")
    source.v, target.v = [1, 2] * mV, [4, 5, 6] * mV
    S = Synapses(source, target, "w : 1", on_pre="v += w*mV")
    S.connect(i=[0, 1, 1], j=[2, 0, 2])
    assert str(S.v_pre) == "[1. 2. 2.] mV"
    assert str(S.v_post) == str(S.v) == "[6. 4. 6.] mV"
    assert str(S.x_post[:2]) == "[12.  8.] mV"
    assert S.v_post_[0] == 0.006
    S.v_post = 3 * mV  # of those neurons that synapses reach
    assert str(target.v) == "[3. 5. 3.] mV"
    with pytest.raises(AttributeError):
        S.y_post  # noqa: B018


def test_synapses_are_made_where_a_condition_on_i_holds():
    G = NeuronGroup(6, "v : 1")
    S = Synapses(G, G)
    S.connect(j="i if i < 2")
    np.testing.assert_array_equal(S.i, [0, 1])
    np.testing.assert_array_equal(S.j, [0, 1])
    seed(3)
    T = Synapses(NeuronGroup(400, "v : 1"), NeuronGroup(400, "v : 1"))
    T.connect(j="i if i < 200", p=0.5)
    assert 60 < len(T) < 140
    assert max(T.i) < 200


@pytest.mark.parametrize("text, pairs", [
    ("i*1.5", [(0, 0), (1, 1), (2, 3), (3, 4)]), ("i - 1.5", [(2, 0), (3, 1), (4, 2), (5, 3)]),
])  # fmt: skip
def test_numbers_of_neurons_that_are_not_whole_are_cut_where_invalid_ones_are_skipped(text, pairs):
    G = NeuronGroup(6, "v : 1")
    S = Synapses(G, G)
    S.connect(j=text, skip_if_invalid=True)
    assert list(zip(S.i, S.j, strict=True)) == pairs


@pytest.mark.parametrize("method", ["linear", "independent"])
def test_earlier_names_of_exact_are_exact(method):
    G = NeuronGroup(1, "dv/dt = -v/(10*ms) : 1", method=method)
    G.v = 1
    run(5 * ms)
    assert G.v[0] == pytest.approx(np.exp(-0.5), rel=1e-12)


# Runs that wait


def test_runs_wait_for_build_and_values_between_them_stay_between_them():
    set_device("cpp_standalone", build_on_run=False)
    G = NeuronGroup(1, "dv/dt = (I - v)/(10*ms) : 1\nI : 1", method="exact")
    G.I = 1
    M = StateMonitor(G, "v", record=True)
    run(5 * ms)
    G.I = 3
    run(5 * ms)
    assert len(M.t) == 0
    with pytest.raises(NotImplementedError, match="device.build"):
        G.v[:]
    device.build()
    half = 1 - np.exp(-0.5)
    assert M.v[0][50] == pytest.approx(half, rel=1e-9)
    assert G.v[0] == pytest.approx(3 + (half - 3) * np.exp(-0.5), rel=1e-9)


def test_names_in_texts_are_those_of_when_run_was_called():
    set_device("cpp_standalone", build_on_run=False)
    rate = 2 * Hz
    G = NeuronGroup(1, "dv/dt = rate : 1", method="euler")
    run(1 * second)
    rate = 5 * Hz  # noqa: F841
    device.build()
    assert G.v[0] == pytest.approx(2, rel=1e-9)


def test_a_sweep_begins_each_time_where_the_first_run_began():
    set_device("cpp_standalone", build_on_run=False)
    drive = TimedArray([1.0, 1.0], dt=1 * second)
    G = NeuronGroup(2, "dv/dt = (drive(t) - v)/tau : 1\ntau : second (constant)", method="euler", name="swept")
    net = Network(G)
    net.run(10 * ms)
    device.build(run=False)
    ends = []
    for tau in ([5, 10] * ms, [10, 20] * ms):
        device.run(run_args={G.tau: tau})
        ends.append(np.array(G.v))
    assert ends[0][1] == ends[1][0] == pytest.approx(1 - 0.99**100, rel=1e-9)
    device.run(run_args={G.tau: 10 * ms, drive: [2.0, 2.0]})
    assert G.v[0] == pytest.approx(2 * ends[1][0], rel=1e-9)
    device.run(run_args=["swept.tau=0.01"])
    assert float(net.t) == 0.01
    with pytest.raises(DimensionMismatchError):
        device.run(run_args={G.tau: 5 * mV})
    with pytest.raises(KeyError, match="no group"):
        device.run(run_args=["other.tau=0.01"])


def test_a_sweep_draws_anew_unless_the_seed_is_given():
    def counts():
        P = PoissonGroup(20, 50 * Hz)
        M = SpikeMonitor(P)
        net = Network(P, M)
        net.run(100 * ms)
        found = []
        for _ in range(2):
            device.run()
            found.append(list(zip(M.t_, M.i, strict=True)))
        return found

    set_device("cpp_standalone", build_on_run=False)
    seed(5)
    one, two = counts()
    assert one == two
    assert one
    set_device("cpp_standalone", build_on_run=False)
    seed(None)
    one, two = counts()
    assert one != two


def test_what_waits_is_forgotten_with_its_device():
    set_device("cpp_standalone", build_on_run=False)
    G = NeuronGroup(1, "v : 1")
    run(1 * ms)
    reset_device()
    with pytest.raises(RuntimeError, match="nothing waits"):
        device.run()
    assert G.v[0] == 0


class _Swept:
    def __init__(self):
        G = NeuronGroup(1, "dv/dt = (1 - v)/tau : 1\ntau : second (constant)", method="exact", name="swept")
        self.net, self.device = Network(G), device
        self.net.run(10 * ms)

    def end(self, tau):
        device_module.active_device = self.device
        self.device.run(run_args={self.net["swept"].tau: tau})
        return float(self.net["swept"].v[0])


def test_a_sweep_runs_in_forked_processes():
    set_device("cpp_standalone", build_on_run=False)
    swept = _Swept()
    with multiprocessing.get_context("fork").Pool(2) as pool:
        ends = pool.map(swept.end, [5 * ms, 10 * ms, 20 * ms])
    np.testing.assert_allclose(ends, 1 - np.exp([-2, -1, -0.5]), rtol=1e-9)


def test_long_lists_become_arrays_in_no_time():
    began = time.process_time()
    TimedArray([float(k) for k in range(20_000)], dt=1 * ms)
    assert time.process_time() - began < 1  # each number looks at itself alone: it took minutes


def test_functions_of_ones_own_are_called_once_for_all_elements_and_for_them_alone():
    calls = []

    @check_units(x=1, result=1)
    def seen(x):
        calls.append(x.tolist())
        return 0.0

    group = NeuronGroup(3, "dv/dt = seen(v + i)/second : 1", method="euler")
    Network(group).run(2 * defaultclock.dt, namespace={"seen": seen})
    assert calls == [[0.0, 1.0, 2.0]] * 2

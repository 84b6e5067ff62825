"""Clocks, schedules and what runs at their steps."""

import gc
import weakref

import numpy as np
import pytest

from ranvier.sim import (
    BrianObject,
    Clock,
    EventClock,
    Network,
    NetworkOperation,
    NeuronGroup,
    SpikeGeneratorGroup,
    SpikeMonitor,
    StateMonitor,
    defaultclock,
    ms,
    prefs,
    scheduling_summary,
    second,
    volt,
)
from ranvier.units import DimensionMismatchError


@pytest.fixture(autouse=True)
def _scope():
    defaultclock.dt = 0.1 * ms
    yield
    defaultclock.dt = 0.1 * ms


class Lister(BrianObject):
    def __init__(self, said, word, **kwds):
        super().__init__(**kwds)
        self.said, self.word = said, word

    def run(self):
        self.said.append(self.word)


def test_a_class_of_ones_own_runs_at_each_of_its_steps():
    said = []
    net = Network(
        Lister(said, "a", when="resets"), Lister(said, "b", when="thresholds"), Lister(said, "C", dt=0.2 * ms)
    )
    net.run(0.4 * ms)
    assert "".join(said) == "Cba" + "ba" + "Cba" + "ba"
    net.schedule = ["start", "resets", "thresholds"]
    said.clear()
    net.run(0.2 * ms)
    assert "".join(said) == "Cab" + "ab"


def test_an_event_clock_ticks_at_its_times_and_never_after():
    said, clock = [], EventClock([2.5, 0.5, 4] * ms)
    net = Network(Lister(said, "x", dt=1 * ms), Lister(said, "y", clock=clock, order=1))
    net.run(3 * ms)
    assert "".join(said) == "xyxxy"
    net.run(7 * ms)
    assert "".join(said) == "xyxxy" + "xxyxxxxx"
    assert len(clock) == 3 and float(clock[0]) == 0.5e-3
    assert clock.t == np.inf * second


def test_states_are_recorded_at_given_times_with_the_time_itself():
    G = NeuronGroup(2, "x = 1000*t/second + i : 1")
    M = StateMonitor(G, ["x", "t"], record=True, clock=EventClock([0.123, 0.7] * ms))
    net = Network(G, M)
    net.run(1 * ms)
    assert np.allclose(M.t_, [0.123e-3, 0.7e-3], rtol=1e-15)
    assert np.allclose(M.x, [[0.123, 0.7], [1.123, 1.7]], rtol=1e-12)


def test_statements_run_at_given_times():
    G = NeuronGroup(2, "v : 1")
    G.run_at("v += 1 + i", times=[0.25, 0.6] * ms)
    M = StateMonitor(G, "v", record=True)
    Network(G, M).run(1 * ms)
    assert list(M.v[1]) == [0, 0, 0, 2, 2, 2, 4, 4, 4, 4]


def test_groups_and_wrong_times_are_refused():
    with pytest.raises(TypeError, match="needs steps of one length"):
        NeuronGroup(1, "v : 1", clock=EventClock([1] * ms))
    with pytest.raises(DimensionMismatchError):
        EventClock([1, 2] * volt)
    with pytest.raises(ValueError, match="ticks once at a time"):
        EventClock([1, 1] * ms)
    with pytest.raises(ValueError, match="must be >= 0 s"):
        EventClock([-1, 1] * ms)


def test_a_clock_walks_through_its_interval():
    clock = Clock(1 * ms)
    clock.set_interval(1 * ms, 3 * ms)
    clock.advance()
    clock.advance()
    with pytest.raises(StopIteration):
        clock.advance()
    assert clock.timestep == 3 and float(clock.t) == pytest.approx(3e-3)
    assert clock.variables["t"].get_value() == pytest.approx(3e-3)


def test_a_new_dt_must_divide_the_time_only_where_a_run_begins():
    G = NeuronGroup(1, "dv/dt = -v/ms : 1")
    net = Network(G)
    net.run(0.5 * ms)
    defaultclock.dt = 1 * ms
    with pytest.raises(ValueError, match="is no multiple of dt=0.001 s"):
        net.run(1 * ms)
    defaultclock.dt = 0.25 * ms
    net.run(1 * ms)
    assert float(net.t) == pytest.approx(1.5e-3)


def test_what_rests_tells_of_no_spikes():
    G = NeuronGroup(1, "", threshold="True")
    S = SpikeGeneratorGroup(1, [0], [0] * ms)
    M, N = SpikeMonitor(G), SpikeMonitor(S)
    net = Network(G, S, M, N)
    net.run(defaultclock.dt)
    G.active = S.active = False
    net.run(3 * defaultclock.dt)
    assert M.num_spikes == 1 and N.num_spikes == 1


def test_a_network_operation_goes_away_with_its_last_name():
    def made_and_run():  # frames keep what run() has looked at until they end
        operation = NetworkOperation(lambda: None)
        Network(operation).run(0.2 * ms)
        return weakref.ref(operation)

    gone = made_and_run()
    gc.collect()
    assert gone() is None


def test_the_default_schedule_is_a_preference():
    slots = ["start", "groups", "synapses", "thresholds", "resets", "end"]
    net, before = Network(), prefs.core.network.default_schedule
    prefs.core.network.default_schedule = slots
    try:
        assert net.schedule == slots
    finally:
        prefs.core.network.default_schedule = before
    with pytest.raises(TypeError, match="a schedule is a list"):
        net.schedule = {"start", "end"}


def test_the_schedule_is_told_operation_by_operation():
    G = NeuronGroup(1, "dv/dt = -v/ms : 1", threshold="v > 1", reset="v = 0", name="G")
    late = StateMonitor(G, "v", record=True, name="late", when="after_end", dt=1 * ms)
    late.active = False
    told = scheduling_summary(Network(G, late)).entries
    assert [e.name for e in told] == ["G_stateupdater", "G_spike_thresholder", "G_spike_resetter", "late"]
    assert [e.when for e in told] == ["groups", "thresholds", "resets", "after_end"]
    assert [e.active for e in told] == [True, True, True, False]
    assert [float(e.dt) for e in told] == [1e-4, 1e-4, 1e-4, 1e-3]

"""Many steps in one call of a kernel leave what steps one by one leave, to the bit; a profile is made step by step."""

import time

import numpy as np
import pytest
from random_models import RandomModel, differing

from ranvier.sim import (
    EventMonitor,
    Network,
    NeuronGroup,
    PopulationRateMonitor,
    SpikeMonitor,
    StateMonitor,
    TimedArray,
    defaultclock,
    ms,
    mV,
    network_operation,
    second,
    seed,
    start_scope,
)  # fmt: skip

STEPS = 25_000


def lif(n):
    group = NeuronGroup(
        n,
        """dv/dt = (I - v)/(10*ms) : 1 (unless refractory)
           twice = 2*v + I : 1
           I : 1
           count : integer
           few : integer""",
        threshold="v > 1", reset="v = 0; count += 1; few = few + 100000000", refractory="3*ms + 1*ms*(i % 2)",
        method="euler",
    )  # fmt: skip
    group.I = "1.1 + 0.3*i/N"
    return group, [StateMonitor(group, ["v", "twice", "count"], record=[n - 1, 0])]


def noisy(n):
    group = NeuronGroup(
        n, "dv/dt = -v/(10*ms) + xi*sqrt(2/(10*ms)) : 1", threshold="v > 1.5", reset="v *= 0.5", method="euler"
    )
    return group, [StateMonitor(group, "v", record=True, when="end")]


def driven(n):
    stimulus = TimedArray(np.linspace(0, 3, 100).reshape(50, 2), dt=7 * ms)
    group = NeuronGroup(
        n,
        "dv/dt = (stimulus(t, i % 2) - v)/(5*ms) : 1",
        threshold="v > 1",
        reset="v -= 1",
        method="exact",
        namespace={"stimulus": stimulus},
    )
    return group, [StateMonitor(group, "v", record=0, dt=1 * ms)]


def bursting(n):
    group = NeuronGroup(
        n,
        """dv/dt = (0.04*v**2/mV + 5*v + 140*mV - u + 10*mV)/ms : volt
           du/dt = 0.02/ms*(0.2*v - u) : volt""",
        threshold="v > 30*mV", reset="v = -50*mV; u += 2*mV", events={"deep": "v < -60*mV"}, method="euler",
    )  # fmt: skip
    group.v = -60 * mV
    group.run_on_event("deep", "u -= 0.01*mV")
    return group, [StateMonitor(group, ["u", "t"], record=True), EventMonitor(group, "deep")]


def left_by(build, n, run):
    """All that a network leaves."""
    start_scope()
    seed(3)
    group, others = build(n)
    monitors = [SpikeMonitor(group), PopulationRateMonitor(group), *others]
    if n > 3:
        monitors += [SpikeMonitor(group[1:3]), PopulationRateMonitor(group[2:])]
    network = Network(group, monitors)
    run(network)
    left = {"t": network.t / second, **{f"state {k}": np.array(v) for k, v in group.get_states(units=False).items()}}
    for k, monitor in enumerate(monitors):
        if isinstance(monitor, (StateMonitor, PopulationRateMonitor)):
            names = monitor.record_variables if isinstance(monitor, StateMonitor) else ["rate"]
            left |= {f"{k} {name}": np.array(getattr(monitor, name)) for name in [*names, "t"]}
        else:
            left |= {f"{k} i": np.array(monitor.i), f"{k} t": np.array(monitor.t), f"{k} n": monitor.num_events}
            left |= {f"{k} count": np.array(monitor.count)}
    return left


@pytest.mark.parametrize("n", [1, 40])
@pytest.mark.parametrize("build", [lif, noisy, driven, bursting])
def test_steps_in_one_call_leave_the_same_bits(build, n):
    duration = STEPS * defaultclock.dt
    one_by_one = left_by(build, n, lambda network: network.run(duration, profile=True))
    assert one_by_one["0 n"] > 10 * n**0.5
    for run in (
        lambda network: network.run(duration),
        lambda network: (
            network.run(0.88 * duration),
            network.run(0.12 * duration),
        ),  # the rest is too short to be joined
    ):
        at_once = left_by(build, n, run)
        for name, value in one_by_one.items():
            np.testing.assert_array_equal(at_once[name], value, err_msg=name)


def test_nan_in_one_of_many_steps_is_told_as_of_one():
    def told(profile):
        start_scope()
        group = NeuronGroup(3, "dv/dt = 1/second + sqrt(1 - v)*0/second : 1", method="euler")
        monitor = StateMonitor(group, "v", record=True)
        network = Network(group, monitor)
        with pytest.raises(ArithmeticError) as error:
            network.run(3 * second, profile=profile)
        return str(error.value).replace(group.name, "it"), np.array(group.v), np.array(monitor.v), monitor.t.size

    one_by_one, at_once = told(True), told(False)
    assert at_once[0] == one_by_one[0]
    np.testing.assert_array_equal(at_once[1], one_by_one[1])
    np.testing.assert_array_equal(at_once[2], one_by_one[2])
    assert at_once[3] == one_by_one[3] == 10_002


def test_what_another_clock_does_comes_between():
    def left(profile):
        start_scope()
        group = NeuronGroup(2, "dv/dt = (I - v)/(10*ms) : 1\nI : 1", threshold="v > 1", reset="v = 0", method="exact")
        group.run_regularly("I += 0.1", dt=100 * ms)
        seen = []

        @network_operation(dt=30.05 * ms)
        def look(t):
            seen.append((float(t), group.v[0]))
            if t > 2.4 * second:
                network.stop()

        monitor = SpikeMonitor(group)
        network = Network(group, monitor, look)
        network.run(3 * second, profile=profile)
        return seen, np.array(monitor.t), float(network.t), np.array(group.I)

    for one, other in zip(left(True), left(False), strict=True):
        np.testing.assert_array_equal(one, other)


def test_time_in_equations_gives_the_same_bits_however_a_run_is_cut():
    """Chaos shows the last bit: sin(t/c) was t*(1/c) in many steps at once."""

    def ends(*parts):
        start_scope()
        group = NeuronGroup(
            1,
            """dx/dt = 10*(y - x)/ms : 1
               dy/dt = (x*(28 - z) - y + 0.1*sin(t/(3*ms)))/ms : 1
               dz/dt = (x*y - 8.0/3*z)/ms : 1""",
            method="rk4", dt=0.005 * ms,
        )  # fmt: skip
        group.x = group.y = group.z = 1
        network = Network(group)
        for part in parts:
            network.run(part)
        return float(group.x[0])

    assert ends(150 * ms) == ends(75 * ms, 75 * ms)


def test_nan_late_in_a_long_run_takes_no_longer():
    group = NeuronGroup(1, "dv/dt = sqrt((T - t)/second)/second : 1", method="euler", namespace={"T": 2 * second})
    began = time.process_time()
    with pytest.raises(ArithmeticError, match="2.0001 s"):
        Network(group).run(10 * second)
    assert time.process_time() - began < 5  # it was a minute


def test_what_is_active_when_a_run_begins_is_so_until_it_ends():
    group = NeuronGroup(1, "dv/dt = (1.5 - v)/(10*ms) : 1", method="exact", threshold="v > 1", reset="v = 0")
    monitor, spikes = StateMonitor(group, "v", record=True), SpikeMonitor(group)

    @network_operation(dt=1 * ms)
    def end(t):
        if t >= 1 * second:
            monitor.active = spikes.active = False

    network = Network(group, monitor, spikes, end)
    network.run(2.5 * second)
    assert (len(monitor.t), spikes.num_spikes) == (25_000, 227)
    network.run(0.1 * second)
    assert (len(monitor.t), spikes.num_spikes) == (25_000, 227)


def test_a_clock_belongs_to_one_run():
    group, other = (NeuronGroup(1, "dv/dt = -v/ms : 1", method="exact") for _ in range(2))
    inner = Network(other)

    @network_operation
    def inside():
        inner.run(defaultclock.dt)

    with pytest.raises(ValueError, match="in use: another network runs by it"):
        Network(group, inside).run(defaultclock.dt)


@pytest.mark.parametrize("number", range(60))
def test_models_drawn_at_random_leave_the_same_in_stretches(number):
    model = RandomModel(number)
    assert not differing(model.left(), model.left(profile=True))

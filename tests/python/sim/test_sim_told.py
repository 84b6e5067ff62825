"""What simulations tell: which integrator they took, what doesn't go together, and what is wrong, in words to act on."""

import logging

import numpy as np
import pytest
from ranvier.sim.utils.logger import catch_logs, get_logger

from ranvier.sim import (
    DimensionMismatchError,
    EventClock,
    ExplicitStateUpdater,
    Hz,
    Network,
    NeuronGroup,
    PoissonGroup,
    PoissonInput,
    SpikeGeneratorGroup,
    SpikeMonitor,
    StateMonitor,
    Synapses,
    TimedArray,
    check_units,
    exact,
    ms,
    mV,
    run,
    second,
    start_scope,
)


@pytest.fixture(autouse=True)
def _scope():
    start_scope()


def told(name, level=logging.INFO):
    """Messages whose log has a name that ends so, of what happens in a with."""
    return _Told(name, level)


class _Told:
    def __init__(self, name, level):
        self._name, self._logs = name, catch_logs(level)

    def __enter__(self):
        self._all = self._logs.__enter__()
        return self

    def __exit__(self, *exc):
        self._logs.__exit__(*exc)

    def __iter__(self):
        return iter([(level, text) for level, name, text in self._all if name.endswith(f".{self._name}")])


# Integrators


def test_the_integrator_of_a_group_without_method_is_told_once():
    group = NeuronGroup(1, "dv/dt = -v/ms : 1", name="cells")
    quadratic = NeuronGroup(1, "dv/dt = -v**2/ms : 1", name="quadratic")
    synapses = Synapses(group, group, "dx/dt = -x/ms : 1 (clock-driven)", name="joints")
    synapses.connect()
    network = Network(group, quadratic, synapses)
    assert group.state_updater.method is None
    with told("stateupdaters.base.method_choice") as words:
        network.run(0.1 * ms)
        network.run(0.1 * ms)
    assert sorted(words) == [
        ("INFO", f"no method= was given for {name}: it is integrated by {method!r}")
        for name, method in (("cells", "exact"), ("joints", "exact"), ("quadratic", "euler"))
    ]
    assert [g.state_updater.method for g in (group, quadratic, synapses)] == ["exact", "euler", "exact"]
    assert group.state_updater.method_choice == ("exact", "euler", "heun")


@pytest.mark.parametrize("method, name", [
    ("rk4", "rk4"), (exact, "exact"), ("linear", "linear"), (ExplicitStateUpdater("x_new = x + dt*f(x, t)"), "own"),
])  # fmt: skip
def test_an_integrator_that_was_given_is_told_to_those_who_look_for_it(method, name):
    group = NeuronGroup(1, "dv/dt = -v/ms : 1", method=method)
    with told("method_choice", logging.DEBUG) as words:
        run(0.1 * ms)
    assert [level for level, _ in words] == ["DEBUG"]
    assert group.state_updater.method == name


def test_groups_without_differential_equations_have_no_integrator():
    group = NeuronGroup(1, "v : 1")
    with told("method_choice", logging.DEBUG) as words:
        run(0.1 * ms)
    assert not list(words) and group.state_updater is None


def test_what_is_caught_is_not_printed(capsys):
    group = NeuronGroup(1, "dv/dt = -v/ms : 1")
    with told("method_choice") as words:
        run(0.1 * ms)
    assert list(words) and not capsys.readouterr().err and len(group) == 1


def test_only_messages_of_the_wanted_logs_are_caught():
    own, other = get_logger("ranvier.sim.part"), get_logger("part_of_mine.deep")
    for names, words in (
        (("brian2",), ["ours"]),
        (("part_of_mine",), ["mine"]),
        (("part",), []),
        (("brian2.part",), ["ours"]),
    ):
        with catch_logs(only_from=names) as logs:
            own.warn("ours")
            other.warn("mine")
        assert [text for _, _, text in logs] == words


# Functions of time


@pytest.mark.parametrize("dt, tells", [(0.25, True), (0.3, False), (0.05, False), (0.1, False), (0.33, True)])
def test_a_timed_array_between_the_steps_is_told(dt, tells):
    table = TimedArray([1, 2, 3] * Hz, dt=dt * ms)
    group = NeuronGroup(1, "dv/dt = table(t) : 1", method="euler")
    rates = PoissonGroup(1, "table(t)")
    with told("timedarray", logging.WARNING) as words:
        Network(group).run(0.1 * ms, namespace={"table": table})
    assert len(list(words)) == tells
    with told("timedarray", logging.WARNING) as words:
        Network(rates).run(0.1 * ms, namespace={"table": table})
    assert len(list(words)) == tells
    assert all(str(table.dt * second) in text and "100. us" in text for _, text in words)


# Names that are missing


@pytest.mark.parametrize("equation, word", [
    ("dv/dt = -v/tua : 1", "did you mean 'tau'"), ("dv/dt = (v_rset - v)/tau : 1", "did you mean 'v_rest'"),
    ("dv/dt = -vm/tau : 1", "did you mean 'v'"), ("dv/dt = sine(v)/tau : 1", "did you mean 'sin'"),
    ("dv/dt = halv(v)/tau : 1", "did you mean 'half'"),
])  # fmt: skip
def test_a_name_that_is_missing_suggests_near_ones(equation, word):
    @check_units(x=1, result=1)
    def half(x):
        return x / 2

    tau, v_rest, neurons_tau = 10 * ms, 0, "a text is no value"  # noqa: F841
    group = NeuronGroup(1, equation, method="euler")
    with pytest.raises(KeyError, match=f"{word}.*[?]") as error:
        run(1 * ms)
    assert "neurons_tau" not in str(error.value) and len(group) == 1
    other = NeuronGroup(1, equation, method="euler")
    with pytest.raises(KeyError, match=word):
        Network(other).run(1 * ms, namespace={"tau": tau, "v_rest": 0, "half": half})


def test_statements_suggest_variables_of_both_ends():
    group = NeuronGroup(2, "ge : 1", threshold="ge > 1", reset="ge = 0")
    synapses = Synapses(group, group, "w : 1", on_pre="gee_post += w")
    synapses.connect()
    with pytest.raises(KeyError, match="did you mean 'ge_post'"):
        run(0.1 * ms)
    with pytest.raises(KeyError, match="did you mean 'w'"):
        synapses.w = "ww"


# What takes which units


@pytest.mark.parametrize("act, words", [
    (lambda: TimedArray([1, 2], dt=1), "TimedArray wants a value in second for 'dt'"),
    (lambda: PoissonGroup(3, rates=3), "PoissonGroup wants a value in hertz for 'rates'"),
    (lambda: PoissonInput(NeuronGroup(1, "v : 1"), "v", 3, 3, 0.1), "PoissonInput wants a value in hertz for 'rate'"),
    (lambda: SpikeGeneratorGroup(3, [1], [3]), "SpikeGeneratorGroup wants a value in second for 'times'"),
    (lambda: NeuronGroup(3, "v : 1", dt=3), "dt, the step, is a time such as 0.1[*]ms; got 3"),
    (lambda: EventClock([1, 2]), "in seconds; got \\[1, 2\\]"),
    (lambda: run(100), "run wants a value in second for 'duration'"),
])  # fmt: skip
def test_a_wrong_unit_names_what_was_made(act, words):
    with pytest.raises(DimensionMismatchError, match=words):
        act()


def test_a_step_is_no_text():
    with pytest.raises(TypeError, match="is a time such as 0.1[*]ms, not a text; got '1[*]ms'"):
        TimedArray([1, 2], dt="1*ms")


def test_what_became_nan_says_first_what_is_most_likely():
    group = NeuronGroup(3, "dv/dt = (-v + exp(v/mV)*mV)/(10*ms) : volt", method="euler")
    group.v = [0, 0, 10] * mV
    with pytest.raises(ArithmeticError) as error:
        run(10 * ms)
    first, likely, rest = str(error.value).split(". ")
    assert "'v' of element 2" in first and "exponential" in likely and "smaller dt or another method" in likely
    assert "division by 0" in rest and len(str(error.value)) < 330


# Objects that are missing


def test_what_depends_on_an_object_that_is_missing_names_it():
    group = NeuronGroup(1, "v : 1", threshold="v > 1", reset="v = 0", name="cells")
    spikes = SpikeMonitor(group, name="spikes")
    with pytest.raises(
        ValueError, match="spikes is in .*, but not cells, on which it depends: add cells, or take spikes out"
    ):
        Network(spikes).run(1 * ms)

    def made():
        hidden = NeuronGroup(1, "v : 1", name="hidden")
        return StateMonitor(hidden, "v", record=True)

    trace = made()
    with told("dependency_warning") as words:
        run(1 * ms)
    assert ["hidden" in text for _, text in words] == [True] and not trace.active


def test_poisson_input_runs_without_the_group_that_it_changes():
    group = NeuronGroup(3, "v : 1")
    inputs = PoissonInput(group, "v", 100, 1000 * Hz, weight=0.1)
    Network(inputs).run(5 * ms)
    assert np.all(group.v > 0)

"""What a network says about bad input: the kind of each error, and words that a user can act on."""

import numpy as np
import pytest

from ranvier import sim
from ranvier.sim import (
    BinomialFunction,
    Clock,
    DimensionMismatchError,
    EventMonitor,
    Function,
    Hz,
    Network,
    NetworkOperation,
    NeuronGroup,
    PoissonGroup,
    PoissonInput,
    PopulationRateMonitor,
    SpikeGeneratorGroup,
    SpikeMonitor,
    StateMonitor,
    Synapses,
    TimedArray,
    check_units,
    defaultclock,
    linked_var,
    ms,
    mV,
    second,
    seed,
    start_scope,
    volt,
)


@pytest.fixture(autouse=True)
def _scope():
    start_scope()


def neurons(n=3, **words):
    return NeuronGroup(n, "dv/dt = -v/(10*ms) : 1", threshold="v > 1", reset="v = 0", method="exact", **words)


def model(equations, run=True, namespace=None, **words):
    group = NeuronGroup(3, equations, **words)
    if run:
        Network(group).run(1 * ms, namespace=namespace or {})


def synapses(**words):
    group = neurons()
    return Synapses(group, group, **({"model": "w : 1", "on_pre": "v_post += w"} | words))


def connected(*args, **words):
    made = synapses()
    made.connect(*args, **words)
    return made


def run_synapses(connect=True, change=None, **words):
    made = synapses(**words)
    if connect:
        made.connect()
    if change:
        change(made)
    Network(made.source, made).run(1 * ms)


def values(key=None, value=None):
    group = neurons()
    if value is None:
        group.v[key]
    elif key is None:
        group.v = value
    else:
        group.v[key] = value


def run(*objects, duration=1 * ms, **words):
    Network(*objects).run(duration, **words)


def summed(parameter="x : 1", equation="x_post = w : 1 (summed)", times=1):
    source, target = neurons(), NeuronGroup(3, parameter)
    made = [Synapses(source, target, f"w : 1\n{equation}") for _ in range(times)]
    for each in made:
        each.connect()
    run(source, target, *made)


def link(made=None):
    group = NeuronGroup(4, "y : 1 (linked)")
    if made is not None:
        group.y = made
    run(group)


def poisson_input(**words):
    group = neurons()
    given = {"target": group, "target_var": "v", "N": 10, "rate": 5 * Hz, "weight": 1} | words
    run(group, PoissonInput(**given))


def nan(start, equation="dv/dt = -sqrt(v)/ms : 1"):
    group = NeuronGroup(3, equation, method="euler", name="roots")
    group.v = start
    run(group, duration=5 * ms)


def function_of_two(a, b):
    return a + b


@check_units(x=1, result=1)
def faulty(x):
    raise RuntimeError("mine")


def runs_itself():
    network = Network(neurons())
    network.add(NetworkOperation(lambda: network.run(1 * ms)))
    network.run(1 * ms)


CASES = [
    # how many
    (lambda: neurons(0), ValueError, "number of neurons, must be >= 1; got 0"),
    (lambda: neurons(-1), ValueError, "must be >= 1; got -1"),
    (lambda: neurons(2.5), TypeError, "whole number; got 2.5"),
    (lambda: neurons("3"), TypeError, "whole number; got '3'"),
    (lambda: neurons(10**12), ValueError, "not enough memory"),
    # equations
    (lambda: NeuronGroup(1, 5), TypeError, "model is a text or Equations; got int"),
    (lambda: model("dv/dt = -v : volt"), ValueError, "must be in volt/second; '-v' is in volt"),
    (lambda: NeuronGroup(1, "dv/dt = -v/ms : vlot"), ValueError, "no unit 'vlot'; did you mean 'volt'"),
    (lambda: NeuronGroup(1, "dv/dt = -v/ms"), ValueError, "does not say its unit"),
    (lambda: NeuronGroup(1, "dv/dt = -(v/ms : 1"), ValueError, "bracket is never closed"),
    (lambda: NeuronGroup(1, "v : 1 (constnt)"), ValueError, "did you mean 'constant'"),
    (lambda: NeuronGroup(1, "v : 1\nv : 1"), ValueError, "two equations"),
    (lambda: NeuronGroup(1, "a = b : 1\nb = a : 1"), ValueError, "circle"),
    (lambda: NeuronGroup(1, "t : 1"), SyntaxError, "'t' has a meaning"),
    (lambda: NeuronGroup(1, "v : 1", dtype="complex128"), TypeError, "float32 or float64; got complex128"),
    # names around
    (lambda: model("dv/dt = -v/taum : 1"), KeyError, "called 'taum'"),
    (lambda: model("dv/dt = sinn(v)/ms : 1"), KeyError, "called 'sinn'"),
    (lambda: model("dv/dt = x*v/ms : 1", namespace={"x": "a"}), TypeError, "'x' stands for a str"),
    (lambda: model("dv/dt = x*v/ms : 1", namespace={"x": np.arange(3)}), TypeError, "array of shape"),
    (lambda: model("dv/dt = (x - v)/ms : volt", namespace={"x": 1}), DimensionMismatchError, "one dimension"),
    (lambda: model("dv/dt = h(v)/ms : 1", namespace={"h": lambda x: x}), TypeError, "put @check_units"),
    (lambda: model("dv/dt = h(v)/ms : 1", namespace={"h": Function(abs, arg_units=[volt], return_unit=1)}), ValueError, "must be in volt"),
    (lambda: model("dv/dt = h(v, v)/ms : 1", namespace={"h": Function(abs, arg_units=[1], return_unit=1)}), ValueError, "takes 1 arguments"),
    (lambda: model("dv/dt = h(v)/ms : 1", namespace={"h": faulty}, method="euler"), RuntimeError, "^mine$"),
    (lambda: run(neurons(), namespace=3), TypeError, "namespace is a dict"),
    # thresholds, resets, refractoriness, events
    (lambda: model("v : 1", threshold="v + 1"), ValueError, r"must be a condition.*compare it"),
    (lambda: model("v : volt", threshold="v > 1"), DimensionMismatchError, "give the number a unit"),
    (lambda: model("v : 1", threshold=5), TypeError, "threshold is a text; got 5"),
    (lambda: model("v : 1", threshold=" "), ValueError, "threshold is empty"),
    (lambda: model("v : 1", threshold="u > 1"), KeyError, "called 'u'"),
    (lambda: model("v : 1", threshold="xi > 0"), ValueError, "write randn"),
    (lambda: model("v : 1", reset="v = 0"), ValueError, "a reset needs a threshold"),
    (lambda: model("v : 1", threshold="v > 1", reset="v"), ValueError, "a statement is an assignment"),
    (lambda: model("v : 1", threshold="v > 1", reset="v = 1*mV"), ValueError, "'1\\*mV' is in volt"),
    (lambda: model("v : 1", threshold="v > 1", reset="N = 3"), ValueError, "'N' can't be assigned to"),
    (lambda: model("v : 1", threshold="v > 1", reset=3), TypeError, "reset is a text; got 3"),
    (lambda: model("v : 1", threshold="v > 1", refractory=5 * mV), DimensionMismatchError, "a time or a condition"),
    (lambda: model("v : 1", threshold="v > 1", refractory=-5 * ms), ValueError, "must be >= 0 s and < 10000 s; got -5"),
    (lambda: model("v : 1", threshold="v > 1", refractory=np.inf * second), ValueError, "refractory=True lets a neuron fire but once"),
    (lambda: model("v : 1", threshold="v > 1", refractory="v"), TypeError, "a time or a condition; 'v' is a number"),
    (lambda: model("v : 1", events={"my event": "v > 1"}), TypeError, "got 'my event'"),
    (lambda: model("v : 1", events=3), TypeError, "events is a dict"),
    (lambda: neurons().run_on_event("burst", "v = 0"), ValueError, "no event 'burst'; it has spike"),
    (lambda: neurons().run_regularly(3), TypeError, "is a text; got 3"),
    # integrators
    (lambda: model("dv/dt = -v/ms : 1", method="rk5"), ValueError, "did you mean 'rk2' or 'rk4'"),
    (lambda: model("dv/dt = -v**2/ms : 1", method="exact"), ValueError, "solves linear equations.*suitable: euler"),
    (lambda: model("dv/dt = xi/ms**0.5 : 1", method="rk4"), ValueError, "without noise.*suitable: euler"),
    (lambda: model("dv/dt = -v/ms : 1", method=3), TypeError, "a method is a name"),
    (lambda: model("dv/dt = -v/ms : 1", method="gsl_rkf45", method_options={"absolute_error": 1e-9}), NotImplementedError, "take 'rk4'"),
    (lambda: setattr(sim.prefs.GSL, "directory", "/usr"), sim.PreferenceError, "not used here"),
    (lambda: model("dv/dt = -v/ms : 1", method="euler", method_options={"x": 1}), KeyError, "simplify; got 'x'"),
    # values and indices
    (lambda: values(value=3 * mV), DimensionMismatchError, r"takes values in 1; got 3\. mV"),
    (lambda: values(value=[1, 2]), ValueError, "3 values are needed.*got 2"),
    (lambda: values(value="foo"), KeyError, "called 'foo'"),
    (lambda: values(value="1 +"), ValueError, "a value is missing"),
    (lambda: values(value=1j), TypeError, "takes real numbers; got complex128"),
    (lambda: values(value=object()), TypeError, "give a number or a quantity"),
    (lambda: values(3), IndexError, "has 3 elements; there is no element 3"),
    (lambda: values(-4, 1.0), IndexError, "no element -4"),
    (lambda: values([0, 7], 1.0), IndexError, "no element 7"),
    (lambda: values(1.5), TypeError, "whole numbers, truth values"),
    (lambda: values("v"), TypeError, "'v' is no condition"),
    (lambda: values(np.array([True, False])), IndexError, "3 truth values"),
    (lambda: neurons()[2:2], IndexError, "must have some"),
    (lambda: neurons()[0:3:2], IndexError, "slices with a step"),
    (lambda: neurons().u, AttributeError, "no variable and no attribute 'u'"),
    (lambda: setattr(neurons(), "u", 1), AttributeError, "add_attribute"),
    # connecting
    (lambda: connected(p=1.5), ValueError, r"probability in \[0, 1\]; got 1.5"),
    (lambda: connected(p=-0.1), ValueError, "got -0.1"),
    (lambda: connected(p=float("nan")), ValueError, "got nan"),
    (lambda: connected(p="1.5"), ValueError, "from 0 to 1; got 1.5"),
    (lambda: connected(p="1*mV"), DimensionMismatchError, "without dimension; got p=1\\*mV"),
    (lambda: connected(p=0.5 * mV), TypeError, "p is a probability"),
    (lambda: connected(n=-1), ValueError, "whole number >= 0; got -1"),
    (lambda: connected(n="0.5"), ValueError, "whole number >= 0; got 0.5"),
    (lambda: connected("i"), TypeError, "'i' is no condition"),
    (lambda: connected("i == q"), KeyError, "called 'q'"),
    (lambda: connected("i < 3*mV"), DimensionMismatchError, "one dimension"),
    (lambda: connected("i == j", i=[0], j=[1]), ValueError, "not both"),
    (lambda: connected(i=[0, 1], j=[0, 1, 2]), ValueError, "one length.*got 2 and 3"),
    (lambda: connected(i=[0], j=[3]), IndexError, "j has the neuron 3"),
    (lambda: connected(i=[-1], j=[0]), IndexError, "i has the neuron -1"),
    (lambda: connected(i=[0.5], j=[0]), TypeError, "which are whole"),
    (lambda: connected(i=[0]), ValueError, "give i and j"),
    (lambda: connected(j="i + 1"), IndexError, "skip_if_invalid=True"),
    (lambda: connected(j="i*0.5"), ValueError, r"makes j=0.5: numbers of elements are whole; round it with int"),
    (lambda: connected(j="k for k in foo(3)"), ValueError, "behind 'in' stands"),
    (lambda: connected(j="k for k in range(0, 3, 0)"), ValueError, "must not be 0"),
    (lambda: connected(j="k for k in sample(N_post, p=2)"), ValueError, "from 0 to 1; got 2"),
    (lambda: connected(j="k for k in sample(N_post, size=9)"), IndexError, "can't be taken from 3"),
    (lambda: run_synapses(connect=False), TypeError, "call connect"),
    (lambda: setattr(synapses(), "w", 3), TypeError, "call connect before w is set"),
    (lambda: Synapses(3, 4), TypeError, "source is a group; got int"),
    (lambda: run_synapses(on_pre="q_post += w"), KeyError, "called 'q_post'"),
    (lambda: run_synapses(on_pre="v_post += 1*mV"), ValueError, "'1\\*mV' is in volt"),
    (lambda: synapses(on_pre=3), TypeError, "on_pre is a text"),
    (lambda: synapses(on_event="burst"), ValueError, "no event 'burst'"),
    (lambda: synapses(multisynaptic_index=3), TypeError, "name of a variable; got 3"),
    (lambda: connected().w[5, 5], IndexError, "no element 5"),
    (lambda: connected().w[9], IndexError, "has 9 elements"),
    # delays
    (lambda: synapses(delay=-1 * ms), ValueError, r"must be >= 0 s; got -1\. ms"),
    (lambda: synapses(delay=1 * mV), DimensionMismatchError, "is a time"),
    (lambda: synapses(delay={"post": 1 * ms}), ValueError, "there are pre"),
    (lambda: run_synapses(change=lambda s: setattr(s, "delay", -1 * ms)), ValueError, "must be >= 0 s"),
    (lambda: run_synapses(change=lambda s: setattr(s, "delay", "-1*ms")), ValueError, "must be >= 0 s"),
    (lambda: run_synapses(change=lambda s: setattr(s, "delay", np.nan * ms)), ValueError, "got nan"),
    (lambda: run_synapses(change=lambda s: setattr(s, "delay", 1e6 * second)), ValueError, "steps long"),
    # summed and linked
    (lambda: summed("q : 1"), ValueError, "has no variable 'x'"),
    (lambda: summed("x : volt"), ValueError, "adds up into 'x'.*volt"),
    (lambda: summed(equation="x = w : 1 (summed)"), ValueError, "'x_post' or 'x_pre'"),
    (lambda: summed("dx/dt = -x/ms : 1"), ValueError, "must be a parameter"),
    (lambda: summed(times=2), NotImplementedError, "variable of its own"),
    (lambda: link(), TypeError, "linked to nothing: set"),
    (lambda: link(linked_var(NeuronGroup(2, "x : 1"), "x")), ValueError, "say with index="),
    (lambda: link(linked_var(NeuronGroup(4, "x : volt"), "x")), DimensionMismatchError, "can't be linked"),
    (lambda: link(linked_var(NeuronGroup(2, "x : 1"), "x", index=[0, 1, 2, 3])), ValueError, "from 0 to 1; got 0 to 3"),
    (lambda: link(3), ValueError, "linked_var"),
    (lambda: linked_var(neurons(), "q"), KeyError, "no variable and no attribute 'q'"),
    (lambda: linked_var(3, "x"), TypeError, "a group and a name; got int"),
    # inputs
    (lambda: run(SpikeGeneratorGroup(2, [0, 0], [0.01, 0.02] * ms)), ValueError, "element 0 .* spike twice"),
    (lambda: SpikeGeneratorGroup(2, [0], [1, 2] * ms), ValueError, "1 indices and 2 times"),
    (lambda: SpikeGeneratorGroup(2, [2], [1] * ms), ValueError, r"in \[0, 2\); got 2"),
    (lambda: SpikeGeneratorGroup(2, [0], [-1] * ms), ValueError, ">= 0 s; got -0.001"),
    (lambda: SpikeGeneratorGroup(2, [0], [1]), DimensionMismatchError, "second"),
    (lambda: SpikeGeneratorGroup(2, [[0, 1]], [[1, 2]] * ms), ValueError, "shapes"),
    (lambda: SpikeGeneratorGroup(2, [0], [5] * ms, period=1 * ms), ValueError, "within the period"),
    (lambda: PoissonGroup(2, -5 * Hz), ValueError, "must be >= 0 Hz; got -5"),
    (lambda: PoissonGroup(2, np.nan * Hz), ValueError, "got nan"),
    (lambda: PoissonGroup(2, [1, 2, 3] * Hz), ValueError, "2 values are needed"),
    (lambda: Network(PoissonGroup(2, "5*mV")).run(1 * ms), ValueError, "must be in hertz"),
    (lambda: poisson_input(target_var="u"), KeyError, "no attribute 'u'"),
    (lambda: poisson_input(N=0), ValueError, "must be >= 1; got 0"),
    (lambda: poisson_input(rate=-5 * Hz), ValueError, ">= 0 Hz; got -5"),
    (lambda: poisson_input(rate=1e6 * Hz), ValueError, "take a smaller step"),
    (lambda: poisson_input(weight=1 * mV), DimensionMismatchError, "dimension of v"),
    (lambda: poisson_input(target=3), TypeError, "target is a group; got int"),
    (lambda: BinomialFunction(3, 1.5), TypeError, r"probability in \[0, 1\]; got 1.5"),
    (lambda: model("dv/dt = f(t)/ms : 1", namespace={"f": TimedArray([1] * mV, 1 * ms)}), ValueError, "in volt/second"),
    (lambda: model("dv/dt = f(v)/ms : 1", namespace={"f": TimedArray([1], 1 * ms)}), ValueError, "must be in second"),
    (lambda: model("dv/dt = f(t, i)/ms : 1", namespace={"f": TimedArray([1], 1 * ms)}), ValueError, "takes 1 arguments"),
    (lambda: model("dv/dt = f(t, i)/ms : 1", namespace={"f": TimedArray([[1, 2]], 1 * ms)}), ArithmeticError,
     "element 2 .* column that"),
    (lambda: TimedArray([1, 2], dt=1), DimensionMismatchError, "second"),
    (lambda: TimedArray([1, 2], dt=0 * ms), ValueError, "must be > 0 s"),
    (lambda: TimedArray([], dt=1 * ms), NotImplementedError, r"shape \(times,\)"),
    # clocks and runs
    (lambda: setattr(defaultclock, "dt", 0 * ms), ValueError, "must be > 0 s and finite; got 0"),
    (lambda: neurons(dt=-1 * ms), ValueError, "must be > 0 s"),
    (lambda: neurons(dt=1 * mV), DimensionMismatchError, "dt, the step, is a time"),
    (lambda: neurons(dt=[1, 2] * ms), TypeError, "one step"),
    (lambda: neurons(clock=3), TypeError, "clock is a Clock"),
    (lambda: neurons(dt=1 * ms, clock=Clock(1 * ms)), ValueError, "not both"),
    (lambda: run(neurons(), duration=-1 * ms), ValueError, "must be >= 0 s and finite; got -1"),
    (lambda: run(neurons(), duration=np.inf * second), ValueError, "finite"),
    (lambda: run(neurons(), duration=3), DimensionMismatchError, "second"),
    (lambda: run(neurons(), duration="1*ms"), TypeError, "a time such as"),
    (lambda: run(neurons(), duration=[1, 2] * ms), TypeError, "one duration"),
    (lambda: run(neurons(), report="loud"), ValueError, "got 'loud'"),
    (lambda: runs_itself(), RuntimeError, "is running"),
    (lambda: run(neurons(name="twin"), neurons(name="twin")), ValueError, "there are several twin"),
    (lambda: neurons(name="a b"), ValueError, "got 'a b'"),
    (lambda: Network(3), TypeError, "got int"),
    (lambda: Network()["x"], KeyError, "no object 'x'"),
    (lambda: Network().remove(neurons(name="stranger")), KeyError, "no object 'stranger'"),
    (lambda: setattr(Network(), "schedule", ["start", "start"]), ValueError, "each once"),
    (lambda: run(neurons(), NetworkOperation(print, when="nowhere")), ValueError, "slot 'nowhere'.*it has start"),
    (lambda: NetworkOperation(3), TypeError, "a function"),
    (lambda: NetworkOperation(function_of_two), TypeError, "has 2 arguments"),
    (lambda: Network(neurons()).restore("yesterday"), KeyError, "no state 'yesterday'"),
    (lambda: Network(neurons()).store([1]), TypeError, "is a text"),
    (lambda: seed(-1), ValueError, "from 0 to 4294967295, or None; got -1"),
    # monitors
    (lambda: StateMonitor(neurons(), "u", record=True), KeyError, "no attribute 'u'"),
    (lambda: StateMonitor(neurons(), "v", record=[7]), IndexError, "no element 7 to record"),
    (lambda: StateMonitor(neurons(), "v", record=[[0, 1]]), TypeError, "list of numbers"),
    (lambda: StateMonitor(neurons(), None, record=True), TypeError, "a name, a list of names"),
    (lambda: StateMonitor(neurons(), "v", record=0, order="x"), TypeError, "order is a whole number"),
    (lambda: StateMonitor(3, "v", record=True), TypeError, "source is a group; got int"),
    (lambda: StateMonitor(neurons(), "v", record=0)[2], IndexError, "element 2 .* not recorded"),
    (lambda: SpikeMonitor(NeuronGroup(1, "v : 1")), ValueError, "no threshold"),
    (lambda: SpikeMonitor(3), TypeError, "of neurons and inputs; got int"),
    (lambda: SpikeMonitor(neurons(), record=False).i, AttributeError, "record=True"),
    (lambda: SpikeMonitor(neurons(), record=False).binned_rate(1 * ms), AttributeError, "record=True"),
    (lambda: EventMonitor(neurons(), "burst"), ValueError, "no event 'burst'"),
    (lambda: PopulationRateMonitor(3), TypeError, "source is a group; got int"),
    (lambda: PopulationRateMonitor(neurons()).smooth_rate("flat", width=-1 * ms), ValueError, "must be > 0 s"),
    (lambda: run(StateMonitor(neurons(), "v", record=0)), ValueError, "on which it depends"),
    (lambda: StateMonitor(synapses(on_post="w = 0").post, "delay", record=True), NotImplementedError, r"read synapses(_\d+)?\.post\.delay"),
    # numbers that are none
    (lambda: nan([2, 3, 1]), ArithmeticError, r"'v' of element 2 of 'roots'.*began at 0\.0018 s. Most often"),
    (lambda: nan([0, np.nan, 0], "dv/dt = -v/ms : 1"), ArithmeticError, "element 1 of 'roots'.*NaN among first values"),
]  # fmt: skip


@pytest.mark.parametrize(("act", "kind", "words"), CASES, ids=[words for _, _, words in CASES])
def test_bad_input_is_refused_in_words_to_act_on(act, kind, words):
    with pytest.raises(kind, match=f"(?s){words}") as caught:
        act()
    said = str(caught.value)
    assert "incompatible function arguments" not in said
    assert "internal error" not in said.lower()
    assert caught.value.__cause__ is not caught.value  # whoever follows causes comes to an end


def test_a_file_that_holds_no_states_says_so(tmp_path):
    file = tmp_path / "states"
    file.write_text("bad")
    with pytest.raises(OSError, match="no file that store"):
        Network(neurons()).restore(filename=file)


def test_a_network_whose_function_failed_runs_again():
    calls = []

    @check_units(x=1, result=1)
    def once(x):
        calls.append(x)
        if len(calls) == 3:
            raise ZeroDivisionError("mine")
        return 0.0

    group = NeuronGroup(1, "x = once(v) : 1\nv : 1\ndu/dt = x/ms : 1", method="euler")
    network = Network(group)
    with pytest.raises(ZeroDivisionError, match="mine"):
        network.run(1 * ms, namespace={"once": once})
    assert len(calls) == 3
    assert network.t < 0.5 * ms
    group.u = 0
    network.run(1 * ms, namespace={"once": once})
    assert len(calls) > 12


def test_functions_that_fail_in_an_assignment_say_so():
    group = NeuronGroup(2, "v : 1", namespace={"faulty": faulty})
    with pytest.raises(RuntimeError, match="mine"):
        group.v = "faulty(i)"
    assert sim.Network._running is None

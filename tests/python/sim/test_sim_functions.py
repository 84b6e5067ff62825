"""Functions of Python are called once for all elements, with arrays, as Brian 2 calls them."""

import numpy as np
import pytest

from ranvier.sim import (
    Function,
    Network,
    NeuronGroup,
    SpikeMonitor,
    Synapses,
    check_units,
    declare_types,
    defaultclock,
    ms,
    mV,
    second,
    start_scope,
    volt,
)


@pytest.fixture(autouse=True)
def _scope():
    start_scope()


@check_units(v=1, result=1)
def share(v):
    return v / v.sum()


@check_units(x=1, result=1)
def soft(x):
    return np.log1p(np.exp(x))


def run_step(*objects):
    Network(*objects).run(defaultclock.dt)


def test_a_reset_sees_the_array_of_those_that_spiked():
    group = NeuronGroup(4, "v : 1\nq : 1", threshold="v > 0.1", reset="q = share(v)")
    group.v = [0.1, 0.2, 0.6, 0.8]
    run_step(group)
    np.testing.assert_allclose(group.q, [0, 0.125, 0.375, 0.5])


def test_statements_at_a_clock_of_their_own_may_call_them():
    group = NeuronGroup(3, "v : 1")
    group.v = "soft(i)"
    group.run_regularly("v = soft(v)", dt=1 * ms)
    Network(group).run(2 * ms)
    expected = np.arange(3.0)
    for _ in range(3):
        expected = np.log1p(np.exp(expected))
    np.testing.assert_allclose(group.v, expected)


def test_on_pre_is_given_the_synapses_of_the_step():
    source = NeuronGroup(3, "v : 1", threshold="True", reset="v = 0")
    target = NeuronGroup(2, "c : 1")
    synapses = Synapses(source, target, "w : 1", on_pre="w = share(w + 1)\nc_post += w")
    synapses.connect()
    run_step(source, target, synapses)
    np.testing.assert_allclose(synapses.w, np.full(6, 1 / 6))
    np.testing.assert_allclose(target.c, [0.5, 0.5])


def test_one_after_the_other_where_statements_depend_on_each_other():
    source = NeuronGroup(3, "v : 1", threshold="True", reset="v = 0")
    target = NeuronGroup(2, "c : 1")
    synapses = Synapses(source, target, on_pre="c_post = soft(c_post) + 1")
    synapses.connect()
    run_step(source, target, synapses)
    expected = 0.0
    for _ in range(3):
        expected = np.log1p(np.exp(expected)) + 1
    np.testing.assert_allclose(target.c, [expected, expected])


def test_what_was_computed_before_and_after_a_call_stays_in_order():
    seen = []

    @check_units(x=1, y=1, result=1)
    def first(x, y):
        seen.append(("first", x.tolist(), y))
        return 2 * x

    @check_units(x=1, result=1)
    def second_one(x):
        seen.append(("second", x.tolist()))
        return x + 1

    group = NeuronGroup(
        2, "a : 1\nb : 1\nc : 1", threshold="True", reset="a = first(a + i, 7)\nb = second_one(a)*a\nc = b + a"
    )
    group.a = 1
    Network(group).run(defaultclock.dt, namespace={"first": first, "second_one": second_one})
    assert seen == [("first", [1.0, 2.0], 7), ("second", [2.0, 4.0])]
    np.testing.assert_allclose(group.b, [6, 20])
    np.testing.assert_allclose(group.c, [8, 24])


def test_types_that_are_declared_are_those_of_arguments_and_results():
    table = np.array([5.0, 6.0, 7.0])

    @check_units(n=1, result=1)
    @declare_types(n="integer", result="integer")
    def twice(n):
        assert n.dtype == np.int64
        return 2 * n

    @check_units(v=volt, result=bool)
    def positive(v):
        return v > 0 * mV

    @check_units(i=1, result=1)
    def looked_up(i):
        return table[i]

    space = {"twice": twice, "positive": positive, "looked_up": looked_up}
    group = NeuronGroup(3, "n : integer\nm = twice(n) : integer\nv : volt\nx : 1", threshold="positive(v)",
                        reset="v = -1*mV", namespace=space)  # fmt: skip
    group.n, group.v, group.x = "i", [-1, 0, 2] * mV, "looked_up(i)"
    np.testing.assert_array_equal(group.m, [0, 2, 4])
    np.testing.assert_array_equal(group.x, table)
    spikes = SpikeMonitor(group)
    run_step(group, spikes)
    assert spikes.i.tolist() == [2]
    with pytest.raises(ValueError, match="whole number"):
        group.x = "twice(x)"


def test_what_is_the_same_for_all_is_one_number():
    @check_units(t=second, result=1)
    def begins(t):
        return 1.0 if t > 0.05 * ms else 0.0

    group = NeuronGroup(3, "dv/dt = begins(t)/ms : 1", method="euler", namespace={"begins": begins})
    Network(group).run(3 * defaultclock.dt)
    np.testing.assert_allclose(group.v, 0.2)


def test_any_number_of_arguments_and_which_elements_they_are_of():
    nine = Function(lambda *x: sum(x), arg_units=[1] * 9, return_unit=1)
    none = Function(lambda: 3.0, arg_units=[], return_unit=1)
    which = Function(
        lambda x, _vectorisation_idx: _vectorisation_idx, arg_units=[1], return_unit=1, auto_vectorise=True
    )
    space = {"nine": nine, "none": none, "which": which}
    group = NeuronGroup(3, "v : 1\nw : 1", threshold="i > 0", reset="w = which(v)", namespace=space)
    group.v = "nine(1, 2, 3, 4, 5, 6, 7, 8, i) + none()"
    run_step(group)
    np.testing.assert_allclose(group.v, [39, 40, 41])
    np.testing.assert_allclose(group.w, [0, 1, 2])


def test_a_function_of_one_number_is_told_what_to_do():
    @check_units(x=1, result=1)
    def step(x):
        return 1.0 if x > 0 else 0.0

    group = NeuronGroup(3, "dv/dt = step(v)/ms : 1", method="euler", namespace={"step": step})
    with pytest.raises(ValueError, match="np.where"):
        run_step(group)
    vectorized = Function(np.vectorize(lambda x: 1.0 if x >= 0 else 0.0), arg_units=[1], return_unit=1)
    group = NeuronGroup(3, "dv/dt = step(v)/ms : 1", method="euler", namespace={"step": vectorized})
    run_step(group)
    np.testing.assert_allclose(group.v, 0.1)


def test_a_wrong_number_of_results_is_an_error():
    wrong = check_units(x=1, result=1)(lambda x: x[:2])
    group = NeuronGroup(3, "v : 1", namespace={"wrong": wrong})
    with pytest.raises(ValueError, match="returned an array of shape"):
        group.v = "wrong(v)"

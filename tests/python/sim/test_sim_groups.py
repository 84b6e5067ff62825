"""Groups, subgroups, links and synapses of ranvier.sim: what a script may say, and when it is told that it may not."""

import gc

import numpy as np
import pytest
from ranvier.sim.core.base import BrianObjectException
from ranvier.sim.core.logger import catch_logs

from ranvier.sim import (
    DimensionMismatchError,
    Equations,
    Expression,
    Network,
    NeuronGroup,
    SpikeGeneratorGroup,
    Statements,
    Synapses,
    defaultclock,
    linked_var,
    ms,
    mV,
    run,
    start_scope,
)


@pytest.fixture(autouse=True)
def _scope():
    gc.collect()  # what other tests left says that it goes away
    start_scope()


def test_mistakes_in_texts_are_told_at_the_run_and_name_their_object():
    G = NeuronGroup(1, "v : 1", threshold="v > 20*mV", name="wrong_threshold")
    with pytest.raises(DimensionMismatchError, match="wrong_threshold") as told:
        Network(G).run(0 * ms)
    assert isinstance(told.value, BrianObjectException)
    causes, error = [], told.value
    while error is not None and len(causes) < 10:
        causes.append(error)
        error = error.__cause__
    assert len(causes) < 10  # an error is never its own cause
    with pytest.raises(SyntaxError):
        Network(NeuronGroup(1, "v : 1", threshold=">1")).run(0 * ms)


def test_conditions_and_resets_are_taken_as_objects():
    G = NeuronGroup(3, "v : 1", threshold=Expression("v > 1"), reset=Statements("v = 0.5"))
    G.run_regularly(Statements("v = v + 0"))
    G.v = [0, 1, 2]
    run(defaultclock.dt)
    np.testing.assert_array_equal(G.v[:], [0, 1, 0.5])


def test_links_to_linked_variables_follow_both():
    first = NeuronGroup(2, "a : 1")
    second = NeuronGroup(4, "b : 1 (linked)")
    third = NeuronGroup(4, "c : 1 (linked)")
    second.b = linked_var(first.a, index=[0, 0, 1, 1])
    third.c = linked_var(second[:], "b", index=[3, 2, 1, 0])
    first.a = [5, 7]
    np.testing.assert_array_equal(third.c[:], [7, 7, 5, 5])


def test_a_link_by_a_variable_follows_it():
    G = NeuronGroup(4, "x : 1\nwhich : integer\ny : 1 (linked)")
    G.x = "i"
    G.y = linked_var(G.x, index="which")
    G.which = [3, 2, 1, 0]
    np.testing.assert_array_equal(G.y[:], [3, 2, 1, 0])


def test_synapses_show_and_set_variables_of_their_neurons():
    G = NeuronGroup(3, "v : volt\nshared_one : 1 (shared)")
    S = Synapses(G, G, "w : 1")
    S.connect(i=[0, 2], j=[1, 0])
    G.v = [1, 2, 3] * mV
    assert str(S.v_pre[:]) == "[1. 3.] mV"
    assert str(S.v[:]) == "[2. 1.] mV"
    S.shared_one_post = 4
    assert G.shared_one[:] == 4
    assert "v_pre" in S.variables
    assert "w_pre" not in S.variables


def test_the_condition_of_a_generator_sees_the_neuron_it_leads_to():
    G = NeuronGroup(4, "v : 1")
    G.v = "i"
    S = Synapses(G, G)
    S.connect(j="k for k in range(N_post) if j != i and v_post < 2")
    assert [(int(i), int(j)) for i, j in zip(S.i, S.j, strict=True)] == [(0, 1), (1, 0), (2, 0), (2, 1), (3, 0), (3, 1)]
    T = Synapses(G, G)
    T.connect(j="i + k for k in range(1, 9) if j < N_post")  # asked before the neuron must be there
    assert len(T) == 6
    with pytest.raises(IndexError, match="outside allowed range"):
        Synapses(G, G).connect(j="i + k for k in range(1, 9) if v_post >= 0")


def test_statements_of_subgroups_run_though_nobody_keeps_the_subgroup():
    G = NeuronGroup(4, "v : 1")
    G[2:].run_regularly("v += 1")
    run(2 * defaultclock.dt)
    np.testing.assert_array_equal(G.v[:], [0, 0, 2, 2])


def test_synapses_refuse_what_is_computed_at_spikes_only_where_it_is_needed_in_each_step():
    G = SpikeGeneratorGroup(1, [0], [0] * ms)
    with pytest.raises(ValueError, match="'f'.*'s' by way of 'x'"):
        Synapses(G, G, "ds/dt = -s/(3*ms) : 1 (event-driven)\nx = s : 1\ndf/dt = f*x/(5*ms) : 1 (clock-driven)")
    H = NeuronGroup(1, Equations("a : 1"))
    with pytest.raises(ValueError, match="'a' is a variable of"):
        Synapses(H, H, "a : 1")
    with pytest.raises(SyntaxError, match="shared"):
        NeuronGroup(2, "x : 1\ny = 2*x : 1 (shared)")


def test_statements_of_a_subgroup_change_no_neighbour():
    G = NeuronGroup(10, "v : 1")
    G[:2].run_regularly("v += 8")
    G[2:4].run_regularly("v += 4")
    run(defaultclock.dt)
    np.testing.assert_array_equal(G.v[:], [8, 8, 4, 4, 0, 0, 0, 0, 0, 0])


def test_subexpressions_of_synapses_hold_for_a_step():
    source = SpikeGeneratorGroup(2, [0, 1], [0, 0] * ms)
    target = NeuronGroup(2, "v : 1")
    S = Synapses(source, target, "w : 1\ns = 5*w : 1 (constant over dt)", on_pre="v += s")
    S.connect(j="i")
    S.w = [1, 2]
    run(2 * defaultclock.dt)
    np.testing.assert_array_equal(target.v[:], [5, 10])


def test_two_sums_into_one_variable_are_refused():
    target = NeuronGroup(10, "v : 1")
    first = Synapses(target, target[:7], "v_post = 1 : 1 (summed)")
    second = Synapses(target, target[6:], "v_post = 1 : 1 (summed)")
    first.connect()
    second.connect()
    with pytest.raises(NotImplementedError, match="'v'"):
        Network(target, first, second).run(0 * ms)


def test_a_script_that_chooses_no_integrator_gets_the_steps_of_brian():
    # dv/dt = 100 Hz has no rest state, so that not the matrix exponential but Euler's method moves A too
    G = NeuronGroup(1, "dv/dt = 100*Hz : 1\ndA/dt = -A/(1*ms) : 1")
    G.A = 1
    run(defaultclock.dt)
    assert G.A[0] == pytest.approx(0.9, rel=1e-12)
    start_scope()
    H = NeuronGroup(1, "dA/dt = -A/(1*ms) : 1")
    H.A = 1
    run(defaultclock.dt)
    assert H.A[0] == pytest.approx(np.exp(-0.1), rel=1e-12)


def test_synapses_without_lastupdate_say_how_to_get_it():
    G = NeuronGroup(1, "v : 1", threshold="False")
    S = Synapses(G, G, on_pre="v += exp(-lastupdate/dt)")
    S.connect()
    with pytest.raises(KeyError, match="lastupdate = t"):
        run(0 * ms)


def test_links_are_seen_through_subgroups():
    one = NeuronGroup(1, "x : 1")
    G = NeuronGroup(4, "y : 1 (linked)")
    G.y = linked_var(one.x)
    one.x = 3
    assert G[2:].y[:] == 3


def test_a_text_that_means_something_else_to_the_group_in_the_index_is_told():
    G = NeuronGroup(10, "v : 1", name="told_of_two_meanings")
    with catch_logs() as logs:
        G.v[G[4:9]] = "i"
    assert [name.rpartition(".")[2] for _, name, _ in logs] == ["ambiguous_string_expression"]
    np.testing.assert_array_equal(G.v[:], [0, 0, 0, 0, 4, 5, 6, 7, 8, 0])


def test_a_name_with_two_values_is_told_in_few_words():
    x, y, limit = np.arange(1000.0), 3, 5  # noqa: F841 names around the calls
    G = NeuronGroup(4, "x : 1\ny : 1", name="told_of_names")
    H = NeuronGroup(4, "z : 1", namespace={"limit": 4, "y": 3}, name="told_of_its_namespace")
    with catch_logs() as logs:
        G.y = "2*x + i"
        H.z = "limit + y"
        G.y = "limit"
    assert [name.rpartition(".")[2] for _, name, _ in logs] == 2 * ["resolution_conflict"]
    assert logs[0][2].startswith(
        "'x' is a variable of told_of_names here; the 'x' around run(), array([  0.,   1., ..."
    )
    assert (
        logs[1][2]
        == "'limit' is what the namespace of the group says, 4, here; the 'limit' around run(), 5, is not used"
    )
    assert set(H.z[:]) == {7}


def test_values_are_written_with_their_units_and_not_into_comments():
    text = str(Statements("x += w # w is small", w=3 * mV))
    assert text == "x += (3. * mvolt) # w is small"


def test_links_of_synapses_hold_for_those_made_later():
    one = NeuronGroup(1, "x : 1")
    many = NeuronGroup(300, "z : 1", threshold="False")
    S = Synapses(many, many, "x : 1 (linked)\ny : 1 (linked)\nwhich : integer")
    S.x = linked_var(one.x)
    S.y = linked_var(many.z, index="which")
    S.connect()
    one.x, many.z = 3, "i"
    S.which = "j"
    S.run_regularly("which = which + 0*int(x)")
    np.testing.assert_array_equal(S.y[:], S.j[:])
    assert S.x[:] == 3
    run(defaultclock.dt)


def test_a_reset_changes_what_one_neuron_is_linked_to():
    one = NeuronGroup(1, "x : 1")
    G = NeuronGroup(1, "seen : 1 (linked)\ny : 1", threshold="y > 1", reset="y = 0; seen += 1")
    G.seen = linked_var(one.x)
    G.y = 1.1
    run(3 * defaultclock.dt)
    assert one.x[0] == 1


def test_one_value_for_all_may_follow_from_the_only_element_of_another_group():
    source = NeuronGroup(1, "x : 1")
    source.x = 3
    target = NeuronGroup(2, "y = 2*x : 1 (shared)\nx : 1 (linked)")
    target.x = linked_var(source, "x")
    run(0 * ms)
    np.testing.assert_array_equal(target.y[:], 6)
    two, other = NeuronGroup(2, "x : 1"), NeuronGroup(2, "y = 2*x : 1 (shared)\nx : 1 (linked)")
    other.x = linked_var(two, "x")
    with pytest.raises(SyntaxError, match="shared"):
        Network(other, two).run(0 * ms)


def test_booleans_and_integers_keep_their_type_beside_both_kinds_of_synaptic_equations():
    G = NeuronGroup(1, "v : 1", threshold="v > 1", reset="v = 0")
    G.v = 2
    S = Synapses(
        G, G,
        """dx/dt = -x/(10*ms) : 1 (event-driven)
           dy/dt = -y/(10*ms) : 1 (clock-driven)
           on : boolean
           n : integer
           both = on and n > 1 : boolean
           twice = n*2 : integer""",
        on_pre="x += 1; y += x*int(both) + twice",
    )  # fmt: skip
    S.connect()
    S.on, S.n = True, 2
    Network(G, S).run(defaultclock.dt)
    assert float(S.x[0]) == 1 and float(S.y[0]) == 5

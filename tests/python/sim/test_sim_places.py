"""Names in texts are those of where the program says them, however it does: each way is a script of its own, for pytest's many
calls would hide it when we look too far up."""

import subprocess
import sys
import textwrap

import numpy as np
import pytest

from ranvier.sim import Network, NeuronGroup, StateMonitor, Synapses, defaultclock, linked_var, ms, mV

BEGIN = """
import warnings
warnings.simplefilter("ignore")
import numpy as np
from ranvier.sim import *
prefs.logging.console_log_level = "ERROR"
def made():
    start_scope()
    G = NeuronGroup(3, "dv/dt = (rest - v)/tau : volt\\nx = v + rest : volt\\nbig : boolean", threshold="v > 1*volt", reset="")
    S = Synapses(G, G, "w : 1\\nu = w*factor : 1", on_pre="v_post += w*mV")
    S.connect(j="i")
    return G, S, Network(G, S)
rest, tau, factor, far, one, p = 1*mV, 10*ms, 2, 1, 1*mV, 1  # a function's own come first
def check(got, value, unit=1):
    assert np.allclose(np.asarray(got / unit), value), (got, value)
"""

# What takes names from around it; `one` is what each place makes its own.
CALLS = {
    "a text of a variable": "G.v = 'one'; check(G.v[:], k, mV)",
    "a text at an index": "G.v[1:] = 'one'; check(G.v[1:], k, mV)",
    "a condition": "G.v = 5*k*mV; G.v['v > 4*one'] = 1*mV; check(G.v[:], 1, mV)",
    "looking by a condition": "G.v = [0, 1.5*k, 9*k]*mV; assert len(G.v['v > one']) == 2",
    "an expression": "G.v = 0*mV; check(G.x[:], k, mV); check(G.x_[:], 0.001*k); assert '0.00' in repr(G.x_) + str(G.x_) and len(list(G.x)) == 3; check(np.mean(G.x), k, mV); check(abs(G.x)[0], k, mV)",
    "arithmetic with an expression": "G.v = 0*mV; check(G.x + 1*mV, 1 + k, mV); check(1*mV - G.x, 1 - k, mV); assert float(G.x[0]) > 0",
    "in place": "G.v = 'one'; G.v += 'one' if False else one; check(G.v[:], 2*k, mV)",
    "set_states of a group": "G.set_states({'v': 'one'}); check(G.v[:], k, mV)",
    "set_states of synapses": "S.set_states({'w': 'one/mV'}); check(S.w[:], k)",
    "set_states of a network": "net.set_states({G.name: {'v': 'one'}, S.name: {'w': 'one/mV'}}); check(G.v[:], k, mV); check(S.w[:], k)",
    "set_states of what can be seen": "magic_network.set_states({G.name: {'v': 'one'}}); check(G.v[:], k, mV)",
    "set_states of a table": "G.set_states(G.get_states(units=False, format='pandas', read_only_variables=False), units=False, format='pandas')",
    "get_states of a group": "G.v = 0*mV; check(G.get_states(['x'])['x'], k, mV); check(G.get_states(['x'], units=False)['x'], 0.001*k)",
    "get_states of a table": "G.v = 0*mV; check(G.get_states(['x'], units=False, format='pandas')['x'].values, 0.001*k)",
    "get_states of a network": "G.v = 0*mV; check(net.get_states(subexpressions=True)[G.name]['x'], k, mV)",
    "get_states of what can be seen": "G.v = 0*mV; check(magic_network.get_states(subexpressions=True)[G.name]['x'], k, mV)",
    "a variable of synapses": "S.w = 'one/mV'; check(S.w[:], k); S.w['i > 0 and w < 2*one/mV'] = 7; check(S.w[:], [k, 7, 7])",
    "an expression of synapses": "S.w = 1; check(S.u[:], 2)",
    "delays": "S.delay = 'one/mV*ms'; check(S.delay[:], k, ms); S.pre.delay = '2*one/mV*ms'; check(S.pre.delay[:], 2*k, ms); S.delay_ = '0.001'",
    "synapses of a condition": "assert len(S['w < one/mV + 100']) == 3",
    "connect": "T = Synapses(G, G); T.connect('i == j', p='p'); T.connect(j='i + far - 1'); T.connect(i=0, j=1); assert len(T) == 7",
    "indices": "G.v = [0, 1.5*k, 9*k]*mV; assert list(G.indices['v > one']) == [1, 2]",
    "a subgroup": "G[1:].v = 'one'; check(G[1:].v[:], k, mV); check(G[1:].x[0], 2*k, mV)",
    "run of a network": "G.v = rest; net.run(1*ms); check(G.v[:], k, mV)",
    "run of what can be seen": "start_scope(); H = NeuronGroup(2, 'dy/dt = one/(mV*ms) : 1', method='euler'); run(1*ms); check(H.y[:], k)",
    "collect": "start_scope(); H = NeuronGroup(2, 'y : 1'); assert collect() == {H}",
    "store and restore": "start_scope(); H = NeuronGroup(2, 'y : 1'); store(); H.y = 3; restore(); check(H.y[:], 0); assert 'H' in get_local_namespace(0)",
    "the order of what can be seen": "start_scope(); H = NeuronGroup(2, 'y : 1'); assert H.name in str(scheduling_summary()) or True",
    "what is linked": "H = NeuronGroup(3, 'y : volt (linked)'); H.y = linked_var(G, 'v'); G.v = 'one'; check(H.y[:], k, mV)",
    "a namespace": "check(G.x.get_item(slice(None), namespace={'rest': 5*mV}) - G.v[:], 5, mV); G.v.set_item('v < 1*volt', 'q', namespace={'q': 3*mV}); check(G.v[:], 3, mV)",
}  # fmt: skip

PLACES = {
    "module": "k = 1\n{call}",
    "function": "def place():\n    k, one, rest = 3, 3*mV, 3*mV\n    {call}\nplace()",
    "nested": "def around():\n    one = rest = 9*mV\n    def place():\n        k, one, rest = 3, 3*mV, 3*mV\n        {call}\n    place()\naround()",
    "method": "class Place:\n    def go(self):\n        k, one, rest = 3, 3*mV, 3*mV\n        {call}\nPlace().go()",
    "exec": "exec({call!r}, {{**globals(), 'k': 3, 'one': 3*mV, 'rest': 3*mV}})",
    "exec with locals": "def place():\n    exec({call!r}, globals(), {{'k': 3, 'one': 3*mV, 'rest': 3*mV}})\nplace()",
    "lambda": "(lambda k, one, rest: exec({call!r}))(3, 3*mV, 3*mV)",
    "callback": "def place(k, one, rest):\n    {call}\nlist(map(lambda k: place(k, k*mV, k*mV), [3, 4]))",
}


def ran(path, script):
    path.write_text(script)
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.parametrize("place", PLACES)
def test_a_text_finds_the_names_around_it(place, tmp_path):
    calls = [f"G, S, net = made()\n{PLACES[place].format(call=call)}" for call in CALLS.values()]
    ran(tmp_path / "script.py", "\n".join([BEGIN, *calls]))


def test_a_list_that_is_built_in_a_function_finds_the_names_of_the_function(tmp_path):
    """Python 3.11 gives comprehensions a place of their own, newer ones don't."""
    calls = """
        def place():
            k, one, rest = 3, 3*mV, 3*mV
            def with_one():
                G.v = "one"
                return G
            assert [len(G.v["v < 4*one"]) for _ in range(2)] == [3, 3]
            assert {name: float(x/mV) for name in "a" for x in G.x[:1]} == {"a": 3 + float(G.v[0]/mV)}
            assert all(float((G.x[j] - G.v[j])/mV) == 3 for j in range(3))
            [net.run(1*ms) for _ in range(2)]
            [G.set_states({"v": "one"}) for _ in range(1)]
            start_scope()
            H = NeuronGroup(2, "dy/dt = one/(mV*ms) : 1", method="euler")
            assert [collect() for _ in range(1)] == [{H}]
            [run(1*ms) for _ in range(2)]
            check(H.y[:], 6)
        def elsewhere(values):
            one = 7*mV
            return list(values)
        G, S, net = made()
        place()
        assert elsewhere(len(G.v["v < 2*one"]) for _ in range(1)) == [0]
    """
    ran(tmp_path / "script.py", BEGIN + textwrap.dedent(calls))


def test_level_counts_functions_of_the_program_only(tmp_path):
    calls = """
        def set_it(level):
            one = 1*mV
            G.set_states({"v": "one"}, level=level)
            net.set_states({G.name: {"v": "one"}}, level=level)
            assert get_local_namespace(level)["one"] == G.v[0]
            return float(G.v[0]/mV)
        @check_units(x=1, result=1)
        def between(x):
            one = 5*mV
            return set_it(x)
        def outer():
            one = 9*mV
            return [between(level) for level in range(3)]
        G, S, net = made()
        assert outer() == [1, 5, 9]
        try:
            run(1*ms, level=50)
        except ValueError as error:
            assert "level is 50" in str(error)
        else:
            raise AssertionError
    """
    ran(tmp_path / "script.py", BEGIN + textwrap.dedent(calls))


def test_a_thread_that_begins_in_a_run_needs_no_place(tmp_path):
    calls = """
        import _thread, time
        G = NeuronGroup(1, "dv/dt = 1/ms : 1", method="euler", namespace={})
        net = Network(G)
        _thread.start_new_thread(net.run, (1*ms,))
        for _ in range(500):
            time.sleep(0.01)
            if net.t > 0.95*ms and not net._at_work:
                break
        check(G.v[:], 1)
    """
    ran(tmp_path / "script.py", BEGIN + textwrap.dedent(calls))


# Whose names


def test_what_the_namespace_of_a_group_lacks_is_looked_up_around_the_run():
    tau = 10 * ms  # noqa: F841
    group = NeuronGroup(1, "dv/dt = -a*v/tau : 1\nw = a*b : 1", method="exact", namespace={"a": 2})
    group.v, b = 1, 3  # noqa: F841
    assert group.w[0] == 6
    Network(group).run(5 * ms)
    np.testing.assert_allclose(group.v[:], np.exp(-1))


def test_an_expression_can_be_looked_at_before_names_of_other_equations_are_there():
    rest = 1 * mV
    group = NeuronGroup(2, "dv/dt = (rest - v)/tau_of_later : volt\nx = v + rest : volt\ny = x*also_later : volt")
    np.testing.assert_array_equal(group.x[:] / rest, [1, 1])
    assert list(group.indices["x > 0*mV"]) == [0, 1]
    with pytest.raises(KeyError, match="also_later"):
        group.y[:]


@pytest.mark.parametrize("own", [None, {"rest": 5 * mV}])
@pytest.mark.parametrize("last", ["a", "z"])  # objects of a kind are prepared by their names
def test_expressions_of_other_groups_mean_what_they_mean_there(own, last):
    rest = 1 * mV  # noqa: F841
    value = np.full(2, 1 if own is None else 5)
    group = NeuronGroup(2, "v : volt\nx = v + rest : volt", threshold="False", namespace=own, name=f"{last}_group")
    link = NeuronGroup(2, "x : volt (linked)\ny = 2*x : volt", name="m_link")
    link.x = linked_var(group, "x")
    synapses = Synapses(group, link, "w : volt\nq = x_pre + y_post : volt", on_pre="w += x_pre")
    synapses.connect("i == j and x_pre > 0*mV and x_post > 0*mV")
    np.testing.assert_allclose(link.x[:] / mV, value)
    np.testing.assert_allclose(link.y["x > 0*mV"] / mV, 2 * value)
    np.testing.assert_allclose(synapses.q[:] / mV, 3 * value)
    np.testing.assert_allclose(synapses.x_post[:] / mV, value)
    synapses.w = "x_post"
    np.testing.assert_allclose(synapses.w["q > 0*mV"] / mV, value)
    linked = StateMonitor(link, ["x", "y"], record=True)
    joined = StateMonitor(synapses, "q", record=True)
    Network(group, link, synapses, linked, joined).run(2 * defaultclock.dt)
    np.testing.assert_allclose(linked.y[:, 0] / mV, 2 * value)
    np.testing.assert_allclose(joined.q[:, 1] / mV, 3 * value)


def test_one_name_for_two_values_in_one_text_is_refused():
    group = NeuronGroup(2, "v : volt\nx = v + rest : volt", namespace={"rest": 5 * mV})
    synapses = Synapses(group, group, "w : volt", namespace={"rest": 1 * mV})
    synapses.connect()
    synapses.w = "rest"
    with pytest.raises(ValueError, match="'rest' means one thing to 'x' of .* call one of them differently"):
        synapses.w = "x_post + rest"

"""Values that can't be kept are refused, orders and files hold what they say."""

import numpy as np
import pytest

from ranvier.sim import Network, NeuronGroup, Synapses, linked_var, ms, mV, run, seed, start_scope


@pytest.fixture(autouse=True)
def _scope():
    start_scope()


@pytest.mark.parametrize(
    ("value", "dtype", "error"),
    [(2**31, np.int32, OverflowError), (-1, np.uint16, OverflowError), ([1, 70_000], np.uint16, OverflowError),
     (np.nan, np.int32, ValueError), ([1, np.inf], np.int32, ValueError), ("2.0**40", np.int32, (OverflowError, ValueError))],
)  # fmt: skip
def test_integers_are_not_wrapped(value, dtype, error):
    group = NeuronGroup(2, "k : integer", dtype={"k": dtype})
    group.k = 3
    with pytest.raises(error, match="k"):
        group.k = value if not isinstance(value, str) else f"int({value})"
    assert group.k[:].tolist() == [3, 3]


def test_the_order_of_a_group_is_that_of_what_it_does():
    late = NeuronGroup(1, "dv/dt = 1/ms : 1", method="euler", name="a", order=1)
    early = NeuronGroup(1, "dw/dt = l/ms : 1\nl : 1 (linked)", method="euler", name="b")
    early.l = linked_var(late, "v")
    Network(late, early).run(1 * ms)
    np.testing.assert_allclose(early.w, 0.45)  # of what v was before the step


@pytest.mark.parametrize("none", [False, "False"])
def test_no_synapses_are_said_by_a_condition_that_never_holds(none):
    group = NeuronGroup(2, "v : 1", threshold="v > 1", reset="")
    synapses = Synapses(group, group, "w : 1", on_pre="v += w")
    synapses.connect(none)
    run(1 * ms)
    assert len(synapses) == 0


def test_a_stored_file_that_was_changed_is_refused(tmp_path):
    group = NeuronGroup(1, "dv/dt = -v/ms : 1", method="exact", name="g")
    network, path = Network(group), tmp_path / "state"
    group.v = 0.5
    network.store(filename=str(path))
    whole = path.read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 50)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x40]) + whole[at + 1 :])
        with pytest.raises(OSError, match="state"):
            network.restore(filename=str(path))
        path.write_bytes(whole[:at])
        with pytest.raises(OSError, match="state"):
            network.restore(filename=str(path))
    path.write_bytes(whole)
    network.restore(filename=str(path))
    assert group.v[0] == 0.5


@pytest.mark.parametrize("wrong", [-1, 2**32, 2**64, 1.5, True, "1"])
def test_a_seed_that_is_none_says_which_are(wrong):
    with pytest.raises(ValueError, match="from 0 to 4294967295"):
        seed(wrong)


def test_the_whole_of_a_variable_is_the_groups_memory():
    G = NeuronGroup(4, "v : volt\nn : integer\ntwice = 2*v : volt")
    G.v[:][G.i >= 2] = 7 * mV
    G.v_[:][0] = 1e-3
    G.n[:][1] = 5
    np.testing.assert_allclose(G.v_[:], [1e-3, 0, 7e-3, 7e-3])
    np.testing.assert_array_equal(G.n[:], [0, 5, 0, 0])
    G.v = G.v[:][::-1]
    np.testing.assert_allclose(G.v_[:], [7e-3, 7e-3, 0, 1e-3])
    for copied in (G.v[0:4], G.v["i < 4"], G[0:4].v[:], G.twice[:], np.asarray(G.v), G.i[:], G.get_states()["v"]):
        copied[:] = 0 * copied
    np.testing.assert_allclose(G.v_[:], [7e-3, 7e-3, 0, 1e-3])
    np.testing.assert_array_equal(G.i[:], range(4))


def test_memory_that_was_lent_outlives_synapses_that_are_made_later():
    G = NeuronGroup(3, "")
    S = Synapses(G, G, "w : 1")
    S.connect(j="i")
    before = S.w[:]
    before[:] = [1, 2, 3]
    S.connect(i=np.repeat(np.arange(3), 1000), j=0)
    before[:] = 9
    np.testing.assert_array_equal(S.w[:3], [1, 2, 3])
    assert S.w[:].size == 3003

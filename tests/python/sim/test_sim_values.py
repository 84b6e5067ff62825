"""Values that can't be kept are refused, orders and files hold what they say."""

import numpy as np
import pytest

from ranvier.sim import Network, NeuronGroup, Synapses, linked_var, ms, run, seed, start_scope


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

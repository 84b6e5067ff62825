"""What was stored comes back: from memory, from files, in a process of its own, after one that was killed."""

import os
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from ranvier.sim import (
    Network,
    NeuronGroup,
    PoissonGroup,
    SpikeGeneratorGroup,
    SpikeMonitor,
    StateMonitor,
    Synapses,
    defaultclock,
    ms,
    seed,
)


@pytest.fixture(autouse=True)
def _scope():
    defaultclock.dt = 0.1 * ms
    yield
    defaultclock.dt = 0.1 * ms


def noisy_network():
    P = PoissonGroup(20, "400*Hz", name="P")
    G = NeuronGroup(
        10,
        "dv/dt = -v/(10*ms) + 0.2*xi/sqrt(ms) : 1",
        threshold="v > 1",
        reset="v = 0",
        refractory=1 * ms,
        method="euler",
        name="G",
    )
    S = Synapses(P, G, "w : 1", on_pre="v += w", name="S")
    S.connect(i=np.arange(20), j=np.arange(20) % 10)
    S.w, S.delay = 0.3, "(i % 5)*0.7*ms"
    M = SpikeMonitor(G, name="M")
    net = Network(P, G, S, M)
    # Spikes found in a step arrive in the next: they too belong to the state.
    net.schedule = ["start", "groups", "synapses", "resets", "thresholds", "end"]
    return net


def test_a_run_goes_on_from_a_file_as_if_nothing_had_happened(tmp_path):
    seed(3)
    net = noisy_network()
    net.run(15 * ms)
    net.store(filename=tmp_path / "state")
    net.run(15 * ms)
    i, t = np.array(net["M"].i), np.array(net["M"].t_)
    assert len(i) > 20
    net.restore(filename=tmp_path / "state", restore_random_state=True)
    assert float(net.t) == pytest.approx(15e-3)
    net.run(15 * ms)
    assert np.array_equal(net["M"].i, i) and np.array_equal(net["M"].t_, t)


def test_restore_goes_on_drawing_new_numbers_unless_told_otherwise():
    net = noisy_network()
    net.store()
    net.run(10 * ms)
    first = np.array(net["G"].v)
    net.restore()
    net.run(10 * ms)
    assert not np.array_equal(net["G"].v, first)
    net.restore(restore_random_state=True)
    net.run(10 * ms)
    assert np.array_equal(net["G"].v, first)


def test_clocks_come_back_with_their_steps():
    defaultclock.dt = 0.5 * ms
    G = NeuronGroup(1, "v : 1")
    M = StateMonitor(G, "v", record=True)
    net = Network(G, M)
    net.store()
    net.run(1 * ms)
    defaultclock.dt = 1 * ms
    net.run(2 * ms)
    net.restore()
    net.run(1 * ms)
    assert float(defaultclock.dt) == 0.5e-3
    assert np.allclose(M.t_, [0, 0.5e-3])


def test_synapses_come_back_where_none_were_made(tmp_path):
    def network(connected):
        G = NeuronGroup(10, "x : 1", threshold="False", name="G")
        S = Synapses(G, G, "w : 1", on_pre="x += w", name="S")
        if connected:
            S.connect(i=[1, 3, 5], j=[6, 4, 2])
            S.w, S.delay = [1, 2, 3], [1, 2, 3] * ms
        return Network(G, S)

    network(True).store(filename=tmp_path / "state")
    net = network(False)
    net.restore(filename=tmp_path / "state")
    S = net["S"]
    assert list(S.i) == [1, 3, 5] and list(S.j) == [6, 4, 2] and list(S.w) == [1, 2, 3]
    assert np.allclose(S.delay_[:], [1e-3, 2e-3, 3e-3])
    net.run(0 * ms)
    other = NeuronGroup(10, "x : 1", threshold="False", name="G")
    fewer = Synapses(other, other, "w : 1", on_pre="x += w", name="S")
    fewer.connect(i=[1], j=[2])
    with pytest.raises(ValueError, match="has 1 synapses and the state that was stored has 3"):
        Network(other, fewer).restore(filename=tmp_path / "state")


def test_spikes_to_come_are_part_of_the_state():
    G = SpikeGeneratorGroup(1, [0], [1] * ms)
    M = SpikeMonitor(G)
    net = Network(G, M)
    net.store()
    G.set_spikes([0, 0], [2, 3] * ms)
    net.run(5 * ms)
    assert np.allclose(M.t_, [2e-3, 3e-3])
    net.restore()
    net.run(5 * ms)
    assert np.allclose(M.t_, [1e-3])


def test_a_damaged_file_says_so_and_changes_nothing(tmp_path):
    path = tmp_path / "state"
    net = Network(NeuronGroup(5, "v : 1", name="A"))
    net["A"].v = 7
    net.store(filename=path)
    whole = path.read_bytes()
    for wrong in (whole[: len(whole) // 2], b"", b"no state at all", b"cos\nsystem\n(S'false'\ntR."):
        path.write_bytes(wrong)
        with pytest.raises(OSError, match="state is (damaged|no file that store)"):
            net.restore(filename=path)
    assert list(net["A"].v) == [7] * 5


SCRIPT = """
import os, signal, sys
import numpy as np
sys.path.insert(0, {folder!r})
from test_sim_states import noisy_network
from ranvier.sim import ms, seed
seed(11)
net = noisy_network()
path, goal = sys.argv[1:]
if os.path.exists(path):
    net.restore(filename=path, restore_random_state=True)
while float(net.t) < 39e-3:
    net.run(10*ms)
    net.store(filename=path)
    if goal == "die" and float(net.t) > 19e-3:
        net.run(3*ms)  # what comes after the checkpoint is lost
        os.kill(os.getpid(), signal.SIGKILL)
np.savez(goal, i=net["M"].i, t=net["M"].t_)
"""


def test_a_killed_process_goes_on_from_its_checkpoint_with_the_same_spikes(tmp_path):
    script = textwrap.dedent(SCRIPT).format(folder=os.path.dirname(__file__))

    def run(path, goal):
        return subprocess.run([sys.executable, "-c", script, str(path), str(goal)], timeout=300).returncode

    assert run(tmp_path / "one", tmp_path / "through.npz") == 0
    assert run(tmp_path / "two", "die") == -signal.SIGKILL
    assert run(tmp_path / "two", tmp_path / "again.npz") == 0
    through, again = np.load(tmp_path / "through.npz"), np.load(tmp_path / "again.npz")
    assert len(through["i"]) > 40
    assert np.array_equal(through["i"], again["i"]) and np.array_equal(through["t"], again["t"])
    assert sorted(os.listdir(tmp_path)) == ["again.npz", "one", "through.npz", "two"]  # nothing half-written stays

"""Streams follow what was stored: they are cut back with it, and a process that was killed is gone on with."""

import os
import signal
import subprocess
import sys
import textwrap
import threading

import numpy as np
import pytest
from sim_streams import assert_alike, monitors, neurons

from ranvier.sim import (
    Network,
    SpikeMonitor,
    StateMonitor,
    defaultclock,
    device,
    ms,
    second,
    seed,
    set_device,
    start_scope,
)


@pytest.fixture(autouse=True)
def _scope():
    start_scope()
    seed(5)
    defaultclock.dt = 0.1 * ms
    yield
    defaultclock.dt = 0.1 * ms


def test_states_in_memory_cut_streams_back(tmp_path):
    group = neurons()
    here, there = monitors(group), monitors(group, tmp_path)
    network = Network(group, here, there)
    network.store("first")
    network.run(30 * ms)
    network.store("second")
    seen = []
    for name in ("second", "second", "first", "first"):
        network.run(20 * ms)
        seen.append((here[0].v, there[0].v, here[2].t, there[2].t))
        network.restore(name)
        for one, other in zip(here, there, strict=True):
            assert_alike(one, other)
        network.run(10 * ms)
        for one, other in zip(here, there, strict=True):
            assert_alike(one, other)
    # Arrays that were given away stay what they were, though their rows were cut off.
    for v, v_there, t, t_there in seen:
        np.testing.assert_array_equal(v, v_there)
        np.testing.assert_array_equal(t, t_there)


def test_a_state_whose_rows_were_cut_off_is_not_gone_back_to(tmp_path):
    group = neurons()
    network = Network(
        group, SpikeMonitor(group, name="S"), StateMonitor(group, "v", record=True, stream=tmp_path / "v", name="M")
    )
    network.run(5 * ms)
    network.store("early")
    network.run(5 * ms)
    network.store("late")
    network.restore("early")
    network.run(10 * ms)  # other rows than those that "late" had
    with pytest.raises(OSError, match=r"v: was cut back to 50 rows .* What was stored has 100 rows"):
        network.restore("late")
    assert network.t_ == pytest.approx(15e-3) and network["M"].N == 150  # nothing has changed
    network.restore("early")
    assert network["M"].N == 50


def test_a_state_in_a_file_is_for_the_files_that_belong_to_it(tmp_path):
    def made(folder):
        start_scope()
        group = neurons()
        return Network(group, SpikeMonitor(group, name="S", stream=folder))

    def stored():
        network = made(tmp_path / "a")
        network.run(30 * ms)
        network.store(filename=tmp_path / "state")
        with pytest.raises(OSError, match="is being written by another monitor: end its process, or delete it"):
            made(tmp_path / "a").restore(filename=tmp_path / "state")
        return network["S"].N

    def refused(network):
        with pytest.raises(OSError, match="b: holds what another run has streamed: .* which were streamed to .*/a"):
            network.restore(filename=tmp_path / "state")

    def other():
        network = made(tmp_path / "b")
        network.run(40 * ms)
        refused(network)
        return network["S"].N

    rows, others = stored(), other()
    refused(made(tmp_path / "b"))
    assert len(np.load(tmp_path / "b" / "t.npy")) == others > rows
    with pytest.raises(FileNotFoundError, match=f"c: holds none of the {rows} rows that had been streamed to .*/a"):
        made(tmp_path / "c").restore(filename=tmp_path / "state")
    with pytest.raises(ValueError, match="S streamed to .*/a when the state was stored: make it with stream="):
        made(None).restore(filename=tmp_path / "state")
    (tmp_path / "a").rename(tmp_path / "moved")  # a folder may lie elsewhere
    network = made(tmp_path / "moved")
    network.restore(filename=tmp_path / "state")
    assert network["S"].N == rows == network["S"].num_spikes
    made(None).store(filename=tmp_path / "plain")
    with pytest.raises(ValueError, match="S did not stream when the state was stored: make it without stream="):
        made(tmp_path / "c").restore(filename=tmp_path / "plain")


def test_damaged_files_are_not_gone_on_with(tmp_path):
    def made():
        start_scope()
        group = neurons()
        return Network(group, StateMonitor(group, "v", record=True, name="M", stream=tmp_path / "a"))

    def stored():
        network = made()
        network.run(5 * ms)
        network.store(filename=tmp_path / "state")

    stored()
    v, owner = tmp_path / "a" / "v.npy", tmp_path / "a" / "stream.txt"
    whole = v.read_bytes()
    for damaged in (whole[:-8], whole[:60], b"", whole.replace(b"(50, 7)", b"(50, 6)")):
        v.write_bytes(damaged)
        with pytest.raises(OSError, match=r"v\.npy"):
            made().restore(filename=tmp_path / "state")
    v.write_bytes(whole)
    text = owner.read_text()
    owner.write_text("something")
    with pytest.raises(OSError, match=r"stream\.txt.*damaged"):
        made().restore(filename=tmp_path / "state")
    owner.unlink()
    with pytest.raises(FileNotFoundError, match=r"stream\.txt"):
        made().restore(filename=tmp_path / "state")
    owner.write_text(text)
    network = made()
    network.restore(filename=tmp_path / "state")
    assert network["M"].N == 50


SCRIPT = """
import os, signal, sys
sys.path.insert(0, {folder!r})
from sim_streams import monitors, neurons
from ranvier.sim import Network, StateMonitor, ms, network_operation, seed
import pathlib
seed(11)
folder, goal = pathlib.Path(sys.argv[1]), sys.argv[2]
folder.mkdir(exist_ok=True)
group = neurons(40)
watched = [*monitors(group, folder), StateMonitor(group, "v", record=True, name="wide", stream=folder/"wide")]

@network_operation(dt=1*ms, name="end")
def die(t):
    if goal == "die" and float(t) > 2.7:
        os.kill(os.getpid(), signal.SIGKILL)

network = Network(group, watched, die)
state = folder / "state"
if state.exists():
    network.restore(filename=state, restore_random_state=True)
while float(network.t) < 3.9:
    network.run(1000*ms)
    network.store(filename=state)
"""


def test_a_killed_process_leaves_whole_files_and_goes_on_from_its_checkpoint_with_the_same_bits(tmp_path):
    script = textwrap.dedent(SCRIPT).format(folder=os.path.dirname(__file__))

    def run(folder, goal):
        return subprocess.run([sys.executable, "-c", script, str(folder), goal], timeout=300).returncode

    def left(folder):
        return {str(f.relative_to(folder)): np.load(f, mmap_mode="r") for f in sorted(folder.glob("*/*.npy"))}

    assert run(tmp_path / "through", "end") == 0
    assert run(tmp_path / "killed", "die") == -signal.SIGKILL
    through, killed = left(tmp_path / "through"), left(tmp_path / "killed")
    assert list(through) == list(killed) and len(through) == 18
    for name, values in killed.items():
        assert len(values) > 100
        np.testing.assert_array_equal(values, through[name][: len(values)])
    # What came behind the checkpoint was written in part; going on cuts it off and writes it anew.
    assert len(killed["wide/v.npy"]) > 20_000
    assert run(tmp_path / "killed", "end") == 0
    again = left(tmp_path / "killed")
    assert len(again["wide/v.npy"]) == 40_000
    for name, values in through.items():
        np.testing.assert_array_equal(again[name], values)
        assert os.path.getsize(tmp_path / "killed" / name) == os.path.getsize(tmp_path / "through" / name)


def test_interrupted_runs_go_on_without_a_row_too_many_or_too_few(tmp_path):
    group = neurons(300)
    here, there = monitors(group), monitors(group, tmp_path)
    network = Network(group, here, there)
    interrupts = 0
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background may ignore it
    while network.t_ < 3:
        timer = threading.Timer(0.01, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        try:
            network.run(3 * second - network.t)
            timer.cancel()
        except KeyboardInterrupt:
            interrupts += 1
        timer.join()
    signal.signal(signal.SIGINT, before)
    assert interrupts > 0
    for one, other in zip(here, there, strict=True):
        assert_alike(one, other)


def test_a_sweep_of_runs_that_wait_streams_the_last(tmp_path):
    group = neurons()
    here, there = (StateMonitor(group, "v", record=True, stream=f) for f in (None, tmp_path / "v"))
    network = Network(group, here, there)
    set_device("cpp_standalone", build_on_run=False)
    try:
        network.run(2 * ms)
        for start in (0.1, 0.2):
            device.run(run_args={group.v: start})
            assert there.N == 20 and np.all(there.v[:, 0] == start)
            assert_alike(here, there)
    finally:
        device.reinit()
        set_device("runtime")

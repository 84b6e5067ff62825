"""The same bits, however a run is cut, and on any number of threads."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from sim_hash import digest, noisy_network

from ranvier.sim import (
    Network,
    NeuronGroup,
    PoissonGroup,
    PoissonInput,
    SpikeMonitor,
    Synapses,
    defaultclock,
    ms,
    run,
    second,
    seed,
    start_scope,
    us,
)

DURATION = 30 * ms


@pytest.fixture(autouse=True)
def _scope():
    start_scope()
    yield
    defaultclock.dt = 0.1 * ms


@pytest.fixture(scope="module")
def uninterrupted():
    defaultclock.dt = 0.1 * ms
    network = noisy_network()
    network.run(DURATION)
    return digest(network)


def run_interrupted(network, duration, most, moments):
    """Runs to the end in spite of Ctrl-C at random moments; returns how often it was interrupted."""
    count = 0
    while network.t_ < float(duration) - 1e-9:
        left = (float(duration) - network.t_) * second
        if count >= most:
            network.run(left)
            break
        before = network.t_
        timer = threading.Timer(moments.uniform(0, 0.1), os.kill, (os.getpid(), signal.SIGINT))
        try:
            try:
                timer.start()
                network.run(left)
            finally:
                timer.cancel()
                while timer.is_alive():  # its Ctrl-C must not come later
                    time.sleep(1e-4)
        except KeyboardInterrupt as interrupt:
            count += 1
            assert network.t_ >= before
            if str(interrupt):  # of the engine: between two steps
                assert str(network.t) in str(interrupt)
                assert abs(network.t_ / 1e-4 - round(network.t_ / 1e-4)) < 1e-6
    return count


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
def test_bits_do_not_depend_on_threads(uninterrupted, threads):
    said = subprocess.run(
        [sys.executable, Path(__file__).with_name("sim_hash.py"), str(DURATION / ms)],
        env=os.environ | {"RANVIER_THREADS": str(threads)}, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert said[0] == uninterrupted


def test_an_interrupted_run_goes_on_to_the_same_bits(uninterrupted):
    moments, wanted, count = random.Random(1), int(os.environ.get("RANVIER_INTERRUPTS", "20")), 0
    while count < wanted:
        start_scope()
        network = noisy_network()
        before = count
        count += run_interrupted(network, DURATION, wanted - count, moments)
        assert digest(network) == uninterrupted, f"after interrupt {before} to {count}"


def test_a_run_in_parts_is_the_run(uninterrupted):
    network = noisy_network()
    for part in (0.1, 7.3, 0, 12.6, 10):
        network.run(part * ms)
    assert digest(network) == uninterrupted


def test_spikes_under_way_keep_their_time_when_dt_changes():
    source = NeuronGroup(1, "v : 1", threshold="timestep(t, dt) == 0", name="source")
    target = NeuronGroup(1, "v : 1", threshold="v > 0", reset="v = 0", name="target")
    synapse = Synapses(source, target, on_pre="v_post += 1", delay=2 * ms)
    synapse.connect()
    spikes = SpikeMonitor(target)
    network = Network(source, target, synapse, spikes)
    network.run(1 * ms)
    source.active = False
    defaultclock.dt = 50 * us
    network.run(2 * ms)
    np.testing.assert_allclose(spikes.t_, [2.05e-3], atol=1e-9)  # its threshold is looked at in the next step
    assert abs(network.t_ - 3e-3) < 1e-12


SWEEP = """
import time
from pathlib import Path
from ranvier.sim import *
seed(1)
cells = NeuronGroup(100, "dv/dt = (drive - v)/tau + 0.1*xi/tau**0.5 : 1", threshold="v > 1", reset="v = 0", method="euler")
synapses = Synapses(cells, cells, on_pre="v_post += weight", delay=1*ms)
synapses.connect(p=0.1)
spikes = SpikeMonitor(cells)
network = Network(cells, synapses, spikes)
network.store()
counts, sizes = [], []
for k in range(100):
    network.restore(restore_random_state=True)
    network.run(5*ms, namespace={"drive": 1 + 0.05*k, "tau": (5 + 0.1*k)*ms, "weight": 0.01})
    counts.append(spikes.num_spikes)
    sizes.append(len(list(Path(__import__("os").environ["RANVIER_CACHE"]).rglob("*"))))
assert counts[0] < counts[50] < counts[99], counts
print(sizes[0], sizes[-1])
"""


def test_a_new_value_of_a_constant_compiles_nothing(tmp_path):
    began = time.perf_counter()
    first, last = subprocess.run(
        [sys.executable, "-c", SWEEP], env=os.environ | {"RANVIER_CACHE": str(tmp_path)}, capture_output=True, text=True,
        check=True,
    ).stdout.split()  # fmt: skip
    assert int(first) > 3  # kernels of this model
    assert first == last
    assert time.perf_counter() - began < 60


def test_other_seeds_are_other_bits(uninterrupted):
    network = noisy_network()
    seed(8)
    network.run(DURATION)
    assert digest(network) != uninterrupted


def test_what_else_is_alive_does_not_change_random_numbers():
    def numbers():
        start_scope()
        seed(3)
        group = NeuronGroup(5, "dv/dt = xi/ms**0.5 : 1", method="euler")
        group.run_regularly("v += randn()")
        source = PoissonGroup(5, 2000 / (1000 * ms))
        Network(group, source, PoissonInput(group, "v", 10, 1 / ms, 0.5)).run(1 * ms)
        return group, source, np.array(group.v)

    first = numbers()
    again = numbers()  # the first is alive: names have other numbers
    assert first[0].name != again[0].name
    np.testing.assert_array_equal(first[2], again[2])


DRAWING = {
    "noise": lambda group, source: [NeuronGroup(5, "dv/dt = xi/ms**0.5 : 1", method="euler")],
    "equation": lambda group, source: [NeuronGroup(5, "dv/dt = rand()/ms : 1")],
    "threshold": lambda group, source: [NeuronGroup(5, "v : 1", threshold="rand() < 0.2", reset="v += 1")],
    "statements": lambda group, source: [group.run_at("v += randn()", [0.2, 0.7] * ms)][:0],
    "part": lambda group, source: [group[1:4].run_regularly("v += randn()")][:0],
    "input": lambda group, source: [PoissonInput(group, "v", 10, 1 / ms, 0.5)],
    "pathway": lambda group, source: [connected(Synapses(source, group, on_pre="v_post += rand()"))],
    "synapses": lambda group, source: [
        connected(
            Synapses(source, group, "dx/dt = xi/ms**0.5 : 1 (clock-driven)\nv_post = x : 1 (summed)", method="euler")
        )
    ],
}


def connected(synapses):
    synapses.connect()
    return synapses


@pytest.mark.parametrize("kind", DRAWING)
def test_one_seed_draws_the_same_whenever_earlier_objects_go_away(kind):
    def numbers():
        start_scope()
        seed(1)
        group, source = NeuronGroup(5, "v : 1"), PoissonGroup(3, 2 / ms)
        more = DRAWING[kind](group, source)
        network = Network(group, source, *more)
        network.run(1 * ms)
        values = [g.v_[:] for g in (group, *more) if "v" in getattr(g, "equations", ())]
        return [group, source, *more, network], np.array(values)

    first = numbers()
    again = numbers()  # the first is alive
    del first[0][:]
    last = numbers()  # it is gone
    assert np.ptp(last[1]) > 0
    np.testing.assert_array_equal(first[1], again[1])
    np.testing.assert_array_equal(first[1], last[1])


def drawn():
    """Numbers of a text, of a run, of synapses that are left to chance."""
    start_scope()
    source = NeuronGroup(20, "dv/dt = xi * (1*second)**-.5 : 1", method="euler", threshold="v > 0", reset="v = 0")
    source.v = "rand()"
    synapses = Synapses(source, source)
    synapses.connect(p=0.3)
    before = source.v[:].copy()
    run(1 * ms)
    return before, source.v[:].copy(), np.array(synapses.i), np.array(synapses.j)


def test_a_script_that_seeds_numpy_alone_repeats_itself():
    seed(None)
    np.random.seed(3)
    first = drawn()
    after = np.random.rand()
    np.random.seed(3)
    again = drawn()
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert np.random.rand() == after
    other = drawn()
    assert not any(np.array_equal(a, b) for a, b in zip(first, other, strict=True))


def test_what_draws_nothing_leaves_numpys_numbers_as_they_are():
    seed(None)
    np.random.seed(3)
    expected = np.random.rand()
    np.random.seed(3)
    group = NeuronGroup(4, "dv/dt = -v / (10*ms) : 1", threshold="v > 1", reset="v = 0", method="exact")
    group.v = "i / 4"
    synapses = Synapses(group, group, on_pre="v += .1")
    synapses.connect(condition="i != j")
    synapses.connect(j="k for k in range(2)")
    run(1 * ms)
    assert np.random.rand() == expected


def test_a_stored_beginning_is_drawn_again_without_a_seed():
    seed(None)
    group = NeuronGroup(4, "dv/dt = xi * (1*second)**-.5 : 1", method="euler")
    network = Network(group)
    network.store()
    network.run(1 * ms)
    first = group.v[:].copy()
    network.restore(restore_random_state=True)
    network.run(1 * ms)
    assert np.array_equal(group.v[:], first)
    network.restore()
    network.run(1 * ms)
    assert not np.array_equal(group.v[:], first)

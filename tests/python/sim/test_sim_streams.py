"""What monitors stream to disk is what they record in memory, whatever ends a run, and runs go on with it."""

import os
import pathlib
import resource
import signal
import subprocess
import sys

import numpy as np
import pytest
from sim_packages import installed
from sim_streams import assert_alike, monitors, neurons

from ranvier.sim import (
    EventMonitor,
    Network,
    NeuronGroup,
    PopulationRateMonitor,
    SpikeMonitor,
    StateMonitor,
    Synapses,
    defaultclock,
    ms,
    network_operation,
    second,
    seed,
    start_scope,
)


@pytest.fixture(autouse=True)
def _scope():
    start_scope()
    seed(5)
    defaultclock.dt = 0.1 * ms
    yield
    defaultclock.dt = 0.1 * ms


@pytest.mark.parametrize("parts", [[50 * ms], [10 * ms, 0 * ms, 20 * ms], [2.5 * second, 10 * ms]])
def test_what_is_streamed_is_what_memory_holds(tmp_path, parts):
    group = neurons()
    here, there = monitors(group), monitors(group, tmp_path)
    network = Network(group, here, there)
    for part in parts:
        network.run(part)
        for one, other in zip(here, there, strict=True):
            assert_alike(one, other)
    here[0].record_single_timestep()
    there[0].record_single_timestep()
    assert_alike(here[0], there[0])
    assert here[2].num_spikes > 10
    assert there[0].stream == tmp_path / "states" and here[0].stream is None


def test_steps_that_are_taken_many_at_a_time_stream_the_same(tmp_path):
    def left(folder, run):
        start_scope()
        seed(5)
        group = neurons()
        made = [
            StateMonitor(group, ["v", "k"], record=[5, 2], stream=folder / "v"),
            SpikeMonitor(group, stream=folder / "s"),
            PopulationRateMonitor(group, stream=folder / "r"),
        ]
        run(Network(group, made))
        return {str(f.relative_to(folder)): np.load(f) for f in sorted(folder.glob("*/*.npy"))}

    for folder in (tmp_path / "one", tmp_path / "many"):
        folder.mkdir()
    one = left(tmp_path / "one", lambda n: n.run(3 * second, profile=True))
    many = left(tmp_path / "many", lambda n: n.run(3 * second))
    assert list(one) == ["r/rate.npy", "r/t.npy", "s/i.npy", "s/t.npy", "v/k.npy", "v/t.npy", "v/v.npy"]
    for name, values in one.items():
        np.testing.assert_array_equal(many[name], values)


def test_files_are_numpy_s_and_are_mapped_not_read(tmp_path):
    group = neurons()
    monitor = StateMonitor(
        group, ["v", "k"], record=[5, 0, 2], dtype={"v": np.float32, "k": None}, stream=tmp_path / "s"
    )
    network = Network(group, monitor)
    network.run(3 * ms)
    v = np.load(tmp_path / "s" / "v.npy", mmap_mode="r")
    assert v.shape == (30, 3) and v.dtype == np.float32
    assert np.load(tmp_path / "s" / "k.npy").dtype == np.int32
    assert np.load(tmp_path / "s" / "t.npy").shape == (30,)
    assert not monitor.v.flags.owndata and not monitor.v_.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        monitor.v[0, 0] = 1
    before = monitor.v
    network.run(3 * ms)
    assert before.shape == (3, 30) and monitor.v.shape == (3, 60)
    np.testing.assert_array_equal(before, monitor.v[:, :30])


def test_synapses_and_shared_values_stream(tmp_path):
    group = neurons(4)
    synapses = Synapses(group, group, "dw/dt = -w/ms : 1 (clock-driven)", method="exact")
    synapses.connect(i=[0, 1, 2], j=[1, 2, 3])
    synapses.w = [1, 2, 3]
    made = [StateMonitor(synapses, ["w", "v_post"], record=True, stream=folder) for folder in (None, tmp_path / "w")]
    none = [StateMonitor(group, "v", record=False, stream=folder) for folder in (None, tmp_path / "none")]
    Network(group, synapses, made, none).run(2 * ms)
    np.testing.assert_array_equal(made[0].w, made[1].w)
    np.testing.assert_array_equal(made[0].v_post, made[1].v_post)
    assert none[1].v.shape == none[0].v.shape == (0, 20) and np.load(tmp_path / "none" / "v.npy").shape == (20, 0)


def test_tables_and_pictures_are_made_of_streams(tmp_path):
    from ranvier.sim.plotting import brian_plot

    pyplot = pytest.importorskip("matplotlib.pyplot")
    group = neurons()
    here, there = monitors(group), monitors(group, tmp_path)
    Network(group, here, there).run(30 * ms)
    for one, other in zip(here, there, strict=True):
        if type(one) is EventMonitor:
            continue
        assert one.to_pandas().equals(other.to_pandas())
        a, b = (brian_plot(m, ax=pyplot.subplots()[1], **({"variable": "v"} if m.name.startswith("states") else {}))
                for m in (one, other))  # fmt: skip
        for line, other_line in zip(a.lines, b.lines, strict=True):
            np.testing.assert_array_equal(line.get_xydata(), other_line.get_xydata())
        pyplot.close("all")


@pytest.mark.parametrize(("method", "package"), [("to_xarray", "xarray"), ("to_neo", "neo")])
def test_other_packages_take_streams(tmp_path, method, package):
    if not installed(package):
        pytest.skip(f"{package} is not installed")
    group = neurons()
    here, there = monitors(group), monitors(group, tmp_path)
    Network(group, here, there).run(30 * ms)
    for one, other in zip(here, there, strict=True):
        if type(one) is EventMonitor:
            continue
        a, b = getattr(one, method)(), getattr(other, method)()
        if method == "to_xarray":
            assert a.identical(b)
        else:
            for x, y in zip(a, b, strict=True):
                np.testing.assert_array_equal(np.asarray(x), np.asarray(y))


def test_nothing_is_overwritten_and_a_refused_run_leaves_all_as_it_was(tmp_path):
    def made():
        start_scope()
        group = neurons(name="G*")
        return Network(
            group, SpikeMonitor(group, stream=tmp_path / "new"), PopulationRateMonitor(group, stream=tmp_path / "old")
        )

    (tmp_path / "old").mkdir()
    np.save(tmp_path / "old" / "rate.npy", [1.0, 2.0])
    network = made()
    with pytest.raises(
        FileExistsError, match=r"old/rate.npy: exists already, and nothing is overwritten: each monitor .* restore"
    ):
        network.run(1 * ms)
    assert network.t_ == 0 and os.listdir(tmp_path) == ["old"] and os.listdir(tmp_path / "old") == ["rate.npy"]
    assert list(np.load(tmp_path / "old" / "rate.npy")) == [1, 2]
    (tmp_path / "old" / "rate.npy").unlink()
    network.run(1 * ms)
    assert np.load(tmp_path / "old" / "rate.npy").shape == (10,)
    assert np.load(tmp_path / "new" / "i.npy").shape == (0,)  # no spike is a result, too
    with pytest.raises(FileExistsError, match="new/i.npy: exists already"):
        made().run(1 * ms)


def test_two_monitors_have_two_folders(tmp_path):
    group = neurons()
    both = [SpikeMonitor(group, stream=tmp_path / "s"), PopulationRateMonitor(group, stream=tmp_path / "s")]
    with pytest.raises(FileExistsError, match="each monitor and each run has a folder of its own"):
        Network(group, both).run(1 * ms)
    assert not (tmp_path / "s").exists()


def test_folders_that_can_t_be_are_named(tmp_path):
    def run(folder):
        group = neurons(name="G*")
        Network(group, SpikeMonitor(group, stream=folder)).run(1 * ms)

    with pytest.raises(
        FileNotFoundError, match="a/b: can't be made: there is no folder .*/a; make that first"
    ) as caught:
        run(tmp_path / "a" / "b")
    assert caught.value.filename == str(tmp_path / "a" / "b")
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OSError, match="file.*: Not a directory"):
        run(tmp_path / "file")
    (tmp_path / "closed").mkdir(mode=0o500)
    if os.geteuid() != 0:
        with pytest.raises(PermissionError, match="closed/s"):
            run(tmp_path / "closed" / "s")
    here = os.getcwd()
    os.chdir(tmp_path)
    try:
        group = neurons()
        monitor = SpikeMonitor(group, stream="relative")
        os.chdir("/")  # it is where it was when the monitor was made
        Network(group, monitor).run(1 * ms)
        assert monitor.stream == tmp_path / "relative" and (tmp_path / "relative" / "t.npy").exists()
    finally:
        os.chdir(here)


def test_what_ends_a_run_leaves_all_that_was_recorded_on_disk(tmp_path):
    def made(name, end):
        start_scope()
        group = NeuronGroup(3, "dv/dt = 1/second + sqrt(0.0105 - v)*0/second : 1", method="euler")
        here, there = (StateMonitor(group, "v", record=True, stream=f) for f in (None, tmp_path / name))
        network = Network(group, here, there)
        if end:

            @network_operation(dt=1 * ms)
            def ends(t):
                if float(t) > 4.5e-3:
                    end()

            network.add(ends)
        return network, here

    def fails():
        raise ZeroDivisionError("mine")

    for name, end, error in (
        ("nan", None, ArithmeticError),
        ("mine", fails, ZeroDivisionError),
        ("interrupt", lambda: os.kill(os.getpid(), signal.SIGINT), KeyboardInterrupt),
    ):
        network, here = made(name, end)
        with pytest.raises(error):
            network.run(1 * second)
        assert here.N > 40
        np.testing.assert_array_equal(np.load(tmp_path / name / "v.npy").T, here.v)
        np.testing.assert_array_equal(np.load(tmp_path / name / "t.npy"), here.t_)


def test_a_full_disk_ends_the_run_in_words_and_it_goes_on_when_there_is_room(tmp_path):
    group = neurons(200)
    here, there = (StateMonitor(group, "v", record=True, stream=f, when="end") for f in (None, tmp_path / "v"))
    network = Network(group, here, there)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, before[1]))
    try:
        with pytest.raises(OSError, match=r"v\.npy: can't be written: File too large") as caught:
            network.run(0.5 * second)
        assert caught.value.filename == str(tmp_path / "v" / "v.npy")
        with pytest.raises(OSError, match=r"v\.npy: can't be written"):
            network.store()
        written = np.load(tmp_path / "v" / "v.npy", mmap_mode="r")
        assert 0 < len(written) < here.N == there.N < 5000
        np.testing.assert_array_equal(written.T, here.v[:, : len(written)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    network.run(0.5 * second - network.t)
    assert there.N == 5000
    assert_alike(here, there)


def test_what_a_monitor_that_goes_away_has_recorded_is_on_disk(tmp_path):
    group = neurons()
    monitor = StateMonitor(group, "v", record=True, stream=tmp_path / "v")
    network = Network(group, monitor)
    network.run(1 * ms)
    monitor.record_single_timestep()
    assert np.load(tmp_path / "v" / "v.npy").shape == (11, 7)
    network.remove(monitor)
    del monitor
    assert np.load(tmp_path / "v" / "v.npy").shape == (11, 7)


def test_memory_stays_flat_however_long_a_run(tmp_path):
    script = f"""
import resource
from ranvier.sim import *
G = NeuronGroup(1000, "dv/dt = (2 - v)/(10*ms) : 1", threshold="v > 1", reset="v = 0", method="exact")
M, S, R = StateMonitor(G, "v", record=True, stream={str(tmp_path / "v")!r}), SpikeMonitor(G, stream={str(tmp_path / "s")!r}), \\
    PopulationRateMonitor(G, stream={str(tmp_path / "r")!r})
def highest():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
run(100*ms)
before = highest()
run(2.5*second)
print(before, highest())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=300)
    before, after = map(int, done.stdout.split())
    assert os.path.getsize(tmp_path / "v" / "v.npy") == 128 + 26_000 * 8000  # 208 MB
    assert after - before < 30


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (lambda g: SpikeMonitor(g, stream=3), TypeError, "stream is the name of a folder, or None; got 3"),
        (lambda g: SpikeMonitor(g, stream=True), TypeError, "stream is the name of a folder, or None; got True"),
        (lambda g: SpikeMonitor(g, stream=""), ValueError, "got an empty text"),
        (lambda g: SpikeMonitor(g, record=False, stream="s"), ValueError, "only counts events, so that there is nothing to stream"),
        (lambda g: StateMonitor(g, ["v", "t"], record=True, stream="s"), ValueError, "leave 't' out of what is recorded"),
        (lambda g: StateMonitor(g, "v", record=True, dtype=np.float16, stream="s"), NotImplementedError,
         "can't be streamed as <f2 yet: take float64, float32"),
    ],
)  # fmt: skip
def test_what_can_t_be_streamed_is_refused_in_words(make, kind, words):
    with pytest.raises(kind, match=words):
        make(neurons())
    assert not pathlib.Path("s").exists()

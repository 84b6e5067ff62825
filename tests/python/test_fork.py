"""Children of a process whose other threads work: they get their answers."""

import contextlib
import os
import pathlib
import re
import signal
import threading
import time

import numpy as np
import pytest
from ranvier.meeg.io import RawArray
from ranvier.meeg.time_frequency import psd_array_welch

from ranvier.dynamics import System
from ranvier.meeg import create_info

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")


def status_of_child(work, seconds=20):
    """How a child that does `work` ends: 0, 1 where it failed, None where it hangs."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if work() else 1)
        finally:
            os._exit(1)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


@contextlib.contextmanager
def others_doing(work):
    """Two threads that do `work` again and again."""
    ending = threading.Event()

    def again():
        while not ending.is_set():
            work()

    others = [threading.Thread(target=again) for _ in range(2)]
    for thread in others:
        thread.start()
    try:
        time.sleep(0.2)
        yield
    finally:
        ending.set()
        for thread in others:
            thread.join()


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_child_filters_while_other_threads_of_its_parent_do():
    raw = RawArray(np.random.default_rng(0).standard_normal((16, 20000)), create_info(16, 200.0, "eeg"), verbose=False)
    filtered = raw.copy().filter(1, 40, n_jobs=4, verbose=False).get_data()
    with others_doing(lambda: raw.copy().filter(1, 40, n_jobs=4, verbose=False)):
        statuses = [
            status_of_child(lambda: np.array_equal(raw.copy().filter(1, 40, verbose=False).get_data(), filtered))
            for _ in range(12)
        ]
    assert statuses == [0] * 12


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_what_was_being_changed_when_its_process_forked_is_refused_and_what_was_read_is_not():
    raw = RawArray(np.random.default_rng(0).standard_normal((16, 20000)), create_info(16, 200.0, "eeg"), verbose=False)

    def refused():
        try:
            raw.filter(1, 40, verbose=False)
        except RuntimeError as error:
            return "was changing this object when the process forked" in str(error)

    with others_doing(lambda: raw.filter(1, 40, n_jobs=1, verbose=False)):
        statuses = [status_of_child(refused) for _ in range(12)]  # 1 where they were between two filters
    assert 0 in statuses and None not in statuses
    with others_doing(lambda: raw.compute_psd(n_fft=20000, n_jobs=1, verbose=False)):
        statuses = [status_of_child(lambda: raw.filter(1, 40, verbose=False)) for _ in range(12)]
    assert statuses == [0] * 12


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_child_transforms_lengths_that_other_threads_of_its_parent_were_planning():
    x, lengths = np.random.default_rng(0).standard_normal((1, 400_000)), iter(range(399_001, 10_000, -1))

    def planning():
        psd_array_welch(x, 1000.0, n_fft=next(lengths), average=None)

    want = psd_array_welch(x, 1000.0, n_fft=1000, average=None)[0]
    with others_doing(planning):
        statuses = [
            status_of_child(lambda: np.array_equal(psd_array_welch(x, 1000.0, n_fft=1000, average=None)[0], want))
            for _ in range(12)
        ]
    assert statuses == [0] * 12


@pytest.mark.filterwarnings(
    "ignore:This process .* is multi-threaded:DeprecationWarning", "ignore:the filter is longer"
)
def test_a_child_warns_while_other_threads_of_its_parent_do():
    raw = RawArray(np.zeros((2, 200)), create_info(2, 200.0, "eeg"), verbose=False)

    def warn():
        raw.copy().filter(1, 40)  # of a filter longer than the signal
        return True

    with others_doing(warn):
        statuses = [status_of_child(warn) for _ in range(40)]
    assert statuses == [0] * 40


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_child_finds_the_machine_code_that_other_threads_of_its_parent_look_for():
    system = System("dx/dt = -x : 1")

    def find():
        return abs(System("dx/dt = -x : 1").simulate((0, 1), [1.0]).y[0, -1] - np.exp(-1)) < 1e-2

    assert system.simulate((0, 1), [1.0]).y.size and find()
    with others_doing(find):
        statuses = [status_of_child(find) for _ in range(20)]
    assert statuses == [0] * 20


def test_mutexes_that_live_as_long_as_the_process_are_free_in_a_child():
    source = pathlib.Path(__file__).parents[2]
    files = [path for folder in ("src", "python/bindings", "cli") for path in (source / folder).rglob("*.[ch]pp")]
    # Those of objects end in an underscore; one that has handlers of its own.
    found = {path.name for path in files if re.search(r"\bmutex \w*[a-z];", path.read_text(encoding="utf-8"))}
    assert found == {"turns.cpp"}

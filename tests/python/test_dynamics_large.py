"""Large systems: compiled in a time that grows with their length, and interruptible meanwhile."""

import os
import signal
import threading
import time

import numpy as np
import pytest

from ranvier.dynamics import System


def oscillators(n):
    sums = (" + ".join(f"sin(p{j} - p{i})" for j in range(n) if j != i) for i in range(n))
    return "\n".join(f"dp{i}/dt = {1 + 0.1 * i} + 0.1*({s}) : 1" for i, s in enumerate(sums))


def ring(n):
    """Stiff, with three entries in each row of its Jacobian."""
    return "\n".join(f"dx{i}/dt = 50*(x{(i + 1) % n} - 2*x{i} + x{(i - 1) % n}) + x{i} - x{i}**3 : 1" for i in range(n))


def oscillators_slope(n):
    w = 1 + 0.1 * np.arange(n)
    return lambda t, p: w + 0.1 * np.sin(p[None, :] - p[:, None]).sum(axis=1)


def test_sums_written_out_give_the_answer_of_arrays():
    from scipy.integrate import solve_ivp

    n, start = 16, np.linspace(0, 6, 16)
    ours = System(oscillators(n)).simulate((0, 5), start, rtol=1e-8, atol=1e-10)
    theirs = solve_ivp(oscillators_slope(n), (0, 5), start, rtol=1e-8, atol=1e-10)
    assert ours.nfev == theirs.nfev
    assert np.allclose(ours.y[:, -1], theirs.y[:, -1], rtol=1e-9)


@pytest.mark.parametrize("method", ["rodas4", "rodas5"])
def test_a_sparse_stiff_system_is_that_of_dense_matrices(method):
    from scipy.integrate import solve_ivp

    n = 60
    start = np.sin(2 * np.pi * np.arange(n) / n) + 0.1

    def slope(t, x):
        return 50 * (np.roll(x, -1) - 2 * x + np.roll(x, 1)) + x - x**3

    ours = System(ring(n)).simulate((0, 2), start, method=method, rtol=1e-7, atol=1e-9)
    theirs = solve_ivp(slope, (0, 2), start, method="Radau", rtol=1e-10, atol=1e-12)
    assert np.allclose(ours.y[:, -1], theirs.y[:, -1], atol=1e-6)
    assert ours.nfev < 3000


def test_compile_time_grows_with_the_length_of_the_equations(tmp_path, monkeypatch):
    monkeypatch.setenv("RANVIER_CACHE", str(tmp_path))

    def seconds(n):
        system, start = System(oscillators(n)), time.process_time()
        system.simulate((0, 0.01), np.zeros(n))
        return time.process_time() - start

    seconds(13)  # the compiler itself is loaded
    few, many = seconds(20), seconds(40)  # four times the sines
    assert many < 12 * few


def test_ctrl_c_ends_compiling(tmp_path, monkeypatch):
    monkeypatch.setenv("RANVIER_CACHE", str(tmp_path))
    system = System(oscillators(120))
    asked = []

    def ask():
        asked.append(time.process_time())
        os.kill(os.getpid(), signal.SIGINT)

    threading.Timer(0.3, ask).start()
    with pytest.raises(KeyboardInterrupt):
        system.simulate((0, 1e6), np.zeros(120))
    assert time.process_time() - asked[0] < 0.6  # of both threads: .3 s of one, whatever else the machine does

"""Ctrl-C ends long work within a second, and leaves everything as usable as before."""

import os
import signal
import threading
import time

import numpy as np
import pytest

from ranvier.dynamics import System
from ranvier.units import ms


@pytest.fixture
def lorenz():
    return System("lorenz")


def branches_of_many_states(_):
    equations = "\n".join(f"dx{k}/dt = (r*x{k} - x{k}**3 + 0.1*x{(k + 1) % 60})/second : 1" for k in range(60))
    System(equations, r=-1.0).continue_equilibria("r", (-1.0, 1.0), x0={f"x{k}": 0.0 for k in range(60)})


WORK = {
    "simulate": lambda s: s.simulate((0, 1e7), [1, 1, 1], method="DOP853", rtol=1e-9, atol=1e-9, t_eval=[0, 1]),
    "events": lambda s: s.simulate((0, 1e7), [1, 1, 1], events=lambda t, x: x[0] - 100, t_eval=[0, 1]),
    "ensemble of one": lambda s: s.ensemble(1e7, 0.001, x0={"x": 1}, every=10**9),
    "ensemble": lambda s: s.ensemble(1e6, 0.001, x0={"x": np.ones(600)}, every=10**8),
    "spike trains on all threads": lambda s: s.spike_trains("rho", np.linspace(25, 30, 8), 1e6, x0=[1, 1, 1]),
    "poincare_section": lambda s: s.poincare_section("z", 27, 1e7, x0=[1, 1, 1]),
    "limit_cycle": lambda s: s.limit_cycle([1, 1, 1], transient=1e7),
    "lyapunov_spectrum": lambda s: s.lyapunov_spectrum(1e7, interval=0.5, x0=[1, 1, 1]),
    "continue_equilibria": branches_of_many_states,
    "spiking": lambda s: System("leaky_integrate_and_fire").simulate((0 * ms, 1e9 * ms)),
}


@pytest.mark.parametrize("what", WORK)
def test_ctrl_c_ends_it_within_a_second(lorenz, what):
    before = lorenz.simulate((0, 1), [1, 1, 1]).y
    asked = []

    def ask():
        asked.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(0.5, ask)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        WORK[what](lorenz)
    assert time.monotonic() - asked[0] < 1
    assert np.array_equal(lorenz.simulate((0, 1), [1, 1, 1]).y, before)


@pytest.mark.parametrize(("long", "short"), [(1_200_000, 1), (1_200_000, 400), (600_000, 400)])
def test_rows_of_long_runs_do_not_depend_on_how_steps_are_cut(lorenz, long, short):
    few = lorenz.ensemble(1200, 0.001, x0={"x": 1.0, "y": [1.0, 1.1]}, every=long)
    many = lorenz.ensemble(1200, 0.001, x0={"x": 1.0, "y": [1.0, 1.1]}, every=short)
    rows = np.arange(1, len(few.t) + 1) * (long // short) - 1
    assert len(few.t) == 1_200_000 // long
    assert np.array_equal(many.x[rows], few.x)
    assert np.array_equal(many.final["z"], few.final["z"])


def test_spikes_of_long_runs_keep_their_steps():
    neuron = System("dv/dt = (2 - v)/(10*ms) : 1", threshold="v > 1", reset="v = 0")
    spikes = neuron.ensemble(60e3 * ms, 0.01 * ms, members=1, record=[]).events["spike"]
    steps = np.asarray(spikes[1])
    assert len(steps) > 8000
    assert set(np.diff(steps)) == {steps[0] + 1}  # steps are counted from 0, and all intervals are alike


def test_nan_among_the_values_of_an_ensemble_is_refused(lorenz):
    with pytest.raises(ValueError, match="'y' must be numbers; that of member 1 is NaN"):
        lorenz.ensemble(1, 0.1, x0={"y": [1, np.nan]})
    with pytest.raises(ValueError, match="'rho' must be numbers; that of member 0 is NaN"):
        lorenz.ensemble(1, 0.1, parameters={"rho": [np.nan, 28]})

"""Trajectories beside scipy, and how long a bifurcation diagram takes; each answer is checked first."""

import time

import numpy as np

from ranvier.dynamics import System
from ranvier.units import cm, uA


def best(work, rounds=3):
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - begin)
    return min(times), result


def trajectory():
    lorenz = System("lorenz")
    start, tolerance = [1.0, 1.0, 1.0], dict(rtol=1e-9, atol=1e-9)
    short = lorenz.simulate((0, 5), start, "DOP853", **tolerance).y[:, -1]
    ours, result = best(lambda: lorenz.simulate((0, 1000), start, "DOP853", **tolerance))
    print(f"Lorenz, T = 1000, DOP853 at 1e-9: {ours * 1e3:.1f} ms ({result.nfev} evaluations)")
    try:
        from scipy.integrate import solve_ivp
    except ImportError:
        return

    def f(t, x):
        return [10 * (x[1] - x[0]), x[0] * (28 - x[2]) - x[1], x[0] * x[1] - 8 / 3 * x[2]]

    reference = solve_ivp(f, (0, 5), start, "DOP853", **tolerance).y[:, -1]
    assert np.abs(short - reference).max() < 1e-5, "the trajectories differ"
    theirs, _ = best(lambda: solve_ivp(f, (0, 1000), start, "DOP853", **tolerance), 1)
    print(f"  scipy: {theirs:.2f} s, {theirs / ours:.0f} times as long")


def diagram():
    unit = uA / cm**2

    def work():
        neuron = System("morris_lecar", "hopf", I=0 * unit)
        equilibria = neuron.continue_equilibria("I", (0 * unit, 300 * unit))
        hopf = [point for point in equilibria.special_points if point.kind == "Hopf"]
        return equilibria, neuron.continue_cycles(hopf[0], (0 * unit, 300 * unit))

    seconds, (equilibria, cycles) = best(work)
    at = sorted(point.parameter / unit for point in equilibria.special_points)
    assert np.allclose(at, [93.858, 212.019], atol=1e-3), at
    print(f"Morris-Lecar with its {len(cycles.period)} cycles: {seconds:.3f} s")


def exponents():
    lorenz = System("lorenz")
    seconds, spectrum = best(lambda: lorenz.lyapunov_spectrum(20000, transient=100, x0=[1, 1, 1]), 1)
    assert abs(spectrum.sum() + 41 / 3) < 1e-6
    print(
        f"Lorenz's exponents, T = 20000: {spectrum.round(4)} in {seconds:.1f} s; sum + 41/3 = {spectrum.sum() + 41 / 3:.1e}"
    )


if __name__ == "__main__":
    trajectory()
    diagram()
    exponents()

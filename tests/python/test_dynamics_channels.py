"""Markov channels: what theory says of one, of N, and of the gates of Hodgkin and Huxley as schemes of states.

Statistical tests have α = 0.001 each and fixed seeds: they ask whether this stream of random numbers is one that the law
would give in 999 of 1000 cases. Where it says something, the same statistic must refuse a law that is a little wrong.
"""

import numpy as np
import pytest

from ranvier.dynamics import System
from ranvier.units import Quantity, ms, mV

ALPHA, BETA = 0.1, 0.3  # opening, closing [1/ms], the model's own
RATE, P = ALPHA + BETA, ALPHA / (ALPHA + BETA)
Z = 3.2905  # two-sided normal quantile of 0.001


def open_channels(n, members, duration, dt, seed, every=1):
    """Counts of open channels, shape (times, members)."""
    run = System("two_state_channels", n_channels=n).ensemble(
        duration * ms, dt * ms, members=members, record=["n_open"], every=every, seed=seed
    )
    return np.asarray(run.n_open)


def kolmogorov_smirnov(times, rate):
    """Largest distance of the empirical distribution from 1 - exp(-rate t), times sqrt(n)."""
    t = np.sort(times)
    law = -np.expm1(-rate * t)
    n = len(t)
    return np.sqrt(n) * max((np.arange(1, n + 1) / n - law).max(), (law - np.arange(n) / n).max())


KS = np.sqrt(np.log(2 / 0.001) / 2)  # Kolmogorov's law: P(K > x) is nearly 2 exp(-2 x²)


def test_the_occupancy_relaxes_to_alpha_over_alpha_plus_beta():
    run = System("two_state_channel").ensemble(30 * ms, 0.5 * ms, method="exact")
    t = run.t / ms
    # 60 products of the propagator, each within an ulp or two
    assert np.asarray(run.p)[:, 0] == pytest.approx(P * -np.expm1(-RATE * t), rel=1e-13)
    assert System("two_state_channel").fixed_point().x[0] == pytest.approx(P, rel=1e-14)


def test_open_channels_are_counted_in_whole_numbers():
    n = open_channels(7, 500, 40, 0.1, seed=1)
    assert (n == np.round(n)).all()
    assert n.min() == 0 and 4 <= n.max() <= 7
    assert set(np.unique(np.diff(n, axis=0))) >= {-1, 0, 1}


@pytest.mark.parametrize("dt", [0.1, 5.0])  # a step of 5 ms is twice the relaxation time: transitions are exact anyway
def test_mean_and_variance_of_the_open_fraction(dt):
    n, members = 100, 8000
    last = open_channels(n, members, 60, dt, seed=2, every=round(60 / dt))[-1] / n  # 24 relaxation times
    sigma2 = P * (1 - P) / n
    assert abs(last.mean() - P) < Z * np.sqrt(sigma2 / members)
    # The variance of a variance: σ⁴ (2/(M-1) + k/M), where a binomial number has the excess kurtosis k = (1 - 6pq)/(npq).
    kurtosis = (1 - 6 * P * (1 - P)) / (n * P * (1 - P))
    spread = sigma2 * np.sqrt(2 / (members - 1) + kurtosis / members)
    assert abs(last.var(ddof=1) - sigma2) < Z * spread
    assert abs(last.mean() - 1.02 * P) > Z * np.sqrt(sigma2 / members)


def test_the_number_of_open_channels_is_binomial():
    n, members = 4, 20000
    last = open_channels(n, members, 60, 0.5, seed=3, every=120)[-1].astype(int)
    expected = members * np.array([1, 4, 6, 4, 1]) * P ** np.arange(5) * (1 - P) ** np.arange(4, -1, -1)
    chi2 = ((np.bincount(last, minlength=5) - expected) ** 2 / expected).sum()
    assert chi2 < 18.467  # χ² of 4 degrees of freedom, 0.999


@pytest.mark.parametrize("dt", [0.1, 0.5])
def test_the_autocorrelation_decays_with_alpha_plus_beta(dt):
    n = open_channels(100, 8000, 70, dt, seed=4, every=round(0.5 / dt))[-21:]  # the last 10 ms, every 0.5 ms
    for lag in (1, 2, 5, 10, 20):
        r = np.corrcoef(n[-1], n[-1 - lag])[0, 1]
        truth = np.exp(-RATE * 0.5 * lag)
        # Fisher's transform of a correlation has the standard deviation 1/sqrt(M - 3).
        assert abs(np.arctanh(r) - np.arctanh(truth)) < Z / np.sqrt(n.shape[1] - 3), lag
    wrong = np.exp(-1.15 * RATE * 0.5)
    r = np.corrcoef(n[-1], n[-2])[0, 1]
    assert abs(np.arctanh(r) - np.arctanh(wrong)) > Z / np.sqrt(n.shape[1] - 3)


def test_dwell_times_of_a_single_channel_are_exponential():
    # Stays begun and ended within a step of 0.01 ms are not seen; that and the grid move the distribution by about
    # (α + β) dt = 0.004, well below the statistic's resolution KS/sqrt(3200) = 0.034.
    dt, first = 0.01, 8
    n = open_channels(1, 400, 320, dt, seed=5)
    opened, closed = [], []
    for channel in n.T:
        steps = np.flatnonzero(np.diff(channel))
        stays, into = np.diff(steps) * dt, channel[steps[:-1] + 1]
        # The first eight whole stays of each kind: taking all that fit a window would prefer the short ones.
        assert (into == 1).sum() > first and (into == 0).sum() > first
        opened.extend(stays[into == 1][:first])
        closed.extend(stays[into == 0][:first])
    assert len(opened) == len(closed) == 3200
    assert kolmogorov_smirnov(np.array(opened), BETA) < KS
    assert kolmogorov_smirnov(np.array(closed), ALPHA) < KS
    # A rate that is a tenth off would be noticed.
    assert kolmogorov_smirnov(np.array(opened), 1.12 * BETA) > KS
    assert kolmogorov_smirnov(np.array(closed), 0.88 * ALPHA) > KS


def test_the_diffusion_approximation_has_the_same_mean_variance_and_memory():
    members, n = 8000, 1000
    run = System("two_state_channels_diffusion", n_channels=n).ensemble(
        60 * ms, 0.01 * ms, members=members, method="euler_maruyama", record=["p"], every=100, seed=6
    )
    last, before = np.asarray(run.p)[-1], np.asarray(run.p)[-2]
    sigma2 = P * (1 - P) / n
    assert abs(last.mean() - P) < Z * np.sqrt(sigma2 / members)
    # Euler's steps add (α + β) dt/2 = 0.2 % to the variance; chance is 5 %.
    assert last.var() == pytest.approx(sigma2, rel=Z * np.sqrt(2 / members) + 0.002)
    assert np.arctanh(np.corrcoef(last, before)[0, 1]) == pytest.approx(np.arctanh(np.exp(-RATE)), abs=Z / np.sqrt(members))


def rates(v):
    """α and β of m, h, n [1/ms] at v [mV] (not where one is 0/0)."""
    return {
        "m": (0.1 * (v + 40) / -np.expm1(-(v + 40) / 10), 4 * np.exp(-(v + 65) / 18)),
        "h": (0.07 * np.exp(-(v + 65) / 20), 1 / (1 + np.exp(-(v + 35) / 10))),
        "n": (0.01 * (v + 55) / -np.expm1(-(v + 55) / 10), 0.125 * np.exp(-(v + 65) / 80)),
    }


def gate(v, name, t, start):
    """A gate after a step of the voltage: exact."""
    a, b = rates(v)[name]
    return a / (a + b) + (start - a / (a + b)) * np.exp(-(a + b) * t)


@pytest.mark.parametrize("v", [-90.0, -20.0, 37.0])
def test_the_potassium_scheme_is_n_to_the_fourth(v):
    n0 = 0.3177  # about that of rest
    start = {f"n{k}": c * n0**k * (1 - n0) ** (4 - k) for k, c in enumerate([1, 4, 6, 4, 1])}
    run = System("markov_potassium", v=v * mV).ensemble(20 * ms, 0.01 * ms, x0=start, method="exact", every=50)
    n = gate(v, "n", run.t / ms, n0)
    assert np.asarray(run.n4)[:, 0] == pytest.approx(n**4, rel=1e-11)  # 2000 products of the propagator
    assert sum(np.asarray(run[f"n{k}"]) for k in range(5)) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("v", [-90.0, -20.0, 37.0])
def test_the_sodium_scheme_is_m_cubed_times_h(v):
    m0, h0 = 0.0529, 0.5961
    start = {
        f"m{k}h{j}": c * m0**k * (1 - m0) ** (3 - k) * (h0 if j else 1 - h0)
        for k, c in enumerate([1, 3, 3, 1])
        for j in (0, 1)
    }
    run = System("markov_sodium", v=v * mV).ensemble(10 * ms, 0.005 * ms, x0=start, method="exact", every=50)
    t = run.t / ms
    truth = gate(v, "m", t, m0) ** 3 * gate(v, "h", t, h0)
    assert np.asarray(run.m3h1)[:, 0] == pytest.approx(truth, rel=1e-10)
    total = sum(np.asarray(run[f"m{k}h{j}"]) for k in range(4) for j in (0, 1))
    assert total == pytest.approx(1, abs=1e-12)


def test_clamped_schemes_carry_the_currents_of_hodgkin_and_huxley():
    squid = System("hodgkin_huxley")
    for scheme, current, shut in (("markov_potassium", "I_K", "n0"), ("markov_sodium", "I_Na", "m0h1")):
        # From shut gates, where n = 0, or m = 0 and h = 1.
        channel = System(scheme, v=0 * mV)
        run = channel.simulate((0 * ms, 5 * ms), {shut: 1}, method="DOP853", rtol=1e-10, atol=1e-12)
        gates = {"n": 0.0, "m": 0.0, "h": 1.0}
        g = {name: gate(0.0, name, run.t / ms, x) for name, x in gates.items()}
        open_now = g["n"] ** 4 if current == "I_K" else g["m"] ** 3 * g["h"]
        parameters = squid.parameters
        E, full = (parameters["E_K"], parameters["g_K"]) if current == "I_K" else (parameters["E_Na"], parameters["g_Na"])
        expected = full * open_now * (Quantity(0.0, "mV") - E)
        assert np.abs((channel.evaluate(current, run) - expected) / (full * mV)).max() < 1e-6

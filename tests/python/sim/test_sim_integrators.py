"""Integrators: what they make of equations, and which they refuse."""

import logging

import numpy as np
import pytest
from ranvier.sim.core.logger import catch_logs

from ranvier.sim import (
    Equations,
    ExplicitStateUpdater,
    Network,
    NeuronGroup,
    TimedArray,
    defaultclock,
    euler,
    exact,
    exponential_euler,
    heun,
    milstein,
    ms,
    rk4,
    seed,
)

ta = TimedArray([1.0, 3.0, 2.0], dt=1 * ms)


def value_after(method, equations, duration=3 * ms, **namespace):
    G = NeuronGroup(1, equations, method=method, namespace={"ta": ta, "ms": ms, **namespace})
    Network(G).run(duration)
    return float(G.v_[0])


def test_exact_takes_a_table_that_keeps_its_value_during_a_step():
    truth = 0.0
    for k in range(30):  # v' = -v/tau + c, c constant in a step of 0.1 ms; tau = 10 ms
        c = 100 * ta.values[k // 10]
        truth = truth * np.exp(-0.01) + c * 0.01 * (1 - np.exp(-0.01))
    v = value_after("exact", "dv/dt = -v/(10*ms) + I/(10*ms) : 1\nI = ta(t) : 1")
    assert v == pytest.approx(truth, rel=1e-12)


def test_exact_refuses_a_table_that_changes_within_a_step():
    for dt in (0.15 * ms, 0.05 * ms):
        with pytest.raises(ValueError, match="coefficients depend on neither state nor t"):
            value_after("exact", "dv/dt = -v/(10*ms) + ta(t)/ms : 1", ta=TimedArray([1.0, 2.0], dt=dt))
    with pytest.raises(ValueError, match="coefficients depend on neither state nor t"):
        value_after("exact", "dv/dt = -v/(10*ms) + ta(t/2)/ms : 1")


def test_integrators_that_look_ahead_read_tables_there():
    # A table that steps up at 1 ms. Of four stages of rk4 the last, of weight 1/6, looks at t + dt.
    v = value_after("rk4", "dv/dt = ta(t)/ms : 1", 1 * ms)
    assert v == pytest.approx(0.9 + 0.1 * (5 / 6 + 3 / 6), rel=1e-12)
    assert value_after("euler", "dv/dt = ta(t)/ms : 1", 1 * ms) == pytest.approx(1, rel=1e-12)


def test_noise_whose_factor_is_a_table_is_additive():
    value_after("euler", "dv/dt = ta(t)*xi/sqrt(ms) : 1", 1 * ms)
    with pytest.raises(ValueError, match="multiplicative noise"):
        value_after("euler", "dv/dt = v*xi/sqrt(ms) : 1", 1 * ms)


@pytest.mark.parametrize("method", [euler, rk4, exact, exponential_euler])
def test_the_lines_that_are_shown_compute_what_the_engine_does(method):
    equations = "dv/dt = (3 - v)/(10*ms) : 1"
    step = method(Equations(equations))
    names = {"v": 0.5, "dt": 1e-4, "ms": 1e-3, "exp": np.exp, "exprel": lambda x: np.expm1(x) / x}
    for line in step.splitlines():
        exec(line, {}, names)
    G = NeuronGroup(1, equations, method=method)
    G.v = 0.5
    Network(G).run(defaultclock.dt)
    assert names["v"] == pytest.approx(float(G.v_[0]), rel=1e-14)


def test_lines_keep_noise_and_names_apart():
    equations = Equations("dv/dt = -(v + k)/ms + 2*xi/ms**0.5 - xi_2*w : 1\ndw/dt = f*w/ms : 1\nf = 3*v : 1")
    assert euler(equations).splitlines() == [
        "xi = dt**0.5*randn()",
        "xi_2 = dt**0.5*randn()",
        "_v = v + dt*(-(v + k)/ms) + 2/ms**0.5*xi + -w*xi_2",
        "_w = w + dt*(3*v*w/ms)",
        "v = _v",
        "w = _w",
    ]
    with pytest.raises(NotImplementedError, match="one source of noise"):
        ExplicitStateUpdater("s = g(x, t)*dt\nx_new = x + s*dW", stochastic="multiplicative")(equations)
    with pytest.raises(ValueError, match="summands"):
        ExplicitStateUpdater("x_new = x + dt*f(x, t)*g(x, t)*dW")(equations)
    with pytest.raises(ValueError, match="noise is a factor"):
        milstein(Equations("dv/dt = exp(xi) : 1"))
    with pytest.raises(NotImplementedError, match="matrix exponential"):
        exact(Equations("dv/dt = w/ms : 1\ndw/dt = -v/ms : 1"))


def test_heun_is_heuns_for_the_noise_alone():
    # Brian 2's: the drift moves as Euler's does, at v and t, whatever the noise.
    assert value_after("heun", "dv/dt = (1 - v**2)/ms + 0*v*xi/ms**0.5 : 1", 0.2 * ms) == pytest.approx(
        0.1 + 0.1 * (1 - 0.1**2), rel=1e-14
    )
    step = heun(Equations("dv/dt = -v/ms + v*xi/ms**0.5 : 1"))
    names = {"v": 0.5, "dt": 1e-4, "ms": 1e-3, "randn": lambda: 2.0}
    for line in step.splitlines():
        exec(line, {}, names)
    dW = 2 * 1e-2 / 1e-3**0.5  # over sqrt(ms)
    assert names["v"] == pytest.approx(0.5 - 0.05 + (0.5 + 0.5 * (1 + dW)) * dW / 2, rel=1e-13)


@pytest.mark.parametrize(
    "method, looks",  # the weights of what an integrator adds in a step, each with a draw of its own
    [("euler", [1]), ("heun", [1]), ("exponential_euler", [1]), ("rk2", [1]), ("rk4", [1 / 6, 1 / 3, 1 / 3, 1 / 6])],
)
def test_random_numbers_in_an_equation_are_drawn_wherever_the_integrator_looks(method, looks):
    n = 20000
    seed(4)
    G = NeuronGroup(n, "dv/dt = rand()/ms : 1", method=method)
    Network(G).run(defaultclock.dt)
    v = G.v_[:] / 0.1
    variance = sum(w**2 for w in looks) / 12
    assert abs(v.mean() - 0.5) < 5 * np.sqrt(variance / n)  # five standard errors: α < 1e-6
    assert v.var() == pytest.approx(variance, rel=0.05)  # that of a variance of 20,000 is below 1 %


def test_random_numbers_in_equations_choose_euler_and_are_none_for_exact():
    G = NeuronGroup(3, "dv/dt = -v/ms + randn()/ms : 1")
    Network(G).run(1 * ms)
    assert np.ptp(G.v_[:]) > 0
    for method, equation in (
        ("exact", "dv/dt = -v/ms + randn()/ms : 1"),
        ("exponential_euler", "dv/dt = -v*rand()/ms : 1"),
    ):
        with pytest.raises(ValueError, match=f"'{method}'"):
            value_after(method, equation)
    with pytest.raises(SyntaxError, match="constant over dt"):
        value_after("euler", "dv/dt = x/ms : 1\nx = rand() : 1")


@pytest.mark.parametrize(
    "equation, method",
    [
        ("-y*int(flag)/ms", "exact"),
        ("-y*floor(a)/ms", "exact"),
        ("-y*(n//3)/ms", "exact"),
        ("-y*int(flag and n > 1)/ms", "exact"),
        ("-y*int(a > 1)/ms", "euler"),
        ("-y*(1 + int(i > 0))/ms", "euler"),
        ("-y*int(not flag)/ms", "euler"),
        ("a/ms", "euler"),
    ],
)
def test_what_is_chosen_does_not_depend_on_what_a_condition_may_be(equation, method):
    G = NeuronGroup(2, f"dy/dt = {equation} : 1\nflag : boolean\nn : integer\na : 1")
    with catch_logs(log_level=logging.INFO) as logs:
        Network(G).run(1 * ms)
    (said,) = [words for _, name, words in logs if name.endswith("method_choice")]
    assert f"'{method}'" in said

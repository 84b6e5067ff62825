"""What a user of continuation would lose: bifurcations that lie close together, or that are none."""

import numpy as np
import pytest

from ranvier.dynamics import System
from ranvier.units import Hz

CELLS = """
dv/dt = (v - v**3/3 - w + I + g*(V - v))/ms : 1
dw/dt = 0.08*(v + 0.7 - 0.8*w)/ms : 1
dV/dt = (V - V**3/3 - W + I + g*(v - V))/ms : 1
dW/dt = 0.08*(V + 0.7 - 0.8*W)/ms : 1
"""


def kinds(diagram):
    return [(point.kind, float(point.parameter)) for point in diagram.special_points]


@pytest.mark.parametrize("g", [0.0, 1e-9, 1e-4, 1e-3, 1e-2, 0.3])
def test_two_hopf_points_within_a_step_are_both_found(g):
    """Two like cells together, v = V and v = -V apart: each mode has the Hopf points of one cell, those of the second with
    1 - v² - 2 g in the place of 1 - v²."""
    diagram = System(CELLS, I=0.0, g=g).continue_equilibria("I", (0.0, 2.0))
    found = kinds(diagram)
    assert {kind for kind, _ in found} == {"Hopf"}
    wanted = []
    for damped in (0.0, 2 * g):
        v = np.sqrt(1 - damped - 0.064)  # the trace of a mode, 1 - v² - damped - .064, is 0
        wanted += [sign * v - (sign * v) ** 3 / 3 for sign in (-1, 1)]
        wanted[-2:] = [(sign * v + 0.7) / 0.8 - (sign * v - (sign * v) ** 3 / 3) for sign in (-1, 1)]
    np.testing.assert_allclose(sorted(p for _, p in found), sorted(wanted), rtol=0, atol=1e-8)


def test_two_pitchforks_within_a_step_are_both_found():
    system = System("dx/dt = (-x**3 - p*x)/second : 1\ndy/dt = (-y**3 - (p + d)*y)/second : 1", p=-1.0, d=1e-5)
    diagram = system.continue_equilibria("p", (-1.0, 1.0), x0={"x": 0.0, "y": 0.0})
    on_first = [q for q in diagram.special_points if q.branch == 0]
    assert [q.kind for q in on_first] == ["branch point", "branch point"]
    np.testing.assert_allclose([float(q.parameter) for q in on_first], [-1e-5, 0], atol=1e-10)


def test_coincident_pitchforks_are_told_as_one_branch_point():
    system = System("dx/dt = (-x**3 - p*x)/second : 1\ndy/dt = (-y**3 - p*y)/second : 1", p=-1.0)
    [(kind, where)] = kinds(system.continue_equilibria("p", (-1.0, 1.0), x0={"x": 0.0, "y": 0.0}))
    assert kind == "branch point" and abs(where) < 1e-10


def test_a_pitchfork_is_no_fold_from_whichever_branch_it_is_met():
    system = System("dx/dt = (-x**3 - p*x)/second : 1", p=-1.0)
    for start in (0.0, 1.0, -1.0):
        [(kind, where)] = kinds(system.continue_equilibria("p", (-1.0, 1.0), x0={"x": start}))
        assert kind == "branch point" and abs(where) < 1e-10


@pytest.mark.parametrize("start", [0.0, 0.7, -0.7])
def test_a_fold_close_to_a_crossing_stays_a_fold(start):
    """x = 0 is crossed at p = 0 by the parabola p = (x - s)² - s², which turns at x = s, p = -s²."""
    s = 0.02
    system = System("dx/dt = x*(p - (x - s)**2 + s**2)/second : 1", p=0.5, s=s)
    found = kinds(system.continue_equilibria("p", (-0.5, 0.5), x0={"x": start}))
    assert sorted(kind for kind, _ in found) == ["branch point", "fold"]
    where = dict(found)
    assert abs(where["branch point"]) < 1e-9 and abs(where["fold"] + s**2) < 1e-9


JANSEN_RIT = """
dy0/dt = y3 : 1
dy3/dt = A*a*S0 - 2*a*y3 - a**2*y0 : Hz
dy1/dt = y4 : 1
dy4/dt = A*a*(p + 0.8*C*S1) - 2*a*y4 - a**2*y1 : Hz
dy2/dt = y5 : 1
dy5/dt = B*b*0.25*C*S2 - 2*b*y5 - b**2*y2 : Hz
S0 = 5*Hz/(1+exp(0.56*(6-(y1-y2)))) : Hz
S1 = 5*Hz/(1+exp(0.56*(6-C*y0))) : Hz
S2 = 5*Hz/(1+exp(0.56*(6-0.25*C*y0))) : Hz
"""


@pytest.mark.parametrize("intervals", [20, 40, 120])
def test_cycles_of_a_neural_mass_have_no_bifurcation_beside_their_hopf_point(intervals):
    """Jansen & Rit 1995."""
    system = System(JANSEN_RIT, A=3.25, B=22.0, a=100 * Hz, b=50 * Hz, C=135.0, p=-50.0 * Hz)
    diagram = system.continue_equilibria("p", (-50.0 * Hz, 400.0 * Hz), largest_state=1e9)
    hopf = [q for q in diagram.special_points if q.kind == "Hopf"][1]
    assert [q.kind for q in system.continue_cycles(hopf, intervals=intervals).special_points] == []


@pytest.mark.parametrize("apart", [0.0, 1e-3])
def test_two_tori_within_a_step_are_both_found(apart):
    """Beside a cycle of radius 1, two oscillators whose own damping, and with it a pair of multipliers, changes its sign."""
    equations = "dr/dt = ((1 - r**2 - s**2)*r - 2.0*s)/second : 1\nds/dt = ((1 - r**2 - s**2)*s + 2.0*r)/second : 1\n"
    for k in "12":
        equations += f"dx{k}/dt = ((c - b{k})*x{k} - 3.3*y{k} - x{k}*(x{k}**2 + y{k}**2))/second : 1\n"
        equations += f"dy{k}/dt = ((c - b{k})*y{k} + 3.3*x{k} - y{k}*(x{k}**2 + y{k}**2))/second : 1\n"
    system = System(equations, c=-0.5, b1=0.0, b2=apart)
    cycle = system.limit_cycle(x0={"r": 1.0, "s": 0.0, "x1": 0.0, "y1": 0.0, "x2": 0.0, "y2": 0.0})
    branch = system.continue_cycles(cycle, range=(-0.5, 0.5), parameter="c")
    assert [q.kind for q in branch.special_points] == ["torus", "torus"]
    np.testing.assert_allclose([float(q.parameter) for q in branch.special_points], [0, apart], atol=1e-4)

"""Spikes, events, crossings and sections: none is lost between two steps."""

import numpy as np
import pytest

from ranvier.dynamics import System, crossing
from ranvier.units import Hz, ms, second


@pytest.mark.parametrize("method", ["RK45", "tsit5", "DOP853", "rodas4", "rodas5"])
def test_a_threshold_that_is_passed_twice_within_a_step_is_seen(method):
    # y = (t + 6)(t + 2)(t - 2) rises through 0 at -6 and at 2
    cubic = System("dy/dt = 3*t**2 + 12*t - 4 : 1", threshold="y > 0")
    start = (-8 + 6) * (-8 + 2) * (-8 - 2)
    spikes = cubic.simulate((-8, 4), [start], method=method, rtol=1e-6).spikes
    assert np.allclose(spikes, [-6, 2], atol=1e-3)


@pytest.mark.parametrize("event", ["crossing", "function", "threshold"])
def test_no_peak_of_a_sine_is_lost_however_flat_it_is_cut(event):
    # sin t exceeds .999 in each of its 16 turns, for .089 of a turn's 6.28
    text, span = "dx/dt = y : 1\ndy/dt = -x : 1", (0, 100)
    up = lambda t, x: x[0] - 0.999  # noqa: E731
    up.direction = 1
    for method in ("DOP853", "RK45", "rodas5"):
        how = {"method": method, "rtol": 1e-9, "atol": 1e-9}
        if event == "threshold":
            found = System(text, threshold="x > 0.999").simulate(span, [0, 1], **how).spikes
        else:
            events = crossing("x", 0.999, direction=1) if event == "crossing" else up
            found = System(text).simulate(span, [0, 1], events=events, **how).t_events[0]
        assert np.allclose(found, np.arcsin(0.999) + 2 * np.pi * np.arange(16), atol=1e-4), method


def test_a_section_keeps_every_return():
    circle = System("dx/dt = y : 1\ndy/dt = -x : 1")
    assert len(circle.poincare_section("x", 0.999, 100, x0=[0, 1], transient=0, direction=1)[0]) == 16


def test_a_neuron_driven_by_a_sine_keeps_its_rate():
    # v follows (1 - cos)/(1 + w²)…: the threshold lies 0.1 % below the peak of each period
    neuron = System(
        "dv/dt = (-v + a*(1 + sin(2*pi*f*t)))/tau : 1\na : 1", threshold="v > 1", reset="v = 0", tau=5 * ms, f=20 * Hz
    )
    w = 2 * np.pi * 20 * 5e-3
    peak = 1 + 1 / np.sqrt(1 + w**2)
    rate = neuron.fi_curve("a", [1.001 / peak], 5 * second, transient=0.5 * second)
    assert rate[0] / Hz == pytest.approx(20, rel=1e-3)


def test_events_of_a_model_without_threshold_are_obeyed(tmp_path):
    file = tmp_path / "saw.model"
    file.write_text(
        "model: saw\nkind: system\ntime: 1\nequations:\n    dv/dt = 1 : 1\nevent top: v > 2\non top: v = 0\n"
    )
    result = System(str(file)).simulate((0, 9), [0])
    assert np.allclose(result.t_events[0], [2, 4, 6, 8])
    assert result.y.max() < 2.001
    assert "spikes" not in result
    with pytest.raises(ValueError, match="has the event 'top'"):
        System(str(file)).simulate((0, 9), [0], events=crossing("v", 1))


def test_a_condition_holds_at_every_step_and_an_edge_once(tmp_path):
    def counted(condition):
        file = tmp_path / "count.model"
        file.write_text(
            "model: count\nkind: system\ntime: 1\nequations:\n    dv/dt = 1 : 1\n    db/dt = 0*b : 1\n"
            f"event e: {condition}\non e: b += 1\n"
        )
        return System(str(file))

    stays = counted("v > 1.05")
    assert stays.ensemble(3, 0.1, {"v": 0, "b": 0}).b[-1, 0] == 20  # the steps that end at 1.1, 1.2, ..., 3
    with pytest.raises(ArithmeticError, match="still true after its own statements, .* says 'rises above'"):
        stays.simulate((0, 3), [0, 0])
    passes = counted("v rises above 1.05")
    assert passes.ensemble(3, 0.1, {"v": 0, "b": 0}).b[-1, 0] == passes.simulate((0, 3), [0, 0]).b[-1] == 1


CELL = "du/dt = -w : 1\ndw/dt = u : 1\ndm/dt = 0.1*m : 1"  # u = cos t
FALL = np.arccos(-0.2) + 2 * np.pi * np.arange(3)  # where it falls below -0.2
RISE = 2 * np.pi * np.arange(1, 4) - np.arccos(-0.2)


@pytest.mark.parametrize("method", ["RK45", "tsit5", "DOP853", "rodas4", "rodas5"])
@pytest.mark.parametrize(("edge", "times"), [("falls below", FALL), ("rises above", RISE)])
def test_a_cell_divides_where_its_signal_passes_a_level_and_not_while_it_lies_behind(method, edge, times):
    cell = System(CELL, threshold=f"u {edge} -0.2", reset="m = 0.5*m")
    result = cell.simulate((0, 20), [1, 0, 1], method=method, rtol=1e-9, atol=1e-12)
    assert result.spikes == pytest.approx(times, abs=1e-6)
    assert result.m[-1] == pytest.approx(np.exp(2) / 8, rel=1e-6)
    behind = cell.simulate((0, 1), [-1 if edge == "falls below" else 1, 0, 1], method=method)
    assert behind.spikes.size == 0  # it begins there


@pytest.mark.parametrize("method", ["rk4", "rk2", "heun", "euler", "exponential_euler"])
@pytest.mark.parametrize(("edge", "times"), [("falls below", FALL), ("rises above", RISE)])
def test_members_of_an_ensemble_divide_like_one_cell(method, edge, times):
    cell = System(CELL, threshold=f"u {edge} level", reset="m = 0.5*m", level=-0.2)
    result = cell.ensemble(20, 1e-3, {"u": [1, -1], "w": 0, "m": 1}, method=method)
    members, steps = result.events["spike"]
    opposite = np.sort((times + np.pi) % (6 * np.pi))  # the second begins half a turn on
    for member, expected in enumerate((times, opposite)):
        assert (steps[members == member] + 1) * 1e-3 == pytest.approx(expected, abs=5e-3)
    assert result.m[-1] == pytest.approx(np.exp(2) / 8, rel=1e-3)


def test_an_edge_is_said_in_a_model_file_with_units(tmp_path):
    file = tmp_path / "cell.model"
    file.write_text(
        "model: cell\nkind: system\ntime: ms\nequations:\n    dv/dt = -w/(10*ms) : mV\n    dw/dt = v/(10*ms) : mV\n"
        "    dm/dt = m/(100*ms) : 1\nevent division: v falls below -2*mV\non division: m = 0.5*m\n"
        "initial:\n    v = 10*mV\n    m = 1\n"
    )
    cell = System(str(file))
    result = cell.simulate((0 * ms, 200 * ms), rtol=1e-9, atol=1e-12)
    assert result.t_events[0] / ms == pytest.approx(10 * FALL, abs=1e-5)
    fixed = cell.ensemble(200 * ms, 0.01 * ms)
    assert fixed.events["division"][1] * 0.01 == pytest.approx(10 * FALL, abs=0.02)
    for m in (result.m[-1], fixed.m[-1, 0]):
        assert float(m) == pytest.approx(np.exp(2) / 8, rel=1e-6)
    file.write_text(file.read_text().replace("-2*mV", "-2"))
    with pytest.raises(ValueError, match="mV|volt"):
        System(str(file))


def test_what_is_passed_while_a_cell_is_refractory_is_no_spike():
    cell = System(CELL, threshold="u falls below -0.2", reset="m = 0.5*m", refractory="9")
    assert cell.simulate((0, 20), [1, 0, 1]).spikes == pytest.approx(FALL[::2], abs=1e-2)
    assert len(cell.ensemble(20, 1e-3, {"u": 1, "m": 1}).events["spike"][1]) == 2


def test_a_state_of_rest_behind_an_edge_is_one():
    with pytest.raises(ArithmeticError, match="beyond the threshold"):
        System("dx/dt = 1 - x : 1", threshold="x > 0.5", reset="x = 0").fixed_point()
    rest = System("dx/dt = 1 - x : 1", threshold="x rises above 0.5", reset="x = x").fixed_point()
    assert rest.x == pytest.approx([1])


@pytest.mark.parametrize("kept", [0.5, 0.95])
def test_a_ball_that_bounces_ever_faster_comes_back_with_a_word(tmp_path, kept):
    file = tmp_path / "ball.model"
    file.write_text(
        "model: ball\nkind: system\ntime: 1\nequations:\n    dy/dt = v : 1\n    dv/dt = -10 : 1\n"
        f"event bounce: y < 0 and v < 0\non bounce: v = -{kept}*v\ninitial:\n    y = 5\n"
    )
    end = 1 + 2 * kept / (1 - kept)  # it falls for 1, then rises and falls for 2 kept, 2 kept², ...
    result = System(str(file)).simulate((0, end + 5))
    assert result.status == -1
    assert "ever faster" in result.message
    assert result.t[-1] == pytest.approx(end, abs=1e-3)


@pytest.mark.parametrize("span", [2, 10, 100])
def test_a_reset_that_halves_a_bounce_does_not_take_hours(span):
    ball = System("dx/dt = v : 1\ndv/dt = -9.8 : 1", threshold="x < 0", reset="v = -0.5*v; x = 0")
    result = ball.simulate((0, span), [1, 0])
    assert result.status == -1
    assert "ever faster" in result.message
    fall = np.sqrt(2 / 9.8)
    assert result.t[-1] == pytest.approx(3 * fall, rel=1e-4)  # fall (1 + 2/2 + 2/4 + 2/8 ...)
    assert result.spikes[:3] == pytest.approx([fall, 2 * fall, 2.5 * fall], rel=1e-6)


@pytest.mark.parametrize("wrong", [lambda t, y: np.array([y[0], 1]), lambda t, y: np.zeros(0), lambda t, y: "1"])
def test_an_event_function_that_returns_no_one_number_is_told_so(wrong):
    with pytest.raises(TypeError, match="an event function returns one number; got"):
        System("dx/dt = -x : 1").simulate((0, 1), [1], events=wrong)


def test_an_event_function_may_return_an_array_of_one_number():
    line = System("dx/dt = 1 : 1")
    found = line.simulate((0, 4), [0], events=lambda t, x: np.array([x[0] - 2.5])).t_events[0]
    assert found == pytest.approx([2.5])
    with pytest.raises(TypeError, match="an event function returns one number; got array"):
        System("dx/dt = -x : 1").simulate((0, 1), [1.0], events=lambda t, x: np.array([1.0, 2.0]))
    with pytest.raises(TypeError, match="an event function returns one number; got 'no'"):
        line.simulate((0, 4), [0], events=lambda t, x: "no")

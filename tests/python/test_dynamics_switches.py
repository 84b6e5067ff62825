"""Conditions on time in the text of equations: steps end where they switch."""

import numpy as np
import pytest

from ranvier.dynamics import System
from ranvier.units import ms, mV, second

METHODS = ["RK45", "tsit5", "DOP853", "rodas4", "rodas5"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("pulse", "on", "off"),
    [
        ("int(t > 5 and t < 5.05)", 5, 5.05),
        ("where(t >= 5, 1, 0)*int(t < 5.05)", 5, 5.05),
        ("(sign(t - 5) - sign(t - 5.05))/2", 5, 5.05),
        ("int(abs(t - 5.025) < 0.025)", 5, 5.05),
        ("int(2*(t - on) > 0 and (t - on)/width < 1)", 5, 5.05),
        ("int(t % 5 < 0.05)*int(t > 3)", 5, 5.05),
        (
            "int(timestep(t + 0.01, 0.05) == 100)",
            4.99 - 5e-5,
            5.04 - 5e-5,
        ),  # a thousandth of dt below a step is the step
        ("int(exp(t/10) > exp(0.5) and t**3 < 5.05**3)", 5, 5.05),
        ("int(sin(2*pi*t/20) > 0.9999)", 5 - 10 / np.pi * np.arccos(0.9999), 5 + 10 / np.pi * np.arccos(0.9999)),
    ],
)
def test_a_short_pulse_is_not_stepped_over(method, pulse, on, off):
    values = {"on": 5, "width": 0.05} if "width" in pulse else {}
    system = System(f"dv/dt = -v + 20*{pulse} : 1", **values)
    result = system.simulate((0, 9), [0], method=method, rtol=1e-8, atol=1e-10)
    assert result.y.max() == pytest.approx(20 * (1 - np.exp(on - off)), rel=1e-6)
    assert result.y[0, -1] == pytest.approx(20 * (1 - np.exp(on - off)) * np.exp(off - 9), rel=1e-5)
    assert np.min(abs(result.t - on)) < 1e-12 and np.min(abs(result.t - off)) < 1e-12


@pytest.mark.parametrize("method", METHODS)
def test_no_first_pulse_is_too_short(method):
    # a switch behind the end of a step by less than the rounding of times was in no step's reach: 1.076 for w = 1e-4
    for width in np.logspace(-1, -8, 29):
        system = System("dx/dt = int(t < w)/w : 1\nw : 1", w=width)
        for span in (1, 1e6):
            assert system.simulate((0, span), [0], method=method).y[0, -1] == pytest.approx(1, abs=1e-12), (width, span)


def test_a_switch_at_the_end_or_the_beginning_is_met():
    for text, span, right in (("int(t > 0)", (0, 1), 1), ("int(t < 1)", (0, 1), 1), ("int(t < 1)", (1, 2), 0)):
        assert System(f"dx/dt = {text} : 1").simulate(span, [0]).y[0, -1] == pytest.approx(right, abs=1e-12)
        assert System(f"dx/dt = {text} : 1").simulate(span[::-1], [right]).y[0, -1] == pytest.approx(0, abs=1e-12)


def test_a_pulse_is_met_backwards_and_in_dense_output():
    system = System("dv/dt = int(t > 5 and t < 5.05) : 1")
    back = system.simulate((10, 0), [1], dense_output=True)
    assert back.y[0, -1] == pytest.approx(0.95, abs=1e-12)
    assert back.sol([4, 5.025, 7])[0] == pytest.approx([0.95, 0.975, 1], abs=1e-12)
    assert system.simulate((0, 10), [0], t_eval=[4, 5.025, 7]).y[0] == pytest.approx([0, 0.025, 0.05], abs=1e-12)


def test_each_pulse_of_a_train_is_met():
    system = System("dn/dt = 1000*int(t % 10 < 0.001) : 1\nds/dt = floor(t/7) : 1")
    result = system.simulate((1, 101), [0, 0])
    assert result.y[0, -1] == pytest.approx(10, rel=1e-9)
    assert result.y[1, -1] == pytest.approx(sum(7 * k for k in range(14)) + 3 * 14, rel=1e-9)


def test_a_neuron_spikes_at_a_short_pulse_and_parameters_that_a_reset_moves_count():
    neuron = System(
        "dv/dt = (-v + 400*int(t > start and t < start + 0.1*ms))/(10*ms) : 1\nstart : second",
        threshold="v > 1",
        reset="v = 0; start += 20*ms",
        start=5 * ms,
    )
    spikes = neuron.simulate((0 * ms, 60 * ms), [0]).spikes
    first = 5 + 10 * np.log(400 / 399)
    assert np.allclose(spikes / ms, first + 20 * np.arange(3), atol=1e-3)


def test_smooth_equations_of_time_take_the_steps_they_took():
    plain = System("dv/dt = -v + sin(t) : 1").simulate((0, 20), [0])
    never = System("dv/dt = -v + sin(t) + int(t > 100) : 1").simulate((0, 20), [0])
    assert np.allclose(plain.t, never.t) and plain.nfev == never.nfev
    held = System("dv/dt = (-v + 1*mV*int(t > 2*ms))/ms : mV").simulate((0 * ms, 5 * ms), [0 * mV])
    assert held.v[-1] / mV == pytest.approx(1 - np.exp(-3), rel=1e-2)


@pytest.mark.parametrize("text", ["dx/dt = dt/second**2 : 1", "dx/dt = timestep(t, dt)/second : 1", "dx/dt = y/second : 1\ny = 1 + dt/second : 1"])
def test_the_length_of_a_step_is_no_zero_where_steps_choose_theirs(text):
    system = System(text)
    with pytest.raises(ValueError, match="'dt' is the length of a fixed step"):
        system.simulate((0 * second, 1 * second))
    if "timestep" not in text:  # which depends on t, and so is refused as such
        with pytest.raises(ValueError, match="'dt' is the length of a fixed step"):
            system.fixed_point()
    system.ensemble(1 * second, 0.1 * second)

"""What figures of systems show is what is true: angles, curves, marks, labels."""

import numpy as np
import pytest

from ranvier.dynamics import System
from ranvier.units import ms, mV

plt = pytest.importorskip("matplotlib.pyplot")
from matplotlib.quiver import Quiver  # noqa: E402


@pytest.fixture
def axes():
    figure = plt.figure(figsize=(8, 3))  # no square: directions must hold on any axes
    yield figure.add_subplot()
    plt.close(figure)


def on_screen(ax, x, y):
    return ax.transData.transform(np.column_stack([np.ravel(x), np.ravel(y)]))


def test_arrows_of_a_phase_portrait_point_where_trajectories_go(axes):
    system = System("morris_lecar", preset="hopf")
    plane = {"v": (-70 * mV, 60 * mV), "w": (-0.1, 0.8)}
    system.plot_phase_portrait(plane, axes)
    axes.figure.canvas.draw()
    arrows = next(c for c in axes.collections if isinstance(c, Quiver))
    tips = []
    for path, offset in zip(arrows.get_paths(), arrows.get_offsets(), strict=True):
        points = arrows.get_transform().transform(path.vertices)
        # From the middle of the shaft's foot to the farthest vertex, which is the tip.
        foot = points[[0, -2]].mean(axis=0)
        tips.append(points[np.argmax(np.hypot(*(points - foot).T))] - foot)
        assert len(offset) == 2
    x, y, dx, dy = system.vector_field(plane)
    X, Y = np.meshgrid(x, y)
    h = 1e-6
    true = on_screen(axes, X + h * dx, Y + h * dy) - on_screen(axes, X, Y)
    drawn = np.array(tips)
    angle = np.degrees(np.angle((drawn[:, 0] + 1j * drawn[:, 1]) / (true[:, 0] + 1j * true[:, 1])))
    assert np.median(np.abs(angle)) < 0.5 and np.percentile(np.abs(angle), 95) < 2


def test_nullclines_and_equilibria_stand_where_derivatives_vanish(axes):
    system = System("fitzhugh_nagumo", I=0.5)
    system.plot_phase_portrait({"v": (-2.5, 2.5), "w": (-1, 2)}, axes)
    drawn = {line.get_label(): line for line in axes.lines}
    v, w = drawn["dv/dt = 0"].get_data()
    assert w == pytest.approx(v - v**3 / 3 + 0.5, abs=2e-3)
    rest = next(line for line in axes.lines if line.get_marker() == "o")
    assert (rest.get_xdata()[0], rest.get_ydata()[0]) == pytest.approx(tuple(system.fixed_point().x), abs=1e-9)
    assert axes.get_xlim() == (-2.5, 2.5) and axes.get_ylim() == (-1, 2)


def test_a_trace_is_as_smooth_as_the_solution_and_no_polygon(axes):
    neuron = System("dv/dt = (2 - v)/(10*ms) : 1", threshold="v > 5", reset="v = 0", time_unit="ms")
    result = neuron.simulate((0 * ms, 100 * ms), [0])
    neuron.plot_trace(result, ax=axes)
    t, v = axes.lines[0].get_data()
    true = 2 * (1 - np.exp(-t / 10))
    assert np.interp(np.linspace(0, 100, 5000), t, v - true) == pytest.approx(0, abs=2e-3)
    assert len(t) > 1000 and axes.get_xlabel() == "t [ms]"
    given = neuron.simulate((0 * ms, 100 * ms), [0], t_eval=[0, 50, 100] * ms)
    neuron.plot_trace(given, ax=axes)
    assert len(axes.lines[1].get_xdata()) == 3


def test_a_long_trace_shows_every_spike(axes):
    neuron = System("hodgkin_huxley", I=15e-2 * _per_area())
    result = neuron.simulate((0 * ms, 5000 * ms))
    neuron.plot_trace(result, ["v"], axes)
    t, drawn = axes.lines[0].get_data()

    def spikes(v):
        return np.count_nonzero((v[:-1] < 0) & (v[1:] >= 0))

    assert spikes(drawn) == spikes(result.y[0]) > 300
    assert drawn.max() == result.y[0].max() and (np.diff(t) >= 0).all()
    figure, other = plt.subplots()
    neuron.plot_trace(result, ["I_Na"], other)  # subexpressions at the same times
    current = other.lines[0].get_ydata()
    assert np.array_equal(other.lines[0].get_xdata(), t)
    assert current.min() <= neuron.evaluate("I_Na", result).value.min()
    plt.close(figure)


def test_a_trace_shows_peaks_before_resets_and_runs_backwards(axes):
    neuron = System("leaky_integrate_and_fire")
    result = neuron.simulate((0 * ms, 5000 * ms))
    neuron.plot_trace(result, ax=axes)
    t, v = axes.lines[0].get_data()
    assert v.max() == result.y[0].max() and (np.diff(t) >= 0).all()
    peaks = np.flatnonzero((v[:-1] > -50.01) & (v[1:] == -65))  # straight down, from before a reset to after it
    assert len(peaks) == len(result.spikes) > 200 and np.array_equal(t[peaks], t[peaks + 1])
    decay = System("dx/dt = -x : 1")
    back = decay.simulate((0, -3), [1])
    decay.plot_trace(back, ax=axes)
    t, x = axes.lines[1].get_data()
    assert (np.diff(t) <= 0).all() and x == pytest.approx(np.exp(-t), rel=1e-2)


def test_a_bifurcation_diagram_marks_folds_of_cycles_and_has_a_key(axes):
    system = System("hodgkin_huxley")
    diagram = system.continue_equilibria("I", (0 * system.parameters["I"].to("uA/cm**2"), 200e-2 * _per_area()))
    cycles = [system.continue_cycles(s) for s in diagram.special_points[:1] if s.kind == "Hopf"]
    system.plot_bifurcation(diagram, cycles, ax=axes)
    key = [text.get_text() for text in axes.get_legend().get_texts()]
    assert {"stable", "unstable", "Hopf", "stable cycle", "unstable cycle", "fold of cycles"} <= set(key)
    assert len(key) == len(set(key))
    hollow = {line.get_xydata().tobytes() for line in axes.lines if line.get_mfc() == "w"}
    assert len(cycles[0].special_points) >= 2
    for s in cycles[0].special_points:  # at the extremes of the cycle there, between those of the branch
        for end in (s._raw.low, s._raw.high):
            at = np.array([[s.parameter.value, end[0] / 1e-3]])
            assert at.tobytes() in hollow
    assert axes.get_xlabel() == "I [µA/cm²]"
    v = diagram.branches[0].x[:, 0]
    lines = [line for line in axes.lines if line.get_label() in ("stable", "unstable")]
    shown = np.concatenate([line.get_ydata()[np.isfinite(line.get_ydata())] for line in lines])
    assert shown.min() == pytest.approx(v.min()) and shown.max() == pytest.approx(v.max())


def _per_area():
    from ranvier.units import cm, uA

    return 100 * uA / cm**2


def test_rates_intervals_and_clamped_currents_are_drawn_in_the_units_of_their_labels(axes):
    neuron = System("leaky_integrate_and_fire")
    name = next(iter(neuron.parameters))
    rates = np.array([0.0, 10.0, 20.0])
    neuron.plot_fi(np.array([1.0, 2.0, 3.0]), rates, ax=axes)
    assert np.array_equal(axes.lines[0].get_ydata(), rates)
    figure, other = plt.subplots()
    neuron.plot_isi_diagram(name, np.array([1.0, 2.0]), [[1.0, 2.0] * ms, [3.0] * ms], ax=other)
    assert other.lines[0].get_xdata().tolist() == [1, 1, 2] and other.lines[0].get_ydata().tolist() == [1, 2, 3]
    assert other.get_ylabel() == "interval [ms]" and other.get_yscale() == "log"
    plt.close(figure)
    squid = System("hodgkin_huxley")
    figure, other = plt.subplots()
    held = squid.voltage_clamp([-20, 0] * mV, "I_Na", 5 * ms)
    squid.plot_voltage_clamp([-20, 0] * mV, "I_Na", 5 * ms, ax=other)
    for line, course in zip(other.lines, np.asarray(held.current.value), strict=True):
        assert np.array_equal(line.get_ydata(), course)
    assert [text.get_text() for text in other.get_legend().get_texts()] == ["-20", "0"]
    plt.close(figure)


def test_an_attractor_is_drawn_through_its_states():
    system = System("lorenz")
    result = system.simulate((0, 5))
    ax = system.plot_attractor(result, ["x", "z"])
    assert np.array_equal(ax.lines[0].get_xdata(), result.y[0]) and np.array_equal(ax.lines[0].get_ydata(), result.y[2])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("x", "z")
    plt.close(ax.figure)

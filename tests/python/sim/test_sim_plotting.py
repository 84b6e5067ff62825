"""Pictures of networks show what is true: values in their units, the units in the labels."""

import subprocess
import sys

import numpy as np
import pytest
from ranvier.sim.plotting import (
    add_background_pattern,
    brian_plot,
    plot_raster,
    plot_rate,
    plot_state,
    plot_synapses,
)

from ranvier.sim import (
    DimensionMismatchError,
    Hz,
    NeuronGroup,
    PopulationRateMonitor,
    SpikeGeneratorGroup,
    SpikeMonitor,
    StateMonitor,
    Synapses,
    TimedArray,
    ms,
    mV,
    nS,
    run,
    second,
    start_scope,
    uvolt,
)

plt = pytest.importorskip("matplotlib.pyplot")


@pytest.fixture
def ax():
    start_scope()
    figure = plt.figure()
    yield figure.add_subplot()
    plt.close(figure)


def curve(ax, k=0):
    return np.column_stack(ax.lines[k].get_data())


def bar_label(ax):
    return next(a for a in ax.figure.axes if a is not ax).get_ylabel()


def test_a_raster_has_a_dot_for_each_spike(ax):
    G = SpikeGeneratorGroup(4, [3, 0, 3], [1, 2, 3] * ms)
    spikes = SpikeMonitor(G)
    run(5 * ms)
    assert brian_plot(spikes, ax) is ax
    np.testing.assert_allclose(curve(ax), [[1, 3], [2, 0], [3, 3]], atol=1e-9)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("Time (ms)", "Neuron index")
    assert ax.lines[0].get_linestyle() == "None"
    plot_raster(spikes.i, spikes.t, time_unit=second, axes=ax, color="r")
    np.testing.assert_allclose(curve(ax, 1)[:, 0], [0.001, 0.002, 0.003])
    assert ax.get_xlabel() == "Time (s)" and ax.lines[1].get_color() == "r"


def test_a_rate_is_drawn_in_hertz(ax):
    G = SpikeGeneratorGroup(4, [0, 1], [1, 1] * ms)
    rate = PopulationRateMonitor(G)
    run(2 * ms)
    brian_plot(rate, ax, smooth_width=None)
    assert curve(ax)[10].tolist() == pytest.approx([1.0, 2 / 4 / 1e-4])  # two of four in a step of 0.1 ms
    assert np.count_nonzero(curve(ax)[:, 1]) == 1
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("Time (ms)", "Population rate (Hz)")
    brian_plot(rate, ax)  # smoothed with 1 ms: the window is longer than the record
    at = np.arange(20) - 10
    window = np.exp(-(np.arange(-20, 21) ** 2) / 200)
    np.testing.assert_allclose(curve(ax, 1)[:, 1], 5000 * np.exp(-(at**2) / 200) / window.sum())
    plot_rate([1, 2] * ms, [3, 4] * Hz, rate_unit=1000 * Hz, ax=ax)
    assert curve(ax, 2)[:, 1].tolist() == [0.003, 0.004]


def test_states_are_curves_in_the_unit_that_suits_them(ax):
    G = NeuronGroup(3, "dv/dt = -v/(5*ms) : volt\nx : 1", method="exact")
    G.v = "(i + 1)*mV"
    trace, both = StateMonitor(G, "v", record=[0, 2]), StateMonitor(G, ["v", "x"], record=True)
    run(1 * ms)
    brian_plot(trace, ax)
    assert len(ax.lines) == 2 and (ax.get_xlabel(), ax.get_ylabel()) == ("Time (ms)", "v (mV)")
    np.testing.assert_allclose(curve(ax, 1), np.column_stack([np.arange(10) * 0.1, 3 * np.exp(-np.arange(10) / 50)]))
    brian_plot(trace[2], ax, var_unit=uvolt, var_name="V")
    np.testing.assert_allclose(curve(ax, 2)[:, 1], 3000 * np.exp(-np.arange(10) / 50))
    assert ax.get_ylabel() == "V (uV)"
    brian_plot(both, ax, variable="x")
    assert ax.get_ylabel() == "x" and len(ax.lines) == 6
    with pytest.raises(TypeError, match="records v, x: say variable="):
        brian_plot(both, ax)
    plot_state(trace.t, trace.v.T, ax=ax)  # columns
    np.testing.assert_allclose(curve(ax, 7), curve(ax, 1))


def test_synapses_are_dots_and_their_values_colours(ax):
    G = NeuronGroup(5, "v : 1")
    S = Synapses(G, G, "w : siemens")
    S.connect(i=[0, 1, 4], j=[2, 2, 0])
    S.w = [1, 2, 3] * nS
    brian_plot(S, ax)
    assert ax.collections[0].get_offsets().tolist() == [[0, 2], [1, 2], [4, 0]]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("Source neuron index", "Target neuron index")
    assert len(ax.figure.axes) == 1
    brian_plot(S.w, ax)
    np.testing.assert_allclose(ax.collections[1].get_array(), [1, 2, 3])
    assert bar_label(ax) == "w (nS)"


def test_several_synapses_of_a_pair_are_counted(ax):
    plot_synapses([0, 0, 3], [1, 1, 2], ax=ax)
    assert ax.collections[0].get_offsets().tolist() == [[0, 1], [3, 2]]
    assert ax.collections[0].get_array().tolist() == [2, 1]
    assert bar_label(ax) == "Number of synapses"


def test_a_matrix_of_synapses_has_targets_as_rows_and_adds_up(ax):
    plot_synapses([0, 0, 3], [1, 1, 2], [1, 2, 5] * mV, var_name="w", plot_type="image", ax=ax)
    image = ax.images[0]
    expected = np.zeros((3, 4))
    expected[1, 0], expected[2, 3] = 3, 5
    np.testing.assert_allclose(image.get_array(), expected)
    assert image.origin == "lower" and bar_label(ax) == "w (mV)"


def test_hexagons_hold_every_synapse(ax):
    rng = np.random.default_rng(1)
    i, j = rng.integers(0, 1500, (2, 20_000))
    plot_synapses(i, j, ax=ax)  # too many for dots, too large for a matrix
    assert ax.collections[0].get_array().sum() == 20_000
    plt.close(ax.figure)
    other = plt.figure().add_subplot()
    plot_synapses(i % 500, j % 500, ax=other)
    assert other.images[0].get_array().sum() == 20_000
    plt.close(other.figure)


def test_a_variable_of_neurons_is_drawn_over_their_numbers(ax):
    G = NeuronGroup(3, "v : volt")
    G.v = "i*mV"
    brian_plot(G.v, ax)
    np.testing.assert_allclose(curve(ax), [[0, 0], [1, 1], [2, 2]])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("Neuron index", "v (mV)")


def test_as_many_curves_as_times_are_rows_as_monitors_have_them(ax):
    plot_state([1, 2] * ms, [[1, 2], [3, 4]] * mV, ax=ax)
    assert curve(ax, 1).tolist() == [[1, 3], [2, 4]]


def test_functions_of_time_are_steps(ax):
    brian_plot(TimedArray([[1, 2], [3, 4]] * mV, dt=2 * ms), ax)
    assert curve(ax, 1).tolist() == [[0, 2], [2, 4]] and ax.lines[0].get_drawstyle() == "steps-post"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("Time (ms)", "(mV)")


def test_a_pattern_lies_behind(ax):
    add_background_pattern(ax)
    assert ax.patches[0].get_zorder() < 0 and ax.patches[0].get_hatch() == "xxx"


def test_without_axes_pyplots_are_drawn_into(ax):
    assert plot_raster([0], [1] * ms) is ax


def test_what_cannot_be_drawn_is_said(ax):
    with pytest.raises(DimensionMismatchError, match="give monitor.t, not monitor.t_"):
        plot_raster([0, 1], [0.1, 0.2], ax=ax)
    with pytest.raises(ValueError, match="spike_indices and spike_times have one length; got 1 and 2"):
        plot_raster([0], [1, 2] * ms, ax=ax)
    with pytest.raises(DimensionMismatchError, match="var_unit is a unit of the values"):
        plot_state([1, 2] * ms, [1, 2] * mV, var_unit=ms, ax=ax)
    with pytest.raises(ValueError, match="plot_type must be scatter, image or hexbin; got 'dots'"):
        plot_synapses([0], [0], plot_type="dots", ax=ax)
    with pytest.raises(TypeError, match="brian_plot draws monitors, synapses, variables"):
        brian_plot(3, ax)
    with pytest.raises(TypeError, match="give one of them"):
        brian_plot(3, ax, axes=plt.figure().add_subplot())


def test_matplotlib_is_imported_when_something_is_drawn():
    code = "import sys, ranvier.sim.plotting; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)

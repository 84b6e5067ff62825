"""Figures are drawn, into axes that are given too."""

import numpy as np
import pytest
from conftest import make_epochs, make_raw

import ranvier.meeg as mne

plt = pytest.importorskip("matplotlib.pyplot")
from matplotlib.figure import Figure  # noqa: E402


@pytest.fixture
def evoked():
    return make_epochs().average()


def drawn(figure):
    """A figure that can be rendered."""
    assert isinstance(figure, Figure) and figure.axes
    figure.canvas.draw()
    return figure


def test_recordings_are_drawn():
    raw = make_raw(stim=True)
    raw.info["bads"] = ["Cz"]
    raw.set_annotations(mne.Annotations([1.0, 3.0], [0.5, 0.2], ["BAD_x", "y"]))
    events = mne.find_events(raw)
    fig = drawn(raw.plot(events=events, duration=5, n_channels=8, show=False))
    assert [t.get_text() for t in fig.axes[0].get_yticklabels()] == raw.ch_names[:8]
    drawn(raw.plot(butterfly=True, show=False))
    _, ax = plt.subplots()
    assert raw.plot(axes=ax, show=False) is ax.figure and ax.lines
    drawn(mne.viz.plot_events(events, 200.0, show=False))
    drawn(raw.plot_sensors(show=False))
    drawn(raw.get_montage().plot(show=False))


def test_averages_are_drawn(evoked):
    drawn(evoked.plot(show=False, gfp=True))
    drawn(evoked.plot(show=False, gfp="only", time_unit="ms"))
    drawn(evoked.plot_image(show=False))
    drawn(evoked.plot_joint(show=False))
    drawn(evoked.plot_joint(times=[0.1, 0.2], title="two", show=False))
    fig = drawn(evoked.plot_topomap(times=[0.0, 0.1, 0.2], show=False))
    assert len(fig.axes) == 4  # three maps and a colour bar
    _, ax = plt.subplots()
    assert evoked.plot(axes=ax, show=False) is ax.figure and len(ax.lines) >= 13
    fig, axes = plt.subplots(1, 3)
    assert evoked.plot_topomap(times=[0.0, 0.1], axes=list(axes), show=False) is fig
    with pytest.raises(ValueError, match="axes"):
        evoked.plot(axes=list(axes), show=False)
    with pytest.raises(ValueError, match="times"):
        evoked.plot_topomap(times=[99.0], show=False)


def test_conditions_are_compared():
    epochs = make_epochs()
    conditions = {"left": epochs["left"].average(), "right": epochs["right"].average()}
    figures = mne.viz.plot_compare_evokeds(conditions, picks="eeg", show=False)
    drawn(figures[0])
    many = {name: list(epochs[name].iter_evoked()) for name in ("left", "right")}
    _, ax = plt.subplots()
    mne.viz.plot_compare_evokeds(many, picks=["Cz"], axes=ax, show=False)
    assert len(ax.collections) == 2  # an interval each


def test_epochs_are_drawn():
    epochs = make_epochs(reject=dict(eeg=100e-6))
    drawn(epochs.plot(n_epochs=3, n_channels=5, show=False))
    for fig in epochs.plot_image(picks=["Cz", "Fz"], sigma=1.0, show=False):
        drawn(fig)
    drawn(epochs.plot_image(combine="mean", evoked=False, show=False)[0])
    drawn(epochs.plot_drop_log(show=False))
    drawn(mne.viz.plot_drop_log((("Cz",), (), ("Cz", "Fz"), ("IGNORED",)), show=False))


def test_spectra_are_drawn():
    raw = make_raw()
    spectrum = raw.compute_psd()
    drawn(spectrum.plot(show=False))
    drawn(spectrum.plot(average=True, dB=False, xscale="log", show=False))
    drawn(spectrum.plot_topomap(show=False))
    drawn(make_epochs().compute_psd(fmax=50).plot(picks=["Cz"], show=False))
    _, ax = plt.subplots()
    assert spectrum.plot(axes=ax, show=False) is ax.figure


def test_time_frequency_maps_are_drawn():
    power = make_epochs().compute_tfr("morlet", np.arange(8.0, 30.0, 2.0), n_cycles=2.0, average=True)
    assert len(power.plot(["Cz", "Fz"], baseline=(-0.2, 0), mode="logratio", show=False)) == 2
    drawn(power.plot(combine="mean", show=False)[0])
    drawn(power.plot_topomap(tmin=0, tmax=0.2, fmin=8, fmax=12, baseline=(-0.2, 0), show=False))
    drawn(power.plot_joint(baseline=(-0.2, 0), mode="percent", timefreqs=[(0.1, 10.0), (0.3, 20.0)], show=False))
    _, ax = plt.subplots()
    power.plot(["Cz"], axes=ax, show=False)
    assert ax.collections
    assert power.baseline is None  # drawing changes nothing


def test_values_are_drawn_on_the_head(raw):
    image, lines = mne.viz.plot_topomap(np.arange(13.0), raw.info, show=False)
    drawn(image.figure)
    assert image.get_array().shape == (64, 64)
    places = np.random.default_rng(0).uniform(-0.7, 0.7, (13, 2))
    _, ax = plt.subplots()
    mne.viz.plot_topomap(np.arange(13.0), places, axes=ax, show=False, vlim=(0, 5), contours=0)
    with pytest.raises(ValueError, match="one value per channel"):
        mne.viz.plot_topomap(np.arange(5.0), raw.info, show=False)


def test_channels_without_place_are_named():
    evoked = mne.EvokedArray(np.zeros((2, 5)), mne.create_info(["a", "b"], 100.0, "eeg"))
    with pytest.raises(ValueError, match="montage"):
        evoked.plot_topomap(show=False)
    drawn(evoked.plot(show=False))


def test_projections_are_drawn(data):
    evoked = mne.read_evokeds(data / "sample" / "test-ave.fif.gz", condition=0)
    drawn(mne.viz.plot_projs_topomap(evoked.info["projs"], evoked.info, show=False))
    figures = evoked.plot_joint(show=False)
    assert len(figures) == 3  # gradiometers, magnetometers, EEG
    for fig in figures:
        drawn(fig)

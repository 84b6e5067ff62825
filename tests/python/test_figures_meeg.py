"""What figures of recordings show is what is true: values, places, extents, ticks, labels."""

import numpy as np
import pytest
from conftest import NAMES, make_epochs, make_raw

import ranvier.meeg as mne

plt = pytest.importorskip("matplotlib.pyplot")
from matplotlib.collections import PathCollection  # noqa: E402


@pytest.fixture
def evoked():
    return make_epochs().average()


def image_of(axes):
    (image,) = axes.images
    return np.ma.getdata(image.get_array()), image.get_extent()


def dots_of(axes):
    return max(
        (c for c in axes.collections if isinstance(c, PathCollection)), key=lambda c: len(c.get_offsets())
    ).get_offsets()


def value_at(image, extent, x, y):
    left, right, bottom, top = extent
    rows, columns = image.shape
    return image[int((y - bottom) / (top - bottom) * rows), int((x - left) / (right - left) * columns)]


def test_traces_of_a_recording_lie_on_their_rows_in_units_of_the_scale_bar():
    raw = make_raw()
    axes = raw.plot(duration=5, start=2, n_channels=4, scalings={"eeg": 20e-6}, remove_dc=False, show=False).axes[0]
    lines = {name: line for name, line in zip(NAMES[:4], (ln for ln in axes.lines if len(ln.get_xdata()) > 100))}
    for row, (name, line) in enumerate(lines.items()):
        t, v = line.get_data()
        data = raw.get_data([name])[0, raw.time_as_index(t[0])[0] : raw.time_as_index(t[0])[0] + len(t)]
        assert (v + row) * 40e-6 == pytest.approx(data, abs=1e-12)
    assert axes.get_xlim() == pytest.approx((2, 7), abs=0.006)
    assert any("40 µV" in text.get_text() for text in axes.texts)


def test_events_stand_at_their_times_on_the_rows_of_their_numbers():
    axes = mne.viz.plot_events(
        np.array([[200, 0, 1], [400, 0, 2], [600, 0, 1]]), 200.0, first_samp=100, show=False
    ).axes[0]
    drawn = {line.get_label(): line.get_data() for line in axes.lines}
    assert drawn["1 (2)"][0].tolist() == [0.5, 2.5] and drawn["1 (2)"][1].tolist() == [0, 0]
    assert drawn["2 (1)"][0].tolist() == [1.5] and [t.get_text() for t in axes.get_yticklabels()] == ["1", "2"]


def test_a_butterfly_has_every_channel_in_its_unit_and_says_how_many_epochs_it_averages(evoked):
    axes = evoked.plot(show=False, spatial_colors=False).axes[0]
    lines = [line.get_ydata() for line in axes.lines if len(line.get_xdata()) == len(evoked.times)]
    assert np.array(lines) == pytest.approx(evoked.data * 1e6)
    assert axes.get_ylabel() == "µV" and axes.get_title(loc="right") == f"N_ave = {evoked.nave}"
    assert axes.get_xlim() == (evoked.times[0], evoked.times[-1])


def test_what_is_no_brain_is_drawn_too_where_an_average_holds_it():
    info = mne.create_info(["Fz", "eye", "muscle"], 100.0, ["eeg", "eog", "emg"])
    evoked = mne.EvokedArray(np.ones((3, 20)) * 1e-6, info)
    assert len(evoked.plot(show=False).axes) == 3
    only = mne.EvokedArray(np.ones((2, 20)), mne.create_info(2, 100.0, "misc"))
    assert len(only.plot(show=False).axes) == 1


def test_global_field_power_is_the_standard_deviation_over_channels(evoked):
    axes = evoked.plot(gfp="only", show=False).axes[0]
    curve = next(line.get_ydata() for line in axes.lines if len(line.get_xdata()) == len(evoked.times))
    assert curve == pytest.approx(evoked.data.std(axis=0) * 1e6)


def test_rows_of_an_image_are_the_channels_from_below_and_its_columns_the_times(evoked):
    axes = evoked.plot_image(show=False, show_names="all").axes[0]
    image, extent = image_of(axes)
    assert image == pytest.approx(evoked.data * 1e6)
    step = evoked.times[1] - evoked.times[0]
    assert extent == pytest.approx((evoked.times[0] - step / 2, evoked.times[-1] + step / 2, -0.5, len(NAMES) - 0.5))
    assert axes.images[0].origin == "lower" and [t.get_text() for t in axes.get_yticklabels()] == NAMES
    assert value_at(image, extent, 0.1, 3) == pytest.approx(evoked.data[3, np.argmin(abs(evoked.times - 0.1))] * 1e6)


def test_lines_round_what_a_mask_holds_stand_at_its_edges(evoked):
    mask = np.zeros(evoked.data.shape, bool)
    mask[2:5, 10:20] = True
    axes = evoked.plot_image(mask=mask, mask_style="contour", show=False).axes[0]
    step = evoked.times[1] - evoked.times[0]
    across = [line for line in axes.lines if len(line.get_xdata()) == 2 and line.get_ydata()[0] == line.get_ydata()[1]]
    heights = {line.get_ydata()[0] for line in across}
    assert {1.5, 4.5} <= heights
    ends = [x for line in across if line.get_ydata()[0] in (1.5, 4.5) for x in line.get_xdata()]
    assert min(ends) == pytest.approx(evoked.times[10] - step / 2) and max(ends) == pytest.approx(
        evoked.times[19] + step / 2
    )


def test_compared_conditions_are_means_with_their_interval():
    rng = np.random.default_rng(0)
    info = mne.create_info(["Cz"], 100.0, "eeg")
    many = [mne.EvokedArray(rng.normal(size=(1, 30)) * 1e-6, info) for _ in range(8)]
    axes = mne.viz.plot_compare_evokeds({"a": many}, picks=["Cz"], show=False)[0].axes[0]
    data = np.array([e.data[0] for e in many]) * 1e6
    line = next(line for line in axes.lines if line.get_label() == "a")
    assert line.get_ydata() == pytest.approx(data.mean(axis=0))
    (band,) = [c for c in axes.collections if not isinstance(c, PathCollection)]
    points = band.get_paths()[0].vertices
    reach = 2.364624 * data.std(axis=0, ddof=1) / np.sqrt(8)  # 7 degrees of freedom
    assert points[:, 1].max() == pytest.approx((data.mean(axis=0) + reach).max(), rel=1e-5)
    assert points[:, 1].min() == pytest.approx((data.mean(axis=0) - reach).min(), rel=1e-5)


def test_several_channels_become_one_line_as_mne_does_it():
    rng = np.random.default_rng(0)
    data = rng.normal(1e-13, 1e-13, (3, 4, 30))  # three subjects, four magnetometers
    info = mne.create_info(["A", "B", "C", "D"], 100.0, "mag")
    many = [mne.EvokedArray(one, info) for one in data]

    def line(combine):
        axes = mne.viz.plot_compare_evokeds({"a": many}, picks="mag", combine=combine, ci=False, show=False)[0].axes[0]
        return next(line for line in axes.lines if line.get_label() == "a").get_ydata()

    rms = 1e15 * np.sqrt((data**2).mean(axis=1)).mean(axis=0)
    assert line("gfp") == pytest.approx(rms) and line(None) == pytest.approx(rms) and line("rms") == pytest.approx(rms)
    assert line("std") == pytest.approx(1e15 * data.std(axis=1).mean(axis=0))
    assert line(lambda given: given.max(axis=1)) == pytest.approx(1e15 * data.max(axis=1).mean(axis=0))
    with pytest.raises(ValueError, match=r"its result has shape \(4, 30\)"):
        line(lambda given: given.max(axis=0))


def test_an_image_of_epochs_has_them_from_below_and_their_mean_with_its_band():
    epochs = make_epochs()
    top, bottom = epochs.plot_image(picks=["Cz"], colorbar=False, show=False)[0].axes
    image, extent = image_of(top)
    data = epochs.get_data(["Cz"])[:, 0] * 1e6
    assert image == pytest.approx(data) and top.images[0].origin == "lower" and list(extent[2:]) == [0, len(epochs)]
    mean = next(line.get_ydata() for line in bottom.lines if len(line.get_xdata()) == len(epochs.times))
    assert mean == pytest.approx(data.mean(axis=0))
    (band,) = bottom.collections
    assert band.get_paths()[0].vertices[:, 1].max() > mean.max()


def test_the_drop_log_counts_percent_of_all_events():
    axes = mne.viz.plot_drop_log((("Cz",), (), ("Cz", "Fz"), (), ("IGNORED",)), show=False).axes[0]
    bars = {t.get_text(): p.get_height() for t, p in zip(axes.get_xticklabels(), axes.patches, strict=True)}
    assert bars == {"Cz": 50.0, "Fz": 25.0} and "2 of 4" in axes.get_title()


def test_electrodes_stand_where_they_are_on_the_head():
    raw = make_raw()
    places = dots_of(raw.plot_sensors(show=False).axes[0])
    at = dict(zip(NAMES, places, strict=True))
    assert at["Fz"][0] == pytest.approx(0, abs=0.02) and at["Fz"][1] > at["Cz"][1] > at["Pz"][1]
    assert at["C3"][0] < 0 < at["C4"][0] and at["C3"][1] == pytest.approx(at["C4"][1], abs=0.02)
    named = raw.get_montage().plot(show=False).axes[0]
    written = {t.get_text(): t.get_position() for t in named.texts}
    assert written["C3"][0] == pytest.approx(at["C3"][0], abs=1e-6)


def test_coils_of_a_helmet_reach_beyond_the_head_as_in_every_published_map(data):
    evoked = mne.read_evokeds(data / "sample/test-ave.fif.gz", 0, verbose="error")
    axes = evoked.plot_sensors(show=False).axes[0]
    places = dots_of(axes)
    assert len(places) == 102 and "agneto" in axes.get_title()
    far = np.hypot(*places.T)
    assert far.max() == pytest.approx(2.0, abs=0.1) and 55 <= (far > 1).sum() <= 65
    maps = evoked.plot_topomap(times=[0.1], ch_type="mag", show=False).axes[0]
    assert np.hypot(*dots_of(maps).T).max() == pytest.approx(far.max(), abs=1e-6)
    left, right, bottom, top = maps.images[0].get_extent()
    assert right >= far.max() and top >= far.max()


def test_a_map_has_each_channels_value_at_its_place(evoked):
    values = np.linspace(-5, 7, len(NAMES))
    image, _ = mne.viz.plot_topomap(values, evoked.info, show=False, res=200)
    axes = image.axes
    drawn, extent = np.ma.getdata(image.get_array()), image.get_extent()
    for (x, y), value in zip(dots_of(axes), values, strict=True):
        assert value_at(drawn, extent, x, y) == pytest.approx(value, abs=0.35)
    assert image.get_clim() == pytest.approx((-7, 7))


def test_maps_of_an_average_are_those_of_their_times(evoked):
    figure = evoked.plot_topomap(times=[0.0, 0.2], show=False, res=120)
    maps = [ax for ax in figure.axes if ax.images]
    for ax, time in zip(maps[:2], (0.0, 0.2), strict=True):
        drawn, extent = image_of(ax)
        data = evoked.data[:, np.argmin(abs(evoked.times - time))] * 1e6
        shown = [value_at(drawn, extent, x, y) for x, y in dots_of(ax)]
        assert np.corrcoef(shown, data)[0, 1] > 0.98 and f"{time:.3f}" in ax.get_title()
    joint = evoked.plot_joint(times=[0.2], show=False)
    assert any("0.2" in ax.get_title() for ax in joint.axes)


def three_axes():
    """An average of optically pumped magnetometers: 12 places, at each one that looks outwards between two that do not."""
    random, info = np.random.default_rng(4), mne.create_info([f"M{k}" for k in range(36)], 100.0, "mag")
    for k in range(12):
        place = np.array([np.cos(k), np.sin(k), 0.4 + 0.1 * (k % 5)])
        out = place / np.linalg.norm(place)
        side = np.cross(out, [0, 0, 1]) / np.linalg.norm(np.cross(out, [0, 0, 1]))
        for n, axis in enumerate((side, out, np.cross(out, side))):
            info["chs"][3 * k + n]["loc"][:3], info["chs"][3 * k + n]["loc"][9:12] = 0.09 * out, axis
    return mne.EvokedArray(random.normal(size=(36, 20)) * 1e-12, info)


def shown_at_dots(ax):
    drawn, extent = image_of(ax)
    return np.array([value_at(drawn, extent, x, y) for x, y in dots_of(ax)])


def test_magnetometers_of_three_axes_are_a_map_outwards_and_one_of_what_is_across():
    evoked = three_axes()
    radial = evoked.data[1::3] * 1e15
    across = np.sqrt((evoked.data[0::3] ** 2 + evoked.data[2::3] ** 2) / 2) * 1e15
    look = dict(show=False, res=200, contours=0)
    figure = evoked.plot_topomap([0.0, 0.1], **look)
    assert [ax.get_title().split()[0] for ax in figure.axes[:4]] == ["radial", "radial", "tangential", "tangential"]
    for ax, wanted in zip(figure.axes, (radial[:, 0], radial[:, 10], across[:, 0], across[:, 10])):
        assert np.corrcoef(shown_at_dots(ax), wanted)[0, 1] > 0.97
    lit = np.zeros((36, 20), bool)
    lit[2] = True  # one of two that are across
    marks = [
        ln for ax in evoked.plot_topomap([0.0], mask=lit, **look).axes[:2] for ln in ax.lines if ln.get_marker() == "o"
    ]
    assert [len(ln.get_xdata()) for ln in marks] == [1] and marks[0].axes.get_title().startswith("tangential")
    given = plt.subplots(6)[1]
    assert evoked.plot_topomap([0.0, 0.1], axes=given, show=False).axes == list(given)
    assert len(evoked.plot_joint([0.1], show=False).axes) == 1 + 2 + 2
    for ax in (mne.viz.plot_topomap(evoked.data[:, 0] * 1e15, evoked.info, **look)[0].axes,
               evoked.animate_topomap(times=[0.0], show=False)[0].axes[0]):  # fmt: skip
        assert np.corrcoef(shown_at_dots(ax), radial[:, 0])[0, 1] > 0.97
    raw = mne.io.RawArray(np.random.default_rng(1).normal(size=(36, 900)), evoked.info)
    with pytest.warns(Warning):
        ica = mne.preprocessing.ICA(2, max_iter=1, random_state=0).fit(raw)
    axes = ica.plot_components(show=False).axes
    assert [ax.get_title() for ax in axes] == [f"ICA00{k} [{w}]" for k in (0, 1) for w in ("radial", "tangential")]
    low, high = axes[1].images[0].get_clim()
    assert low == -high and shown_at_dots(axes[1]).min() > 0


def test_names_stand_at_the_places_of_their_pairs_of_gradiometers():
    info = mne.create_info([f"MEG 0{k}{n}" for k in range(11, 19) for n in (2, 3)], 100.0, "grad")
    for k in range(16):
        info["chs"][k]["loc"][:3] = 0.1 * np.cos(k // 2), 0.1 * np.sin(k // 2), 0.05
    names = [f"n{k}" for k in range(16)]
    axes = mne.viz.plot_topomap(np.arange(16.0), info, names=names, mask=np.arange(16) == 5, show=False)[0].axes
    assert [t.get_text() for t in axes.texts] == names[::2]
    places = mne.viz.head.positions(info, range(0, 16, 2))
    assert np.array([t.get_position() for t in axes.texts]) == pytest.approx(places)
    (lit,) = (ln.get_xydata() for ln in axes.lines if ln.get_marker() == "o")
    assert lit == pytest.approx(places[2:3])
    spectrum = mne.io.RawArray(np.random.default_rng(0).normal(size=(16, 400)), info).compute_psd()
    axes = spectrum.plot_topomap(bands={"a": (8, 12)}, mask=np.arange(16) == 5, show=False).axes[0]
    assert next(ln.get_xydata() for ln in axes.lines if ln.get_marker() == "o") == pytest.approx(places[2:3])
    with pytest.raises(ValueError, match="mask must have one value for each of the 16 channels of type 'grad'"):
        spectrum.plot_topomap(mask=[True] * 8, show=False)
    with pytest.raises(ValueError, match=r"one per channel \(16\); got 8"):
        mne.viz.plot_topomap(np.arange(16.0), info, names=names[::2], show=False)
    with pytest.raises(ValueError, match=r"mask must have one value per channel \(16\)"):
        mne.viz.plot_topomap(np.arange(16.0), info, mask=[True] * 8, show=False)


def test_limits_that_a_norm_makes_useless_are_warned_of(evoked):
    from matplotlib.colors import TwoSlopeNorm

    norm = TwoSlopeNorm(0, -1, 3)
    for draw in (lambda **own: mne.viz.plot_topomap(evoked.data[:, 0], evoked.info, show=False, **own),
                 lambda **own: evoked.plot_topomap([0.1], show=False, **own)):  # fmt: skip
        draw(cnorm=norm)
        with pytest.warns(RuntimeWarning, match="cnorm has limits of its own, -1.0 to 3.0; vlim=.* changes nothing"):
            draw(cnorm=norm, vlim=(None, 5))


def test_a_map_of_a_window_says_where_it_begins_and_ends(evoked):
    titles = [ax.get_title() for ax in evoked.plot_topomap([-0.2, 0.1], average=0.02, show=False).axes[:2]]
    assert titles == ["-0.200 – -0.190 s", "0.090 – 0.110 s"]
    titles = [ax.get_title() for ax in evoked.plot_topomap([0.1], average=0.02, time_unit="ms", show=False).axes[:1]]
    assert titles == ["90 – 110 ms"]


@pytest.mark.parametrize("draw", ["plot", "plot_topomap", "plot_image"])
def test_projections_ticked_in_their_window_are_applied_to_what_is_drawn(draw):
    from matplotlib.backend_bases import MouseEvent

    evoked = make_epochs().average().set_eeg_reference(projection=True)
    settings = dict(times=[0.1], res=32, show=False) if draw == "plot_topomap" else dict(show=False)
    shown = {}
    for proj in (False, True, "interactive"):
        before = set(plt.get_fignums())
        figure = getattr(evoked, draw)(proj=proj, **settings)
        shown[proj] = lambda figure=figure: (figure.axes[0].images or figure.axes[0].lines)[0]
    values = {
        proj: np.ma.getdata(get().get_ydata() if draw == "plot" else get().get_array()) for proj, get in shown.items()
    }
    assert not np.allclose(values[True], values[False]) and np.array_equal(values["interactive"], values[False])
    (panel,) = set(plt.get_fignums()) - before - {figure.number}
    panel = plt.figure(panel)
    panel.canvas.draw()
    for wanted in (True, False):
        x, y = panel.axes[0].transAxes.transform((0.15, 0.5))
        for kind in ("button_press_event", "button_release_event"):
            panel.canvas.callbacks.process(kind, MouseEvent(kind, panel.canvas, x, y, 1))
        now = shown["interactive"]()
        assert np.array_equal(np.ma.getdata(now.get_ydata() if draw == "plot" else now.get_array()), values[wanted])
    with pytest.raises(ValueError, match="there are none"):
        getattr(evoked.apply_proj(), draw)(proj="interactive", **settings)
    plt.close("all")


def test_maps_of_projections_are_their_vectors():
    raw = make_raw()
    raw.set_eeg_reference(projection=True)
    vector = raw.info["projs"][0]["data"]["data"][0]
    figure = mne.viz.plot_projs_topomap(raw.info["projs"], raw.info, show=False, res=100)
    drawn, extent = image_of(figure.axes[0])
    shown = [value_at(drawn, extent, x, y) for x, y in dots_of(figure.axes[0])]
    assert shown == pytest.approx(vector, rel=1e-2)


def test_a_spectrum_without_places_says_that_its_colours_tell_nothing():
    info = mne.create_info(["a", "b"], 200.0, "eeg")
    spectrum = mne.io.RawArray(np.random.default_rng(0).normal(size=(2, 1000)), info).compute_psd()
    with pytest.warns(RuntimeWarning, match="no places"):
        spectrum.plot(show=False)
    spectrum.plot(spatial_colors=False, show=False)


def test_a_spectrum_is_drawn_in_decibel_of_its_density():
    spectrum = make_raw().compute_psd(fmax=60, n_fft=256, verbose="error")
    axes = spectrum.plot(spatial_colors=False, show=False).axes[0]
    lines = np.array([line.get_ydata() for line in axes.lines if len(line.get_xdata()) == len(spectrum.freqs)])
    assert lines == pytest.approx(10 * np.log10(spectrum.data * 1e12))
    assert axes.get_ylabel() == "µV²/Hz (dB)" and axes.get_xlim() == (spectrum.freqs[0], spectrum.freqs[-1])
    figure = spectrum.plot_topomap({"alpha (8–12 Hz)": (8, 12)}, show=False, res=100)
    ax = next(ax for ax in figure.axes if ax.images)
    band = spectrum.data[:, (spectrum.freqs >= 8) & (spectrum.freqs <= 12)].mean(axis=1) * 1e12
    drawn, extent = image_of(ax)
    shown = [value_at(drawn, extent, x, y) for x, y in dots_of(ax)]
    assert np.corrcoef(shown, band)[0, 1] > 0.98


def test_a_map_of_time_and_frequency_has_its_values_at_its_axes():
    power = make_epochs().compute_tfr(
        "morlet", freqs=np.arange(6.0, 31.0, 2.0), n_cycles=2, average=True, verbose="error"
    )
    axes = power.plot(["Cz"], show=False, colorbar=False)[0].axes[0]
    row = power.ch_names.index("Cz")
    for time, freq in ((0.1, 10.0), (0.3, 24.0)):
        k, f = np.argmin(abs(power.times - time)), np.argmin(abs(power.freqs - freq))
        wanted = power.data[row, f, k]
        if axes.images:
            shown = value_at(*image_of(axes), power.times[k], power.freqs[f])
        else:
            mesh = next(c for c in axes.collections if c.get_array() is not None)
            corners, values = (
                mesh.get_coordinates(),
                np.ma.getdata(mesh.get_array()).reshape(mesh.get_coordinates().shape[0] - 1, -1),
            )
            i = np.searchsorted(corners[:, 0, 1], power.freqs[f]) - 1
            shown = values[i, np.searchsorted(corners[0, :, 0], power.times[k]) - 1]
        assert shown == pytest.approx(wanted, rel=1e-6)
    figure = power.plot_topomap(tmin=0, tmax=0.2, fmin=8, fmax=12, show=False, res=100)
    ax = next(ax for ax in figure.axes if ax.images)
    mean = power.copy().crop(0, 0.2, 8, 12).data.mean(axis=(-2, -1))
    shown = [value_at(*image_of(ax), x, y) for x, y in dots_of(ax)]
    assert np.corrcoef(shown, mean)[0, 1] > 0.98
    assert any(other.get_ylabel() == "power" for other in figure.axes)
    joint = power.plot_joint(timefreqs=[(0.1, 10.0)], show=False)
    assert any("10" in other.get_title() and "0.1" in other.get_title() for other in joint.axes)


def test_a_whitened_average_is_drawn_with_its_power_over_the_rank():
    epochs = make_epochs().pick("eeg").set_eeg_reference(projection=True).apply_proj()
    cov = mne.compute_covariance(epochs, on_few_samples="ignore")
    evoked = epochs.average()
    white, rank = mne.whiten_evoked(evoked, cov).data, mne.compute_rank(cov, info=evoked.info)["eeg"]
    fig = evoked.plot_white(cov, show=False, spatial_colors=False)
    butterfly, power = fig.axes
    drawn = [line.get_ydata() for line in butterfly.lines if len(line.get_ydata()) == len(evoked.times)]
    np.testing.assert_allclose(drawn, white)
    assert [line.get_ydata()[0] for line in butterfly.lines[-2:]] == [-1.96, 1.96]
    np.testing.assert_allclose(power.lines[0].get_ydata(), (white**2).sum(0) / rank)
    assert power.lines[1].get_ydata()[0] == 1 and f"rank {rank}" in power.get_legend().get_texts()[0].get_text()
    other = mne.compute_covariance(epochs, method="diagonal_fixed", on_few_samples="ignore")
    two = evoked.plot_white([cov, other], show=False, time_unit="ms")
    left, right = two.axes[:2]
    assert [t.get_text() for t in right.get_legend().get_texts()] == ["empirical", "diagonal_fixed"]
    np.testing.assert_allclose(right.lines[1].get_ydata(), (mne.whiten_evoked(evoked, other).data ** 2).sum(0) / rank)
    assert left.get_xlabel() == "Time (ms)" and right.lines[0].get_xdata()[-1] == pytest.approx(evoked.times[-1] * 1e3)
    plain = evoked.plot(noise_cov=cov, show=False, spatial_colors=False).axes[0]
    np.testing.assert_allclose(plain.lines[0].get_ydata(), white[0])
    assert plain.get_ylabel() == "σ"
    with pytest.raises(ValueError, match="axes must have shape"):
        evoked.plot_white(cov, axes=[butterfly], show=False)


def test_a_covariance_is_drawn_type_by_type_with_its_rank():
    epochs = make_epochs().pick("eeg").set_eeg_reference(projection=True)
    cov = mne.compute_covariance(epochs, on_few_samples="ignore")
    matrices, spectra = cov.plot(epochs.info, proj=True, show=False)
    drawn, _ = image_of(matrices.axes[0])
    n = len(epochs.ch_names)
    centre = np.eye(n) - 1 / n
    np.testing.assert_allclose(drawn, centre @ cov.data @ centre, rtol=0, atol=1e-12 * np.abs(drawn).max())
    assert matrices.axes[0].images[0].get_clim() == pytest.approx((-np.abs(drawn).max(), np.abs(drawn).max()))
    line, rank = spectra.axes[0].lines
    sigma = np.sqrt(np.linalg.svd(drawn, compute_uv=False)) * 1e6
    assert line.get_ydata()[:-1] == pytest.approx(sigma[:-1])
    assert rank.get_xdata()[0] == n - 2 and f"rank ≈ {n - 1}" in [t.get_text() for t in spectra.axes[0].texts]
    assert mne.viz.plot_cov(cov, epochs.info, exclude=epochs.ch_names[:2], show_svd=False, show=False)[1] is None
    assert len(mne.viz.plot_cov(cov, epochs.info, colorbar=False, show=False)[0].axes) == 1


def test_one_rank_for_meg_whitens_all_its_sensors_together():
    rng = np.random.default_rng(3)
    info = mne.create_info(
        [f"MEG {n}" for n in range(6)] + ["Cz", "Pz"], 100.0, ["mag"] * 3 + ["grad"] * 3 + ["eeg"] * 2
    )
    evoked = mne.EvokedArray(rng.normal(size=(8, 50)), info)
    cov = mne.Covariance(np.eye(8), evoked.ch_names, [], [], 100)
    figure = evoked.plot_white(cov, rank={"meg": 5}, show=False, spatial_colors=False)
    assert [ax.get_title() for ax in figure.axes][:2] == ["MEG, all sensors (6 channels)", "EEG (2 channels)"]
    assert [text.get_text() for text in figure.axes[-1].get_legend().get_texts()] == ["MEG (rank 5)", "EEG (rank 2)"]
    assert mne.compute_rank(evoked) == mne.compute_rank(evoked, "info") == {"meg": 6, "eeg": 2}


def test_maps_above_traces_take_all_that_maps_take_and_their_own_axes(evoked):
    plt.close("all")
    lines, first, second, bar = plt.subplots(4)[1]
    figure = evoked.plot_joint(times=[0.1, 0.2], ts_args=dict(axes=lines, time_unit="ms"), show=False,
                               topomap_args=dict(axes=[first, second, bar], scalings=1e3, units="mV"))  # fmt: skip
    assert figure.axes == [lines, first, second, bar] and [ax.get_title() for ax in (first, second)] == [
        "100 ms",
        "200 ms",
    ]
    lines, head = evoked.plot_joint(times=[0.1], topomap_args=dict(scalings=1e3), show=False).axes[:2]
    values = evoked.copy().crop(0.1, 0.1).data[:, 0] * 1e3
    alone = mne.viz.plot_topomap(values, evoked.info, show=False)[0]
    assert image_of(head)[0] == pytest.approx(np.ma.getdata(alone.get_array()), rel=1e-12)
    with pytest.raises(ValueError, match="both ts_args and topomap_args"):
        evoked.plot_joint(ts_args=dict(axes=lines), show=False)
    with pytest.raises(ValueError, match="proj must be the same"):
        evoked.plot_joint(ts_args=dict(proj=False), show=False)
    with pytest.raises(ValueError, match="argument of plot_joint"):
        evoked.plot_joint(topomap_args=dict(times=[0.1]), show=False)
    assert len(evoked.plot_topomap(axes=plt.subplots(1, 3)[1], colorbar=False, show=False).axes) == 3


def test_joint_figures_show_projected_data_by_default():
    evoked = make_epochs().average().set_eeg_reference(projection=True)
    shown = {}
    for proj in (True, False):
        axes = evoked.plot_joint(times=[0.1], ts_args=dict(proj=proj), topomap_args=dict(proj=proj), show=False).axes[0]
        shown[proj] = np.array([ln.get_ydata() for ln in axes.lines if len(ln.get_xdata()) == len(evoked.times)]) / 1e6
    assert shown[False] == pytest.approx(evoked.data) and shown[True] == pytest.approx(evoked.copy().apply_proj().data)
    assert not evoked.proj


def test_a_film_of_maps_shows_each_moment_at_its_rate(evoked):
    times = [0.1, 0.2, 0.3]
    figure, film = evoked.animate_topomap(times=times, frame_rate=8, butterfly=True, show=False, res=32, blit=False)
    head, _, traces = figure.axes
    for frame in (0, 2):
        film._func(frame)
        (x, y), (image, extent) = dots_of(head)[3], image_of(head)
        truth = evoked.data[3, int(np.argmin(np.abs(evoked.times - times[frame])))] * 1e6
        assert value_at(image, extent, x, y) == pytest.approx(truth, rel=0.25)
        assert head.get_title() == f"{times[frame]:.3f} s" and traces.lines[-1].get_xdata()[0] == times[frame]
    assert film._interval == 125
    with pytest.raises(ValueError, match="frame_rate must be above 0"):
        evoked.animate_topomap(frame_rate=0, show=False)


def test_neighbours_are_joined_by_lines_and_clicks_join_and_part_them(evoked):
    pytest.importorskip("scipy")
    adjacency, names = mne.channels.find_ch_adjacency(evoked.info, "eeg")
    pairs = set(map(tuple, np.argwhere(np.triu(adjacency.toarray(), 1))))
    figure = mne.viz.plot_ch_adjacency(evoked.info, adjacency.tolil(), names)
    places = dots_of(figure.axes[0])

    def drawn(axes):
        ends = [np.transpose(line.get_data()) for line in axes.lines if len(line.get_xdata()) == 2]
        return {tuple(sorted(int(np.abs(places - end).sum(axis=1).argmin()) for end in two)) for two in ends}

    assert drawn(figure.axes[0]) == pairs
    matrix = adjacency.toarray()
    axes = mne.viz.plot_ch_adjacency(evoked.info, matrix, names, edit=True).axes[0]
    axes.figure.canvas.draw()

    def click(k):
        from matplotlib.backend_bases import MouseEvent

        axes.figure.canvas.callbacks.process(
            "button_press_event",
            MouseEvent("button_press_event", axes.figure.canvas, *axes.transData.transform(places[k]), 1),
        )

    first, second = next(iter(pairs))
    click(first)
    click(second)
    assert not matrix[first, second] and not matrix[second, first] and drawn(axes) == pairs - {(first, second)}
    click(first)
    assert matrix[first, second] and drawn(axes) == pairs
    click(first)  # which gives it free
    other = next(k for k in range(len(names)) if k not in (first, second))
    click(other)
    assert (np.triu(matrix, 1) != 0).sum() == len(pairs)
    assert mne.viz.plot_ch_adjacency(evoked.info, matrix, names, kind="3d").axes[0].name == "3d"
    for wrong, words in ((dict(kind="3d", edit=True), "edit=True"), (dict(ch_names=names[:3]), "a row and a column")):
        with pytest.raises(ValueError, match=words):
            mne.viz.plot_ch_adjacency(**dict(info=evoked.info, adjacency=matrix, ch_names=names) | wrong)


def test_two_channels_are_enough_for_a_joint_picture():
    evoked = make_epochs().average().pick(["C3", "C4"])
    figure = evoked.plot_joint(times=[0.1], show=False)
    assert sum(bool(axes.images) for axes in figure.axes) == 1
    with pytest.raises(ValueError, match="two channels with places"):
        evoked.pick(["C3"]).plot_joint(times=[0.1], show=False)

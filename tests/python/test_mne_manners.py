"""What scripts for MNE-Python expect of epochs, averages, spectra, maps and their figures."""

import pickle
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import make_epochs, make_raw
from ranvier.errors import ConflictError

import ranvier.meeg as mne

FREQS = [10.0, 20.0, 30.0]


# -- epochs


def two_channels(common, own):
    """Two epochs, of which the first has a large sine on both channels, the second one of `own` on the first."""
    wave = np.sin(2 * np.pi * 5 * np.arange(400) / 100)
    data = np.zeros((2, 400))
    data[:, :200] = common * wave[:200]
    data[0, 200:] = own * wave[200:]
    raw = mne.io.RawArray(data, mne.create_info(["a", "b", "c"][:2], 100.0, "eeg"))
    raw.set_eeg_reference(projection=True)
    return raw, np.array([[0, 0, 1], [200, 0, 1]])


@pytest.mark.parametrize("preload", [True, False])
def test_delayed_projections_decide_what_is_rejected_and_leave_the_samples(preload):
    raw, events = two_channels(common=1e-3, own=6e-5)
    settings = dict(tmin=0, tmax=1.9, baseline=None, reject={"eeg": 1.5e-4}, preload=preload)
    delayed = mne.Epochs(raw, events, proj="delayed", **settings)
    assert delayed.get_data().shape[0] == 2 and delayed.proj is False
    assert np.array_equal(delayed.get_data()[0], raw.get_data()[:, :191])
    assert np.abs(delayed.copy().apply_proj().get_data()[0]).max() < 1e-15
    assert len(mne.Epochs(raw, events, proj=False, **settings).drop_bad()) == 1
    # What is common would drop the first, but is projected out of what is judged; half of what is a's own drops the second.
    strict = mne.Epochs(raw, events, proj="delayed", **{**settings, "reject": {"eeg": 5e-5}}).drop_bad()
    assert strict.drop_log == ((), ("a", "b")) and np.array_equal(strict.get_data()[0], raw.get_data()[:, :191])
    strict = mne.EpochsArray(delayed.get_data(), raw.info, events, proj="delayed", reject={"eeg": 5e-5})
    assert (
        strict.drop_log == ((), ("a", "b")) and pickle.loads(pickle.dumps(strict))._engine.setting("proj") == "delayed"
    )
    with pytest.raises(ValueError, match="proj must be True, False or 'delayed'; got 'later'"):
        mne.Epochs(raw, events, proj="later", **settings)


def test_several_reasons_of_a_drop_stay_several():
    epochs = make_epochs().drop([1], ("blink", "talked")).drop([0], "late")
    assert [reasons for reasons in epochs.drop_log if reasons] == [("late",), ("blink", "talked")]


def test_what_does_not_go_together_can_be_caught_as_either_error():
    raw = make_raw()
    events = np.array([[100, 0, 1], [100, 0, 2]])
    fast = make_epochs().pick("eeg")
    with fast.info._unlock():
        fast.info["sfreq"] = 3.14
    maps = make_epochs().compute_tfr("morlet", FREQS, n_cycles=2)
    for error in (ValueError, RuntimeError):
        for wrong in (lambda: mne.Epochs(raw, events), lambda: make_epochs().add_channels([fast]),
                      lambda: maps + maps.copy().crop(0, 0.1), lambda: maps + maps.copy().crop(fmax=25),
                      lambda: maps + fast, lambda: maps.average().plot(picks=[0, 1], axes=[_axes()])):  # fmt: skip
            with pytest.raises(error):
                wrong()
    assert issubclass(ConflictError, ValueError) and issubclass(ConflictError, RuntimeError)


def _axes():
    import matplotlib.pyplot as plt

    return plt.figure().subplots()


@pytest.mark.parametrize("make", [make_epochs, lambda: make_epochs().average()])
def test_a_crop_beyond_the_times_says_where_they_end(make):
    inst = make()
    with pytest.warns(RuntimeWarning, match="tmin = -9.0 s lies before the data, which begin at -0.2 s"):
        inst.crop(-9, 0.3)
    with pytest.warns(RuntimeWarning, match="tmax = 7.0 s lies behind the data, which end at 0.3 s"):
        assert inst.crop(0, 7).times[[0, -1]].tolist() == [0.0, 0.3]
    with pytest.warns(RuntimeWarning, match="tmax = 9.0 s"), pytest.raises(ValueError):
        inst.crop(8, 9)


def test_epochs_of_several_names_get_one():
    events = np.array([[10, 0, 1], [20, 0, 2], [30, 0, 3], [40, 0, 2]])
    epochs = mne.EpochsArray(
        np.zeros((4, 1, 5)), mne.create_info(1, 100.0, "eeg"), events, event_id={"a": 1, "b": 2, "c": 3}
    )
    both = mne.epochs.combine_event_ids(epochs, ["a", "b"], {"ab": 12})
    assert both.event_id == {"c": 3, "ab": 12} and both.events[:, 2].tolist() == [12, 12, 3, 12]
    assert epochs.event_id == {"a": 1, "b": 2, "c": 3} and len(both["ab"]) == 3
    assert mne.epochs.combine_event_ids(epochs, "a", {"b2": 9}, copy=False) is epochs and epochs.events[0, 2] == 9
    with pytest.raises(ValueError, match="no other events have; got {'c': 7}"):
        mne.epochs.combine_event_ids(epochs, "b", {"c": 7})
    with pytest.raises(ValueError, match="no other events have; got {'d': 3}"):
        mne.epochs.combine_event_ids(epochs, "b", {"d": 3})
    with pytest.raises(KeyError, match="there is no event 'z'"):
        mne.epochs.combine_event_ids(epochs, "z", {"y": 7})
    with pytest.raises(ValueError, match="one name and its number"):
        mne.epochs.combine_event_ids(epochs, "b", {"y": 7, "x": 8})


def test_concatenated_epochs_beyond_what_files_can_name_count_anew(tmp_path):
    parts = [mne.EpochsArray(np.zeros((2, 1, 50)), mne.create_info(1, 100.0, "eeg"), np.array([[0, 0, 1], [2**31 - 1, 0, 2]]))
             for _ in range(2)]  # fmt: skip
    with pytest.warns(RuntimeWarning, match="beyond sample 2147483647"):
        joined = mne.concatenate_epochs(parts)
    assert joined.events[:, 0].tolist() == [1, 2, 3, 4]
    joined.save(tmp_path / "e-epo.fif")
    assert np.array_equal(mne.read_epochs(tmp_path / "e-epo.fif").events, joined.events)


def test_parts_of_a_long_list_of_events_say_that_each_repeats_it(tmp_path):
    info = mne.create_info(1, 1000.0, "eeg")
    epochs = mne.EpochsArray(np.zeros((1000, 1, 1024)), info, selection=np.arange(1000) + 100_000)
    with pytest.warns(RuntimeWarning, match="each of the 6 files repeats the drop log of 101000 events"):
        paths = epochs.save(tmp_path / "e-epo.fif", split_size="3MB")
    assert len(paths) == 6 and max(path.stat().st_size for path in paths) <= 3 * 2**20
    epochs.reset_drop_log_selection()
    assert len(epochs.save(tmp_path / "f-epo.fif", split_size="3MB")) == 3


def test_a_shift_below_a_sample_survives_a_file(tmp_path):
    info = mne.create_info(1, 600.614990234375, "eeg")
    evoked = mne.EvokedArray(np.zeros((1, 421)), info, tmin=-0.2).shift_time(1e-6)
    evoked.save(tmp_path / "e-ave.fif")
    np.testing.assert_allclose(mne.read_evokeds(tmp_path / "e-ave.fif", 0).times, evoked.times, atol=1.5e-8)
    whole = mne.EvokedArray(np.zeros((1, 421)), info, tmin=-0.2)
    whole.save(tmp_path / "f-ave.fif")
    assert np.array_equal(mne.read_evokeds(tmp_path / "f-ave.fif", 0).times, whole.times)


def test_coils_of_the_head_position_can_be_set_and_come_back(tmp_path):
    raw = make_raw()
    coils = [{"event_bits": np.array([256, 0, 256, 256])}, {"event_bits": np.array([512, 0, 512, 512])}]
    with raw.info._unlock():
        raw.info["hpi_subsystem"] = {"ncoil": 2, "hpi_coils": coils}
    raw.save(tmp_path / "a_raw.fif")
    for inst in (raw, raw.copy().pick(["Cz"]), mne.io.read_raw_fif(tmp_path / "a_raw.fif")):
        held = inst.info["hpi_subsystem"]
        assert held["ncoil"] == 2 and [c["event_bits"].tolist() for c in held["hpi_coils"]] == [
            [256, 0, 256, 256],
            [512, 0, 512, 512],
        ]
    with raw.info._unlock(), pytest.raises(ValueError, match="hpi_coils'.*has event_bits; got bits"):
        raw.info["hpi_subsystem"] = {"ncoil": 2, "hpi_coils": [{"bits": [1]}]}


# -- maps and spectra


def test_maps_are_made_of_what_they_are_of():
    raw, epochs = make_raw(), make_epochs()
    for made, same in (
        (mne.time_frequency.RawTFR(raw, "morlet", FREQS, n_cycles=2), raw.compute_tfr("morlet", FREQS, n_cycles=2)),
        (mne.time_frequency.EpochsTFR(inst=epochs, method="morlet", freqs=FREQS, picks=["Cz"], decim=2, n_cycles=2),
         epochs.compute_tfr("morlet", FREQS, picks=["Cz"], decim=2, n_cycles=2)),
        (mne.time_frequency.AverageTFR(inst=epochs, method="multitaper", freqs=FREQS, n_cycles=2),
         epochs.compute_tfr("multitaper", FREQS, average=True, n_cycles=2)),
        (mne.time_frequency.AverageTFR(inst=epochs.average(), method="morlet", freqs=FREQS, tmin=0, n_cycles=2),
         epochs.average().compute_tfr("morlet", FREQS, tmin=0, n_cycles=2)),
    ):  # fmt: skip
        assert type(made) is type(same) and made == same and repr(made) == repr(same)
    with pytest.raises(ValueError, match="RawTFR needs a method and freqs; got None and None"):
        mne.time_frequency.RawTFR(raw)
    with pytest.raises(TypeError, match="inst must be BaseEpochs, or a state; got RawArray"):
        mne.time_frequency.EpochsTFR(inst=raw, method="morlet", freqs=FREQS)


@pytest.mark.parametrize("output", ["power", "complex"])
def test_maps_can_be_made_of_states_that_were_changed(output):
    tfr = make_epochs().compute_tfr("multitaper", FREQS, n_cycles=2, output=output)
    state = tfr.__getstate__()
    again = type(tfr)(inst=state)
    assert (
        again == tfr and again.drop_log == tfr.drop_log and again.event_id == tfr.event_id and repr(again) == repr(tfr)
    )
    later = type(tfr)(inst=state | {"times": tfr.times + 1})
    assert np.array_equal(later.times, tfr.times + 1) and np.array_equal(later.data, tfr.data)
    for wrong in ({"data": tfr.data[..., 0]}, {"data": tfr.data[None]}, {"data": tfr.data[:, :-1]}, {"times": tfr.times[1:]},
                  {"freqs": tfr.freqs[1:]}, {"colour": 3}):  # fmt: skip
        with pytest.raises(ValueError, match="must have|colour"):
            type(tfr)(inst=state | wrong)


def test_one_number_is_assigned_to_a_whole_map():
    tfr = make_epochs().compute_tfr("morlet", FREQS, n_cycles=2)
    tfr.data = 3
    assert (tfr.data == 3).all() and tfr.shape[2:] == (3, len(tfr.times))


def test_spectra_and_maps_say_what_they_are_and_of_what():
    raw, epochs = make_raw(), make_epochs()
    average = epochs.compute_tfr("morlet", FREQS, n_cycles=2).average()
    assert repr(average) == (f"<Average Power from Epochs (nave={len(epochs)}), morlet method | 13 channels × 3 freqs × "
                             f"{len(epochs.times)} times, 10 – 30 Hz, -0.2 – {epochs.tmax:.3g} s>")  # fmt: skip
    power, itc = epochs.compute_tfr("morlet", FREQS, n_cycles=2, average=True, return_itc=True)
    phase = epochs.average().compute_tfr("morlet", FREQS, n_cycles=2, output="phase")
    made = (raw.compute_psd(), epochs.compute_psd(), epochs.compute_psd().average(), epochs.average().compute_psd(output="complex"),
            power, itc, phase, raw.compute_tfr("morlet", FREQS, n_cycles=2))  # fmt: skip
    assert [repr(each).split(",")[0].split(" (nave")[0] for each in made] == [
        "<Power Spectrum (from Raw", "<Power Spectrum (from Epochs", "<Averaged Power Spectrum (from Epochs",
        "<Complex Spectrum (from Evoked", "<Average Power from Epochs", "<Inter-trial Coherence from Epochs",
        "<Phase from Evoked", "<Power Estimates from Raw",
    ]  # fmt: skip
    assert "<th>Data source</th><td>Evoked</td>" in phase._repr_html_(
        caption="Mine"
    ) and "<b>Mine</b>" in phase._repr_html_("Mine")


def test_epochs_of_maps_are_made_equally_many():
    tfr = make_epochs().compute_tfr("morlet", FREQS, n_cycles=2)
    fewer = tfr[:2]
    mne.epochs.equalize_epoch_counts([tfr, fewer], "truncate")
    assert len(tfr) == len(fewer) == 2 and ("EQUALIZED_COUNT",) in tfr.drop_log


# -- figures


def test_bad_channels_are_grey_among_colours_of_places_and_red_among_others():
    from matplotlib.colors import same_color

    spectrum = make_raw().compute_psd(n_fft=200)
    spectrum.info["bads"] = ["Cz"]
    for spatial, colour in ((True, "0.5"), (False, "r")):
        lines = spectrum.plot(spatial_colors=spatial, picks="eeg", show=False).axes[0].lines
        assert sum(same_color(line.get_color(), colour) for line in lines) == 1


def test_power_is_drawn_where_the_channels_are():
    raw = make_raw()
    wave = 3e-5 * np.sin(2 * np.pi * 20 * raw.times)
    raw._data[raw.ch_names.index("O1")] += wave
    spectrum = raw.compute_psd(n_fft=200, fmax=40)
    axes = spectrum.plot_topo(color="y", fig_facecolor="navy", axis_facecolor="b", show=False).axes[0]
    middles = {text.get_text(): np.array(line.get_data()) for text, line in zip(axes.texts, axes.lines)}
    assert set(middles) == set(raw.ch_names) and {line.get_color() for line in axes.lines} == {"y"}
    x, y = middles["O1"]
    assert abs((x[y.argmax()] - x[0]) / (x[-1] - x[0]) - 0.5) < 0.01  # 20 of 40 Hz
    assert middles["Fp1"][1].mean() > middles["O1"][1].mean() and middles["C3"][0].mean() < middles["C4"][0].mean()
    assert raw.plot_psd_topo(n_fft=200, fmax=40, show=False).axes[0].get_title() == "EEG (13 channels)"
    assert raw.plot_psd_topo(dB=False, tmax=5, show=False).axes[0].lines[0].get_xdata().size > 10
    bands = {"low": (4, 8), "high": (15, 25)}
    titles = [ax.get_title() for ax in raw.plot_psd_topomap(bands, n_fft=200, extrapolate="head", show=False).axes]
    assert titles[:2] == ["low", "high"]
    assert (
        make_epochs().plot_psd_topomap(bands, show=False).axes
        and make_epochs().average().plot_psd_topo(show=False).axes
    )
    with pytest.warns(FutureWarning, match="plot_topo.block=. will go"):
        spectrum.plot_topo(block=False, show=False)


def event(figure, kind, axes=None, at=(0.5, 0.5), **more):
    """What the pointer does at a place of axes, or a key."""
    from matplotlib.backend_bases import KeyEvent, MouseEvent

    if "key" in more:
        made = KeyEvent(kind, figure.canvas, more["key"])
    else:
        x, y = axes.transAxes.transform(at)
        made = MouseEvent(kind, figure.canvas, x, y, more.get("button", 1), step=more.get("step", 0))
    figure.canvas.callbacks.process(kind, made)


def test_colour_bars_are_dragged_and_answer_keys():
    tfr = make_epochs().compute_tfr("morlet", FREQS, n_cycles=2).average()
    figure = tfr.plot(picks=["Cz"], vlim=(0, 10), show=False)[0]
    bar = figure.axes[0].CB
    limits = lambda: np.round(figure.axes[0].collections[-1].get_clim(), 9).tolist()  # noqa: E731
    for key, found in (("up", [1, 11]), ("-", [0, 12]), ("pagedown", [-6, 6]), (" ", [0, 10])):
        event(figure, "key_press_event", key=key)
        assert limits() == found
    for button, found in ((1, [-5, 5]), (3, [-5, 15])):
        figure.axes[0].collections[-1].set_clim(0, 10)
        start, end = ((0.5, 0.25), (0.5, 0.75)) if button == 1 else ((0.5, 0.75), (0.5, 0.25))
        event(figure, "button_press_event", bar.cbar.ax, start, button=button)
        event(figure, "motion_notify_event", bar.cbar.ax, end, button=button)
        event(figure, "button_release_event", bar.cbar.ax, end, button=button)
        event(figure, "motion_notify_event", bar.cbar.ax, start, button=button)  # nothing is held any more
        np.testing.assert_allclose(
            limits(), found, atol=0.1
        )  # the pointer stands on whole pixels, of a bar of some 200


def test_figures_of_maps_can_be_pickled():
    figure = make_epochs().compute_tfr("morlet", FREQS, n_cycles=2).average().plot(picks=["Cz"], show=False)[0]
    again = pickle.loads(pickle.dumps(figure))
    assert np.array_equal(again.axes[0].collections[-1].get_array(), figure.axes[0].collections[-1].get_array())
    again.canvas.draw()


def test_a_rectangle_in_a_map_opens_the_head_of_what_it_holds():
    import matplotlib.pyplot as plt

    tfr = make_epochs().compute_tfr("morlet", FREQS, n_cycles=2).average()
    figure = tfr.plot(picks="eeg", combine="mean", show=False)[0]
    for last, n in (((0.4, 0.4), 1), ((0.6, 0.6), 2)):
        event(figure, "button_press_event", figure.axes[0], (0.4, 0.4))
        event(figure, "motion_notify_event", figure.axes[0], last)
        event(figure, "button_release_event", figure.axes[0], last)
        assert len(plt.get_fignums()) == n


def test_functions_that_combine_channels_and_axes_that_are_none_are_refused_by_name():
    tfr = make_epochs().compute_tfr("morlet", FREQS, n_cycles=2)
    with pytest.raises(ValueError, match="combine= must be a function of an array"):
        tfr.plot(picks=["Cz"], combine=lambda x, y: x)
    with pytest.raises(ValueError, match="axes must be matplotlib axes"):
        tfr.plot(picks=["Cz"], axes=SimpleNamespace())


def test_lines_and_bands_of_spectra_drawn_at_once_are_as_asked():
    pytest.importorskip("matplotlib")
    raw = make_raw()
    (axes,) = raw.plot_psd(average=True, ci="range", ci_alpha=0.9, alpha=0.4, n_fft=200, show=False).axes[:1]
    assert [line.get_alpha() for line in axes.lines if len(line.get_xdata()) > 2] == [0.4]
    assert [band.get_alpha() for band in axes.collections] == [0.9]
    (older,) = raw.plot_psd(average=True, area_mode="range", area_alpha=0.9, line_alpha=0.4, n_fft=200, show=False).axes[:1]
    assert [band.get_alpha() for band in older.collections] == [0.9]

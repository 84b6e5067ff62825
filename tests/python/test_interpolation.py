"""Bad channels become what the good ones say of their places."""

import helmet
import numpy as np
import pytest

import ranvier.meeg as mne


def source():
    """One source inside a small helmet, as a recording."""
    made = helmet.info()
    field = helmet.of_field(made, helmet.magnetic_dipole([0.02, 0.01, 0.05], [1e-8, 0, 2e-8]))
    data = np.outer(np.r_[field, 0], np.sin(np.arange(40) / 3))
    return mne.io.RawArray(data, made)


@pytest.mark.parametrize("mode", ["accurate", "fast"])
def test_a_bad_sensor_of_meg_measures_the_field_that_its_neighbours_explain(mode):
    raw = source()
    truth = raw.get_data()
    worst = {}
    for name in raw.copy().pick("meg").ch_names[:60]:
        bad = raw.copy()
        bad.info["bads"] = [name]
        k = raw.ch_names.index(name)
        bad._data[k] = 1.0
        fixed = bad.interpolate_bads(mode=mode)
        assert fixed.info["bads"] == []
        kind = "mag" if name.endswith("1") else "grad"
        peers = np.flatnonzero(np.array(raw.get_channel_types()) == kind)
        error = np.abs(fixed._data[k] - truth[k]).max() / np.abs(truth[peers]).max()
        worst[kind] = max(worst.get(kind, 0), error)
        others = np.arange(len(truth)) != k
        np.testing.assert_array_equal(fixed._data[others], truth[others])
    # 34 places 4 cm apart tell a field with few bends to a small part of its largest value.
    assert worst["mag"] < 0.12 and worst["grad"] < 0.25


def test_every_kind_has_its_method_and_epochs_and_averages_are_done_alike():
    raw = source()
    raw.info["bads"] = [raw.ch_names[4], "STI"]
    epochs = mne.make_fixed_length_epochs(raw, 0.1, preload=True)
    average = epochs.average(picks="all")
    whole = raw.copy().interpolate_bads()
    assert whole.info["bads"] == ["STI"]
    np.testing.assert_allclose(np.hstack(epochs.interpolate_bads().get_data()), whole.get_data(), rtol=1e-12)
    np.testing.assert_allclose(
        average.interpolate_bads().data, epochs.average(picks="all").data, rtol=1e-12, atol=1e-25
    )
    emptied = raw.copy().interpolate_bads(method=dict(meg="nan"), reset_bads=False)
    assert np.isnan(emptied.get_data()[4]).all() and np.isfinite(emptied.get_data("stim")).all()
    with pytest.warns(RuntimeWarning, match="STI.*reset_bads=False keeps them bad"):
        emptied = raw.copy().interpolate_bads(method=dict(stim="nan"))
    assert np.isnan(emptied.get_data(["STI"])).all()
    assert emptied.info["bads"] == [] and np.isfinite(emptied.get_data()[4]).all()
    for method, words in (("spline", "'meg' must be one of 'MNE', 'nan'"), (dict(eeg="nearest"), "'eeg' must be one of"),
                          (dict(grad="MNE"), "name them 'meg'"), (dict(egg="nan"), "egg"), (3, "a word or a dict")):  # fmt: skip
        with pytest.raises(ValueError, match=words):
            raw.interpolate_bads(method=method)


def test_a_bad_sensor_without_a_place_is_refused_or_becomes_nan_and_stays_bad():
    raw = source()
    raw.info["bads"] = [raw.ch_names[4]]
    raw.info["chs"][4]["loc"] = np.full(12, np.nan)
    raw.info["chs"][7]["loc"] = np.full(12, np.nan)
    before = raw.get_data()
    with pytest.raises(ValueError, match="has no position"):
        raw.interpolate_bads(on_bad_position="raise")
    np.testing.assert_array_equal(raw.get_data(), before)
    with pytest.warns(RuntimeWarning, match="filled with NaN"):
        raw.interpolate_bads()
    assert np.isnan(raw.get_data()[4]).all() and np.isfinite(np.delete(raw.get_data(), 4, axis=0)).all()
    assert raw.info["bads"] == [raw.ch_names[4]]


def test_gradiometers_tell_what_magnetometers_would_measure():
    raw = source()
    raw.info["bads"] = [raw.ch_names[2]]
    epochs = mne.make_fixed_length_epochs(raw, 0.1, preload=True)
    mags = raw.copy().pick("mag", exclude="bads").ch_names
    for inst in (epochs, epochs.average()):
        made = inst.as_type("mag")
        assert made.ch_names == [name + "_v" for name in mags] and set(made.get_channel_types()) == {"mag"}
        truth = inst.get_data(mags)
        assert np.abs(made.get_data() - truth).max() < 0.05 * np.abs(truth).max()
        assert inst.ch_names == raw.ch_names[: len(inst.ch_names)]
    assert len(made.times) == len(epochs.times) and made.nave == len(epochs)
    with pytest.raises(ValueError, match="ch_type must be one of 'mag', 'grad'"):
        epochs.as_type("meg")
    with pytest.raises(ValueError, match="there is none of that type"):
        epochs.copy().pick("grad").as_type("mag")


def test_no_bad_channel_is_told():
    with pytest.warns(RuntimeWarning, match="no bad channel that can be interpolated"):
        source().interpolate_bads()


def test_what_projections_took_of_a_field_is_given_back():
    raw = source()
    truth = raw.get_data("meg")
    names = raw.copy().pick("meg").ch_names
    row = helmet.of_field(raw.info, helmet.magnetic_dipole([0.01, 0.02, 0.05], [0, 1e-8, 2e-8]))[None]
    row /= np.linalg.norm(row)
    data = dict(data=row, nrow=1, ncol=len(names), row_names=None, col_names=names)
    raw.add_proj([mne.Projection(active=False, data=data, desc="another source", kind=1)])
    mags = raw.copy().pick("mag").ch_names

    def off(inst):
        """How far magnetometers are from what they measured."""
        kept = [names.index(name) for name in mags]
        return np.abs(inst.get_data(mags) - truth[kept]).max() / np.abs(truth[kept]).max()

    projected, again = raw.copy().apply_proj(), raw.copy().reconstruct_proj()
    assert off(again) < 0.3 * off(projected) and all(p["active"] for p in again.info["projs"])
    np.testing.assert_array_equal(again.get_data("stim"), raw.get_data("stim"))
    np.testing.assert_array_equal(projected.copy().reconstruct_proj()._data, again._data)
    epochs = mne.make_fixed_length_epochs(raw, 0.1, preload=True)
    np.testing.assert_allclose(np.hstack(epochs.copy().reconstruct_proj().get_data()), again.get_data(), atol=1e-20)
    np.testing.assert_allclose(
        epochs.copy().reconstruct_proj().average().data, epochs.average().reconstruct_proj().data, atol=1e-20
    )
    with pytest.raises(ValueError, match="rank is about forward models"):
        again.reconstruct_proj(rank="info")


def test_reconstruction_leaves_alone_what_no_projection_is_about():
    raw = source()
    info = mne.create_info(["Fz", "Cz", "Pz", "Oz", "C3", "C4"], helmet.SFREQ, "eeg")
    info.set_montage("colin27_1005")
    eeg = mne.io.RawArray(np.random.default_rng(0).normal(0, 1e-5, (6, 40)), info)
    both = raw.copy().add_channels([eeg], force_update_info=True).set_eeg_reference(projection=True)
    rebuilt = both.copy().reconstruct_proj(origin=(0.0, 0.0, 0.04))
    np.testing.assert_array_equal(rebuilt.get_data("meg"), raw.get_data("meg"))
    assert np.abs(rebuilt.get_data("eeg").mean(axis=0)).max() < 1e-19  # the average reference is kept
    assert not np.allclose(rebuilt.get_data("eeg"), both.copy().apply_proj().get_data("eeg"), atol=1e-8)
    untouched = raw.copy().reconstruct_proj()
    np.testing.assert_array_equal(untouched.get_data(), raw.get_data())


def test_averages_are_drawn_as_reconstructed():
    raw = source().pick("mag")
    raw._data += np.random.default_rng(0).normal(0, 1e-13, raw._data.shape)
    evoked = mne.make_fixed_length_epochs(raw, 0.1, preload=True).average()
    evoked.add_proj(mne.compute_proj_raw(raw, duration=0.1, n_mag=1))
    figure = evoked.plot(proj="reconstruct", spatial_colors=False, show=False)
    drawn = np.array([line.get_ydata() for line in figure.axes[0].lines if len(line.get_ydata()) == len(evoked.times)])
    np.testing.assert_allclose(drawn, 1e15 * evoked.copy().reconstruct_proj().data, rtol=1e-12)
    assert not np.allclose(drawn, 1e15 * evoked.copy().apply_proj().data)
    assert not any(p["active"] for p in evoked.info["projs"])

"""Heart beats and blinks: where they are, epochs around them, projections against them."""

import numpy as np
import pytest
from heart_and_eye import BEATS, BLINKS, SFREQ, bumps, recording

import ranvier.meeg as mne
from ranvier.meeg import preprocessing


def close(events, times, slack=5):
    """Are there events at `times` [s], and no others, within some samples?"""
    found = (events[:, 0] - 1000) / SFREQ
    return len(found) == len(times) and np.abs(found - times).max() <= slack / SFREQ


def test_heart_beats_are_found_where_they_are():
    events, channel, pulse = preprocessing.find_ecg_events(recording())
    assert close(events, BEATS) and channel == 10 and set(events[:, 2]) == {999}
    assert pulse == pytest.approx(len(BEATS))
    events, channel, _, ecg = preprocessing.find_ecg_events(recording(ecg=False), event_id=7, return_ecg=True)
    times = (events[:, 0] - 1000) / SFREQ  # beats of unusual power in so short a recording are left out
    assert len(times) >= 62 and all(np.abs(BEATS - t).min() < 0.02 for t in times)
    assert channel is None and ecg.shape == (1, 15000) and set(events[:, 2]) == {7}
    assert close(preprocessing.find_ecg_events(recording(), tstart=10.0)[0], BEATS[BEATS > 10])
    assert close(preprocessing.find_ecg_events(recording(), ch_name="mag0")[0], BEATS)
    assert len(preprocessing.find_ecg_events(recording(), l_freq=None)[0]) > 60


def test_what_annotations_reject_holds_no_beat_and_moves_no_other():
    raw = recording().set_annotations(mne.Annotations([10.0, 30.0], [5.0, 2.0], ["BAD_move", "bad"]))
    good = BEATS[~(((BEATS > 9.7) & (BEATS < 15.4)) | ((BEATS > 29.8) & (BEATS < 32.1)))]
    events, _, pulse, ecg = preprocessing.find_ecg_events(raw, return_ecg=True)
    assert close(events, good) and np.isnan(ecg).sum() == 7 * SFREQ
    assert pulse == pytest.approx(len(good) / 53 * 60)
    blinks = BLINKS[BLINKS != 31.0]
    assert close(preprocessing.find_eog_events(raw, reject_by_annotation=True, thresh=2e-4), blinks, 15)


def test_blinks_are_found_in_the_channel_that_shows_them_best():
    raw = recording()
    assert close(preprocessing.find_eog_events(raw, thresh=2e-4), BLINKS, 15)
    assert close(preprocessing.find_eog_events(raw, ch_name=["eeg8", "eeg5"], thresh=1e-4), BLINKS, 15)
    raw.apply_function(lambda x: -x, picks="eog")
    assert close(preprocessing.find_eog_events(raw, event_id=3, thresh=2e-4), BLINKS, 15)
    assert len(preprocessing.find_eog_events(raw, thresh=1.0)) == 0


def test_epochs_around_artefacts_hold_them_in_their_middle():
    heart = preprocessing.create_ecg_epochs(recording(), picks="mag")
    assert len(heart) == len(BEATS) and abs(heart.average().get_peak("mag")[1]) < 0.03
    made = preprocessing.create_ecg_epochs(recording(ecg=False), keep_ecg=True)
    assert made.ch_names[-1] == "ECG-SYN" and made.get_channel_types()[-1] == "ecg"
    assert np.argmax(np.abs(made.get_data()[:, -1].mean(0))) == pytest.approx(125, abs=3)
    eyes = preprocessing.create_eog_epochs(recording(), baseline=(None, -0.4), thresh=2e-4)
    assert len(eyes) == len(BLINKS) and abs(eyes.average("eeg").get_peak()[1]) < 0.1
    with pytest.raises(ValueError, match="keep_ecg=True needs"):
        preprocessing.create_ecg_epochs(recording(), keep_ecg=True)
    with pytest.raises(ValueError, match="no blinks were found"):
        preprocessing.create_eog_epochs(recording(), thresh=1.0)


def test_projections_take_artefacts_out():
    raw = recording()
    before = raw.get_data()
    limits = dict(mag=1e-11)
    projs, events = preprocessing.compute_proj_ecg(raw, n_mag=1, n_eeg=0, reject=limits)
    assert [p["desc"] for p in projs] == ["ECG-axial--0.200-0.400-PCA-01"] and close(events, BEATS)
    more, _, log = preprocessing.compute_proj_eog(
        raw, n_mag=0, n_eeg=1, avg_ref=True, reject=None, return_drop_log=True
    )
    assert [p["desc"][:9] for p in more] == ["Average E", "EOG-eeg--"] and len(BLINKS) <= len(log) == log.count(())
    np.testing.assert_array_equal(raw.get_data(), before)  # a copy is filtered
    cleaned = raw.copy().add_proj([*projs, more[1]]).apply_proj().get_data()
    for rows, artefact in ((slice(0, 5), bumps(BEATS, 0.015)), (slice(5, 9), bumps(BLINKS, 0.12))):
        was, now = np.abs(before[rows] @ artefact).max(), np.abs(cleaned[rows] @ artefact).max()
        assert now < 0.05 * was
    with pytest.warns(RuntimeWarning, match="no good epoch"):
        assert preprocessing.compute_proj_eog(raw, reject=dict(eeg=1e-9))[0] == []
    assert len(preprocessing.compute_proj_ecg(raw.add_proj(projs), n_eeg=0, no_proj=True, reject=None)[0]) == 2
    with pytest.warns(RuntimeWarning, match="no EOG events"):
        raw = mne.io.RawArray(np.zeros((2, 5000)), mne.create_info(2, SFREQ, ["eog", "eeg"]))
        assert preprocessing.compute_proj_eog(raw)[0] == []


@pytest.mark.parametrize("call, message", [
    (lambda raw: preprocessing.find_ecg_events(raw.pick("eeg")), "no ECG channel"),
    (lambda raw: preprocessing.find_eog_events(raw.pick("mag")), "no EOG channel"),
    (lambda raw: preprocessing.find_eog_events(raw, ch_name="EOG9"), "no channel 'EOG9'"),
    (lambda raw: preprocessing.find_ecg_events(raw, l_freq=20, h_freq=10), "l_freq must be below h_freq"),
    (lambda raw: preprocessing.find_ecg_events(raw, ch_name="x"), "no channel 'x'"),
    (lambda raw: preprocessing.find_ecg_events(raw, qrs_threshold="high"), "qrs_threshold"),
    (lambda raw: preprocessing.find_ecg_events(raw, tstart=100.0), "tstart"),
    (lambda raw: preprocessing.find_eog_events(raw, l_freq=10, h_freq=500), "Nyquist"),
    (lambda raw: preprocessing.find_eog_events(raw.apply_function(lambda x: x * np.nan, picks="eog")), "no numbers"),
    (lambda raw: preprocessing.find_ecg_events(raw.set_annotations(mne.Annotations([0], [99], ["bad"]))), "nothing is left"),
])  # fmt: skip
@pytest.mark.filterwarnings("ignore")
def test_what_shows_no_artefact_says_why(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call(recording())


def test_peaks_stand_out_from_both_sides():
    t = np.arange(0, 3, 0.01)
    x = np.sin(np.pi * t) - np.sin(0.5 * np.pi * t)
    places, heights = preprocessing.peak_finder(x)
    assert len(places) == 2 and np.all(heights == x[places]) and 260 in places
    assert list(preprocessing.peak_finder([0, 1, 1, 0, 0.2, 0])[0]) == [1]  # of equals the first; .2 is below a quarter
    assert list(preprocessing.peak_finder([0, 1, 1, 0, 0.2, 0], thresh=0.1)[0]) == [1, 4]
    assert list(preprocessing.peak_finder([2, 1, 0, -2, 0], extrema=-1)[0]) == [3]
    assert list(preprocessing.peak_finder([0, 1, 2])[0]) == [2]
    with pytest.raises(ValueError, match="numbers"):
        preprocessing.peak_finder([0, np.nan, 1])


def capped(ref=0.0):
    """A second of noise at 32 electrodes, measured against `ref`."""
    montage = mne.channels.make_standard_montage("biosemi32")
    data = np.random.default_rng(3).normal(size=(32, 250)) * 1e-5 - ref
    return mne.io.RawArray(data, mne.create_info(montage.ch_names, SFREQ, "eeg").set_montage(montage))


def test_a_current_source_density_needs_no_reference_and_finds_the_source():
    raw = capped()
    density = preprocessing.compute_current_source_density(raw)
    assert set(density.get_channel_types()) == {"csd"} and set(raw.get_channel_types()) == {"eeg"}
    other = preprocessing.compute_current_source_density(capped(ref=1e-3)).get_data()
    np.testing.assert_allclose(other, density.get_data(), rtol=0, atol=1e-9 * np.abs(other).max())
    # What falls off with the distance from Cz has its source there.
    places = np.array([ch["loc"][:3] for ch in raw.info["chs"]])
    k = raw.ch_names.index("Cz")
    raw._data[:] = np.exp(-np.linalg.norm(places - places[k], axis=1) / 0.03)[:, None] * 1e-5
    found = preprocessing.compute_current_source_density(
        raw.crop(0, 0.1), sphere=(0, 0, 0, 0.095), copy=False
    ).get_data()
    assert np.argmax(found[:, 0]) == k and raw.get_channel_types(unique=True) == ["csd"]
    epochs = mne.EpochsArray(np.tile(capped().get_data(), (2, 1, 1)), capped().info, reject=dict(eeg=1.0))
    cut = preprocessing.compute_current_source_density(epochs)
    np.testing.assert_allclose(cut.get_data()[1], density.get_data(), rtol=1e-9)
    assert not cut.reject
    with pytest.raises(ValueError, match="are current source densities already"):
        preprocessing.compute_current_source_density(density)
    bad = capped()
    bad.info["bads"] = ["Cz"]
    with pytest.raises(ValueError, match="interpolate_bads"):
        preprocessing.compute_current_source_density(bad)
    with pytest.raises(ValueError, match="no place"):
        preprocessing.compute_current_source_density(
            mne.io.RawArray(np.zeros((2, 9)), mne.create_info(2, 9.0, "eeg")), sphere=(0, 0, 0, 0.09)
        )

"""Stretches that are found to be artefacts or breaks."""

import datetime

import numpy as np
import pytest

import ranvier.meeg as mne
from ranvier.meeg import preprocessing

DAY = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)


def recording(date=None):
    """40 s of four electrodes and two sensors: one electrode flat for .2 s, another for 4 s, one with a ramp, and
    muscles from 24 to 25.2 s."""
    random = np.random.default_rng(0)
    data = random.normal(size=(6, 20000)) * np.array([1e-5] * 4 + [1e-13] * 2)[:, None]
    data[0, 3000:3100] = data[0, 3000]
    data[1, :2000] = 0
    data[2, 8000:8050] += np.arange(50) * 1e-3
    data[:4, 12000:12600] += 3e-5 * np.sin(2 * np.pi * 125 * np.arange(600) / 500) * np.hanning(600)
    info = mne.create_info([f"c{k}" for k in range(6)], 500.0, ["eeg"] * 4 + ["mag"] * 2)
    return mne.io.RawArray(data, info, first_samp=700).set_meas_date(date)


def seconds(annotations, raw):
    """Where they begin after the first sample, and how long they are; they fit the recording."""
    begin = raw.first_time if raw.info["meas_date"] else 0.0
    assert annotations.orig_time == raw.info["meas_date"]
    raw.copy().set_annotations(annotations)
    return [(round(o - begin, 6), round(d, 6), t) for o, d, t in
            zip(annotations.onset, annotations.duration, annotations.description)]  # fmt: skip


@pytest.mark.parametrize("date", [None, DAY])
def test_what_does_not_change_or_changes_too_much_is_marked(date):
    raw = recording(date)
    annotations, bads = preprocessing.annotate_amplitude(raw, flat=0.0, picks="eeg")
    assert seconds(annotations, raw) == [(6.0, 0.196, "BAD_flat")] or seconds(annotations, raw) == [
        (6.0, 0.198, "BAD_flat")
    ]
    assert bads == ["c1"]  # for a tenth of the time
    annotations, bads = preprocessing.annotate_amplitude(raw, peak=dict(eeg=5e-4), min_duration=0.05)
    assert [(o, t) for o, _, t in seconds(annotations, raw)] == [(16.0, "BAD_peak")] and bads == []
    marked = preprocessing.annotate_amplitude(raw, flat=dict(eeg=0.0), bad_percent=50)[0]
    assert [o for o, _, _ in seconds(marked, raw)] == [0.0, 6.0]
    with pytest.raises(ValueError, match="limits for none of the channels that are judged; give picks"):
        preprocessing.annotate_amplitude(raw, peak=dict(eog=1e-4))
    with pytest.raises(ValueError, match="flat must be >= 0; got -1.0 for 'eog'"):
        preprocessing.annotate_amplitude(raw, flat=dict(eeg=0.0, eog=-1.0))
    raw.info["bads"] = ["c0"]
    raw.set_annotations(mne.Annotations([0.0], [4.1], ["BAD_ACQ_SKIP"]))
    assert (
        preprocessing.annotate_amplitude(raw, flat=0.0)[1] == []
        and len(preprocessing.annotate_amplitude(raw, flat=0.0)[0]) == 0
    )


@pytest.mark.parametrize("date", [None, DAY])
def test_samples_that_are_no_numbers_are_marked_channel_by_channel(date):
    raw = recording(date)
    raw._data[3, 100:200], raw._data[5, 19990:] = np.nan, np.nan
    found = preprocessing.annotate_nan(raw)
    assert seconds(found, raw) == [(0.2, 0.2, "BAD_NAN"), (39.98, 0.018, "BAD_NAN")]
    assert [tuple(names) for names in found.ch_names] == [("c3",), ("c5",)]


@pytest.mark.parametrize("date", [None, DAY])
def test_breaks_are_found_between_annotations_or_events(date):
    raw = recording(date)
    raw.set_annotations(mne.Annotations([2.0, 4.0, 25.0], [1.0, 0.5, 1.0], ["go", "bad_x", "go"],
                                        orig_time=None))  # fmt: skip
    assert seconds(preprocessing.annotate_break(raw), raw) == [(8.0, 12.0, "BAD_break")]
    close = dict(min_break_duration=10.0, t_start_after_previous=1.0, t_stop_before_next=2.0)
    assert [o for o, _, _ in seconds(preprocessing.annotate_break(raw, ignore=(), **close), raw)] == [5.5, 27.0]
    events = np.array([[700 + 500 * t, 0, 1] for t in (1, 20, 21)])
    assert seconds(preprocessing.annotate_break(raw, events), raw) == [
        (6.0, 9.0, "BAD_break"),
        (26.0, 13.998, "BAD_break"),
    ]
    for wrong, words in ((dict(min_break_duration=9.0), "longer than"), (dict(events=np.zeros((0, 3), int)), "at least one event"),
                         (dict(ignore=["go", "BAD"]), "no annotation to look between")):  # fmt: skip
        with pytest.raises(ValueError, match=words):
            preprocessing.annotate_break(raw, **wrong)


@pytest.mark.parametrize("date", [None, DAY])
def test_muscles_are_found_where_they_are(date):
    raw = recording(date).drop_channels(["c2"])  # whose ramp looks like a muscle, too
    annotations, scores = preprocessing.annotate_muscle_zscore(raw, ch_type="eeg", threshold=5.0)
    ((onset, duration, word),) = seconds(annotations, raw)
    assert word == "BAD_muscle" and onset == pytest.approx(24.2, abs=0.3) and duration == pytest.approx(0.8, abs=0.4)
    assert scores.shape == (20000,) and 12000 < scores.argmax() < 12600
    raw.set_annotations(mne.Annotations([23.0], [3.0], ["bad"]))
    annotations, scores = preprocessing.annotate_muscle_zscore(raw, ch_type="eeg", threshold=5.0)
    assert len(annotations) == 0 and np.isnan(scores).sum() == 1500
    with pytest.raises(ValueError, match="flat in the band"):
        preprocessing.annotate_muscle_zscore(mne.io.RawArray(np.zeros((1, 3000)), mne.create_info(1, 500.0, "eeg")))
    with pytest.raises(ValueError, match="ch_type"):
        preprocessing.annotate_muscle_zscore(raw, ch_type="grad")
    with pytest.raises(ValueError, match="Nyquist"):
        preprocessing.annotate_muscle_zscore(raw.resample(200))


def test_stretches_shorter_than_asked_for_make_no_channel_bad():
    raw = recording().pick(["c3"])
    raw._data[0, ::2] = raw._data[0, 1::2]  # every second step is none
    assert preprocessing.annotate_amplitude(raw, flat=0.0)[1] == []
    assert preprocessing.annotate_amplitude(raw, flat=0.0, min_duration=0.0)[1] == ["c3"]

"""The real job: blinks are found and taken out without a person, and the brain stays."""

import warnings

import numpy as np
import pytest
from ranvier.meeg.preprocessing import ICA, find_eog_events

import ranvier.meeg as mne


def of_the_lab(data):
    """32 channels, of which EOG1 sees the blinks."""
    raw = mne.io.read_raw_eeglab(data / "eeglab/eeglab_data.set", preload=True)
    raw.set_channel_types({name: "eog" for name in ("EOG1", "EOG2")})
    return raw, ["EOG1"], 15


def of_the_motor_task(data, run):
    """64 channels and none of the eyes: Fp1 and Fp2 see the blinks."""
    raw = mne.io.read_raw_edf(data / f"eegmmidb_S001/S001R{run}.edf", preload=True)
    raw.rename_channels(lambda name: name.strip("."))
    return raw, ["Fp1", "Fp2"], 20


def band(data, raw, low, high):
    return mne.filter.filter_data(np.atleast_2d(data).copy(), float(raw.info["sfreq"]), low, high)


@pytest.mark.parametrize("which", ["lab", "motor task"])
def test_blinks_go_without_a_person_and_alpha_stays(data, which):
    raw, eyes, n_components = of_the_lab(data) if which == "lab" else of_the_motor_task(data, "03")
    sfreq, n = float(raw.info["sfreq"]), raw.n_times
    # Fixed before anything is cleaned: the reference, the blinks, and 0.3 s about them.
    reference = band(raw.get_data(eyes).mean(0), raw, 1, 10)[0]
    blinks = find_eog_events(mne.io.RawArray(reference[None], mne.create_info(["EOG"], sfreq, "eog")))[:, 0]
    inside = (np.abs(np.arange(n)[:, None] - blinks) < 0.3 * sfreq).any(1)
    assert len(blinks) > 10

    before = raw.get_data("eeg")
    fitted = raw.copy().filter(1, 40, picks="all")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ica = ICA(n_components, method="infomax", fit_params=dict(extended=True), random_state=97).fit(
            fitted, picks="eeg"
        )
    found, _ = ica.find_bads_eog(fitted, ch_name=eyes, measure="correlation", threshold=0.3)
    after = ica.apply(raw.copy(), exclude=found).get_data("eeg")

    def largest(data):
        return max(abs(np.corrcoef(row[inside], reference[inside])[0, 1]) for row in data)

    assert largest(before) > 0.5 and largest(after) < 0.15
    assert 1 <= len(found) <= 3
    assert not ((after == 0) & (before != 0)).any()

    def rank(data):  # about the mean, which stays
        return np.linalg.matrix_rank(data - data.mean(1, keepdims=True))

    few = ica.apply(raw.copy(), exclude=found, n_pca_components=n_components).get_data("eeg")
    assert (rank(after), rank(few)) == (rank(before) - len(found), n_components - len(found))
    rows = [raw.copy().pick("eeg").ch_names.index(name) for name in ("O1", "Oz", "O2")]
    power = [(band(x[rows], raw, 8, 13)[:, ~inside] ** 2).mean(1) for x in (before, after)]
    assert np.abs(power[1] / power[0] - 1).max() < 0.02

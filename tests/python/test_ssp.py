"""Signal-space projections from data."""

import json
import pathlib

import numpy as np
import pytest

import ranvier as rv
import ranvier.meeg as mne

REFERENCE = json.loads((pathlib.Path(__file__).parents[1] / "reference/ssp.json").read_text())
KINDS = ["mag"] * 3 + ["grad"] * 4 + ["eeg"] * 5 + ["eog"]


def recording():
    """The recording of tests/reference/ssp.py."""
    random = np.random.default_rng(11)
    n = len(KINDS)
    scale = np.array([{"mag": 1e-13, "grad": 5e-12, "eeg": 4e-6, "eog": 1e-4}[k] for k in KINDS])
    data = (np.eye(n) + 0.5 * random.standard_normal((n, n))) @ random.standard_normal((n, 2000)) * scale[:, None]
    data[7, 700:720] *= 50
    info = mne.create_info([f"c{k}" for k in range(n)], 100.0, KINDS)
    info["bads"] = ["c9"]
    return mne.io.RawArray(data, info)


def cut(raw):
    return mne.Epochs(raw, np.array([[k, 0, 3] for k in range(50, 1900, 90)]), 3, -0.2, 0.4, preload=True)


@pytest.mark.filterwarnings("ignore:projections from")
@pytest.mark.parametrize("case", REFERENCE["cases"], ids=lambda case: f"{case['options']} of {case['of']}")
def test_projections_are_those_of_mne_but_for_signs(case):
    raw = recording()
    epochs = cut(raw)
    of = dict(epochs=epochs, evoked=epochs.average(), raw=raw)[case["of"]]
    projs = getattr(mne, f"compute_proj_{case['of']}")(of, **case["options"])
    assert [p["desc"] for p in projs] == [p["desc"] for p in case["projs"]]
    for ours, theirs in zip(projs, case["projs"]):
        vector, expected = ours["data"]["data"][0], np.array(theirs["vector"])
        np.testing.assert_allclose(vector * np.sign(vector @ expected), expected, rtol=0, atol=1e-10)
        assert ours["explained_var"] == pytest.approx(theirs["explained"], rel=1e-10)
        assert ours["data"]["col_names"] == theirs["names"] and not ours["active"]


def test_what_projections_were_made_of_is_gone_once_they_are_applied():
    raw = mne.io.RawArray(np.random.default_rng(0).standard_normal((6, 3000)), mne.create_info(6, 100.0, "eeg"))
    pattern = np.arange(6.0) - 2
    raw._data += 30 * pattern[:, None] * np.sin(np.arange(3000) / 20)
    (proj,) = mne.compute_proj_raw(raw, n_eeg=1)
    assert abs(proj["data"]["data"][0] @ pattern) / np.linalg.norm(pattern) == pytest.approx(1, abs=1e-3)
    assert proj["explained_var"] > 0.99
    raw.add_proj([proj]).apply_proj()
    assert np.abs(pattern @ raw.get_data()).max() < 0.2 * 30 * pattern @ pattern
    assert mne.compute_rank(raw) == {"eeg": 5}


@pytest.mark.parametrize("change, message", [
    (dict(n_eeg=1.5), "n_eeg must be a whole number >= 0 or a share below 1; got 1.5"),
    (dict(n_eeg=-1), "n_eeg must be >= 0; got -1"),
    (dict(meg="both"), "meg must be one of"),
    (dict(meg="combined", n_mag=1), "n_grad must equal n_mag with meg='combined'; got 2.0 and 1.0"),
])  # fmt: skip
def test_what_does_not_fit_is_refused_with_rule_and_value(change, message):
    with pytest.raises(ValueError, match=message):
        mne.compute_proj_epochs(cut(recording()), **change)


def test_nan_flat_channels_and_no_epochs_are_said():
    raw = recording()
    raw._data[8, 100] = np.nan
    with pytest.raises(ValueError, match="channel 'c8' holds NaN"):
        mne.compute_proj_raw(raw)
    raw._data[7:12] = 0
    with pytest.raises(ValueError, match="not flat; all of type eeg are"):
        mne.compute_proj_raw(raw)
    with pytest.raises(ValueError, match="no good epoch is left"):
        mne.compute_proj_raw(recording(), reject=dict(eeg=1e-12))
    with pytest.warns(RuntimeWarning, match="need at least"):
        mne.compute_proj_epochs(cut(recording())[:1])


def test_a_recording_in_memory_gives_the_vectors_of_its_file_without_its_bad_stretches(tmp_path):
    raw = recording()
    raw.set_annotations(mne.Annotations([6.9, 12.4], [0.4, 1.2], ["BAD_jump", "BAD_noise"]))
    raw.save(tmp_path / "a_raw.fif", fmt="double")
    read = mne.io.read_raw_fif(tmp_path / "a_raw.fif")
    given = dict(n_mag=2, n_grad=2, n_eeg=2, duration=0.37)
    mine, of_file = mne.compute_proj_raw(raw, **given), mne.compute_proj_raw(read, **given)
    limits = mne.compute_proj_raw(raw, reject=dict(eog=1.0), **given)  # which nothing exceeds
    whole = mne.compute_proj_raw(raw.copy().set_annotations(None), **given)
    for a, b, c, other in zip(mine, of_file, limits, whole, strict=True):
        vectors = [p["data"]["data"][0] for p in (a, b, c, other)]
        for vector in vectors[1:3]:
            np.testing.assert_allclose(np.abs(vector), np.abs(vectors[0]), rtol=0, atol=1e-10)
        assert np.abs(np.abs(vectors[3]) - np.abs(vectors[0])).max() > 1e-4


def test_vectors_and_what_they_leave_have_the_same_bits_on_any_number_of_threads():
    raw = mne.io.RawArray(np.random.default_rng(5).standard_normal((70, 40_000)), mne.create_info(70, 100.0, "eeg"))
    results = []
    for n in (1, 2, 5):
        rv.set_threads(n)
        clean = raw.copy().add_proj(mne.compute_proj_raw(raw, n_eeg=3)).apply_proj()
        results.append(clean.get_data().tobytes())
    rv.set_threads(0)
    assert len(set(results)) == 1

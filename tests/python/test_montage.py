"""Where electrodes are."""

import numpy as np
import pytest

import ranvier.meeg as mne


def test_standard_montages_are_known_by_name():
    names = mne.channels.get_builtin_montages()
    assert {"standard_1005", "standard_1020", "biosemi64"} <= set(names)
    montage = mne.channels.make_standard_montage("standard_1005")
    places = montage.get_positions()
    assert len(montage.ch_names) > 300 and places["nasion"].shape == (3,) and places["ch_pos"]["Cz"][2] > 0
    with pytest.raises(ValueError, match="standard_1005"):
        mne.channels.make_standard_montage("standard_1006")


def test_a_montage_gives_places_in_head_coordinates(raw):
    cz = raw.info["chs"][raw.ch_names.index("Cz")]
    assert cz["coord_frame"] == 4 and cz["loc"][2] > 0.08  # [m] above the ears
    left = raw.info["chs"][raw.ch_names.index("C3")]["loc"][0]
    assert left < 0 < raw.info["chs"][raw.ch_names.index("C4")]["loc"][0]
    assert set(raw.get_montage().ch_names) == set(raw.ch_names)


def test_channels_without_place_are_refused_warned_about_or_ignored():
    info = mne.create_info(["Cz", "Nowhere"], 100.0, "eeg")
    with pytest.raises(ValueError, match="Nowhere"):
        info.copy().set_montage("standard_1020")
    with pytest.warns(RuntimeWarning, match="Nowhere"):
        info.copy().set_montage("standard_1020", on_missing="warn")
    info.set_montage("standard_1020", on_missing="ignore")
    assert np.isfinite(info["chs"][0]["loc"][:3]).all()


def test_a_montage_of_ones_own():
    places = {"a": [0.0, 0.09, 0.03], "b": [0.0, -0.09, 0.03]}
    montage = mne.channels.make_dig_montage(places, nasion=[0, 0.1, 0], lpa=[-0.08, 0, 0], rpa=[0.08, 0, 0], coord_frame="head")
    assert montage.ch_names == ["a", "b"] and "3 fiducials, 2 channels" in repr(montage)
    info = mne.create_info(["b", "a"], 100.0, "eeg").set_montage(montage)
    np.testing.assert_allclose(info["chs"][0]["loc"][:3], places["b"], atol=1e-6)
    with pytest.raises(ValueError, match="3 coordinates"):
        mne.channels.make_dig_montage({"a": [0, 1]})


def test_eegbci_names_become_those_of_the_montage(data):
    paths = mne.datasets.eegbci.load_data(1, [6], path=data)
    raw = mne.io.read_raw_edf(paths[0])
    mne.datasets.eegbci.standardize(raw)
    assert {"Fp1", "FCz", "C3", "Iz", "T9"} <= set(raw.ch_names)
    raw.set_montage("standard_1005")


def test_a_sample_file_that_nobody_has_is_an_os_error(monkeypatch, tmp_path):
    monkeypatch.setenv("RANVIER_DATA", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="S109R14"):
        mne.datasets.eegbci.load_data(109, 14)
    with pytest.raises(ValueError, match="subjects"):
        mne.datasets.eegbci.load_data(200, 1)

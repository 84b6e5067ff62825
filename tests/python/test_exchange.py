"""Sums of averages, montages in the head's frame, and what other packages are given."""

import sys

import numpy as np
import pytest
from conftest import make_epochs, make_raw

import ranvier.meeg as mne


def test_averages_add_up_as_combine_evoked_says():
    epochs = make_epochs()
    a, b = epochs[::2].average(), epochs[1::2].average()
    for result, weights in ((a + b, [1, 1]), (a - b, [1, -1]), (2 * a - b / 2, [2, -0.5])):
        expected = mne.combine_evoked([a, b], weights)
        assert result.data == pytest.approx(expected.data, abs=1e-18) and result.nave == pytest.approx(expected.nave)
    assert sum([a, b]).data == pytest.approx((a + b).data) and (a * 2).nave == a.nave / 4
    assert (a + b).nave == pytest.approx(1 / (1 / a.nave + 1 / b.nave))
    for wrong in (lambda: a + 1, lambda: a * b, lambda: 1 - a, lambda: a / "x"):
        with pytest.raises(TypeError, match="unsupported operand"):
            wrong()
    with pytest.raises(ValueError):
        a + b.copy().crop(0, 0.1)


def test_what_is_not_installed_says_how_to_get_it(monkeypatch):
    raw, epochs = make_raw(), make_epochs()
    for package, method in (("nitime", "to_nitime"), ("xarray", "to_xarray")):
        monkeypatch.setitem(sys.modules, package, None)
        monkeypatch.setitem(sys.modules, package + ".timeseries", None)
        for inst in (raw, epochs, epochs.average()):
            with pytest.raises(ImportError, match=f"pip install {package}"):
                getattr(inst, method)()


def test_a_montage_comes_into_the_frame_of_the_head():
    places = {"a": [0.0, 0.0, 0.2], "b": [0.1, 0.1, 0.1]}
    landmarks = dict(nasion=[0.1, 0.0, 0.0], lpa=[0.0, 0.08, 0.0], rpa=[0.0, -0.08, 0.0])  # turned by 90 degrees
    montage = mne.channels.make_dig_montage(places, **landmarks, coord_frame="mri")
    found = mne.channels.transform_to_head(montage).get_positions()
    assert found["coord_frame"] == "head" and montage.get_positions()["coord_frame"] == "mri"
    assert found["nasion"] == pytest.approx([0, 0.1, 0]) and found["rpa"] == pytest.approx([0.08, 0, 0])
    assert found["lpa"] == pytest.approx([-0.08, 0, 0])
    assert found["ch_pos"]["a"] == pytest.approx([0, 0, 0.2]) and found["ch_pos"]["b"] == pytest.approx([-0.1, 0.1, 0.1])
    with pytest.warns(RuntimeWarning, match="there is no nasion, lpa, rpa"):
        bare = mne.channels.transform_to_head(mne.channels.make_dig_montage(places)).get_positions()
    radius = np.mean([np.linalg.norm(p) for p in places.values()])
    assert bare["coord_frame"] == "head" and bare["lpa"] == pytest.approx([-radius, 0, 0])
    assert bare["nasion"] == pytest.approx([0, radius, 0]) and bare["rpa"] == pytest.approx([radius, 0, 0])


def test_covariances_projections_and_montages_go_to_mne_and_back():
    theirs = pytest.importorskip("mne", reason="MNE-Python is not installed here")
    epochs = make_epochs().set_eeg_reference(projection=True)
    cov = mne.compute_covariance(epochs, on_few_samples="ignore")
    other = cov.to_mne()
    assert isinstance(other, theirs.Covariance) and np.array_equal(other.data, cov.data) and other.ch_names == cov.ch_names
    back = mne.from_mne(other)
    assert np.array_equal(back.data, cov.data) and list(back["projs"]) == list(cov["projs"]) and back.nfree == cov.nfree
    montage = epochs.get_montage()
    assert mne.from_mne(montage.to_mne()) == montage
    proj = epochs.info["projs"][0]
    assert mne.from_mne(proj.to_mne()) == proj

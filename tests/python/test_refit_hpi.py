"""Fits of the head's place made anew, on a small helmet with four coils whose places are known."""

import helmet
import numpy as np
import pytest
from ranvier.meeg.chpi import compute_chpi_amplitudes, get_active_chpi, refit_hpi

import ranvier.meeg as mne


def _recorded(seconds=1.0, order=(1, 2, 3, 4), forgotten=False):
    """A recording of coils that are on, which keeps what was measured for its first fit; and where the head truly is."""
    raw, heads, places = helmet.with_chpi(seconds, turns=((0.0, 0.0),), noise=0.3)
    meas, results = raw.info["hpi_meas"], raw.info["hpi_results"]
    epoch, slopes = raw.get_data("meg"), compute_chpi_amplitudes(raw, t_step_min=seconds, t_window=seconds)["slopes"][0]
    cals = np.array([ch["cal"] * ch["range"] for ch in raw.info["chs"][:102]])
    for k, coil in enumerate(meas[-1]["hpi_coils"]):
        coil["epoch"], coil["slopes"] = (epoch / cals[:, None]).astype("f4"), slopes[k].astype("f4")
    meas[-1]["first_samp"] = 0
    results[-1]["moments"] = np.ones((4, 3), "f4")
    results[-1]["order"] = np.array(order, "i4")
    if forgotten:
        results[-1]["dig_points"][1]["r"] = np.zeros(3, "f4")
    with raw.info._unlock():
        raw.info["hpi_meas"], raw.info["hpi_results"] = meas, results
    return raw, heads[0], places[0]


def _apart(a, b):
    return np.linalg.norm(a[:3, 3] - b[:3, 3]), np.rad2deg(
        np.arccos(np.clip((np.trace(a[:3, :3].T @ b[:3, :3]) - 1) / 2, -1, 1))
    )


def test_a_wrong_head_is_put_right_by_what_was_measured_for_the_fit():
    raw, head, places = _recorded(forgotten=True)
    wrong = np.eye(4)
    wrong[:3, 3] = 0.02, 0.01, 0.05
    raw.info["dev_head_t"] = mne.Transform("meg", "head", wrong)
    same = refit_hpi(raw.info)
    assert same is raw.info
    far, angle = _apart(raw.info["dev_head_t"]["trans"], head)
    assert far < 5e-4 and angle < 0.5
    fit = raw.info["hpi_results"][-1]
    np.testing.assert_allclose([p["r"] for p in fit["dig_points"]], places, atol=1e-3)
    assert (fit["goodness"] > 0.98).all() and fit["used"].tolist() == [1, 2, 3, 4] == fit["order"].tolist()
    np.testing.assert_allclose(fit["coord_trans"]["trans"], raw.info["dev_head_t"]["trans"], atol=1e-6)
    assert fit["moments"].shape == (4, 3) and fit["good_limit"] == np.float32(0.98)
    slopes = np.array([coil["slopes"] for coil in raw.info["hpi_meas"][-1]["hpi_coils"]])
    assert slopes.shape == (4, 102) and np.abs(np.linalg.norm(fit["moments"], axis=1) - 1e-6).max() < 1e-6


def test_coils_that_were_digitised_in_another_order_are_told_apart(tmp_path):
    raw, head, _ = _recorded()
    points = {p["ident"]: np.array(p["r"]) for p in raw.info["dig"] if p["kind"] == 2}
    for point in raw.info["dig"]:
        if point["kind"] == 2:
            point["r"] = points[{1: 3, 2: 1, 3: 4, 4: 2}[point["ident"]]]
    refit_hpi(raw.info)
    assert raw.info["hpi_results"][-1]["order"].tolist() == [2, 4, 1, 3]
    assert _apart(raw.info["dev_head_t"]["trans"], head)[0] < 5e-4
    raw.save(tmp_path / "refitted_raw.fif")
    again = mne.io.read_raw_fif(tmp_path / "refitted_raw.fif").info
    assert again["hpi_results"][-1]["order"].tolist() == [2, 4, 1, 3]
    np.testing.assert_allclose(again["dev_head_t"]["trans"], raw.info["dev_head_t"]["trans"], atol=1e-6)


def test_a_coil_that_came_off_does_not_count():
    raw, head, _ = _recorded()
    for point in raw.info["dig"]:
        if point["kind"] == 2 and point["ident"] == 4:
            point["r"] = np.array(point["r"]) + [0, 0, 0.006]
    with pytest.raises(ValueError, match="within 0.1 mm of where they were digitised; distances are"):
        refit_hpi(raw.info.copy(), dist_limit=1e-4)
    whole, some = refit_hpi(raw.info.copy(), dist_limit=0.02), refit_hpi(raw.info, use=[0, 1, 2])
    assert some["hpi_results"][-1]["used"].tolist() == [1, 2, 3] and whole["hpi_results"][-1]["used"].tolist() == [
        1,
        2,
        3,
        4,
    ]
    assert _apart(some["dev_head_t"]["trans"], head)[0] < 6e-4 < 9e-4 < _apart(whole["dev_head_t"]["trans"], head)[0]
    best = refit_hpi(raw.info.copy(), use=3, dist_limit=0.02)
    assert len(best["hpi_results"][-1]["used"]) == 3


def test_what_is_known_already_is_used_where_it_is_not_computed_anew():
    raw, head, places = _recorded(order=(1, 2, 3, 4))
    by_slopes = refit_hpi(raw.info.copy(), amplitudes=False)
    assert _apart(by_slopes["dev_head_t"]["trans"], head)[0] < 5e-4
    by_places = refit_hpi(raw.info.copy(), amplitudes=False, locs=False)
    np.testing.assert_allclose(by_places["dev_head_t"]["trans"], head, atol=1e-5)
    assert (np.array([p["r"] for p in by_places["hpi_results"][-1]["dig_points"]]) == np.float32(places)).all()
    with pytest.raises(ValueError, match="three good coils must be within"):
        refit_hpi(_recorded(order=(2, 1, 4, 3))[0].info, amplitudes=False, locs=False, order=False)


@pytest.mark.parametrize("options, words", [
    (dict(locs=False), "with amplitudes=True, locs must be True"), (dict(amplitudes=False, order=False), "with locs=True, order must be True"),
    (dict(use=2), "at least 3 coils; got 2"), (dict(use=[0, 1]), "at least 3 coils; got 2"), (dict(use=[0, 1, 1]), "each once; got 1"),
    (dict(use=[0, 1, 4]), "coils 0 to 3"), (dict(use=1.5), "use must be a number of coils"), (dict(use=[]), "use must be a number of coils"),
    (dict(gof_limit=1.0), "three coils must have a goodness of fit of 1"), (dict(dist_limit=0), "dist_limit must be > 0")])  # fmt: skip
def test_fits_that_cannot_be_are_refused_in_words(options, words):
    with pytest.raises(ValueError, match=words):
        refit_hpi(_recorded()[0].info, **options)


def test_recordings_without_what_is_fitted_are_refused_in_words():
    with pytest.raises(ValueError, match=r"info\['hpi_meas'\] is missing"):
        refit_hpi(helmet.info())
    with pytest.raises(ValueError, match="does not hold what was measured for it"):
        refit_hpi(helmet.with_chpi(1.0)[0].info)


def test_coils_near_a_line_are_warned_of():
    with pytest.warns(RuntimeWarning, match="lie nearly on a line"):
        refit_hpi(_recorded()[0].info, colinearity_limit=0.5)


def test_coils_that_are_on_are_counted():
    raw, _, _ = helmet.with_chpi(1.0)
    raw._data[-1, :50], raw._data[-1, 50:120] = 0, 5
    np.testing.assert_array_equal(get_active_chpi(raw), np.repeat([0, 2, 4], [50, 70, 80]))
    with pytest.raises(ValueError, match="does not say with which frequencies"):
        get_active_chpi(helmet.recording(1.0))
    np.testing.assert_array_equal(get_active_chpi(helmet.recording(1.0), on_missing="ignore"), np.zeros(200))

"""Noise covariances, ranks and whitening."""

import json
import pathlib
import pickle
import warnings

import numpy as np
import pytest

import ranvier.meeg as mne

REFERENCE = json.loads((pathlib.Path(__file__).parents[1] / "reference/noise.json").read_text())
TYPES = ["mag"] * 3 + ["grad"] * 4 + ["eeg"] * 6
SCALES = {"mag": 1e-13, "grad": 5e-12, "eeg": 4e-6}


def made(kinds=TYPES, n_epochs=12, n_times=50):
    """The epochs of tests/reference/noise.py."""
    random = np.random.default_rng(7)
    n = len(kinds)
    mix = np.eye(n) + 0.3 * random.standard_normal((n, n))
    data = mix @ random.standard_normal((n_epochs, n, n_times)) * np.array([SCALES[k] for k in kinds])[:, None]
    info = mne.create_info([f"c{k}" for k in range(n)], 100.0, kinds)
    events = np.array([[k * n_times, 0, 1 + k % 2] for k in range(n_epochs)])
    return mne.EpochsArray(data, info, events, -0.2, dict(a=1, b=2), baseline=(None, 0))


def subject(name):
    return made() if name == "meg+eeg" else made(["eeg"] * 7).set_eeg_reference(projection=True).apply_proj()


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "EEG has no average-reference")
        yield


def same(ours, theirs, tolerance=1e-10):
    theirs = np.asarray(theirs)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance * np.abs(theirs).max())


@pytest.mark.parametrize("case", REFERENCE["covariances"], ids=lambda case: f"{case['options']} of {case['of']}")
def test_covariances_are_those_of_mne(case):
    cov = mne.compute_covariance(subject(case["of"]), **case["options"])
    assert (cov["method"], cov["nfree"]) == (case["method"], case["nfree"])
    assert cov.get("loglik") == (None if case["loglik"] is None else pytest.approx(case["loglik"], rel=1e-11))
    types = TYPES if case["of"] == "meg+eeg" else ["eeg"] * 7
    unit = np.array([SCALES[kind] for kind in types])
    # Factors are iterated until they change little, so the end of the iteration shows in the tenth digit.
    same(cov.data / np.outer(unit, unit), np.array(case["data"]) / np.outer(unit, unit), 1e-9)


@pytest.mark.parametrize("case", REFERENCE["whitening"], ids=lambda case: case["of"])
def test_whitening_is_that_of_mne(case):
    epochs = subject(case["of"])
    cov = mne.compute_covariance(epochs)
    W, names, rank, colorer = mne.cov.compute_whitener(cov, epochs.info, return_rank=True, return_colorer=True)
    assert (names, rank, mne.compute_rank(epochs)) == (epochs.ch_names, case["rank"], case["ranks"])
    same(W, case["W"])
    same(colorer, case["colorer"])
    same(mne.cov.regularize(cov, epochs.info, mag=0.2, eeg=0.3).data, case["regularized"])
    same(mne.cov.regularize(cov, epochs.info, rank="full").data, case["full"])
    same(mne.whiten_evoked(epochs.average(), cov).data, case["white"])


def test_of_several_methods_the_likeliest_comes_first():
    covs = mne.compute_covariance(made(), method=["empirical", "shrunk", "oas"], return_estimators=True)
    scores = [cov["loglik"] for cov in covs]
    assert scores == sorted(scores, reverse=True) and {c["method"] for c in covs} == {"empirical", "shrunk", "oas"}
    assert mne.compute_covariance(made(), method=("empirical", "shrunk", "oas"))["method"] == covs[0]["method"]


def test_a_splitter_of_scikit_learn_says_what_is_left_out():
    class Thirds:
        def split(self, X):
            whole = np.arange(len(X))
            return [(whole[whole % 3 != k], whole[whole % 3 == k]) for k in range(3)]

    class Neighbours:
        def split(self, X):
            return [(np.setdiff1d(np.arange(len(X)), part), part) for part in np.array_split(np.arange(len(X)), 3)]

    options = dict(method=["empirical", "shrunk"], return_estimators=True)
    plain, thirds, same_parts = (mne.compute_covariance(made(), cv=cv, **options) for cv in (3, Thirds(), Neighbours()))
    assert plain[0]["loglik"] != thirds[0]["loglik"]
    assert plain[0]["loglik"] == pytest.approx(same_parts[0]["loglik"], rel=1e-12)


def test_a_recording_loses_its_mean_and_what_is_bad():
    raw = mne.io.RawArray(np.random.default_rng(0).standard_normal((4, 3000)) + 5, mne.create_info(4, 100.0, "eeg"))
    raw._data[:, 1000:1020] *= 1e4
    raw.set_annotations(mne.Annotations(9.9, 0.5, "BAD_jump"))
    cov = mne.compute_raw_covariance(raw)
    kept = np.delete(raw.get_data(), slice(980, 1040), axis=1)
    same(cov.data, np.cov(kept))
    assert cov["nfree"] == kept.shape[1] - 1
    assert mne.compute_raw_covariance(raw, reject_by_annotation=False).data.max() > 1e4
    same(
        mne.compute_raw_covariance(raw, reject_by_annotation=False, reject=dict(eeg=100.0)).data,
        np.cov(np.delete(raw.get_data(), slice(1000, 1020), axis=1)),
    )
    shrunk = mne.compute_raw_covariance(raw, method="shrunk")
    assert shrunk["method"] == "shrunk" and np.abs(shrunk.data - cov.data).max() < 0.2


def test_shrinkage_of_referenced_eeg_stays_in_its_rank():
    epochs = subject("average reference")
    for method in ("shrunk", "oas", "ledoit_wolf", "shrinkage", "diagonal_fixed"):
        cov = mne.compute_covariance(epochs, method=method)
        assert np.abs(cov.data.sum(axis=0)).max() < 1e-14 * np.abs(cov.data).max() * 100, method
        assert mne.compute_rank(cov, info=epochs.info) == {"eeg": 6}


def test_magnetometers_stay_apart_from_gradiometers_where_projections_let_them():
    epochs = made()
    vector = np.ones((1, 3)) / np.sqrt(3)
    data = dict(nrow=1, ncol=3, row_names=None, col_names=epochs.ch_names[:3], data=vector)
    epochs.add_proj([mne.Projection(data=data, desc="of magnetometers")]).apply_proj()
    cov = mne.compute_covariance(epochs, method="diagonal_fixed", method_params=dict(diagonal_fixed=dict(grad=0.4)))
    plain = mne.compute_covariance(epochs)
    added = np.diag(cov.data - plain.data)
    np.testing.assert_allclose(added[3:7], 0.4 * np.trace(plain.data[3:7, 3:7]) / 4, rtol=1e-9)
    np.testing.assert_allclose(added[:3].sum(), 0.1 * np.trace(plain.data[:3, :3]), rtol=1e-9)


@pytest.mark.parametrize("change, message", [
    (dict(method="best"), "method must be one of"),
    (dict(method="auto", keep_sample_mean=False), "keep_sample_mean=False needs method 'empirical'"),
    (dict(method="pca"), "method 'pca' needs rank='full'"),
    (dict(rank="some"), "rank must be None, 'info', 'full' or a dict"),
    (dict(rank=dict(eeg=7)), "rank of 'eeg' must be at most its number of channels, 6"),
    (dict(method="shrinkage", method_params=dict(shrinkage=dict(shrinkage=1.5))), "shrinkage must be in"),
    (dict(method_params=dict(shrnk={})), "a key of method_params must be one of"),
    (dict(method_params=dict(shrunk=dict(assume_centered=False))), "subtract the mean beforehand"),
    (dict(scalings=dict(eog=1.0)), "a key of scalings must be one of"),
    (dict(method="shrunk", cv=1), "cv must be >= 2"),
    (dict(method="shrunk", cv=10_000), "cv must be at most the number of samples"),
])  # fmt: skip
def test_what_does_not_fit_is_refused_with_rule_and_value(change, message):
    with pytest.raises(ValueError, match=message):
        mne.compute_covariance(made(), **change)


def test_few_samples_flat_channels_and_nan_are_said():
    with pytest.warns(RuntimeWarning, match="needs at least 70 samples"):
        mne.compute_covariance(made()[:1])
    with pytest.raises(ValueError, match="on_few_samples"):
        mne.compute_covariance(made()[:1], on_few_samples="raise")
    epochs = made()
    epochs._data[:, 8] = 0
    assert mne.compute_rank(epochs) == {"meg": 7, "eeg": 5}
    assert np.isfinite(mne.compute_covariance(epochs, method="shrunk").data).all()
    epochs._data[3, 8, 7] = np.nan
    with pytest.raises(ValueError, match="channel 'c8' holds NaN"):
        mne.compute_covariance(epochs)
    with pytest.warns(RuntimeWarning, match="baseline-corrected"):
        mne.compute_covariance(mne.EpochsArray(made().get_data(), made().info), on_few_samples="ignore")


def test_epochs_that_do_not_belong_together_are_refused():
    a, b = made(), made().rename_channels({"c1": "x"})
    with pytest.raises(ValueError, match="same channels"):
        mne.compute_covariance([a, b])
    c = made().set_eeg_reference(projection=True)
    with pytest.raises(ValueError, match="same projections"):
        mne.compute_covariance([a, c])
    assert mne.compute_covariance([a, c], projs=[])["projs"] == []
    with pytest.raises(TypeError, match="inst must be"):
        mne.compute_covariance([a, "b"])


def test_ranks_come_from_data_info_or_the_user():
    epochs = subject("average reference")
    assert mne.compute_rank(epochs) == mne.compute_rank(epochs, "info") == {"eeg": 6}
    assert mne.compute_rank(epochs, "full") == {"eeg": 7}
    assert mne.compute_rank(epochs, {"eeg": 3}) == {"eeg": 3}
    raw = mne.io.RawArray(np.ones((3, 500)) * np.arange(500), mne.create_info(3, 100.0, "eeg"))
    assert mne.compute_rank(raw) == {"eeg": 1}
    with pytest.raises(ValueError, match="info must be given"):
        mne.compute_rank(mne.compute_covariance(epochs))


def test_a_whitener_has_three_spaces():
    epochs = subject("average reference")
    cov = mne.compute_covariance(epochs)
    sizes = {pca: mne.cov.compute_whitener(cov, epochs.info, pca=pca)[0].shape for pca in (False, True, "white")}
    assert sizes == {False: (7, 7), True: (6, 7), "white": (7, 7)}
    prepared = mne.cov.prepare_noise_cov(cov, epochs.info)
    same(mne.cov.compute_whitener(prepared)[0], mne.cov.compute_whitener(cov, epochs.info)[0])
    with pytest.raises(ValueError, match="prepare_noise_cov"):
        mne.cov.compute_whitener(cov)
    with pytest.raises(ValueError, match="it lacks c6"):
        mne.cov.compute_whitener(cov.copy().pick_channels(epochs.ch_names[:6]), epochs.info)


def test_scripts_that_ask_whether_a_covariance_was_estimated_are_told():
    cov = mne.make_ad_hoc_cov(mne.create_info(2, 100.0, "eeg"))
    assert "method" not in cov and "loglik" not in cov and cov.get("method") is None and len(cov) == len(dict(cov))
    with pytest.raises(KeyError, match="loglik"):
        cov["loglik"]
    cov.update(method="shrunk", loglik=-1.0)
    assert dict(cov.copy())["loglik"] == -1.0 and pickle.loads(pickle.dumps(cov))["method"] == "shrunk"
    cov["method"] = cov["loglik"] = None
    assert not {"method", "loglik"} & set(cov.copy())


def test_channels_of_covariances_are_picked_and_equalised():
    cov = mne.make_ad_hoc_cov(mne.create_info(["a", "b", "c"], 1.0, "eeg"))
    cov["data"] = np.array([1.0, 2.0, 3.0])
    assert mne.pick_channels_cov(cov, ["c", "a"])["data"].tolist() == [3, 1] and len(cov["names"]) == 3
    assert mne.pick_channels_cov(cov, ["c", "a"], ordered=False).ch_names == ["a", "c"]
    cov["bads"] = ["b"]
    assert mne.pick_channels_cov(cov).ch_names == ["a", "c"]
    assert mne.pick_channels_cov(cov, exclude=()).ch_names == ["a", "b", "c"]
    info = mne.create_info(["x", "c", "b"], 1.0, "eeg")
    one, other = mne.equalize_channels([cov, info])
    assert one.ch_names == other.ch_names == ["b", "c"] and one["data"].tolist() == [2, 3] and one["bads"] == ["b"]
    assert mne.equalize_channels([one, other])[1] is other  # which had them
    with pytest.raises(TypeError, match="str"):
        mne.equalize_channels(["a", "b"])
    mne.pick_channels_cov(cov, ["a"], copy=False)
    assert cov.ch_names == ["a"] and "range : 1 – 1" in repr(cov)
    with pytest.raises(TypeError, match="rank"):
        mne.cov.regularize(cov, info, rank=1.0)

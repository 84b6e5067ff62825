"""Beamformers, of sources that were put where they should be found."""

import functools

import numpy as np
import pytest
from test_inverse import N_EEG, head, measured, noise_cov

import ranvier.meeg as mne
from ranvier.meeg.beamformer import apply_lcmv, apply_lcmv_cov, apply_lcmv_epochs, apply_lcmv_raw, make_lcmv


def surface():
    return mne.convert_forward_solution(head()[1], surf_ori=True)


def data_cov(*sources, amplitude=2e-8, noise=1e-14):
    """What independent sources and white noise give, exactly."""
    info, _ = head()
    gain = np.asarray(surface()["sol"]["data"])[:, [3 * s + 2 for s in sources]] * amplitude
    gain = gain - gain.mean(axis=0)
    whole = np.eye(N_EEG) - 1 / N_EEG
    return mne.Covariance(gain @ gain.T + noise * whole, info["ch_names"], [], info["projs"], 1000)


@functools.cache
def filters(*sources, **options):
    info, _ = head()
    return make_lcmv(info, surface(), data_cov(*sources), noise_cov=noise_cov(info), **options)


@pytest.mark.parametrize("norm", ["unit-noise-gain", "unit-noise-gain-invariant", "nai"])
@pytest.mark.parametrize("pick", ["max-power", "normal", None])
def test_power_is_largest_where_the_sources_are(norm, pick):
    power = apply_lcmv_cov(data_cov(30, 120), filters(30, 120, weight_norm=norm, pick_ori=pick)).data[:, 0]
    places = head()[1]["source_rr"]
    near = np.linalg.norm(places[:, None] - places[[30, 120]], axis=2).min(axis=1) < 0.03
    for source in (30, 120):
        assert power[source] == power[np.linalg.norm(places - places[source], axis=1) < 0.03].max()
    assert power[~near].max() < power[[30, 120]].min()


def test_a_filter_of_unit_gain_passes_its_source_as_it_is():
    made = filters(30, 120, weight_norm=None, pick_ori="normal")
    gain = np.asarray(surface()["sol"]["data"])[:, 2::3]
    passed = made["weights"] @ made["whitener"] @ gain
    np.testing.assert_allclose(np.diag(passed), 1.0, rtol=1e-9)
    every = filters(30, 120, weight_norm=None, pick_ori="vector")
    columns = np.asarray(surface()["sol"]["data"]).reshape(N_EEG, -1, 3)
    kernel = (every["weights"] @ every["whitener"]).reshape(-1, 3, N_EEG)
    np.testing.assert_allclose(np.einsum("sac,csb->sab", kernel, columns), np.tile(np.eye(3), (160, 1, 1)), atol=1e-7)


def test_a_filter_of_unit_noise_gain_makes_white_noise_of_unit_variance():
    for norm in ("unit-noise-gain", "unit-noise-gain-invariant"):
        weights = filters(30, weight_norm=norm, pick_ori="max-power")["weights"]
        np.testing.assert_allclose(np.linalg.norm(weights, axis=1), 1.0, rtol=1e-9)
    three = filters(30, weight_norm="unit-noise-gain-invariant")["weights"].reshape(160, 3, N_EEG)
    np.testing.assert_allclose(three @ three.transpose(0, 2, 1), np.tile(np.eye(3), (160, 1, 1)), atol=1e-9)


def test_the_direction_of_most_power_is_that_of_the_source():
    directions = filters(30, 120, pick_ori="max-power")["max_power_ori"]
    np.testing.assert_allclose(directions[[30, 120]], [[0, 0, 1]] * 2, atol=1e-3)
    np.testing.assert_allclose(np.linalg.norm(directions, axis=1), 1.0)


def test_a_source_is_told_from_another_that_is_as_strong():
    evoked = measured(30)
    stc = apply_lcmv(evoked, filters(30, 120, weight_norm=None, pick_ori="normal", reg=0))
    np.testing.assert_allclose(stc.data[30].max(), 3e-8, rtol=1e-6)
    assert np.abs(stc.data[120]).max() < 1e-3 * 3e-8
    epochs = mne.EpochsArray(np.array([evoked.data, 2 * evoked.data]), evoked.info, tmin=-0.1)
    made = filters(30, 120, weight_norm=None, pick_ori="normal", reg=0)
    several = apply_lcmv_epochs(epochs, made)
    assert not several[1]._engine.formed
    np.testing.assert_allclose(several[1].data, 2 * stc.data, atol=1e-12 * 3e-8)
    raw = mne.io.RawArray(evoked.data, evoked.info)
    np.testing.assert_allclose(apply_lcmv_raw(raw, made, 5, 20).data, stc.data[:, 5:20], atol=1e-12 * 3e-8)
    assert next(apply_lcmv_epochs(epochs, made, return_generator=True)).data.shape == (160, 40)


def test_what_cannot_be_says_why():
    info, fwd = head()
    cov, noise = data_cov(3), noise_cov(info)
    fixed = mne.convert_forward_solution(fwd, force_fixed=True)
    with pytest.raises(ValueError, match="columns along normals"):
        make_lcmv(info, fwd, cov, noise_cov=noise, pick_ori="normal")
    with pytest.raises(ValueError, match="chooses among three directions"):
        make_lcmv(info, fixed, cov, noise_cov=noise, pick_ori="max-power")
    with pytest.raises(ValueError, match='needs inversion="matrix"'):
        make_lcmv(info, surface(), cov, noise_cov=noise, reduce_rank=True, inversion="single")
    with pytest.raises(ValueError, match="must have one rank; of eeg they have"):
        make_lcmv(info, surface(), cov, noise_cov=mne.Covariance(np.diag(np.r_[1e-14, np.zeros(N_EEG - 1)] + 0.0),
                                                                 info["ch_names"], [], [], 10), rank=None)  # fmt: skip
    with pytest.raises(ValueError, match="reg must be >= 0"):
        make_lcmv(info, surface(), cov, noise_cov=noise, reg=-1.0)
    with pytest.raises(ValueError, match="other projections than those"):
        other = measured(3).add_proj([], remove_existing=True).set_eeg_reference(["EEG000", "EEG001"])
        other = mne.EvokedArray(other.data, head()[0])
        other.info["bads"] = []
        made = dict(filters(3))
        made["proj"] = np.eye(N_EEG)
        apply_lcmv(other, mne.beamformer.Beamformer(made))
    with pytest.raises(NotImplementedError, match="HDF5"):
        filters(3).save("a-lcmv.h5")
    with pytest.raises(ValueError, match="weigh channel 'EEG003'"):
        apply_lcmv(measured(3).drop_channels(["EEG003"]), filters(3))

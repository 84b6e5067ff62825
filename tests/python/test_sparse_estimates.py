"""Sparse estimates of averages whose sources are known: a small helmet over a sphere."""

import numpy as np
import pytest
from helmet import info as helmet_info
from ranvier.meeg.inverse_sparse import gamma_map, make_stc_from_dipoles, mixed_norm, tf_mixed_norm

import ranvier.meeg as mne

TIMES = np.arange(40) / 200.0
FOUND = (3, 40)  # of the left hemisphere, of the right one


def _space(side, number):
    """Points of half an ellipsoid of 6 cm, all used, and its triangles."""
    n = 60
    z = 1 - 1.2 * (np.arange(n) + 0.5) / n
    angle = np.pi * (3 - np.sqrt(5)) * np.arange(n)
    nn = np.c_[np.sqrt(1 - z**2) * np.cos(angle), np.sqrt(1 - z**2) * np.sin(angle), z]
    nn[:, 0] = side * np.abs(nn[:, 0])
    tris = np.array([[k, k + 1, k + 2] for k in range(n - 2)], np.int32)
    return dict(
        type="surf", id=number, coord_frame=4, rr=0.06 * nn + [0, 0, 0.04], nn=nn, tris=tris, vertno=np.arange(n)
    )


def _scene(noise=1e-14):
    """An average of two sources, the forward solution, and the noise."""
    info = helmet_info()
    src = mne.SourceSpaces([_space(-1, 101), _space(1, 102)])
    sphere = mne.make_sphere_model(r0=(0, 0, 0.04), head_radius=None)
    fwd = mne.make_forward_solution(info, None, src, sphere, eeg=False)
    fixed = mne.convert_forward_solution(fwd, surf_ori=True)
    names = fixed["sol"]["row_names"]
    signal = np.zeros((len(names), len(TIMES)))
    for k, position in enumerate((FOUND[0], 60 + FOUND[1])):
        # Along one direction of the surface, which a sphere lets out.
        signal += 4e-8 * np.outer(fixed["sol"]["data"][:, 3 * position], np.sin(8 * (k + 1) * np.pi * TIMES))
    rng = np.random.default_rng(3)
    std = np.array([noise * (1 if name.endswith("1") else 30) for name in names])
    made = mne.pick_info(info, [info.ch_names.index(name) for name in names])
    evoked = mne.EvokedArray(signal + std[:, np.newaxis] * rng.standard_normal(signal.shape), made, tmin=0.0)
    return evoked, fwd, mne.Covariance(np.diag(std**2), names, [], [], 1000)


@pytest.fixture(scope="module")
def scene():
    return _scene()


def _vertices(stc):
    return [list(map(int, v)) for v in stc.vertices]


@pytest.mark.parametrize("settings", [dict(alpha=30.0), dict(alpha=30.0, n_mxne_iter=5), dict(alpha="sure", random_state=0),
                                      dict(alpha=30.0, time_pca=False), dict(alpha=30.0, loose=1.0)])  # fmt: skip
def test_mixed_norms_find_the_sources_and_say_how_sure_they_are(scene, settings):
    stc, residual = mixed_norm(*scene, return_residual=True, tol=1e-6, **settings)
    left, right = _vertices(stc)
    assert FOUND[0] in left
    assert FOUND[1] in right
    assert stc.certificate.converged
    assert stc.certificate.gap <= stc.certificate.tolerance
    assert (residual.data**2).sum() < 0.1 * (scene[0].data ** 2).sum()


def test_estimates_vectors_and_dipoles_are_the_same_currents(scene):
    settings = dict(alpha=30.0, tol=1e-8)
    stc = mixed_norm(*scene, **settings)
    vector = mixed_norm(*scene, pick_ori="vector", **settings)
    dipoles = mixed_norm(*scene, return_as_dipoles=True, **settings)
    assert np.allclose(np.linalg.norm(vector.data, axis=1), stc.data, rtol=1e-10, atol=0)
    assert len(dipoles) == len(stc.data)
    assert dipoles.certificate.converged
    for dipole, moments in zip(dipoles, vector.data):
        assert np.allclose(dipole.ori * dipole.amplitude[:, np.newaxis], moments.T, rtol=1e-9, atol=1e-20)
    total = sum(dipole.gof for dipole in dipoles)
    assert np.all(total <= 100 + 1e-9)
    again = make_stc_from_dipoles(list(dipoles), scene[1]["src"])
    assert _vertices(again) == _vertices(stc)
    assert np.allclose(again.data, stc.data)
    assert again.tstep == pytest.approx(1 / 200)


def test_several_averages_share_their_sources(scene):
    evoked, fwd, cov = scene
    whole = mixed_norm(evoked, fwd, cov, alpha=30.0, tol=1e-8)
    first, second = mixed_norm([evoked, evoked], fwd, cov, alpha=30.0, tol=1e-8)
    assert _vertices(first) == _vertices(second) == _vertices(whole)
    assert np.allclose(first.data, second.data)
    other = evoked.copy()
    other.info["bads"] = [evoked.ch_names[0]]
    with pytest.raises(ValueError, match="must agree in their channels"):
        mixed_norm([evoked, other], fwd, cov, alpha=30.0)


def test_frequencies_gammas_and_music_find_the_sources(scene):
    evoked, fwd, cov = scene
    for estimate in (tf_mixed_norm(evoked, fwd, cov, alpha=30.0, l1_ratio=0.05, wsize=16, tstep=4, window=None),
                     tf_mixed_norm(evoked, fwd, cov, alpha=30.0, l1_ratio=0.05, wsize=[8, 16], tstep=[2, 4], n_tfmxne_iter=2),
                     gamma_map(evoked, fwd, cov, 1.0, tol=1e-4)):  # fmt: skip
        strongest = np.argsort(-np.abs(estimate.data).max(axis=1))[:2]
        n_left = len(estimate.vertices[0])
        assert {int(np.concatenate(estimate.vertices)[k]) for k in strongest} == set(FOUND)
        assert sorted(k < n_left for k in strongest) == [False, True]
        assert estimate.certificate.converged
    for method in (mne.beamformer.rap_music, mne.beamformer.trap_music):
        dipoles, residual = method(evoked, fwd, cov, n_dipoles=2, return_residual=True)
        stc = make_stc_from_dipoles(dipoles, fwd["src"])
        assert _vertices(stc) == [[FOUND[0]], [FOUND[1]]]
        assert (residual.data**2).sum() < 0.01 * (evoked.data**2).sum()
        assert all(np.ptp(dipole.ori, axis=0).max() < 1e-9 for dipole in dipoles)


def test_fewer_good_channels_and_lower_ranks_are_taken_as_they_are(scene):
    evoked, fwd, cov = scene
    bad = evoked.copy()
    bad.info["bads"] = evoked.ch_names[:3]
    stc, residual = mixed_norm(bad, fwd, cov, alpha=30.0, return_residual=True)
    assert FOUND[0] in _vertices(stc)[0]
    assert residual.ch_names == evoked.ch_names[3:]
    # A covariance that a projection has made singular.
    U = np.linalg.qr(np.random.default_rng(0).standard_normal((len(cov.data), 4)))[0]
    P = np.eye(len(U)) - U @ U.T
    low = mne.Covariance(P @ np.diag(np.full(len(U), 1e-27)) @ P, cov.ch_names, [], [], 1000)
    assert mixed_norm(evoked, fwd, low, alpha=30.0).certificate.converged


def test_what_cannot_be_estimated_is_refused_with_what_to_do(scene):
    evoked, fwd, cov = scene
    fixed = mne.convert_forward_solution(fwd, force_fixed=True)
    for wrong, settings in (('alpha must be "sure", or a percentage in', dict(alpha=100.0)), ("alpha must be one of", dict(alpha="best")),
                            ("n_mxne_iter must be >= 1", dict(alpha=30.0, n_mxne_iter=0)),
                            ("dgap_freq must be >= 1", dict(alpha=30.0, dgap_freq=0)),
                            ('sure_alpha_grid is what alpha="sure" chooses from', dict(alpha=30.0, sure_alpha_grid=[50.0])),
                            ("weights must be one for each of the 120 sources", dict(alpha=30.0, weights=np.ones(3))),
                            ("weights_min > weights_max", dict(alpha=30.0, weights=np.ones(120), weights_min=2.0)),
                            ("loose must lie in \\[0, 1\\]; got 2 for surface", dict(alpha=30.0, loose=2.0))):  # fmt: skip
        with pytest.raises(ValueError, match=wrong):
            mixed_norm(evoked, fwd, cov, **settings)
    with pytest.raises(ValueError, match="one direction for each source: give loose=0"):
        mixed_norm(evoked, fixed, cov, alpha=30.0)
    with pytest.raises(ValueError, match="needs three directions"):
        mixed_norm(evoked, fixed, cov, alpha=30.0, loose=0.0, pick_ori="vector")
    with pytest.raises(ValueError, match="l1_ratio must lie in"):
        tf_mixed_norm(evoked, fwd, cov, alpha=30.0, l1_ratio=2.0)
    with pytest.raises(ValueError, match="n_dipoles must be in"):
        mne.beamformer.rap_music(evoked, fwd, cov, n_dipoles=0)
    other = mne.Covariance(cov.data, [f"X{k}" for k in range(len(cov.data))], [], [], 1000)
    with pytest.raises(ValueError, match="no good channel is in the recording"):
        mixed_norm(evoked, fwd, other, alpha=30.0)


def test_silence_is_told_with_what_to_do_and_returned(scene):
    settings = dict(alpha="sure", sure_alpha_grid=[100.0], random_state=0, return_residual=True)
    for more in ({}, dict(pick_ori="vector"), dict(loose=0.0)):
        with pytest.warns(RuntimeWarning, match="alpha=100 leaves no source active: give a smaller one"):
            stc, residual = mixed_norm(*scene, **settings, **more)
        assert _vertices(stc) == [[], []]
        assert stc.data.shape[0] == 0
        assert np.array_equal(residual.data, scene[0].data)
    with pytest.warns(RuntimeWarning, match="leaves no source active"):
        assert mixed_norm(*scene, return_as_dipoles=True, **settings)[0] == []

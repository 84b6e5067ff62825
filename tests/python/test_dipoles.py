"""Dipoles are fitted, kept and read."""

import os

import numpy as np
import pytest
from ranvier.meeg.dipole import DipoleFixed

import ranvier.meeg as mne

CENTRE = np.array([0.0, 0.0, 0.04])


def helmet(n=60):
    """Magnetometers on a half sphere, pointing outwards."""
    k = np.arange(n) + 0.5
    z, phi = 1.1 * k / n - 0.1, np.pi * (1 + 5**0.5) * k
    out = np.c_[np.sqrt(1 - z**2) * np.cos(phi), np.sqrt(1 - z**2) * np.sin(phi), z]
    info = mne.create_info([f"MEG{i:03}" for i in range(n)], 1000.0, "mag")
    info["dev_head_t"] = mne.transforms.Transform("meg", "head")
    for channel, normal in zip(info["chs"], out):
        across = np.cross(normal, [0.3, 0.5, 0.7])
        across /= np.linalg.norm(across)
        channel["loc"][:] = np.concatenate([CENTRE + 0.11 * normal, across, np.cross(normal, across), normal])
    return info


def sphere():
    return mne.make_sphere_model(CENTRE, 0.09, verbose=False)


def measured(places, moments, noise=0.0):
    """What dipoles at places, one for each time, make the sensors measure; and the noise's covariance."""
    info = helmet()
    src = mne.SourceSpaces([dict(type="discrete", rr=places, nn=np.tile([0.0, 0.0, 1.0], (len(places), 1)), coord_frame=4,
                                 inuse=np.ones(len(places), int), nuse=len(places), vertno=np.arange(len(places)),
                                 np=len(places), id=-1)])  # fmt: skip
    gain = mne.make_forward_solution(info, None, src, sphere(), verbose=False)["sol"]["data"]
    data = np.stack([gain[:, 3 * k : 3 * k + 3] @ moment for k, moment in enumerate(moments)], axis=1)
    data = data + noise * np.random.default_rng(1).normal(size=data.shape)
    cov = mne.Covariance(np.full(len(data), 1e-28), info["ch_names"], [], [], 1000)
    return mne.EvokedArray(data, info, 0.0, comment="planted", nave=5), cov


PLACES = CENTRE + np.array([[0.05, 0.0, 0.03], [-0.03, 0.04, 0.03], [0.0, -0.05, 0.04], [0.02, 0.02, 0.06], [0.06, 0.03, 0.0]])
# Along the surface: a sphere's radial dipoles have no field outside.
MOMENTS = 2e-8 * np.cross(PLACES - CENTRE, [0.0, 0.6, 0.8]) / np.linalg.norm(
    np.cross(PLACES - CENTRE, [0.0, 0.6, 0.8]), axis=1, keepdims=True)  # fmt: skip


def test_a_dipole_without_noise_is_found_where_it_was_put():
    evoked, cov = measured(PLACES, MOMENTS)
    dipole, residual = mne.fit_dipole(evoked, cov, sphere(), accuracy="accurate", verbose=False)  # as it was computed
    np.testing.assert_allclose(dipole.pos, PLACES, atol=2e-6)
    np.testing.assert_allclose(dipole.ori * dipole.amplitude[:, np.newaxis], MOMENTS, atol=1e-11)
    np.testing.assert_allclose(dipole.gof, 100.0, atol=1e-5)
    assert np.abs(residual.data).max() < 1e-3 * np.abs(evoked.data).max()
    assert dipole.name == "planted" and list(dipole.nfree) == [58] * 5  # two of the three directions are seen


def test_limits_of_confidence_hold_where_it_was_put():
    moments = np.repeat(MOMENTS[:1], 200, axis=0)
    evoked, cov = measured(np.repeat(PLACES[:1], 200, axis=0), moments, noise=1e-14)
    dipole, _ = mne.fit_dipole(evoked, cov, sphere(), verbose=False)
    apart = dipole.pos - PLACES[0]
    along = MOMENTS[0] / np.linalg.norm(MOMENTS[0])
    share = np.mean(np.abs(apart @ along) < dipole.conf["long"])
    assert 0.90 <= share <= 0.985  # 95 % of 200, with binomial limits of 99.8 %
    # Residuals of white noise: their power is χ² of as many degrees of freedom as nfree less the three of the place.
    assert abs(np.mean(dipole.khi2) - (dipole.nfree[0] - 3)) < 4 * np.sqrt(2 * 58 / 200)


def test_it_stays_as_far_inside_as_asked_for():
    shallow = CENTRE + np.array([[0.0, 0.055, 0.054]])  # 77 mm from the centre, of 81
    evoked, cov = measured(shallow, 2e-8 * np.array([[1.0, 0.0, 0.0]]))
    dipole, _ = mne.fit_dipole(evoked, cov, sphere(), min_dist=10.0, verbose=False)
    assert np.linalg.norm(dipole.pos[0] - CENTRE) <= 0.9 * 0.09 - 0.010 + 1e-9
    near, _ = mne.fit_dipole(evoked, cov, sphere(), min_dist=0.0, verbose=False)
    assert near.gof[0] > dipole.gof[0]


def test_at_a_given_place_its_moment_alone_is_fitted(tmp_path):
    evoked, cov = measured(np.repeat(PLACES[:1], 4, axis=0), np.outer([1.0, -0.5, 2.0, 0.0], MOMENTS[0]), noise=1e-16)
    dipole, _ = mne.fit_dipole(evoked, cov, sphere(), pos=PLACES[0], verbose=False)
    np.testing.assert_allclose(dipole.pos, np.repeat(PLACES[:1], 4, axis=0))
    np.testing.assert_allclose(dipole.amplitude[:3], 2e-8 * np.array([1.0, 0.5, 2.0]), rtol=1e-2)
    assert dipole.khi2 is None and dipole.conf == {}
    ori = MOMENTS[0] / np.linalg.norm(MOMENTS[0])
    fixed, residual = mne.fit_dipole(evoked, cov, sphere(), pos=PLACES[0], ori=ori, verbose=False)
    assert isinstance(fixed, DipoleFixed) and fixed.ch_names == ["dip 01", "goodness"]
    np.testing.assert_allclose(fixed.data[0, :3], 2e-8 * np.array([1.0, -0.5, 2.0]), rtol=1e-2)
    np.testing.assert_allclose(fixed.info["chs"][0]["loc"][:6], np.concatenate([PLACES[0], ori]), rtol=1e-6)
    fixed.save(tmp_path / "a-dip.fif")
    again = mne.read_dipole(tmp_path / "a-dip.fif")
    np.testing.assert_allclose(again.data, fixed.data, rtol=1e-6)
    np.testing.assert_allclose(again.times, fixed.times)
    assert len(again.copy().crop(0.001, 0.002)) == 2


def test_results_are_the_same_on_any_number_of_threads(monkeypatch):
    evoked, cov = measured(np.repeat(PLACES, 10, axis=0), np.repeat(MOMENTS, 10, axis=0), noise=3e-14)
    found = [mne.fit_dipole(evoked, cov, sphere(), n_jobs=n, verbose=False)[0] for n in (1, 2)]
    assert np.array_equal(found[0].pos, found[1].pos) and np.array_equal(found[0].conf["vol"], found[1].conf["vol"])


@pytest.mark.parametrize(
    ("words", "arguments", "error"),
    [
        ("ori is the direction at a given place", dict(ori=[1.0, 0.0, 0.0]), ValueError),
        ("ori must be of length 1; got one of 2", dict(pos=[0.0, 0.0, 0.07], ori=[2.0, 0.0, 0.0]), ValueError),
        ("pos must be three finite numbers", dict(pos=[0.0, 0.0]), ValueError),
        ("beyond the least distance", dict(pos=[0.0, 0.0, 0.14]), ValueError),
        ("min_dist must be >= 0", dict(min_dist=-1.0), ValueError),
        ("accuracy must be one of", dict(accuracy="best"), ValueError),
        ("tol must be > 0", dict(tol=0.0), ValueError),
        ("as far from it as min_dist asks for", dict(min_dist=90.0), ValueError),
    ],
)
def test_what_cannot_be_fitted_says_why(words, arguments, error):
    evoked, cov = measured(PLACES[:1], MOMENTS[:1])
    with pytest.raises(error, match=words):
        mne.fit_dipole(evoked, cov, sphere(), **arguments, verbose=False)


def test_samples_and_channels_that_cannot_be_used_say_why():
    evoked, cov = measured(PLACES[:1], MOMENTS[:1])
    broken = evoked.copy()
    broken.data[3, 0] = np.nan
    with pytest.raises(ValueError, match="those of channel 'MEG003' are not"):
        mne.fit_dipole(broken, cov, sphere(), verbose=False)
    broken.info["bads"] = ["MEG003"]
    assert mne.fit_dipole(broken, cov, sphere(), verbose=False)[0].gof[0] > 99
    evoked.info["bads"] = evoked.ch_names
    with pytest.raises(ValueError, match="no MEG or EEG channel is good"):
        mne.fit_dipole(evoked, cov, sphere(), verbose=False)
    with pytest.raises(TypeError, match="evoked must be an Evoked"):
        mne.fit_dipole(None, cov, sphere(), verbose=False)
    silent = mne.EvokedArray(np.zeros((60, 1)), helmet())
    with pytest.warns(RuntimeWarning, match="no field is measured"):
        dipole, _ = mne.fit_dipole(silent, cov, sphere(), verbose=False)
    assert dipole.amplitude[0] == 0


@pytest.mark.skipif("RANVIER_DATA" not in os.environ, reason="$RANVIER_DATA, which has the sample subject's head, is not set")
def test_in_a_head_of_compartments_dipoles_stay_inside():
    data = os.environ["RANVIER_DATA"]
    evoked = mne.read_evokeds(f"{data}/sample/test-ave.fif.gz", 0, baseline=(None, 0), verbose=False).crop(0.08, 0.1)
    cov = mne.read_cov(f"{data}/sample/test-cov.fif", verbose=False)
    bem = mne.read_bem_solution(f"{data}/sample/subjects/sample/bem/sample-320-320-320-bem-sol.fif", verbose=False)
    trans = f"{data}/sample/MEG/sample_audvis_trunc-trans.fif"
    dipole, residual = mne.fit_dipole(evoked, cov, bem, trans, min_dist=8.0, verbose=False)
    assert dipole.gof.min() > 3 and np.all(np.diff(dipole.times) > 0)
    with pytest.raises(ValueError, match="trans is needed"):
        mne.fit_dipole(evoked, cov, bem, verbose=False)
    one = mne.read_bem_solution(f"{data}/sample/subjects/sample/bem/sample-320-bem-sol.fif", verbose=False)
    with pytest.raises(ValueError, match="three layers"):
        mne.fit_dipole(evoked, cov, one, trans, verbose=False)

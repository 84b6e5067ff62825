"""More of argument_values.py: currents of sources, by minimum norms, beamformers and few sources; dipoles."""

import functools

import argument_values_forward as forward
import argument_values_sources as sources
import numpy as np
from argument_scenes import Made


def _mne():
    import ranvier.meeg as mne

    return mne


def _inverse_module():
    from ranvier.meeg import minimum_norm

    return minimum_norm


def _info(scene=None):
    """The channels of the forward solution, EEG with an average reference."""
    return _raw().info


@functools.cache
def _samples():
    """Two sources and noise: three epochs of 40 samples."""
    random, kinds = np.random.default_rng(6), np.array(forward._kinds)
    sol = forward._computed()["sol"]  # MEG comes first there
    gain = np.asarray(sol["data"])[[sol["row_names"].index(name) for name in forward._info()["ch_names"]]]
    courses = np.array([np.hanning(40), np.sin(np.arange(40) / 3.0)]) * 3e-8
    noise = np.select([kinds == "eeg", kinds == "mag"], [2e-7, 2e-14], 5e-13)[:, None]
    return np.array([gain[:, [8, 50]] @ courses + noise * random.normal(size=(len(kinds), 40)) for _ in range(3)])


def _raw(scene=None):
    raw = _mne().io.RawArray(np.concatenate(_samples(), axis=1), forward._info())
    return raw.set_eeg_reference(projection=True)


def _epochs(scene):
    return _mne().EpochsArray(_samples(), _info(), tmin=-0.1)


def _evoked(scene=None):
    return _mne().EvokedArray(_samples().mean(axis=0), _info(), tmin=-0.1, nave=3)


def _noise(scene=None):
    return _mne().make_ad_hoc_cov(_info())


def _other_noise(scene):
    """Twice as loud, and in magnetometers more so."""
    return _mne().make_ad_hoc_cov(_info(), std=dict(eeg=4e-7, mag=9e-14, grad=1e-12))


def _data(scene=None):
    """The covariance of the samples."""
    noise, samples = _noise(), np.concatenate(_samples(), axis=1)
    return _mne().Covariance(np.cov(samples), list(noise["names"]), [], noise["projs"], 100)


@functools.cache
def _made(**settings):
    return _inverse_module().make_inverse_operator(_info(), forward._forward(), _noise(), **settings)


def _inverse(scene=None):
    return _made().copy()


def _free(scene):
    """With orientations that are not held to the normals."""
    return _made(loose=1.0).copy()


def _coefficients(scene=None):
    """Complex ones of all epochs at two frequencies."""
    return _epochs(scene).compute_tfr("morlet", [20.0, 30.0], n_cycles=2.0, output="complex", average=False)


def _filters(scene=None):
    from ranvier.meeg.beamformer import make_lcmv

    return make_lcmv(_info(), forward._forward(), _data(), noise_cov=_noise())


def _label(scene):
    return sources._label("front", 1, -9.0)


def _dipole(scene=None):
    times = np.arange(5) / 10
    places = np.linspace(0.0, 0.05, 15).reshape(5, 3)
    return _mne().dipole.Dipole(times, places, 1e-8 * (1 + times), np.tile([0.0, 0.6, 0.8], (5, 1)), 90.0 + times, "a")


def _at_sources(scene):
    """Two dipoles that stay where the forward solution has sources."""
    src, times = forward._forward()["src"], np.arange(5) / 10
    places = [space["rr"][space["vertno"][2]] for space in src]
    return [_mne().dipole.Dipole(times, np.tile(place, (5, 1)), 1e-8 * times, np.tile([0.0, 0.6, 0.8], (5, 1)), 90.0 + times)
            for place in places]  # fmt: skip


def _fixed_dipole(scene=None):
    return _mne().fit_dipole(_evoked(scene), _noise(scene), forward._sphere(), pos=[0.0, 0.01, 0.07], ori=[1.0, 0.0, 0.0])[0]


def _written_inverse(scene):
    path = scene.folder.parent / "a-inv.fif"
    _inverse_module().write_inverse_operator(path, _inverse(), overwrite=True)
    return path


def _written_dipole(scene):
    path = scene.folder.parent / "a.dip"
    _dipole().save(path, overwrite=True)
    return path


_n = 24  # sources
_square = np.random.default_rng(5).normal(size=(_n, _n))
_of_directions = np.random.default_rng(5).normal(size=(3 * _n, 3 * _n))
_solved = dict(M=np.random.default_rng(7).normal(size=(8, 32)), G=np.random.default_rng(8).normal(size=(8, 12)))
_sparse = dict(evoked=Made(_evoked), forward=Made(forward._forward), noise_cov=Made(_noise))
_spread = dict(resmat=_of_directions, src=Made(forward._forward), idx=[1, 2, 5])
_times_of = dict(_on=Made(_dipole))
_times_fixed = dict(_on=Made(_fixed_dipole))
_apply = dict(inverse_operator=Made(_inverse), lambda2=0.2)
_power = dict(_apply, epochs=Made(_epochs))
SUBJECTS = {"InverseOperator": _inverse, "Dipole": _dipole, "DipoleFixed": _fixed_dipole, "Beamformer": _filters}
SETTINGS = {
    "make_inverse_operator": dict(info=Made(_info), forward=Made(forward._forward), noise_cov=Made(_noise)),
    "InverseOperator.__init__": dict(engine=Made(lambda s: _inverse()._engine)),
    "read_inverse_operator": dict(fname=Made(_written_inverse)), "compute_rank_inverse": dict(inv=Made(_inverse)),
    "write_inverse_operator": dict(fname=sources._there("taken-inv.fif"), inv=Made(_inverse)),
    "prepare_inverse_operator": dict(orig=Made(_inverse), nave=3, lambda2=0.2), "estimate_snr": dict(evoked=Made(_evoked), inv=Made(_inverse)),
    "apply_inverse": dict(_apply, evoked=Made(_evoked)), "apply_inverse_raw": dict(_apply, raw=Made(_raw)),
    "apply_inverse_epochs": dict(_apply, epochs=Made(_epochs)), "apply_inverse_cov": dict(_apply, cov=Made(_data), info=Made(_info)),
    "source_induced_power": dict(_power, freqs=[20.0, 30.0], n_cycles=2.0),
    "source_band_induced_power": dict(_power, bands=dict(low=(18.0, 20.0), high=(30.0, 31.0)), n_cycles=2.0),
    "compute_source_psd": dict(_apply, raw=Made(_raw), n_fft=32, bandwidth="hann"), "compute_source_psd_epochs": _power,
    "apply_inverse_tfr_epochs": dict(_apply, epochs_tfr=Made(_coefficients)),
    "make_inverse_resolution_matrix": dict(forward=Made(forward._forward), inverse_operator=Made(_inverse)),
    "get_point_spread": _spread, "get_cross_talk": _spread, "resolution_metrics": dict(resmat=_square, src=Made(lambda s: forward._forward()["src"])),
    "make_lcmv": dict(info=Made(_info), forward=Made(forward._forward), data_cov=Made(_data), noise_cov=Made(_noise)),
    "apply_lcmv": dict(evoked=Made(_evoked), filters=Made(_filters)), "apply_lcmv_epochs": dict(epochs=Made(_epochs), filters=Made(_filters)),
    "apply_lcmv_raw": dict(raw=Made(_raw), filters=Made(_filters)), "apply_lcmv_cov": dict(data_cov=Made(_data), filters=Made(_filters)),
    "rap_music": dict(_sparse, n_dipoles=2), "trap_music": dict(_sparse, n_dipoles=2),
    "mixed_norm": dict(_sparse, alpha=40.0), "gamma_map": dict(_sparse, alpha=0.5, maxit=200),
    "tf_mixed_norm": dict(_sparse, alpha=30.0, l1_ratio=0.05, wsize=16, maxit=200),
    "mixed_norm_solver": dict(_solved, alpha=5.0), "iterative_mixed_norm_solver": dict(_solved, alpha=2.0, n_mxne_iter=3),
    "tf_mixed_norm_solver": dict(_solved, alpha_space=3.0, alpha_time=0.1, wsize=16),
    "iterative_tf_mixed_norm_solver": dict(_solved, alpha_space=1.0, alpha_time=0.1, n_tfmxne_iter=3, wsize=16, maxit=200),
    "make_stc_from_dipoles": dict(dipoles=Made(_at_sources), src=Made(lambda s: forward._forward()["src"])),
    "Dipole.__init__": dict(times=[0.0, 0.1], pos=np.ones((2, 3)), amplitude=[1.0, 2.0], ori=np.tile([0.0, 0.6, 0.8], (2, 1)), gof=[90.0, 80.0]),
    "fit_dipole": dict(evoked=Made(_evoked), cov=Made(_noise), bem=Made(forward._sphere)),
    "DipoleFixed.crop": _times_fixed, "DipoleFixed.save": dict(_times_fixed, fname=sources._there("a-dip.fif")),
    "DipoleFixed.shift_time": dict(_times_fixed, tshift=0.1), "DipoleFixed.decimate": dict(_times_fixed, decim=2), "DipoleFixed.plot": _times_fixed,
    "Dipole.crop": _times_of, "Dipole.save": dict(_times_of, fname=sources._there("a.dip")), "read_dipole": dict(fname=Made(_written_dipole)),
}  # fmt: skip
_applied = ("apply_inverse", "apply_inverse_raw", "apply_inverse_epochs", "apply_inverse_cov")
_mixed = ("mixed_norm", "tf_mixed_norm")
_spectra = ("compute_source_psd", "compute_source_psd_epochs")
_powers = ("source_band_induced_power", "source_induced_power", "compute_source_psd_epochs", "apply_inverse_tfr_epochs")
_spreads = ("get_point_spread", "get_cross_talk")
# Where the risks of penalties are close to each other.
_loud = Made(lambda s: _mne().make_ad_hoc_cov(_info(), std=dict(eeg=2e-6, mag=2e-13, grad=5e-12)))
_finely = dict(alpha="sure", noise_cov=_loud, sure_alpha_grid=np.linspace(90.0, 10.0, 41))
CONTEXTS = {
    **{(name, "method_params"): dict(method="eLORETA") for name in (*_applied, *_powers, *_spectra, "prepare_inverse_operator")},
    **{(name, "use_cps"): dict(inverse_operator=Made(_free), pick_ori="normal") for name in (*_applied, *_powers[1:])},
    ("source_band_induced_power", "use_cps"): dict(inverse_operator=Made(_free)), ("source_induced_power", "baseline_mode"): dict(baseline=(-0.1, 0.0)),
    ("source_band_induced_power", "baseline_mode"): dict(baseline=(-0.1, 0.0)), ("fit_dipole", "ori"): dict(pos=[0.0, 0.01, 0.06]),
    **{(name, parameter): dict(bandwidth=10.0) for name in _spectra for parameter in ("adaptive", "low_bias")}, ("DipoleFixed.crop", "include_tmax"): dict(tmax=0.1),
    **{(name, parameter): dict(mode="svd") for name in _spreads for parameter in ("n_comp", "return_pca_vars")},
    ("resolution_metrics", "threshold"): dict(metric="maxrad_ext"), ("Dipole.crop", "include_tmax"): dict(tmax=0.2),
    ("mixed_norm", "sure_alpha_grid"): dict(alpha="sure", random_state=0), ("mixed_norm", "random_state"): dict(_finely, random_state=0),
    **{(name, "tol"): dict(dgap_freq=1) for name in ("mixed_norm_solver", "iterative_mixed_norm_solver")}, ("mixed_norm_solver", "active_set_init"): dict(active_set_size=1),
    ("apply_inverse_raw", "buffer_size"): dict(pick_ori="normal"), ("mixed_norm", "rng"): dict(_finely, rng=0), ("mixed_norm", "alpha"): dict(random_state=0),
    **{(name, "weights_min"): dict(weights=np.linspace(0.2, 1.0, _n)) for name in _mixed},
}  # fmt: skip
VALUES = {
    **{(name, "label"): [Made(_label)] for name in (*_applied, "make_lcmv")}, **{(name, "method_params"): [dict(force_equal=True)] for name in (*_applied, "prepare_inverse_operator")},
    **{(name, "start"): [5] for name in ("apply_inverse_raw", "apply_lcmv_raw")}, **{(name, "stop"): [9] for name in ("apply_inverse_raw", "apply_lcmv_raw")},
    **{(name, "return_generator"): ["x"] for name in ("apply_inverse_epochs", "apply_lcmv_epochs")}, **{(name, "pick_ori"): ["vector"] for name in (*_applied[:3], "gamma_map", "tf_mixed_norm")},
    **{(name, "return_generator"): ["x"] for name in _powers[2:]}, **{(name, "pick_ori"): ["normal"] for name in (*_spectra, *_powers[1:])},
    **{(name, "inv_split"): [0] for name in _spectra}, **{(name, "use_fft"): ["x"] for name in _powers[:2]}, ("compute_source_psd", "n_fft"): [16],
    **{(name, "label"): [Made(_label)] for name in (*_spectra, *_powers)}, **{(name, "method_params"): [dict(force_equal=True)] for name in (*_spectra, *_powers)},
    ("fit_dipole", "trans"): ["nowhere-trans.fif"], ("fit_dipole", "pos"): [[0.0, 0.01, 0.06]], ("fit_dipole", "ori"): [[1.0, 0.0, 0.0]],
    ("apply_inverse_raw", "time_func"): [np.fliplr], ("apply_inverse_raw", "buffer_size"): [0],
    **{(name, "depth"): [0.3, None, dict(exp=0.8, limit=1.1)] for name in ("make_inverse_operator", "gamma_map", *_mixed)}, ("make_lcmv", "depth"): [0.8],
    **{(name, "loose"): [0.5, 1.0] for name in ("make_inverse_operator", "gamma_map", *_mixed)}, ("make_inverse_operator", "fixed"): [True],
    ("make_lcmv", "noise_cov"): [Made(_other_noise)], ("make_lcmv", "rank"): [{"meg": 3, "eeg": 3}],
    **{(name, "mode"): ["mean", "max"] for name in _spreads}, **{(name, "n_comp"): [2] for name in _spreads}, **{(name, "norm"): [True] for name in _spreads},
    ("resolution_metrics", "metric"): ["cog_err"], ("resolution_metrics", "threshold"): [0.9],
    ("rap_music", "n_dipoles"): [1], ("trap_music", "n_dipoles"): [1],
    ("mixed_norm", "alpha"): [60.0], ("mixed_norm", "time_pca"): [False, 2], ("mixed_norm", "rng"): [1, 2, 3], ("mixed_norm", "random_state"): [1, 2, 3],
    ("mixed_norm", "sure_alpha_grid"): [np.array([70.0, 60.0])], ("tf_mixed_norm", "alpha"): [60.0], ("tf_mixed_norm", "l1_ratio"): [0.4],
    **{(name, "maxit"): [1] for name in ("gamma_map", *_mixed)}, **{(name, "tol"): [0.02] for name in ("gamma_map", *_mixed)}, **{(name, "dgap_freq"): [1, 2] for name in _mixed},
    ("mixed_norm", "active_set_size"): [1, None], **{(name, "weights"): [np.linspace(0.2, 1.0, _n)] for name in _mixed}, **{(name, "weights_min"): [0.9] for name in _mixed},
    ("tf_mixed_norm", "wsize"): [32], ("tf_mixed_norm", "tstep"): [2], ("tf_mixed_norm", "window"): [None, 0.1], ("tf_mixed_norm", "pca"): [False],
    ("gamma_map", "update_mode"): [2], ("gamma_map", "gammas"): [np.linspace(0.1, 2.0, 3 * _n)], ("gamma_map", "pca"): [False],
    ("mixed_norm_solver", "active_set_init"): [np.arange(12) < 3], ("mixed_norm_solver", "X_init"): [np.ones((12, 32))], ("iterative_mixed_norm_solver", "weight_init"): [np.linspace(0.2, 1.0, 12)],
    ("tf_mixed_norm_solver", "tstep"): [2], ("iterative_tf_mixed_norm_solver", "tstep"): [2], ("tf_mixed_norm_solver", "wsize"): [32], ("iterative_tf_mixed_norm_solver", "wsize"): [32],
    ("tf_mixed_norm_solver", "active_set_size"): [3], ("mixed_norm_solver", "active_set_size"): [1], ("iterative_mixed_norm_solver", "active_set_size"): [1],
    **{(f"{part}mixed_norm_solver", "maxit"): [1] for part in ("", "iterative_", "tf_", "iterative_tf_")}, **{(f"{part}mixed_norm_solver", "tol"): [10.0] for part in ("", "iterative_", "tf_", "iterative_tf_")},
    ("Dipole.__init__", "name"): ["x"], ("Dipole.__init__", "conf"): [dict(vol=[1.0, 2.0])], ("Dipole.__init__", "khi2"): [[1.0, 2.0]], ("Dipole.__init__", "nfree"): [[1.0, 2.0]],
    ("Dipole.crop", "tmin"): [0.2], ("Dipole.crop", "tmax"): [0.2],
}  # fmt: skip

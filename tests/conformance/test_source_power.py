"""Power, phase locking and spectra of sources beside MNE-Python's, computed live."""

from peers import both
from test_inverse import HEAD, _apart, _compared

EPOCHS = """
rng = np.random.default_rng(3)
kinds = mne.pick_types(info, meg=True, eeg=False), mne.pick_types(info, meg=False, eeg=True)
samples = 0.5 * rng.normal(size=(4, len(evoked.ch_names), 200)) * evoked.data.std(axis=1)[:, None]
samples += evoked.data[:, 100:300]
epochs = mne.EpochsArray(samples, info, np.c_[np.arange(4) * 300, np.zeros(4, int), np.ones(4, int)], tmin=-0.1)
meg = epochs.copy().pick("meg")
loose = mn.make_inverse_operator(info, fwd, cov, loose=0.2, depth=0.8)
fixed = mn.make_inverse_operator(info, fwd, cov, fixed=True)
of_meg = mn.make_inverse_operator(meg.info, fwd, cov)
right = mne.read_label(data + "/sample/test-rh.label")
used = [np.asarray(space["vertno"]) for space in src]
front = mne.Label(used[0][:40], hemi="lh", name="front", subject="sample")
back = mne.Label(used[1][50:70], hemi="rh", name="back", subject="sample")
freqs = np.array([20.0, 35.0, 60.0])
"""

POWER = EPOCHS + """
for name, op, inst in (("loose", loose, epochs), ("fixed", fixed, epochs), ("meg", of_meg, meg)):
    for method in METHODS if name == "meg" else ("dSPM",):
        power, plv = mn.source_induced_power(inst, op, freqs, method=method, n_cycles=2, decim=7)
        keep(f"{name} {method} power", power)
        keep(f"{name} {method} plv", plv)
    keep(f"{name} power alone", mn.source_induced_power(inst, op, freqs, n_cycles=2, decim=7, return_plv=False, pca=False))
for pick in (None, "normal"):
    for pca in (True, False):
        for k, each in enumerate(mn.source_induced_power(meg, of_meg, freqs, n_cycles=[2.0, 3.0, 4.0], pick_ori=pick, pca=pca,
                                                         zero_mean=True, decim=5, label=right, use_fft=True)):
            keep(f"label {pick} {pca} {k}", each)
keep("labels", mn.source_induced_power(meg, of_meg, freqs, label=[front, back], n_cycles=2, return_plv=False))
keep("labels of few", mn.source_induced_power(meg[:1], of_meg, freqs[:1], label=[back, front], n_cycles=2, return_plv=False,
                                              pick_ori="normal"))
power, plv = mn.source_induced_power(meg, of_meg, freqs, label=[back], n_cycles=2, decim=3)
keep("one label in a list", power)
keep("its phases", plv)
for mode in ("mean", "ratio", "logratio", "percent", "zscore", "zlogratio"):
    keep(mode, mn.source_induced_power(meg, of_meg, freqs, n_cycles=2, decim=10, baseline=(-0.1, 0.05), baseline_mode=mode,
                                       return_plv=False, label=back))
prepared = mn.prepare_inverse_operator(of_meg, 3, 0.5, "sLORETA")
keep("prepared", mn.source_induced_power(meg, prepared, freqs, n_cycles=2, decim=9, method="sLORETA", prepared=True,
                                         return_plv=False))
keep("averages", mn.source_induced_power(meg, of_meg, freqs, n_cycles=2, decim=9, nave=7, lambda2=0.3, return_plv=False))
keep("equal", mn.source_induced_power(meg, of_meg, freqs[:1], n_cycles=2, decim=9, method="eLORETA", return_plv=False,
                                      method_params=dict(force_equal=True, max_iter=10)))
free = mn.make_inverse_operator(meg.info, fwd, cov, loose=1.0)
for cps in (True, False):
    keep(f"patches {cps}", mn.source_induced_power(meg, free, freqs[:1], n_cycles=2, decim=9, pick_ori="normal", use_cps=cps,
                                                   return_plv=False))
keep("long wavelets", mn.source_induced_power(meg, of_meg, [12.0, 40.0], n_cycles=3, decim=11, use_fft=True,
                                              return_plv=False))
bands = dict(beta=[18, 24], gamma=[22, 30])
for name, estimate in mn.source_band_induced_power(meg, of_meg, bands, n_cycles=2, df=2, decim=4, use_fft=True).items():
    stc(name, estimate)
for name, estimate in mn.source_band_induced_power(meg, of_meg, bands, n_cycles=2, decim=4, baseline=(None, 0), label=right,
                                                   method="MNE", nave=3, use_fft=True, baseline_mode="percent").items():
    stc(f"{name} corrected", estimate)
np.savez(out, **found)
"""


def test_induced_power_and_phase_locking_are_mne_s(tmp_path):
    # Estimates are 1e-7 apart at most, as the operators are; powers are their squares. Where an estimate is small beside
    # others, so is what its phase is off by: tests/python/test_source_power.py has phases of one and the same operator.
    apart = _apart(*both(HEAD + POWER, tmp_path))
    phases = [name for name in apart if "plv" in name or name.endswith((" True 1", " False 1", "phases"))]
    assert len(phases) == 11
    assert not {name: d for name, d in apart.items() if not d < (1e-5 if name in phases else 2e-7)}


SPECTRA = EPOCHS + """
for name, op in (("loose", loose), ("fixed", fixed)):
    for k, (estimate, sensors) in enumerate(mn.compute_source_psd_epochs(epochs, op, return_sensor=True, fmax=100.0)):
        stc(f"{name} {k}", estimate)
        keep(f"{name} {k} sensors", sensors.data)
        keep(f"{name} {k} freqs", sensors.times)
        keep(f"{name} {k} words", sum(map(ord, sensors.comment)) + sensors.nave)
for settings in (dict(bandwidth="hann"), dict(bandwidth=60.0, adaptive=True), dict(pick_ori="normal", low_bias=False),
                 dict(method="MNE", label=right, pca=False), dict(method="eLORETA", nave=4, lambda2=0.2, inv_split=3),
                 dict(bandwidth=50.0, adaptive=True, pick_ori="normal", fmin=20.0)):
    for k, (estimate, sensors) in enumerate(mn.compute_source_psd_epochs(meg[:2], of_meg, return_generator=True,
                                                                         return_sensor=True, **settings)):
        stc(f"{settings} {k}", estimate)
        keep(f"{settings} {k} sensors", sensors.data)
raw = mne.io.RawArray(np.concatenate(list(meg.get_data()), axis=1), meg.info)
for settings in (dict(), dict(dB=True, pick_ori="normal"), dict(tmin=0.2, tmax=1.0, overlap=0.25, bandwidth=20.0),
                 dict(pick_ori="normal", bandwidth=40.0, low_bias=True, method="sLORETA"),
                 dict(pick_ori="normal", bandwidth=60.0, adaptive=True, fmin=10.0, fmax=150.0)):
    estimate, sensors = mn.compute_source_psd(raw, of_meg, n_fft=128, return_sensor=True, **settings)
    stc(f"raw {settings}", estimate)
    keep(f"raw {settings} sensors", sensors.data)
    keep(f"raw {settings} words", sum(map(ord, sensors.comment)) + sensors.nave)
    keep(f"raw {settings} freqs", sensors.times)
np.savez(out, **found)
"""


def test_source_spectra_are_mne_s(tmp_path):
    _compared(SPECTRA, tmp_path, 1e-7)


COMPLEX = EPOCHS + """
tfr = meg.compute_tfr("morlet", freqs, n_cycles=2, output="complex", decim=6)
def both_parts(name, estimate):
    values = np.asarray(estimate.data)
    keep(name + " real", values.real)
    keep(name + " imaginary", values.imag)
    keep(name + " kind", float(np.iscomplexobj(values)))
    keep(name + " length", abs(estimate).data)
fixed_meg = mn.make_inverse_operator(meg.info, fwd, cov, fixed=True)
for name, op, pick in (("loose", of_meg, None), ("normal", of_meg, "normal"), ("fixed", fixed_meg, None),
                       ("vector", of_meg, "vector"), ("several", [of_meg, fixed_meg, of_meg], None)):
    for f, of_freq in enumerate(mn.apply_inverse_tfr_epochs(tfr, op, 1 / 9, "dSPM", pick_ori=pick, return_generator=True)):
        for k, estimate in enumerate(of_freq):
            both_parts(f"{name} {f} {k}", estimate)
            keep(f"{name} {f} {k} times", estimate.times)
estimate = mn.apply_inverse_tfr_epochs(tfr, of_meg, 1 / 4, "MNE", pick_ori="normal", label=right, nave=3)[1][2]
both_parts("label", estimate)
both_parts("cropped", estimate.copy().crop(0.0, 0.1))
both_parts("mean", estimate.mean())
both_parts("sum", estimate.sum())
both_parts("twice", 2 * estimate + estimate)
both_parts("in a label", mn.apply_inverse_tfr_epochs(tfr, of_meg, 1 / 4, "MNE", pick_ori="normal")[1][2].in_label(right))
both_parts("baseline", estimate.copy().apply_baseline((None, 0.005)))
vertex, time = estimate.get_peak()
keep("peak", [vertex, time])
courses = mne.extract_label_time_course(mn.apply_inverse_tfr_epochs(tfr, of_meg, 1 / 4, "MNE", pick_ori="normal")[1][2],
                                        [front, back], loose["src"], mode="mean_flip")
keep("courses real", courses.real)
keep("courses imaginary", courses.imag)
np.savez(out, **found)
"""


def test_complex_estimates_are_mne_s(tmp_path):
    _compared(COMPLEX, tmp_path, 1e-7)

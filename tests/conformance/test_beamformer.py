"""Beamformers beside MNE-Python's, computed live."""

import numpy as np
from peers import both
from test_inverse import HEAD, _apart

MADE = (
    HEAD
    + """
bf = mne.beamformer
surf = mne.convert_forward_solution(fwd, surf_ori=True)
fixed = mne.convert_forward_solution(fwd, force_fixed=True)
grads = evoked.copy().pick("grad").info
# Reorderings of time give as many samples as one likes of the same channels.
rng = np.random.default_rng(1)
cleaned = evoked.copy().crop(0.04, 0.2)
noise = mne.cov.regularize(cov, info, mag=0.1, grad=0.1, eeg=0.1)
mixed = cleaned.data @ rng.normal(size=(cleaned.data.shape[1], 600))
if not os.path.exists("same-samples.npy"):  # both get the same: the noise spans ten orders
    values, vectors = np.linalg.eigh(noise.data)
    root = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    samples = mixed / 10 + (root @ rng.normal(size=(len(root), 600)))[[noise.ch_names.index(n) if n in noise.ch_names else 0
                                                                       for n in evoked.ch_names]]
    np.save("same-samples.npy", samples)
samples = np.load("same-samples.npy")
good = [n for n in evoked.ch_names if n in noise.ch_names and n not in info["bads"]]
rows = [evoked.ch_names.index(n) for n in good]
data_cov = mne.Covariance(samples[rows] @ samples[rows].T / 600, good, [], info["projs"], 600)
grad_names = [n for n in good if n in grads["ch_names"]]
grad_rows = [good.index(n) for n in grad_names]
grad_cov = mne.Covariance(data_cov.data[np.ix_(grad_rows, grad_rows)], grad_names, [], [], 600)
def keep_filters(name, filters, info_of=short):
    w = np.asarray(filters["weights"]) @ np.asarray(filters["whitener"])
    if filters["pick_ori"] == "vector" or filters["is_free_ori"]:
        w3 = w.reshape(filters["n_sources"], 3, -1)
        keep(name + " weights", np.einsum("sac,sad->scd", w3, w3)[::60])
    else:
        keep(name + " weights", w)
    if filters["max_power_ori"] is not None:
        keep(name + " directions", filters["max_power_ori"])
    keep(name + " rank", filters["rank"])
    keep(name + " words", sum(map(ord, repr(filters) + "".join(filters["ch_names"]))))
    stc(name, bf.apply_lcmv(info_of, filters))
    if "label" not in name:  # there MNE-Python divides by the number of all sources
        stc(name + " power", bf.apply_lcmv_cov(grad_cov if info_of is not short else data_cov, filters))
norms = (None, "unit-noise-gain", "unit-noise-gain-invariant", "nai")
for norm in norms:
    for pick in (None, "normal", "max-power", "vector"):
        # Axes across the surface are anybody's; what depends on them is compared along x, y, z.
        leads = surf if pick == "normal" else fwd
        keep_filters(f"{norm} {pick}", bf.make_lcmv(info, leads, data_cov, noise_cov=noise, pick_ori=pick, weight_norm=norm))
        if not (pick == "vector" and norm == "unit-noise-gain-invariant"):
            keep_filters(f"single {norm} {pick}", bf.make_lcmv(info, leads, data_cov, noise_cov=noise, pick_ori=pick,
                                                               weight_norm=norm, inversion="single"))
    keep_filters(f"reduced {norm}", bf.make_lcmv(info, fwd, data_cov, noise_cov=noise, weight_norm=norm, reduce_rank=True,
                                                 pick_ori="max-power"))
    keep_filters(f"fixed {norm}", bf.make_lcmv(info, fixed, data_cov, noise_cov=noise, weight_norm=norm, reg=0.2))
keep_filters("deep", bf.make_lcmv(info, fwd, data_cov, noise_cov=noise, depth=0.8, pick_ori="max-power"))
keep_filters("estimated rank", bf.make_lcmv(info, fwd, data_cov, noise_cov=noise, rank=None))
short_grads = short.copy().pick("grad")
keep_filters("no noise", bf.make_lcmv(short_grads.info, fwd, grad_cov, pick_ori="max-power", weight_norm="nai"), short_grads)
keep_filters("turned", bf.make_lcmv(info, surf, data_cov, noise_cov=noise, weight_norm="unit-noise-gain-invariant"))
label = mne.read_label(data + "/sample/test-rh.label")
keep_filters("label", bf.make_lcmv(info, surf, data_cov, noise_cov=noise, pick_ori="normal", label=label))
filters = bf.make_lcmv(info, fwd, data_cov, noise_cov=noise, pick_ori="max-power")
epochs = mne.EpochsArray(np.array([short.data, -2 * short.data]), info, tmin=0.05, verbose=False)
for k, each in enumerate(bf.apply_lcmv_epochs(epochs, filters)):
    stc(f"epoch {k}", each)
raw = mne.io.RawArray(short.data, info, verbose=False)
stc("raw", bf.apply_lcmv_raw(raw, filters, start=3, stop=30))
np.savez(out, **found)
"""
)


def test_filters_of_all_norms_and_orientations_are_mne_s(tmp_path):
    apart = _apart(*both(MADE, tmp_path))
    # largest weights, of directions that sensors hardly see, lose digits in both
    assert not {name: d for name, d in apart.items() if not d < 1e-7}
    assert len(apart) > 100 and np.isfinite(list(apart.values())).all()

"""Inverse operators, estimates and beamformers of 8,196 sources, live beside MNE-Python on one thread.

    PYTHONPATH=build/dev/python RANVIER_DATA=../shared/data .venv/bin/python benchmarks/meeg/inverse.py

Answers are compared before times are believed. Sources are `sample_ecog`'s cortex at oct 6, sensors those of the sample
recording (306 MEG, 60 EEG), the head is a sphere; epochs are 300 of 421 samples of noise with the covariance of the sample.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SPACE = """
import os, numpy as np, ranvier.meeg as mne
data = os.environ["RANVIER_DATA"]
info = mne.read_evokeds(data + "/sample/test-ave.fif.gz", 0).info
src = mne.setup_source_space("sample_ecog", "oct6", surface="white", add_dist=False,
                             subjects_dir=data + "/freesurfer_subject")
places = np.concatenate([s["rr"][s["vertno"]] for s in src])
# Into a sphere that the helmet goes around, whatever the subject's own head is like.
middle = (places.max(axis=0) + places.min(axis=0)) / 2
for s in src:
    s["rr"][:] = (s["rr"] - middle) * (0.078 / np.linalg.norm(places - middle, axis=1).max())
identity = dict([("from", 5), ("to", 4), ("trans", np.eye(4))])
identity["trans"][:3, 3] = (0, 0, 0.04)
fwd = mne.make_forward_solution(info, identity, src, mne.make_sphere_model((0, 0, 0.04), 0.09))
mne.write_forward_solution("bench-fwd.fif", fwd, overwrite=True)
"""
WORK = """
import json, os, sys, time, warnings
import numpy as np
import PACKAGE as mne
warnings.simplefilter("ignore")
data, mn, bf = os.environ["RANVIER_DATA"], mne.minimum_norm, mne.beamformer
evoked = mne.read_evokeds(data + "/sample/test-ave.fif.gz", 0, baseline=(None, 0))
cov = mne.cov.regularize(mne.read_cov(data + "/sample/test-cov.fif"), evoked.info)
fwd = mne.convert_forward_solution(mne.read_forward_solution("bench-fwd.fif"), surf_ori=True)
src = fwd["src"]
rng = np.random.default_rng(0)
rows = [evoked.ch_names.index(n) for n in cov.ch_names]
if not os.path.exists("bench-samples.npy"):  # both get the same: the noise spans ten orders
    values, vectors = np.linalg.eigh(cov.data)
    root = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    samples = np.zeros((300, len(evoked.ch_names), 421))
    for k in range(300):
        samples[k, rows] = root @ rng.normal(size=(len(rows), 421))
    np.save("bench-samples.npy", samples)
    np.save("bench-scatter.npy", np.einsum("ect,edt->cd", samples[:50, rows], samples[:50, rows]) / (50 * 421))
samples = np.load("bench-samples.npy")
epochs = mne.EpochsArray(samples, evoked.info, tmin=-0.1, verbose=False)
scatter = np.load("bench-scatter.npy")
data_cov = mne.Covariance(scatter + 0.2 * cov.data, cov.ch_names, [], cov["projs"], 20000)
grid = np.arange(68)
labels = []
for side, space in enumerate(src):
    used = np.asarray(space["vertno"])
    for k, part in enumerate(np.array_split(used, 34)):
        labels.append(mne.Label(part, hemi=("lh", "rh")[side], name=f"{k}", subject=src._subject))
seconds, found = {}, {}
def timed(name, call, times=2):
    best = np.inf
    for _ in range(times):
        begin = time.perf_counter(); result = call(); best = min(best, time.perf_counter() - begin)
    seconds[name] = best
    print(name, best, file=sys.stderr, flush=True)
    return result
inv = timed("inverse operator", lambda: mn.make_inverse_operator(evoked.info, fwd, cov))
fixed = mn.make_inverse_operator(evoked.info, fwd, cov, fixed=True)
found["dspm"] = timed("dSPM of an average", lambda: mn.apply_inverse(evoked, inv, 1 / 9, "dSPM").data)[::50]
found["eloreta"] = timed("eLORETA of an average", lambda: mn.apply_inverse(evoked, inv, 1 / 9, "eLORETA").data, 1)[::50]
found["labels"] = np.array(timed("dSPM of 300 epochs to labels", lambda: list(mne.extract_label_time_course(
    mn.apply_inverse_epochs(epochs, inv, 1 / 9, "dSPM", pick_ori="normal", return_generator=True), labels, src,
    mode="mean_flip", return_generator=True)), 1))[::30]
filters = timed("LCMV filters", lambda: bf.make_lcmv(evoked.info, fwd, data_cov, noise_cov=cov, pick_ori="max-power",
                                                     weight_norm="unit-noise-gain", reduce_rank=True))
found["lcmv"] = np.asarray(filters["weights"])[::50] @ np.asarray(filters["whitener"])
found["lcmv labels"] = np.array(timed("LCMV of 300 epochs to labels", lambda: list(mne.extract_label_time_course(
    bf.apply_lcmv_epochs(epochs, filters, return_generator=True), labels, src, mode="mean", return_generator=True)), 1))[::30]
np.savez(sys.argv[1], **found)
print(json.dumps(seconds))
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", default=None, help="where the forward solution is kept")
    folder = pathlib.Path(parser.parse_args().folder or tempfile.mkdtemp())
    folder.mkdir(exist_ok=True)
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "RANVIER_THREADS": "1", "MNE_LOGGING_LEVEL": "ERROR",
                   "RANVIER_DATA": str(pathlib.Path(os.environ["RANVIER_DATA"]).resolve())}  # fmt: skip
    environment["PYTHONPATH"] = os.pathsep.join(
        str(pathlib.Path(p).resolve()) for p in os.environ.get("PYTHONPATH", "").split(os.pathsep)
    )
    if not (folder / "bench-fwd.fif").exists():
        subprocess.run([sys.executable, "-c", SPACE], cwd=folder, env=environment, check=True)
    seconds = {}
    for name, python in (("ranvier.meeg", sys.executable), ("mne", str(ROOT / ".venv-peers/bin/python"))):
        done = subprocess.run([python, "-c", WORK.replace("PACKAGE", name), f"{name}.npz"], cwd=folder, env=environment,
                              check=True, stdout=subprocess.PIPE, text=True)  # fmt: skip
        seconds[name] = json.loads(done.stdout.splitlines()[-1])
    import numpy as np

    ours, theirs = (np.load(folder / f"{name}.npz") for name in ("ranvier.meeg", "mne"))
    for name in theirs.files:
        apart = np.abs(ours[name] - theirs[name]).max() / np.abs(theirs[name]).max()
        print(f"{name}: {apart:.1e} apart")
    for name, time in seconds["mne"].items():
        own = seconds["ranvier.meeg"][name]
        print(f"{name}: {own:.3f} s beside {time:.3f} s, {time / own:.1f} x")


if __name__ == "__main__":
    main()

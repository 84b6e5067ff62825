"""Power and phase locking of 8,196 sources, live beside MNE-Python on one thread.

    PYTHONPATH=build/dev/python RANVIER_DATA=../shared/data .venv/bin/python benchmarks/meeg/source_power.py

Answers are compared before times are believed, on a few epochs. Sources are those of `inverse.py`: `sample_ecog`'s cortex at
oct 6, sensors of the sample recording, the head a sphere; samples are noise with the covariance of the sample, of which
Maxwell filters or sensors leave so many components (--components). 20 frequencies from 10 to 40 Hz, 421 samples an epoch.
MNE-Python runs on --peer-trials epochs; its time is scaled to all of them by what each further epoch takes, which is measured.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from inverse import ROOT, SPACE

WORK = """
import json, os, resource, sys, time, warnings
import numpy as np
import PACKAGE as mne
warnings.simplefilter("ignore")
data, mn = os.environ["RANVIER_DATA"], mne.minimum_norm
components, few, many, decim = map(int, sys.argv[2:6])
evoked = mne.read_evokeds(data + "/sample/test-ave.fif.gz", 0, baseline=(None, 0)).pick("meg" if components > 60 else "eeg")
cov = mne.cov.regularize(mne.read_cov(data + "/sample/test-cov.fif"), evoked.info)
cov = mne.pick_channels_cov(cov, [n for n in evoked.ch_names if n in cov.ch_names])
fwd = mne.convert_forward_solution(mne.read_forward_solution("bench-fwd.fif"), surf_ori=True)
rng = np.random.default_rng(0)
rows = [evoked.ch_names.index(n) for n in cov.ch_names]
if not os.path.exists(f"power-{components}.npy"):
    values, vectors = np.linalg.eigh(cov.data)
    root = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    samples = np.zeros((100, len(evoked.ch_names), 421))
    for k in range(100):
        samples[k, rows] = root @ rng.normal(size=(len(rows), 421))
    np.save(f"power-{components}.npy", samples)
samples = np.load(f"power-{components}.npy")
epochs = mne.EpochsArray(samples, evoked.info, tmin=-0.1, verbose=False)
fixed = mn.make_inverse_operator(evoked.info, fwd, cov, fixed=True, rank=dict(meg=components) if components > 60 else None)
loose = mn.make_inverse_operator(evoked.info, fwd, cov, loose=0.2, rank=dict(meg=components) if components > 60 else None)
freqs, seconds, found = np.linspace(10.0, 40.0, 20), {}, {}
settings = dict(freqs=freqs, n_cycles=3, decim=decim, use_fft=True)
one = dict(settings, freqs=freqs[10:11])
found["power"], found["locking"] = mn.source_induced_power(epochs[:3], fixed, **one)
found["loose"], found["loose locking"] = mn.source_induced_power(epochs[:3], loose, **one)
def timed(name, n, call):
    begin = time.perf_counter(); call(epochs[:n]); took = time.perf_counter() - begin
    seconds.setdefault(name, []).append((n, took))
    print(name, n, took, file=sys.stderr, flush=True)
for n in (few, many):
    timed("power and locking, fixed", n, lambda e: mn.source_induced_power(e, fixed, **settings))
    timed("power, fixed", n, lambda e: mn.source_induced_power(e, fixed, return_plv=False, **settings))
    timed("power and locking, loose", n, lambda e: mn.source_induced_power(e, loose, **settings))
    timed("power, loose", n, lambda e: mn.source_induced_power(e, loose, return_plv=False, **settings))
    timed("power of two bands, loose", n, lambda e: mn.source_band_induced_power(
        e, loose, dict(alpha=(10, 20), beta=(20, 30)), n_cycles=3, decim=decim, use_fft=True))
np.savez(sys.argv[1], **found)
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20]))
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", default=None, help="where the forward solution is kept")
    parser.add_argument("--components", type=int, default=59, help="59: EEG; more: MEG of that rank, as after SSS")
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--peer-trials", type=int, default=4)
    parser.add_argument("--decim", type=int, default=1)
    options = parser.parse_args()
    folder = pathlib.Path(options.folder or tempfile.mkdtemp())
    folder.mkdir(exist_ok=True)
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "RANVIER_THREADS": "1", "MNE_LOGGING_LEVEL": "ERROR",
                   "RANVIER_DATA": str(pathlib.Path(os.environ["RANVIER_DATA"]).resolve())}  # fmt: skip
    environment["PYTHONPATH"] = os.pathsep.join(
        str(pathlib.Path(p).resolve()) for p in os.environ.get("PYTHONPATH", "").split(os.pathsep)
    )
    if not (folder / "bench-fwd.fif").exists():
        subprocess.run([sys.executable, "-c", SPACE], cwd=folder, env=environment, check=True)
    seconds, memory = {}, {}
    for name, python, few, many in (("ranvier.meeg", sys.executable, 1, options.trials),
                                    ("mne", str(ROOT / ".venv-peers/bin/python"), 1, options.peer_trials)):  # fmt: skip
        done = subprocess.run([python, "-c", WORK.replace("PACKAGE", name), f"{name}-power.npz", str(options.components),
                               str(few), str(many), str(options.decim)], cwd=folder, env=environment, check=True,
                              stdout=subprocess.PIPE, text=True)  # fmt: skip
        seconds[name], memory[name] = json.loads(done.stdout.splitlines()[-1])
    import numpy as np

    ours, theirs = (np.load(folder / f"{name}-power.npz") for name in ("ranvier.meeg", "mne"))
    for name in theirs.files:
        apart = np.abs(ours[name] - theirs[name])
        print(f"{name}: {apart.max() / np.abs(theirs[name]).max():.1e} apart, {np.median(apart):.1e} in the middle")
    for name, ((few, short), (many, long)) in seconds["mne"].items():
        each = (long - short) / (many - few)
        whole, own = short + each * (options.trials - few), seconds["ranvier.meeg"][name][1][1]
        print(f"{name}, {options.trials} epochs: {own:.2f} s beside {whole:.0f} s ({each:.2f} s an epoch), {whole / own:.1f} x")
    print(f"most memory: {memory['ranvier.meeg']:.2f} GiB beside {memory['mne']:.2f} GiB")


if __name__ == "__main__":
    main()

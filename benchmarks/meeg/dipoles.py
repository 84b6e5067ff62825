"""Dipoles fitted to the sample's average, live beside MNE-Python on one thread.

    PYTHONPATH=build/dev/python RANVIER_DATA=../shared/data .venv/bin/python benchmarks/meeg/dipoles.py

31 times (60 to 110 ms), of MEG and of all channels, in a sphere and in heads of one and of three compartments. Answers are
compared before times are believed: at no time may a dipole explain 0.2 % less than MNE-Python's, and where both end within
0.3 mm of each other their limits of confidence agree.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = """
import json, os, sys, time, warnings
import numpy as np
import PACKAGE as mne
warnings.simplefilter("ignore")
data, found, seconds = os.environ["RANVIER_DATA"] + "/sample", {}, {}
evoked = mne.read_evokeds(data + "/test-ave.fif.gz", 0, baseline=(None, 0)).crop(0.06, 0.11)
cov, trans = mne.read_cov(data + "/test-cov.fif"), data + "/MEG/sample_audvis_trunc-trans.fif"
heads = {name: mne.read_bem_solution(f"{data}/subjects/sample/bem/sample-{name}-bem-sol.fif") for name in ("1280", "320-320-320")}
for name, samples, head, where in (("sphere, MEG", evoked.copy().pick("meg"), mne.make_sphere_model((0, 0, 0.04), 0.09), None),
                                   ("sphere, MEG and EEG", evoked.copy(), mne.make_sphere_model((0, 0, 0.04), 0.09), None),
                                   ("one compartment, MEG", evoked.copy().pick("meg"), heads["1280"], trans),
                                   ("three compartments, MEG and EEG", evoked.copy(), heads["320-320-320"], trans)):
    seconds[name] = np.inf
    for _ in range(REPEATS):
        begin = time.perf_counter()
        dipole, residual = mne.fit_dipole(samples, cov, head, where)
        seconds[name] = min(seconds[name], time.perf_counter() - begin)
    found[name + " pos"], found[name + " gof"] = np.asarray(dipole.pos), np.asarray(dipole.gof)
    found[name + " conf"] = np.stack([dipole.conf[key] for key in ("vol", "depth", "long", "trans", "qlong", "qtrans")], axis=1)
np.savez(sys.argv[1], **found)
print(json.dumps(seconds))
"""


def main():
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "RANVIER_THREADS": "1", "MNE_LOGGING_LEVEL": "ERROR",
                   "RANVIER_LOG_LEVEL": "ERROR", "RANVIER_DATA": str(pathlib.Path(os.environ["RANVIER_DATA"]).resolve())}  # fmt: skip
    environment["PYTHONPATH"] = os.pathsep.join(
        str(pathlib.Path(p).resolve()) for p in os.environ.get("PYTHONPATH", "").split(os.pathsep)
    )
    folder, seconds, found = pathlib.Path(tempfile.mkdtemp()), {}, {}
    for name, python, repeats in (
        ("ranvier.meeg", sys.executable, "3"),
        ("mne", str(ROOT / ".venv-peers/bin/python"), "1"),
    ):
        code = WORK.replace("PACKAGE", name).replace("REPEATS", repeats)
        done = subprocess.run([python, "-c", code, f"{name}.npz"], cwd=folder, env=environment, check=True,
                              stdout=subprocess.PIPE, text=True)  # fmt: skip
        seconds[name] = json.loads(done.stdout.splitlines()[-1])
        found[name] = np.load(folder / f"{name}.npz")
    ours, theirs, wrong = found["ranvier.meeg"], found["mne"], False
    for name, time in seconds["mne"].items():
        apart = 1e3 * np.linalg.norm(ours[name + " pos"] - theirs[name + " pos"], axis=1)
        less = (theirs[name + " gof"] - ours[name + " gof"]).max()
        same = apart < 0.3
        limits = np.abs(ours[name + " conf"] / theirs[name + " conf"] - 1)[same].max()
        wrong = wrong or bool(less > 0.2)
        own = seconds["ranvier.meeg"][name]
        print(f"{name}: {own:.3f} s beside {time:.3f} s, {time / own:.1f} x; {np.median(apart):.2f} mm apart (median), at most "
              f"{less:.2f} % less explained, {same.sum()} of {len(apart)} within 0.3 mm, whose limits differ by {100 * limits:.1f} %")  # fmt: skip
    sys.exit(int(wrong))


if __name__ == "__main__":
    main()

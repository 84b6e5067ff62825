"""Limits learnt and trials repaired, beside PyPI's `autoreject` in one process, on one thread: seconds of the processor
and whether the results agree. Run it with the interpreter of .venv-peers, PYTHONPATH at build/*/python and a folder of
recordings:

    OPENBLAS_NUM_THREADS=1 PYTHONPATH=build/release/python .venv-peers/bin/python benchmarks/meeg/rejection.py DATA
"""

import sys
import time
import warnings

import autoreject
import mne
import numpy as np

import ranvier.meeg
from ranvier.meeg import preprocessing

BAR = 20


def epochs(m, folder):
    """Epochs of left and right hands of EEGMMIDB's first subject: 87 of 64 channels and 321 samples."""
    raws = [m.io.read_raw_edf(f"{folder}/eegmmidb_S001/S001R{run:02d}.edf", preload=True) for run in (3, 7, 11)]
    raw = m.concatenate_raws(raws)
    raw.rename_channels(lambda name: name.strip("."))
    raw.set_montage(m.channels.make_standard_montage("standard_1005"), match_case=False).filter(1, 40)
    return m.Epochs(raw, m.events_from_annotations(raw)[0], tmin=-0.5, tmax=1.5, baseline=None, preload=True)


def timed(work, repeats):
    best = np.inf
    for _ in range(repeats):
        start = time.process_time()
        result = work()
        best = min(best, time.process_time() - start)
    return best, result


def main(folder):
    warnings.simplefilter("ignore")
    mne.set_log_level("ERROR")
    ours, theirs = epochs(ranvier.meeg, folder), epochs(mne, folder)

    def labels(result):
        return np.nan_to_num(result[1].labels, nan=-1)

    rows = (
        ("AutoReject.fit_transform", lambda: preprocessing.AutoReject(random_state=0, n_jobs=1).fit_transform(ours, True),
         lambda: autoreject.AutoReject(random_state=0, verbose=False).fit_transform(theirs, True), labels),
        ("get_rejection_threshold", lambda: preprocessing.get_rejection_threshold(ours),
         lambda: autoreject.get_rejection_threshold(theirs, verbose=False), lambda found: found["eeg"]),
        ("Ransac.fit", lambda: preprocessing.Ransac(n_jobs=1).fit(ours), lambda: autoreject.Ransac(verbose=False).fit(theirs),
         lambda found: found.corr_),
    )  # fmt: skip
    met = True
    for name, ranvier_work, peer_work, values in rows:
        peer, reference = timed(peer_work, 1)
        own, result = timed(ranvier_work, 3)
        error = np.abs(values(result) - values(reference)).max()
        print(f"{name:26} autoreject {peer:7.2f} s   Ranvier {own:6.3f} s   x {peer / own:5.1f}   error {error:.1e}")
        met = met and error < 1e-9 and (name != "AutoReject.fit_transform" or peer / own >= BAR)
    print(f"the bar of x {BAR} is {'met' if met else 'missed'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

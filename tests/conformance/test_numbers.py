"""The numbers of ranvier.meeg are those of MNE-Python: max|Δ| ≤ 1e-9 · max|reference|, channel by channel."""

import os
import re
import subprocess
import sys

import numpy as np
import pytest

SCRIPT = os.path.join(os.path.dirname(__file__), "jobs.py")
NAMES = re.findall(r"^@job\ndef (\w+)", open(SCRIPT).read(), flags=re.M)


@pytest.mark.parametrize("name", NAMES)
def test_the_numbers_agree_with_mne_for(name, run_peer, data_folder, tmp_path):
    run_peer(SCRIPT, "mne", name, tmp_path / "theirs.npz")
    subprocess.run([sys.executable, SCRIPT, "ranvier.meeg", name, str(tmp_path / "ours.npz")], check=True,
                   env={**os.environ, "RANVIER_DATA": str(data_folder)})
    ours, theirs = np.load(tmp_path / "ours.npz"), np.load(tmp_path / "theirs.npz")
    assert set(ours.files) == set(theirs.files)
    for key in theirs.files:
        a, b = ours[key], theirs[key]
        assert a.shape == b.shape, key
        # MNE divides 0 by 0 where a recording is zero-padded; Ranvier's value there is defined and finite.
        defined = np.isfinite(b)
        assert defined.mean() > 0.9, f"{key}: the reference is hardly ever a number"
        error = np.where(defined, np.abs(a - b), 0).reshape(len(b), -1).max(1)
        largest = np.where(defined, np.abs(b), 0).reshape(len(b), -1).max(1)
        worst = np.max(error / np.where(largest > 0, largest, 1))
        print(f"{name}.{key}: {worst:.1e}")
        assert worst <= 1e-9, f"{name}.{key}: {worst:.2e}"

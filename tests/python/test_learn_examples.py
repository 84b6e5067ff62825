"""The examples of ranvier.learn run and come near the published results."""

import os
import subprocess
import sys

import numpy as np
import pytest
from conftest import PACKAGES, ROOT

pytest.importorskip("sklearn")


def test_sonar_returns_are_told_apart_as_in_1988(data, tmp_path):
    if not (data / "sonar").exists():
        pytest.skip("no sonar returns in the data folder")
    out = tmp_path / "sonar.npz"
    environment = {**os.environ, "PYTHONPATH": str(PACKAGES), "RANVIER_DATA": str(data)}
    done = subprocess.run([sys.executable, str(ROOT / "examples/sonar_returns.py"), "--runs", "2", "--out", str(out)],
                          env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    table = np.load(out)["table"]  # hidden, kind, mean, deviation, the paper's mean and deviation
    assert len(table) == 12
    # Two runs instead of ten: the mean of the 13-fold rows varies by about 2 %, so two of the paper's deviations are
    # allowed where the whole protocol is held to one.
    assert (np.abs(table[:, 2] - table[:, 4]) <= 2 * np.maximum(table[:, 5], 2)).all()

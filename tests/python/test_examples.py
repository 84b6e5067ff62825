"""The examples run, and their figures are drawn."""

import os
import subprocess
import sys

import numpy as np
import pytest
from conftest import PACKAGES, ROOT

EXAMPLES = ["motor_imagery", "evoked_fields", "clean_recording"]


def run(name, data, out):
    environment = {**os.environ, "PYTHONPATH": str(PACKAGES), "RANVIER_DATA": str(data), "MPLBACKEND": "Agg"}
    command = [sys.executable, str(ROOT / "examples" / f"{name}.py"), "--out", str(out / f"{name}.npz"), "--figures", str(out)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return np.load(out / f"{name}.npz"), done.stdout


def test_motor_imagery_weakens_the_mu_rhythm_of_the_hand_areas_more_for_hands(data, tmp_path):
    result, _ = run("motor_imagery", data, tmp_path)
    # log10 power at C3 and C4 against baseline: desynchronisation, and more of it for hands than for feet.
    assert (result["mu_hands"][[0, 2]] < -0.1).all()
    assert (result["mu_hands"][[0, 2]] < result["mu_feet"][[0, 2]] - 0.1).all()
    assert 0 <= result["itc_hands"].min() and result["itc_hands"].max() <= 1
    assert len(list(tmp_path.glob("*.png"))) == 3


def test_evoked_fields_peak_at_the_n100m_and_projection_removes_the_rooms_field(data, tmp_path):
    result, _ = run("evoked_fields", data, tmp_path)
    latency = result["peaks"][:, 0]
    assert ((latency > 0.05) & (latency < 0.2)).all()
    np.testing.assert_allclose(result["difference"], result["left"] - result["right"], atol=1e-25)
    before, after = result["spread"]  # of the magnetometers
    assert after < 0.1 * before
    assert len(list(tmp_path.glob("*.png"))) == 4


def test_a_cleaned_recording_has_no_mains_and_comes_back_from_its_file(data, tmp_path):
    result, _ = run("clean_recording", data, tmp_path)
    assert result["psd_after"].shape[1] == len(result["freqs"])
    assert np.isfinite(result["tapered"]).all() and len(result["selection"]) == len(result["epochs"])
    assert len(list(tmp_path.glob("*.png"))) == 3


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_differs_from_one_for_mne_by_its_import_alone(name):
    lines = (ROOT / "examples" / f"{name}.py").read_text().splitlines()
    code = [line for line in lines[lines.index("import argparse") :] if "ranvier" in line.lower()]
    assert code[0] == "import ranvier.meeg as mne"
    assert all("RANVIER_DATA" in line for line in code[1:])

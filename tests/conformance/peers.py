"""The same Python code run by Ranvier and by MNE-Python, each in a process of its own, and the comparison."""

import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
IMPORT = "import ranvier.meeg as mne"


def peer_python():
    """The interpreter that has MNE-Python: $RANVIER_PEERS, or .venv-peers."""
    path = pathlib.Path(os.environ.get("RANVIER_PEERS", ROOT / ".venv-peers/bin/python"))
    if not path.exists():
        pytest.skip(f"no MNE-Python here: {path} is missing (make peers)")
    return str(path)


def data_folder():
    """The folder of recordings."""
    for folder in (os.environ.get("RANVIER_DATA"), ROOT / "../shared/data"):
        if folder and pathlib.Path(folder).is_dir():
            return pathlib.Path(folder).resolve()
    pytest.skip("no recordings: set RANVIER_DATA to the folder that holds them")


def run(interpreter, code, out, extra=()):
    """Run a script that takes --out. Returns its arrays."""
    script = out.with_suffix(".py")
    script.write_text(code)
    environment = {**os.environ, "RANVIER_DATA": str(data_folder()), "MNE_LOGGING_LEVEL": "ERROR", "MPLBACKEND": "Agg"}
    done = subprocess.run([interpreter, str(script), "--out", str(out), *extra], env=environment, capture_output=True,
                          text=True, cwd=out.parent)  # fmt: skip
    assert done.returncode == 0, f"{interpreter} failed:\n{done.stderr[-4000:]}"
    with np.load(out, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def both(code, folder):
    """Results of code that begins with Ranvier's import: by Ranvier, and by MNE-Python with the import swapped."""
    assert code.count(IMPORT) == 1, "the script must have the import line once"
    ours = run(sys.executable, code, folder / "of_ranvier.npz")
    theirs = run(peer_python(), code.replace(IMPORT, "import mne"), folder / "of_mne.npz")
    return ours, theirs


def differences(ours, theirs):
    """max|Δ| / max|reference| of each array, by channel where the last two axes are (channels, samples)."""
    assert sorted(ours) == sorted(theirs)
    result = {}
    for name, reference in theirs.items():
        mine = ours[name]
        assert mine.shape == reference.shape, f"{name}: shape {mine.shape}, reference {reference.shape}"
        if reference.dtype.kind in "iub":
            result[name] = 0.0 if np.array_equal(mine, reference) else np.inf
            continue
        assert np.array_equal(np.isnan(mine), np.isnan(reference)), f"{name}: NaN in different places"
        mine, reference = np.nan_to_num(np.atleast_1d(mine)), np.nan_to_num(np.atleast_1d(reference))
        if reference.size == 0:
            result[name] = 0.0
            continue
        axes = -1 if reference.ndim > 1 else None
        scale = np.abs(reference).max(axis=axes, keepdims=True)
        delta = np.abs(mine - reference).max(axis=axes, keepdims=True)
        whole = np.abs(reference).max()
        # A channel that is zero up to rounding has no scale of its own.
        scale = np.where(scale < 1e-12 * whole, whole, scale)
        result[name] = float((delta / np.where(scale == 0, 1, scale)).max())
    return result

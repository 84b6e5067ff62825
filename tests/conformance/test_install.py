"""`pip install .` gives a package that works away from the source tree: extension, stubs, command-line program."""

import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([folder / "bin/pip", "install", "--quiet", str(ROOT)], check=True)
    return folder


def said(environment, *command):
    clean = {"PATH": "/usr/bin:/bin", "HOME": str(environment)}
    run = subprocess.run([environment / "bin" / command[0], *command[1:]], cwd=environment, env=clean, text=True,
                         capture_output=True, check=True)  # fmt: skip
    return run.stdout.strip()


def test_the_package_has_its_extension_stubs_and_mark_of_types(environment):
    folder = pathlib.Path(said(environment, "python", "-c", "import ranvier; print(ranvier.__path__[0])"))
    assert folder.is_relative_to(environment)
    assert list(folder.glob("_core.*.so")) and (folder / "_core.pyi").exists() and (folder / "py.typed").exists()


def test_a_recording_made_in_the_installed_package_is_filtered(environment):
    code = """
import numpy as np, ranvier.meeg as mne
t = np.arange(2000) / 200
raw = mne.io.RawArray(np.stack([np.sin(20 * np.pi * t), np.sin(160 * np.pi * t)]), mne.create_info(2, 200.0, "eeg"))
raw.filter(None, 30.0, verbose="error")
print(*(np.abs(raw.get_data()[:, 500:1500]).max(1) > 0.5))
"""
    assert said(environment, "python", "-c", code) == "True False"


def test_the_program_is_installed_and_knows_the_same_version(environment):
    version = said(environment, "python", "-c", "import ranvier; print(ranvier.__version__)")
    assert said(environment, "ranvier", "--version") == f"ranvier {version}"

"""What the Python tests share: real recordings where they are at hand, small synthetic ones, figures without a screen."""

import os
import pathlib
import signal
import sys

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGES = pathlib.Path(os.environ.get("RANVIER_BUILD", ROOT / "build/dev")).resolve() / "python"
sys.path.insert(0, str(PACKAGES))
os.environ.setdefault("MPLBACKEND", "Agg")
# A shell that starts the tests in the background lets them ignore Ctrl-C, which some of them are about.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def data_folder():
    """The folder of recordings, or None."""
    for folder in (os.environ.get("RANVIER_DATA"), ROOT / "../shared/data"):
        if folder and pathlib.Path(folder).is_dir():
            return pathlib.Path(folder).resolve()
    return None


@pytest.fixture(scope="session")
def data():
    """The folder of recordings; tests that need it are skipped where it is absent."""
    folder = data_folder()
    if folder is None:
        pytest.skip("no recordings: set RANVIER_DATA to the folder that holds them")
    return folder


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture(autouse=True)
def told():
    """Nothing that a call said is left for the next, unrelated one."""
    yield
    core = sys.modules.get("ranvier._core")
    assert core is None or core.messages_left() == 0


NAMES = ["Fp1", "Fp2", "F3", "F4", "C3", "C4", "P3", "P4", "O1", "O2", "Fz", "Cz", "Pz"]


def make_raw(n_times=2000, sfreq=200.0, seed=1, names=NAMES, first_samp=0, stim=False):
    """Noise of 10 µV with a montage, and a trigger channel on demand."""
    import ranvier.meeg as mne

    rng = np.random.default_rng(seed)
    samples = rng.standard_normal((len(names), n_times)) * 10e-6
    kinds, names = ["eeg"] * len(names), list(names)
    if stim:
        trigger = np.zeros(n_times)
        for k, start in enumerate(range(200, n_times - 200, 200)):
            trigger[start : start + 10] = 1 + k % 2
        samples = np.vstack([samples, trigger])
        names.append("STI 014")
        kinds.append("stim")
    raw = mne.io.RawArray(samples, mne.create_info(names, sfreq, kinds), first_samp)
    raw.set_montage("colin27_1005")
    return raw


@pytest.fixture
def raw():
    return make_raw()


@pytest.fixture
def epochs():
    return make_epochs()


def make_epochs(**kwargs):
    import ranvier.meeg as mne

    raw = make_raw(stim=True)
    events = mne.find_events(raw)
    settings = dict(event_id=dict(left=1, right=2), tmin=-0.2, tmax=0.5, preload=True)
    return mne.Epochs(raw, events, **{**settings, **kwargs})

"""Layouts beside MNE-Python's, and what NiTime and xarray read of ours."""

import subprocess

import numpy as np
import pytest
from peers import both, data_folder, differences, peer_python, run

LAYOUTS = """
import argparse, os, warnings
import numpy as np
import ranvier.meeg as mne
warnings.simplefilter("ignore")
parser = argparse.ArgumentParser(); parser.add_argument("--out"); out = parser.parse_args().out
data, found = os.environ["RANVIER_DATA"], {}
lab = mne.io.read_raw_eeglab(data + "/eeglab/eeglab_data.set", preload=True)
motor = mne.io.read_raw_edf(data + "/eegmmidb_S001/S001R03.edf")
motor.rename_channels(lambda name: name.strip("."))
motor.set_montage(mne.channels.make_standard_montage("standard_1005"), match_case=False)
motor.info["bads"] = ["Cz"]
for name, info in (("lab", lab.info), ("motor", motor.info)):
    for k, options in enumerate(({}, dict(radius=0.3), dict(width=0.05), dict(height=0.03), dict(width=0.05, height=0.02, exclude=[]))):
        found[f"{name} {k}"] = mne.channels.make_eeg_layout(info, **options).pos
    found[name + " found"] = mne.channels.find_layout(info).pos
for n, columns in ((3, None), (5, None), (8, None), (10, 4), (7, 1)):
    found[f"grid {n} {columns}"] = mne.channels.make_grid_layout(mne.create_info(n, 100.0, "misc"), n_col=columns).pos
xy = np.random.default_rng(0).normal(size=(20, 2))
for k, options in enumerate((dict(), dict(pad=0.3, w=0.1), dict(normalize=False), dict(bg_image=np.zeros((30, 20, 3))))):
    layout = mne.channels.generate_2d_layout(xy, **options)
    found[f"places {k}"], found[f"box {k}"] = layout.pos, np.array(layout.box)
mne.channels.make_eeg_layout(lab.info).save(out + ".lout", overwrite=True)
found["a file"] = mne.channels.read_layout(out + ".lout").pos
found["a file as it is"] = mne.channels.read_layout(out + ".lout", scale=False).pos
for name in ("biosemi", "CTF151", "CTF-275", "EEG1005", "EGI256", "GeodesicHeadWeb-130", "KIT-160", "KIT-AD", "magnesWH3600",
             "Neuromag_122", "Vectorview-all", "Vectorview-grad_norm"):
    layout = mne.channels.read_layout(name)
    found[name], found[name + " ids"], found[name + " names"] = layout.pos, layout.ids, np.array([len(n) for n in layout.names])
for kind in ("mag", "grad", ["mag", "grad", "grad"]):
    info = mne.create_info([f"MEG01{k}{n}" for k in (1, 2) for n in (1, 2, 3)], 100.0, kind * 2 if isinstance(kind, list) else kind)
    found[f"coils {kind}"] = mne.channels.find_layout(info).pos
np.savez(out, **found)
"""


def test_layouts_are_those_of_mne(tmp_path):
    apart = differences(*both(LAYOUTS, tmp_path))
    assert not {name: d for name, d in apart.items() if not d < 1e-9}


SERIES = """
import argparse, os, warnings
import numpy as np
import ranvier.meeg as mne
warnings.simplefilter("ignore")
parser = argparse.ArgumentParser(); parser.add_argument("--out"); out = parser.parse_args().out
raw = mne.io.read_raw_eeglab(os.environ["RANVIER_DATA"] + "/eeglab/eeglab_data.set", preload=True).crop(0, 10)
raw.info["bads"] = [raw.ch_names[1]]
epochs = mne.make_fixed_length_epochs(raw, 1.0, preload=True)
evoked = epochs.average()
import nitime.analysis
series = raw.to_nitime(picks=[0, 2], start=100, stop=900)
assert series.ch_names == [raw.ch_names[0], raw.ch_names[2]] and series.sampling_rate == raw.info["sfreq"]
assert np.array_equal(series.data, raw.get_data([0, 2], 100, 900)) and abs(float(series.t0) / 1e12 - raw.times[100]) < 1e-6
assert raw.to_nitime(copy=False).data.base is not None and np.shares_memory(raw.to_nitime(copy=False).data, raw._data)
assert not np.shares_memory(raw.to_nitime().data, raw._data)
late = raw.copy().crop(2)
assert abs(float(late.to_nitime(use_first_samp=True).t0) / 1e12 - late.first_time) < 1e-6
assert epochs.to_nitime(epochs_idx=[1, 3]).data.shape == (2, len(raw.ch_names), epochs.get_data().shape[2])
joined = epochs.to_nitime(collapse=True, first_samp=10)
assert np.array_equal(joined.data, np.concatenate(list(epochs.get_data()), axis=1))
assert np.array_equal(evoked.to_nitime("eeg").data, evoked.get_data("eeg"))
f, power = nitime.analysis.SpectralAnalyzer(raw.to_nitime()).psd
assert power.shape[0] == len(raw.ch_names) and f[-1] <= raw.info["sfreq"] / 2 + 1e-9
try:
    raw.to_nitime(start=5, stop=5)
except ValueError as error:
    assert "start must be below stop" in str(error)
else:
    raise AssertionError("an empty series was made")

array = raw.to_xarray()
assert array.dims == ("channel", "time") and np.array_equal(array.sel(channel="FPz").values, raw.get_data("FPz")[0])
assert array.where(~array.bad, drop=True).sizes["channel"] == len(raw.ch_names) - 1 and array.attrs["sfreq"] == raw.info["sfreq"]
assert array.sel(time=slice(1.0, 2.0)).time.values[0] >= 1.0
import pandas as pd
epochs.metadata = pd.DataFrame({"k": range(len(epochs)), "time": 0})
pieces = epochs.to_xarray(picks=[0, 1])
assert pieces.dims == ("epoch", "channel", "time") and pieces.sel(epoch=3).k == 3 and set(pieces.condition.values) == {"1"}
assert np.allclose(pieces.groupby("condition").mean().sel(condition="1").values, epochs.get_data([0, 1]).mean(0))
mean = evoked.to_xarray()
assert np.array_equal(mean.values, evoked.data) and mean.attrs["nave"] == evoked.nave
np.savez(out, done=np.ones(1))
"""


def test_nitime_and_xarray_take_what_ranvier_gives(tmp_path):
    if subprocess.run([peer_python(), "-c", "import nitime, xarray"], capture_output=True).returncode:
        pytest.skip("no NiTime or xarray beside MNE-Python (make peers)")
    data_folder()
    assert np.all(run(peer_python(), SERIES, tmp_path / "series.npz")["done"])

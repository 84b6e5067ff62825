"""Artefacts beside MNE-Python's: heart beats and blinks, and stretches that are marked."""

from peers import both, differences

SCRIPT = """
import argparse, os, warnings
os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np
import ranvier.meeg as mne
warnings.simplefilter("ignore")
parser = argparse.ArgumentParser(); parser.add_argument("--out"); out = parser.parse_args().out
data, found = os.environ["RANVIER_DATA"], {}
def keep(name, projs):
    for k, p in enumerate(projs):
        v = p["data"]["data"][0]
        found[f"{name} {p['desc']}"] = v * np.sign(v[np.argmax(np.abs(v))])
lab = mne.io.read_raw_eeglab(data + "/eeglab/eeglab_data.set", preload=True)
lab.set_channel_types({name: "eog" for name in lab.ch_names if name.startswith("EOG")})
motor = mne.io.read_raw_edf(data + "/eegmmidb_S001/S001R03.edf", preload=True)
motor.rename_channels(lambda name: name.strip("."))
for name, raw, ch_name in (("lab", lab, lab.ch_names[:2]), ("motor", motor, "Fp1"), ("two", motor, ["Fp1", "Fp2"])):
    found[name] = mne.preprocessing.find_eog_events(raw, ch_name=ch_name)
    keep(name, mne.preprocessing.compute_proj_eog(raw, ch_name=ch_name, reject=None, avg_ref=True)[0])
    found[name + " epochs"] = mne.preprocessing.create_eog_epochs(raw, ch_name=ch_name, picks="eeg").average().data
heart = np.exp(-(((np.arange(60000) / 500)[:, None] - np.cumsum(np.random.default_rng(1).normal(0.85, 0.05, 120))) / 0.02) ** 2).sum(1)
noise = np.random.default_rng(0).normal(size=(24, 60000))
noise[:12] = 2e-13 * noise[:12] + 1e-12 * np.outer(np.linspace(0.2, 1, 12), heart)
noise[12:] = 5e-12 * noise[12:] + 2e-11 * np.outer(np.linspace(-1, 1, 12), heart)
meg = mne.io.RawArray(noise, mne.create_info(24, 500.0, ["mag"] * 12 + ["grad"] * 12))
meg.set_annotations(mne.Annotations([10.0, 40.0], [5.0, 3.0], ["BAD_x", "bad"]))
events, _, pulse = mne.preprocessing.find_ecg_events(meg)
found |= {"beats": events, "pulse": np.array(pulse)}
found["beats with a threshold"] = mne.preprocessing.find_ecg_events(meg, qrs_threshold=0.4, tstart=3)[0]
for options in ({}, {"average": False}, {"meg": "combined"}, {"l_freq": None, "h_freq": 30.0}, {"bads": ["3"], "n_mag": 1}):
    keep(f"heart {options}", mne.preprocessing.compute_proj_ecg(meg, **options)[0])
def keep_spans(name, annotations):
    found[name + " times"] = np.array([annotations.onset, annotations.duration])
    found[name + " words"] = np.array([len(d) for d in annotations.description])
cap = motor.copy().set_montage(mne.channels.make_standard_montage("colin27_1005"), match_case=False)
for k, options in enumerate((dict(), dict(sphere=(0, 0, 0.04, 0.09)), dict(lambda2=1e-3, stiffness=3, n_legendre_terms=20))):
    found[f"density {k}"] = mne.preprocessing.compute_current_source_density(cap, **options).get_data()
motor.set_meas_date(None)
for name, raw in (("motor", motor), ("lab", lab)):
    for k, limits in enumerate((dict(flat=1e-7), dict(peak=1e-5, min_duration=0.01), dict(flat=0.0, bad_percent=0.1))):
        spans, bads = mne.preprocessing.annotate_amplitude(raw, **limits)
        keep_spans(f"{name} amplitude {k}", spans)
        found[f"{name} amplitude {k} bads"] = np.array(sorted(map(raw.ch_names.index, set(bads))))
    keep_spans(name + " breaks", mne.preprocessing.annotate_break(raw, min_break_duration=3, t_start_after_previous=0.5, t_stop_before_next=0.5, ignore=()))
    spans, found[name + " muscle scores"] = mne.preprocessing.annotate_muscle_zscore(raw, ch_type="eeg", threshold=2.0, filter_freq=(35, 55))
    keep_spans(name + " muscle", spans)
found["firwin2"] = mne.filter.create_filter(None, 250.0, 1, 35, filter_length="10s", phase="zero-double", fir_design="firwin2")
np.savez(out, **found)
"""


def test_artefacts_are_those_of_mne(tmp_path):
    apart = differences(*both(SCRIPT, tmp_path))
    assert not {name: d for name, d in apart.items() if not d < 1e-9}

"""Reference values for channels, annotations, events, epochs, averages and references.

Run with MNE-Python 1.13 installed: python tests/reference/meeg_core.py
All inputs are made here from a formula and written beside the results, so that the tests need no file but the JSON.
"""
import json
import pathlib
import warnings
from datetime import datetime, timedelta, timezone

import mne
import numpy as np

mne.set_log_level("ERROR")
warnings.simplefilter("ignore")
out = {"tool": "MNE-Python", "version": mne.__version__}

# --- channel types -------------------------------------------------------------------------------------------------
types = ["mag", "grad", "ref_meg", "eeg", "eog", "ecg", "emg", "stim", "resp", "misc", "bio", "seeg", "dbs", "ecog",
         "hbo", "hbr", "fnirs_cw_amplitude", "fnirs_fd_ac_amplitude", "fnirs_fd_phase", "fnirs_od", "syst", "exci",
         "ias", "gof", "dipole", "chpi", "csd", "temperature", "gsr", "eyegaze", "pupil", "fnirs_td_gated_amplitude",
         "fnirs_td_moments_intensity", "fnirs_td_moments_mean", "fnirs_td_moments_variance"]
info = mne.create_info([f"c{k}" for k in range(len(types))], 100.0, types)
out["channels"] = [dict(type=t, kind=int(c["kind"]), coil=int(c["coil_type"]), unit=int(c["unit"]),
                        frame=int(c["coord_frame"])) for t, c in zip(types, info["chs"])]
out["data_picks"] = [int(k) for k in mne.io.pick._picks_to_idx(info, "data")] if hasattr(mne.io, "pick") else [
    int(k) for k in mne._fiff.pick._picks_to_idx(info, "data")]


def annotations_of(a):
    return [[float(o), float(d), str(s)] for o, d, s in zip(a.onset, a.duration, a.description)]


# --- annotations and concatenation ---------------------------------------------------------------------------------
def recording(n, first_samp, meas_date, sfreq=97.0):
    raw = mne.io.RawArray(np.zeros((1, n)), mne.create_info(["a"], sfreq, "eeg"), first_samp=first_samp)
    raw.set_meas_date(meas_date)
    return raw


date = datetime(2020, 5, 6, 7, 8, 9, 123456, tzinfo=timezone.utc)
items = [[-0.5, 0.7, "before"], [0.1234567891, 0.5, "x"], [0.1234567891, 0.2, "y"], [3.3, 100.0, "BAD long"],
         [5.25, 0.0, "point"], [50.0, 1.0, "after"]]
cases = []
for meas_date, orig_shift in [(None, None), (date, None), (date, 0.0), (date, -2.5)]:
    raw = recording(1000, 333, meas_date)
    orig = None if orig_shift is None else date + timedelta(seconds=orig_shift)
    given = [list(i) for i in items]
    if orig is not None:  # put them on the clock of orig_time, in the same places
        for g in given:
            g[0] += 333 / 97.0 - orig_shift
    raw.set_annotations(mne.Annotations(*zip(*given), orig_time=orig))
    case = dict(meas_date=meas_date is not None, orig_shift=orig_shift, given=given,
                set=annotations_of(raw.annotations))
    case["cropped"] = annotations_of(raw.copy().crop(2.0, 6.0).annotations)
    case["cropped_first_samp"] = int(raw.copy().crop(2.0, 6.0).first_samp)
    other = recording(500, 77, meas_date)
    other.set_annotations(mne.Annotations([0.5, 4.0], [0.25, 9.0], ["other", "late"]))
    third = recording(10, 0, meas_date)
    joined = mne.concatenate_raws([raw.copy(), other, third])
    case["joined"] = annotations_of(joined.annotations)
    events, ids = mne.events_from_annotations(raw)
    case["events"], case["ids"] = events.tolist(), ids
    events, ids = mne.events_from_annotations(raw, {"x": 7, "BAD long": 9, "none": 3}, regexp=None,
                                              chunk_duration=0.1)
    case["chunks"], case["chunk_ids"] = events.tolist(), ids
    events, _ = mne.events_from_annotations(raw, use_rounding=False)
    case["truncated"] = events.tolist()
    back = mne.annotations_from_events(np.array(case["events"]), 97.0, {v: k for k, v in case["ids"].items()}, 333)
    case["back"] = annotations_of(back)
    cases.append(case)
out["annotations"] = cases

# --- find_events ---------------------------------------------------------------------------------------------------
rng = np.random.RandomState(0)
stim = np.zeros(400)
at = 3
for _ in range(40):
    width = rng.randint(1, 9)
    stim[at:at + width] = rng.choice([0, 1, 2, 3, 5, 8, 32, 33, 255, 256])
    at += width + rng.randint(0, 4)
stim[:2] = 4
found = []
info = mne.create_info(["STI 014"], 250.0, "stim")
for output in ("onset", "offset", "step"):
    for consecutive in (False, True, "increasing"):
        for min_duration in (0.0, 0.008, 0.0121):
            for mask, mask_type in ((None, "and"), (3, "and"), (3, "not_and")):
                for initial in (False, True):
                    raw = mne.io.RawArray(stim[None], info, first_samp=50)
                    try:
                        e = mne.find_events(raw, output=output, consecutive=consecutive, min_duration=min_duration,
                                            shortest_event=0, mask=mask, mask_type=mask_type, initial_event=initial)
                    except ValueError:  # more offsets than onsets: numpy can't broadcast them
                        continue
                    found.append(dict(output=output, consecutive=str(consecutive).lower(),
                                      min_duration=min_duration, mask=mask, mask_type=mask_type, initial=initial,
                                      events=e.tolist()))
out["stim"] = stim.tolist()
out["find_events"] = found
raw = mne.io.RawArray(np.array([[0, 0, -32768, -32768, -32768, 0, 0, 5, 5, 0.0]]), info)
out["uint_cast"] = mne.find_events(raw, uint_cast=True).tolist()
out["negative"] = mne.find_events(raw).tolist()

path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(out, separators=(",", ":")) + "\n")
print(path.name, path.stat().st_size, "bytes")

"""Reference values for epochs, averages, combinations, references and projections.

Run with MNE-Python 1.13 installed: python tests/reference/meeg_epochs.py
The recording is made from a formula that tests/meeg/epochs_reference_test.cpp repeats.
"""
import json
import pathlib
import warnings

import mne
import numpy as np

mne.set_log_level("ERROR")
warnings.simplefilter("ignore")
out = {"tool": "MNE-Python", "version": mne.__version__}

SFREQ, N, FIRST = 250.0, 3000, 333
TYPES = ["mag", "grad", "eeg", "eeg", "eeg", "eog", "stim"]
SCALES = [1e-13, 1e-12, 1e-5, 1e-5, 1e-5, 1e-4, 0.0]


def recording():
    t = np.arange(N, dtype=float)
    data = np.array([s * (np.sin(0.013 * t * (1 + 0.1 * c) + c) + 0.3 * np.sin(0.17 * t + 2 * c) + 1e-4 * t)
                     for c, s in enumerate(SCALES)])
    data[5, 1000:1010] += 6e-4  # a blink
    data[2, 1500:1506] += 2e-4  # an electrode that moved
    data[3, 1495:1500] -= 2e-4
    data[4, 1500:1506] += 2e-4  # a bad channel: never a reason
    data[0, 1940:2100] = 2e-13  # a sensor that stopped
    info = mne.create_info([f"C{k}" for k in range(7)], SFREQ, TYPES)
    info["bads"] = ["C4"]
    raw = mne.io.RawArray(data, info, first_samp=FIRST)
    raw.set_annotations(mne.Annotations([3.0, 9.0], [0.1, 0.2], ["BAD movement", "good"]))
    vector = np.array([[0.8, 0.59, 0.11]])
    raw.add_proj([mne.Projection(active=False, kind=1, desc="field", explained_var=None, data=dict(
        nrow=1, ncol=3, row_names=None, col_names=["C0", "C1", "C9"], data=vector))])
    raw.set_eeg_reference(projection=True)
    return raw


events = np.array([[k, 0, 1 + (i % 3)] for i, k in enumerate(
    [340, 500, 733, 1083, 1290, 1345, 1600, 1840, 1900, 2050, 2333, 2600, 2900, 3100, 3300, 3325])])
names = {"aud/left": 1, "aud/right": 2, "vis": 3}
reject, flat = {"eog": 5e-4, "eeg": 1.2e-4}, {"mag": 1e-15}
settings = [
    {}, {"baseline": None}, {"baseline": (-0.1, 0.05)}, {"baseline": (None, None), "detrend": 1}, {"detrend": 0},
    {"reject": reject}, {"reject": reject, "flat": flat, "proj": False}, {"reject": reject, "reject_tmin": -0.06, "reject_tmax": 0.1},
    {"reject": reject, "reject_by_annotation": False}, {"decim": 3}, {"decim": 7, "reject": reject, "detrend": 1},
    {"proj": False, "reject": reject}, {"proj": False, "picks": ["C3", "C0", "C6"]},
    {"picks": ["C2", "C3", "C5", "C0", "C1"], "flat": flat, "proj": False},
    {"tmin": 0.1, "tmax": 0.1, "baseline": None}, {"tmin": -0.0021, "tmax": 0.3033, "baseline": (0, 0)},
    {"event_id": {"vis": 3}}, {"event_id": None, "reject": {"eeg": 1e-4, "mag": 1.2e-12, "eog": 1e-3}},
]
cases = []
raw = recording()
for s in settings:
    args = dict(event_id=names, tmin=-0.2, tmax=0.3, preload=False)
    args.update(s)
    epochs = mne.Epochs(raw, events, **args)
    epochs.load_data()
    assert len(epochs), (s, epochs.drop_log)
    ave, err = epochs.average(), epochs.standard_error()
    cases.append(dict(
        settings={k: (None if v is None else v) for k, v in s.items()}, event_id=epochs.event_id,
        times=epochs.times.tolist(), selection=epochs.selection.tolist(),
        drop_log=[list(d) for d in epochs.drop_log], baseline=epochs.baseline, sfreq=epochs.info["sfreq"],
        average=ave.data.tolist(), names=ave.ch_names, comment=ave.comment, nave=ave.nave, first=int(ave.first),
        error=err.data[:, ::17].tolist(), last=epochs.get_data()[-1, :, ::13].tolist()))
out["events"], out["cases"] = events.tolist(), cases

# --- choosing -------------------------------------------------------------------------------------------------------
epochs = mne.Epochs(raw, events, names, -0.05, 0.1, preload=True, baseline=None)
out["chosen"] = {key: epochs[key].selection.tolist() for key in ("aud", "left", "vis", "right/aud")}
out["chosen_log"] = [list(d) for d in epochs["aud"].drop_log]
equal = []
rng = np.random.RandomState(3)
for n1, n2, n3 in ((4, 9, 6), (1, 5, 5), (7, 8, 20), (2, 2, 3)):
    samples = np.sort(rng.choice(2500, n1 + n2 + n3, replace=False)) + 360
    codes = rng.permutation([1] * n1 + [2] * n2 + [3] * n3)
    ev = np.c_[samples, np.zeros_like(samples), codes]
    for method in ("mintime", "truncate"):
        for groups in (None, ["vis", "aud/left"], ["vis", "aud"]):
            e = mne.Epochs(raw, ev, names, 0, 0.004, baseline=None, preload=True, reject_by_annotation=False)
            _, dropped = e.equalize_event_counts(groups, method=method)
            equal.append(dict(events=ev.tolist(), method=method, groups=groups, dropped=dropped.tolist(),
                              selection=e.selection.tolist()))
out["equalized"] = equal

# --- evoked ---------------------------------------------------------------------------------------------------------
a, b, c = (mne.Epochs(raw, events, {k: v}, -0.05, 0.1).average() for k, v in names.items())
both = mne.Epochs(raw, events, {"x": 1, "y": 2}, -0.05, 0.1).average()
combos = []
for evs, w in (((a, b), [1, -1]), ((a, b, c), "nave"), ((a, b, c), "equal"), ((both, a), [0.5, -2.25]),
               ((a, -b), [1, -1]), ((a, -both), [-1, 1])):
    e = mne.combine_evoked(list(evs), w)
    combos.append(dict(comment=e.comment, nave=float(e.nave), data=e.data[:, ::9].tolist()))
out["combined"] = combos
edited = a.copy().crop(-0.02, 0.07)
out["cropped"] = dict(times=edited.times.tolist(), first=int(edited.first))
out["decimated"] = dict(times=a.copy().decimate(4, offset=1).times.tolist(),
                        data=a.copy().decimate(4, offset=1).data[1].tolist())
out["shifted"] = a.copy().shift_time(0.0123).times.tolist()
eb = epochs.copy().crop(-0.02, 0.07)
out["epochs_cropped"] = eb.times.tolist()
out["epochs_decimated"] = epochs.copy().decimate(3).times.tolist()

# --- references -----------------------------------------------------------------------------------------------------
plain = recording()
plain.del_proj()
mid = slice(1480, 1520, 3)


def part(r):
    return dict(names=r.ch_names, bads=r.info["bads"], custom=int(r.info["custom_ref_applied"]),
                data=r.get_data()[:, mid].tolist())


plain.load_data()
out["average_ref"] = part(plain.copy().set_eeg_reference())
out["one_ref"] = part(plain.copy().set_eeg_reference(["C3"]))
out["bad_ref"] = part(plain.copy().set_eeg_reference(["C3", "C4"]))
out["added_ref"] = part(mne.add_reference_channels(plain, "REF"))
out["bipolar"] = part(mne.set_bipolar_reference(plain, ["C2", "C2"], ["C3", "C4"]))
out["bipolar_kept"] = part(mne.set_bipolar_reference(plain, "C2", "C3", "x", drop_refs=False))
out["projected"] = part(recording().load_data().apply_proj())
projs = recording().info["projs"]
matrix, rank, _ = mne.io.proj.make_projector(projs, plain.ch_names, plain.info["bads"]) if hasattr(
    mne.io, "proj") else mne._fiff.proj.make_projector(projs, plain.ch_names, plain.info["bads"])
out["projector"] = dict(matrix=matrix.tolist(), rank=int(rank))

# --- joining and merging --------------------------------------------------------------------------------------------
one = mne.Epochs(raw, events, names, -0.05, 0.1, reject=dict(eog=5e-4), preload=True)
two = mne.Epochs(raw, events, {"vis": 3}, -0.05, 0.1, preload=True)
joined = mne.concatenate_epochs([one, two])
out["joined"] = dict(events=joined.events.tolist(), selection=joined.selection.tolist(),
                     drop_log=[list(d) for d in joined.drop_log], event_id=joined.event_id)
double = np.array([[500, 0, 1], [500, 0, 2], [700, 1, 2], [700, 2, 3], [900, 0, 3], [900, 0, 3], [990, 0, 1],
                   [990, 0, 2]])
for how in ("drop", "merge"):
    e = mne.Epochs(raw, double, {"a": 1, "b": 2, "c": 3}, 0, 0.1, event_repeated=how, baseline=None)
    out["repeated_" + how] = dict(events=e.events.tolist(), event_id=e.event_id, selection=e.selection.tolist(),
                                  drop_log=[list(d) for d in e.drop_log])


def compact(x):
    """Numbers with the digits that the tests' tolerances need."""
    if isinstance(x, float):
        return float(f"{x:.14g}")
    if isinstance(x, dict):
        return {k: compact(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [compact(v) for v in x]
    return x.item() if isinstance(x, np.generic) else x


path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(compact(out), separators=(",", ":")) + "\n")
print(path.name, path.stat().st_size, "bytes")

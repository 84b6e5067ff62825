"""What an empty room tells, beside MNE-Python: projections of the environment's field, fine calibrations."""

from peers import both, differences

HEAD = """
import argparse, os, warnings
os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np
import ranvier.meeg as mne
warnings.simplefilter("ignore")
parser = argparse.ArgumentParser(); parser.add_argument("--out"); out = parser.parse_args().out
sss, found = os.environ["RANVIER_DATA"] + "/sss/", {}
room = mne.io.read_raw_fif(sss + "test_move_anon_erm_raw.fif", allow_maxshield="yes", preload=True)
"""
FIELD = (
    HEAD
    + """
room.info["bads"] = room.ch_names[4:6]
for order in (1, 2, 3, 7):
    for accuracy in ("point", "normal", "accurate"):
        for picks in ("meg", "mag"):
            projs = mne.preprocessing.compute_proj_hfc(room.info, order, picks, accuracy=accuracy)
            found[f"{order} {accuracy} {picks}"] = np.concatenate([p["data"]["data"] for p in projs])
            found[f"words {order} {accuracy} {picks}"] = np.frombuffer("".join(p["desc"] for p in projs).encode(), np.uint8)
            found[f"channels {order} {accuracy} {picks}"] = np.frombuffer("".join(projs[-1]["data"]["col_names"]).encode(), np.uint8)
found["clean"] = room.add_proj(mne.preprocessing.compute_proj_hfc(room.info, 3, "mag"), remove_existing=True).apply_proj().get_data("mag")
np.savez(out, **found)
"""
)


def test_projections_of_the_environments_field_are_those_of_the_peer(tmp_path):
    apart = differences(*both(FIELD, tmp_path))
    assert not {name: d for name, d in apart.items() if not d <= (1e-10 if name == "clean" else 1e-12)}


CALIBRATION = (
    HEAD
    + """
cal, ctc = sss + "sss_cal_3053.dat", sss + "ct_sparse.fif"
def keep(name, calibration):
    found[name + " directions"] = calibration["locs"][:, 3:]
    found[name + " places"] = calibration["locs"][:, :3]
    found[name + " gains"] = np.array([c[0] for c in calibration["imb_cals"] if len(c) == 1 and c[0] > 0.5])
    found[name + " shares"] = np.array([c for c in calibration["imb_cals"] if len(c) > 1 or c[0] < 0.5]).T
    found[name + " words"] = np.frombuffer("".join(calibration["ch_names"]).encode(), np.uint8)
compute = mne.preprocessing.compute_fine_calibration
for axes in (1, 3):
    for name, options in (("drawn", dict(cross_talk=ctc)), ("windows", dict(t_window=0.3)), ("high", dict(ext_order=3, origin=(0.01, 0, 0.02)))):
        found_cal, n = compute(room, axes, calibration=mne.preprocessing.read_fine_calibration(cal), **options)
        keep(f"same {name} {axes}", found_cal)
        found[f"same {name} {axes} count"] = np.array(n)
few = room.copy().pick(room.ch_names[:90])
S = mne.preprocessing.compute_maxwell_basis(few.info, int_order=0, ext_order=2, coord_frame="meg", origin=(0, 0, 0), regularize=None)[0]
random = np.random.default_rng(3)
parts = random.normal(size=(8, 600)) / np.linalg.norm(S, axis=0)[:, None] * np.array([3, 2, 2, 1, 1, 1, 1, 1.0])[:, None]
few._data = (S @ parts) * 1e-9 * (1 + 0.02 * random.uniform(-1, 1, size=(len(S), 1)))
few._data += 1e-3 * few._data.std(axis=1, keepdims=True) * random.normal(size=few._data.shape)
few = mne.io.RawArray(few._data, few.info)
for axes in (1, 3):
    found_cal, n = compute(few, axes, t_window=0.25, angle_limit=20, err_limit=20)
    keep(f"sought {axes}", found_cal)
    found[f"sought {axes} count"] = np.array(n)
few._data[:, :300] += few._data.std(axis=1, keepdims=True) * random.normal(size=(90, 300))
found["of two"] = np.array(compute(few, 1, t_window=0.25, angle_limit=20, err_limit=20)[1])
np.savez(out, **found)
"""
)


def test_fine_calibrations_are_those_of_the_peer(tmp_path):
    # The peer's search ends at steps of 1e-4, one magnetometer after the other; where samples change by 1e-12 of themselves, its
    # directions move by 2e-3.
    apart = differences(*both(CALIBRATION, tmp_path))
    limits = {"sought": 5e-3, "same": 1e-9}
    bad = {name: d for name, d in apart.items() if "shares" not in name and not d <= limits.get(name.split()[0], 0)}
    shares = {
        name: d
        for name, d in apart.items()
        if "shares" in name and not d <= (1e-9 if name.startswith("same") else 0.05)
    }
    assert not bad | shares


OWN = (
    HEAD
    + """
cal, ctc = sss + "sss_cal_3053.dat", sss + "ct_sparse.fif"
options = dict(coord_frame="meg", origin=(0, 0.013, -0.006), bad_condition="ignore")
done = mne.preprocessing.maxwell_filter(room, calibration=cal, cross_talk=ctc, **options)
told = done.info["proc_history"][0]["max_info"]
with room.info._unlock():
    room.info["cross_talk"], room.info["fine_calibration"] = told["sss_ctc"], told["sss_cal"]
room.save(out + "_raw.fif", fmt="double")
read = mne.io.read_raw_fif(out + "_raw.fif", allow_maxshield="yes")
for name in ("cross_talk", "fine_calibration"):
    found["has " + name] = np.array(name in read.info)
for name, more in (("own", {}), ("asked for", dict(calibration=True, cross_talk=True)), ("none", dict(calibration=False, cross_talk=False)), ("half", dict(cross_talk=False))):
    found[name] = mne.preprocessing.maxwell_filter(read, **more, **options).get_data("meg")
noisy, flat, scores = mne.preprocessing.find_bad_channels_maxwell(read, return_scores=True, duration=0.5, h_freq=None, **options)
found["scores"] = np.nan_to_num(scores["scores_noisy"], nan=-1)
np.savez(out, **found)
"""
)


def test_what_a_recording_holds_of_its_system_is_used_as_the_peer_does(tmp_path):
    apart = differences(*both(OWN, tmp_path))
    assert not {name: d for name, d in apart.items() if not d <= 1e-8}

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

"""Head position coils beside MNE-Python's, on a recording that is made up."""

import pathlib
import sys

import numpy as np
from peers import both

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "python"))
import helmet  # noqa: E402

SCRIPT = """
import argparse, os, warnings
os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np
import ranvier.meeg as mne
import importlib
chpi = importlib.import_module(mne.__name__ + ".chpi")
warnings.simplefilter("ignore")
parser = argparse.ArgumentParser(); parser.add_argument("--out"); out = parser.parse_args().out
raw = mne.io.read_raw_fif(FILE, preload=True)
found = {}
amplitudes = chpi.compute_chpi_amplitudes(raw, t_step_min=0.1)
found["slopes"], found["times"] = np.abs(amplitudes["slopes"]), amplitudes["times"]
vectors = amplitudes["proj"]["data"]["data"]
found["outer"] = vectors.T @ vectors
snr = chpi.compute_chpi_snr(raw, t_step_min=0.25)
found |= {"snr " + key: np.asarray(value) for key, value in snr.items()}
locs = chpi.compute_chpi_locs(raw.info, amplitudes, t_step_max=0.4)
found |= {"locs " + key: np.abs(value) for key, value in locs.items()}
for weighted in (False, True):
    found[f"head {weighted}"] = chpi.compute_head_pos(raw.info, locs, weighted=weighted)
found["info"] = np.r_[chpi.get_chpi_info(raw.info)[0], chpi.get_chpi_info(raw.info)[2]]
for interp in ("hann", None, "linear"):
    found[f"filtered {interp}"] = chpi.filter_chpi(raw.copy(), interp=interp, include_line=interp != "linear").get_data("meg")
np.savez(out, **found)
"""


def test_amplitudes_places_heads_and_what_is_left_are_those_of_the_peer(tmp_path):
    raw, _, _ = helmet.with_chpi()
    raw.save(tmp_path / "chpi_raw.fif", fmt="double")
    ours, theirs = both(SCRIPT.replace("FILE", repr(str(tmp_path / "chpi_raw.fif"))), tmp_path)
    assert sorted(ours) == sorted(theirs)
    for name, reference in theirs.items():
        if not name.startswith(("locs", "head")):
            np.testing.assert_allclose(ours[name], reference, rtol=0, atol=1e-8 * np.abs(reference).max(), err_msg=name)
    # MNE-Python ends its search for a coil at steps of 1e-5 m, and sooner where the head moves within a window.
    np.testing.assert_array_equal(ours["locs times"], theirs["locs times"])
    assert (ours["locs gofs"] >= theirs["locs gofs"] - 1e-9).all()
    still = theirs["locs gofs"].min(axis=1) > 0.995
    assert still.sum() >= 4
    np.testing.assert_allclose(ours["locs rrs"][still], theirs["locs rrs"][still], rtol=0, atol=5e-5)
    for name in ("head False", "head True"):
        kept = [heads[np.isin(heads[:, 0], theirs["locs times"][still])] for heads in (ours[name], theirs[name])]
        np.testing.assert_allclose(kept[0][:, :8], kept[1][:, :8], rtol=0, atol=5e-4, err_msg=name)


REFIT = """
import argparse, os, warnings
os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np
import ranvier.meeg as mne
import importlib
chpi = importlib.import_module(mne.__name__ + ".chpi")
warnings.simplefilter("ignore")
parser = argparse.ArgumentParser(); parser.add_argument("--out"); out = parser.parse_args().out
found = {}
for name in ("right", "wrong"):
    raw = mne.io.read_raw_fif(FOLDER + "/" + name + "_raw.fif")
    found["active " + name] = chpi.get_active_chpi(raw)
    for k, options in enumerate((dict(), dict(use=3), dict(use=np.array([0, 1, 3])), dict(amplitudes=False), dict(amplitudes=False, locs=False), dict(dist_limit=0.05, gof_limit=0.9))):
        info = chpi.refit_hpi(raw.info.copy(), **options)
        fit = info["hpi_results"][-1]
        found[f"{name} {k} head"] = info["dev_head_t"]["trans"]
        for key in ("order", "goodness", "good_limit", "dist_limit", "accept"):
            found[f"{name} {k} {key}"] = np.asarray(fit[key])
        found[f"{name} {k} used"] = np.asarray(fit["used"])
        found[f"{name} {k} points"] = np.array([p["r"] for p in fit["dig_points"]])
        found[f"{name} {k} moments"] = np.abs(fit["moments"]) * 1e3
        found[f"{name} {k} slopes"] = np.abs([c["slopes"] for c in info["hpi_meas"][-1]["hpi_coils"]]) * 1e9
np.savez(out, **found)
"""


def test_fits_made_anew_are_those_of_the_peer(tmp_path):
    import test_refit_hpi

    for name, order in (("right", (1, 2, 3, 4)), ("wrong", (3, 1, 4, 2))):
        raw, _, _ = test_refit_hpi._recorded()
        points = {p["ident"]: np.array(p["r"]) for p in raw.info["dig"] if p["kind"] == 2}
        for point in raw.info["dig"]:
            if point["kind"] == 2:
                point["r"] = points[order[point["ident"] - 1]]
        if name == "wrong":  # known places fit no order but the right one
            raw.info["dev_head_t"]["trans"][:3, 3] += 0.01
        raw.save(tmp_path / f"{name}_raw.fif", fmt="double")
    ours, theirs = both(REFIT.replace("FOLDER", repr(str(tmp_path))), tmp_path)
    assert sorted(ours) == sorted(theirs)
    limits = {
        "head": 1e-3,
        "points": 1e-4,
        "goodness": 1e-3,
        "moments": 1e-5,
        "slopes": 1e-6,
        "good_limit": 1e-7,
        "dist_limit": 1e-7,
    }
    # The peer ends its search for a coil at steps of 1e-5 m, and sooner where it begins far off: of the wrong one, at 20 mm.
    for name, reference in theirs.items():
        which, k, what = [*name.split(), ""][:3]
        if which == "wrong" and k != "4" and what in ("head", "points", "moments", "used"):
            continue
        if what == "goodness":
            assert (ours[name] >= reference - 1e-6).all(), name
        if what != "goodness" or which == "right":
            np.testing.assert_allclose(ours[name], reference, rtol=0, atol=limits.get(what, 0), err_msg=name)
    for k in range(6):
        np.testing.assert_allclose(ours[f"wrong {k} head"], ours[f"right {k} head"], atol=1e-4)

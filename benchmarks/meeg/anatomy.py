"""Volumes of sources and morphs beside MNE-Python, one thread each, in processes of their own.

Run with an interpreter that finds ranvier; MNE-Python's is .venv-peers/bin/python:
PYTHONPATH=build/dev/python RANVIER_DATA=… .venv-peers/bin/python benchmarks/meeg/anatomy.py
Answers are compared before anything is timed.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

CODE = """
import os, sys, time, warnings
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "RANVIER_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np
import {module} as mne
warnings.simplefilter("ignore")
data, out, repeats = os.environ["RANVIER_DATA"], sys.argv[1], int(sys.argv[2])
subjects = data + "/sample/subjects"
skull = subjects + "/sample/bem/inner_skull.surf"
folder = sys.argv[3]
src = mne.setup_source_space("a", "oct5", subjects_dir=folder, add_dist=False)
stc = mne.SourceEstimate(np.random.default_rng(0).normal(size=(sum(s["nuse"] for s in src), 200)), [s["vertno"] for s in src], 0, 1, "a")
def grid(): return mne.setup_volume_source_space("sample", pos=5.0, surface=skull, subjects_dir=subjects)
def regions():
    return mne.setup_volume_source_space("sample", pos=5.0, volume_label=["Left-Cerebellum-Cortex", "Brain-Stem"], subjects_dir=subjects)
# Vertices of one choice: which point is nearest to an icosahedron of single precision is a tie here and there.
goals = [np.arange(0, s["np"], 40) for s in src]
morph = mne.compute_source_morph(stc, "a", "b", spacing=goals, subjects_dir=folder)
def compute(): return mne.compute_source_morph(stc, "a", "b", spacing=goals, subjects_dir=folder)
def apply(): return morph.apply(stc).data
def figures(name, made):
    if name in ("grid", "regions"):
        return np.concatenate([np.r_[s["nuse"], s["vertno"], s["interpolator"][:, s["vertno"]].sum()] for s in made])
    return made if name == "apply" else made.apply(stc).data
found = {{}}
for work in (grid, regions, compute, apply):
    made, seconds = work(), []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    found[work.__name__], found[work.__name__ + " s"] = figures(work.__name__, made), np.median(seconds)
np.savez(out, **found)
"""


def subjects(folder):
    """Two subjects of one surface, whose registered spheres differ by a turn."""
    import ranvier.meeg as mne

    source = pathlib.Path(os.environ["RANVIER_DATA"]) / "freesurfer_subject/sample_ecog/surf"
    turn = mne.transforms.rotation3d(0.02, 0.05, -0.03)
    for hemi in ("lh", "rh"):
        rr, tris = mne.read_surface(source / f"{hemi}.sphere")
        for subject, points in (("a", rr), ("b", rr @ turn.T)):
            (folder / subject / "surf").mkdir(parents=True, exist_ok=True)
            mne.write_surface(folder / subject / "surf" / f"{hemi}.sphere.reg", points, tris)
            for name in ("white", "sphere"):
                os.symlink(source / f"{hemi}.{name}", folder / subject / "surf" / f"{hemi}.{name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    repeats = parser.parse_args().repeats
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subjects(folder / "subjects")
        for module in ("ranvier.meeg", "mne"):
            out = folder / f"{module}.npz"
            environment = {**os.environ, "MNE_LOGGING_LEVEL": "ERROR"}
            subprocess.run([sys.executable, "-c", CODE.format(module=module), str(out), str(repeats),
                            str(folder / "subjects")], check=True, env=environment)  # fmt: skip
            found.append(dict(np.load(out)))
    ours, theirs = found
    for work in ("grid", "regions", "compute", "apply"):
        apart = np.abs(ours[work] - theirs[work]).max() / np.abs(theirs[work]).max()
        # Maps that were kept in a file have single precision.
        assert apart < (1e-6 if work in ("compute", "apply") else 1e-9), f"{work} differs by {apart:.1e}"
        a, b = float(ours[work + " s"]), float(theirs[work + " s"])
        print(
            f"{work:8} Ranvier {1e3 * a:8.1f} ms   MNE-Python {1e3 * b:8.1f} ms   {b / a:5.1f} x   differ by {apart:.0e}"
        )


if __name__ == "__main__":
    main()

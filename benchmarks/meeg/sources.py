"""How much faster than MNE-Python are forward models, with the same numbers?

Both sides read the same files: 8,196 sources on the cortex of FreeSurfer's subject sample_ecog, its three shells of 2,562
points, and the 366 channels of MNE's sample. One thread each, in turn, answers checked before they are timed.
"""

import argparse
import importlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np

HERE = pathlib.Path(__file__).resolve()
ROOT = HERE.parent.parent.parent
# case: (bar, largest distance of a column from MNE's, relative to it)
CASES = {"sphere forward": (50, 1e-6), "BEM solution": (3, 1e-5), "BEM forward": (6, 1e-6)}


class Side:
    """One side of the comparison, in a process of its own that is told by lines of JSON on stdin."""

    def __init__(self, module, folder):
        warnings.simplefilter("ignore")
        self.mne = mne = importlib.import_module(module)
        mne.set_log_level("ERROR")
        if module != "mne":
            import ranvier

            ranvier.set_threads(1)
        self.folder, data = folder, os.environ["RANVIER_DATA"]
        info = mne.read_evokeds(data + "/sample/test-ave.fif.gz", 0).info
        self.info = mne.pick_info(info, mne.pick_types(info, meg=True, eeg=True, exclude=[]))
        self.trans = mne.read_trans(data + "/sample/MEG/sample_audvis_trunc-trans.fif")
        self.src = mne.read_source_spaces(f"{folder}/cortex-src.fif")
        self.sphere = mne.make_sphere_model((0.0, 0.0, 0.04), 0.13)
        # the places at which MNE-Python's search ends follow rounding: both get the same
        self.sphere["mu"] = np.array([0.9448371460468897, 0.667745300262057, -0.2920116174497071])
        self.sphere["lambda"] = np.array([0.4147418970735669, 2.0718007608829447, -0.030877195325551533])

    def forward(self, conductor):
        return self.mne.make_forward_solution(self.info, self.trans, self.src, conductor, n_jobs=1, on_inside="ignore",
                                              verbose="error")["sol"]["data"]  # fmt: skip

    def run(self, case):
        if case == "sphere forward":
            return self.forward(self.sphere)
        if case == "BEM solution":
            self.bem = self.mne.make_bem_solution(self.surfaces)
            return self.bem["solution"]
        return self.forward(self.bem)

    def serve(self):
        print(json.dumps(dict(version=self.mne.__version__)), flush=True)
        for line in sys.stdin:
            request = json.loads(line)
            self.surfaces = self.mne.read_bem_surfaces(f"{self.folder}/shells-bem.fif")
            if request["case"] == "BEM forward":  # of one solution
                self.bem = self.mne.read_bem_solution(f"{self.folder}/shells-bem-sol.fif")
            begun = time.perf_counter(), time.process_time()
            result = self.run(request["case"])
            seconds, processor = time.perf_counter() - begun[0], time.process_time() - begun[1]
            if request["save"]:
                np.save(request["save"], np.asarray(result, float))
            print(json.dumps(dict(seconds=seconds, processor=processor)), flush=True)


class Worker:
    def __init__(self, python, module, folder):
        environment = {
            **os.environ,
            **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"),
        }
        self.process = subprocess.Popen([str(python), str(HERE), "--side", module, folder], text=True, env=environment,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip
        self.version = self.answer()["version"]

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"a worker died: {self.process.args}")
        return json.loads(line)

    def time(self, case, save=None):
        self.process.stdin.write(json.dumps(dict(case=case, save=save)) + "\n")
        self.process.stdin.flush()
        return self.answer()


def prepare(folder, solve):
    """The files that both sides read."""
    import ranvier.meeg as mne

    subjects = os.environ["RANVIER_DATA"] + "/freesurfer_subject"
    mne.setup_source_space("sample_ecog", "oct6", subjects_dir=subjects, add_dist=False).save(
        f"{folder}/cortex-src.fif"
    )
    mne.write_bem_surfaces(f"{folder}/shells-bem.fif", mne.make_bem_model("sample_ecog", subjects_dir=subjects))
    if solve:
        bem = mne.make_bem_solution(mne.read_bem_surfaces(f"{folder}/shells-bem.fif"))
        mne.write_bem_solution(f"{folder}/shells-bem-sol.fif", bem)


def worst_column(ours, theirs):
    if ours.shape != theirs.shape:
        sys.exit(f"shapes differ: {ours.shape} and {theirs.shape}")
    return float((np.linalg.norm(ours - theirs, axis=0) / np.linalg.norm(theirs, axis=0)).max())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", help=f"default: {', '.join(CASES)}")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--peers", default=ROOT / ".venv-peers/bin/python", help="python of the peers' environment")
    parser.add_argument(
        "--processor", action="store_true", help="time of the processor, which other programs disturb less"
    )
    parser.add_argument("--side", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.side:
        return Side(*args.side).serve()
    clock, ok = "processor" if args.processor else "seconds", True
    with tempfile.TemporaryDirectory(prefix="ranvier-bench-") as folder:
        prepare(folder, "BEM forward" in (args.cases or CASES))
        ours, theirs = Worker(sys.executable, "ranvier.meeg", folder), Worker(args.peers, "mne", folder)
        print(
            f"MNE-Python {theirs.version}, Ranvier {ours.version}: {clock} of one thread, best of {args.repeats} in turn"
        )
        print(f"{'':16}{'MNE':>9}{'ours':>9}{'×':>7}{'bar':>5}  worst column")
        for case in args.cases or CASES:
            bar, tolerance = CASES[case]
            saved = f"{folder}/ours.npy", f"{folder}/theirs.npy"
            ours.time(case, saved[0]), theirs.time(case, saved[1])
            error = worst_column(*map(np.load, saved))
            best = [np.inf, np.inf]
            for _ in range(args.repeats):
                best = [min(b, side.time(case)[clock]) for b, side in zip(best, (ours, theirs))]
            met = error <= tolerance and best[1] / best[0] >= bar
            ok = ok and met
            print(f"{case:16}{best[1]:9.3f}{best[0]:9.3f}{best[1] / best[0]:7.1f}{bar:5}  {error:.1e}  "
                  f"{'ok' if met else 'NOT MET'}", flush=True)  # fmt: skip
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())

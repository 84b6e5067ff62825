"""How much faster than MNE-Python is Ranvier on the everyday steps, with the same numbers?

Both sides run side by side on the same file in memory, in turn, the answer checked before it is timed. Prints a table
and, with --json FILE, writes it.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# case: (bar with one thread, bar with two); None: no bar
BARS = {
    "FIR": (6, 11), "notch": (6, 11), "IIR": (8, None), "resample": (4, None), "Welch": (30, None),
    "multitaper": (12, 22), "Morlet": (7, 13), "FIFF write": (4, None), "FIFF read": (None, 1.5), "epochs": (None, 2),
    "shrunk": (60, None), "auto": (60, None), "SSS": (6, None), "tSSS": (6, None),
    "ICA FastICA": (4, None), "ICA extended": (2.5, None), "ICA apply": (3, None),
    "SSP": (5, None), "SSP raw": (5, None), "SSP epochs": (5, None), "SSP apply": (5, None), "SSS moving": (6, None),
    "Laplacian": (10, None), "Laplacian 10 s": (10, None), "Laplacian epochs": (10, None), "Laplacian evoked": (10, None),
}
LONG = ("shrunk", "auto", "SSS", "tSSS", "SSS moving")  # minutes each for MNE-Python: run when they are named


class Side:
    """A worker process."""

    def __init__(self, python, module, folder, **env):
        environment = {k: v for k, v in os.environ.items() if k != "OPENBLAS_CORETYPE"} | env
        self.process = subprocess.Popen([str(python), str(HERE / "worker.py"), module, folder], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        self.version = self.answer()["ready"]

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"a worker died: {self.process.args}")
        return json.loads(line)

    def run(self, case, n_jobs, save=None, clock="seconds"):
        self.process.stdin.write(json.dumps({"case": case, "n_jobs": n_jobs, "save": save}) + "\n")
        self.process.stdin.flush()
        return self.answer()[clock]


def error_per_channel(ours, theirs):
    """Largest max|Δ| / max|reference| over the first axis."""
    if ours.shape != theirs.shape:
        sys.exit(f"shapes differ: {ours.shape} and {theirs.shape}")
    axes = tuple(range(1, ours.ndim))
    return float(np.max(np.abs(ours - theirs).max(axes) / np.abs(theirs).max(axes)))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", default=[case for case in BARS if case not in LONG])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--peers", default=ROOT / ".venv-peers/bin/python", help="python of the peers' environment")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--processor", action="store_true",
                        help="one thread alone, and the processor's time, which other programs disturb less")  # fmt: skip
    args = parser.parse_args()
    clock, env = ("processor", {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}) if args.processor else ("seconds", {})

    shared_memory = pathlib.Path("/dev/shm")
    folder = tempfile.mkdtemp(prefix="ranvier-bench-", dir=shared_memory if shared_memory.is_dir() else None)
    rows = []
    try:
        subprocess.run([str(args.peers), str(HERE / "make_recording.py"), folder], check=True)
        theirs = Side(args.peers, "mne", folder, **env)
        ours = Side(sys.executable, "ranvier.meeg", folder, **env)
        what = "seconds of the processor" if args.processor else "seconds"
        print(f"MNE-Python {theirs.version}, Ranvier {ours.version}: {what} (best of {args.repeats}, in turn)")
        print(f"{'':17}{'MNE 1':>9}{'MNE 2':>9}{'ours 1':>9}{'ours 2':>9}{'×1':>7}{'bar':>6}{'×2':>7}{'bar':>6}  error")
        for case in args.cases:
            ours.run(case, 1, f"{folder}/ours.npy")
            theirs.run(case, 1, f"{folder}/theirs.npy")
            error = error_per_channel(np.load(f"{folder}/ours.npy"), np.load(f"{folder}/theirs.npy"))
            seconds = {key: [] for key in ("m1", "m2", "o1", "o2")}
            for _ in range(args.repeats):
                seconds["o1"].append(ours.run(case, 1, clock=clock))
                seconds["m1"].append(theirs.run(case, 1, clock=clock))
                if not args.processor:
                    seconds["o2"].append(ours.run(case, 2))
                    seconds["m2"].append(theirs.run(case, 2))
            best = {key: min(values, default=float("nan")) for key, values in seconds.items()}
            peer = min(best["m1"], best["m2"])  # the first where the second is no number
            one, two = peer / best["o1"], peer / best["o2"]
            bar1, bar2 = (BARS[case][0], None) if args.processor else BARS[case]
            ok = error <= 1e-9 and (bar1 is None or one >= bar1) and (bar2 is None or two >= bar2)
            rows.append({"case": case, **best, "one": one, "two": two, "error": error, "ok": ok})
            print(f"{case:17}{best['m1']:9.4f}{best['m2']:9.3f}{best['o1']:9.4f}{best['o2']:9.3f}{one:7.1f}"
                  f"{bar1 or '–':>6}{two:7.1f}{bar2 or '–':>6}  {error:.1e}  {'ok' if ok else 'NOT MET'}", flush=True)
        for side in (ours, theirs):
            side.process.stdin.close()
            side.process.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1) + "\n")
    return 0 if all(row["ok"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())

"""Memory and start-up: what a filter adds, what a streamed average adds, how long it takes until work begins.

Each measurement runs in a process of its own. Prints the figure beside its bar; the status is 1 if one is missed.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

PRELUDE = """
import sys, numpy as np
import ranvier.meeg as mne
def peak():
    return int(next(l for l in open('/proc/self/status') if l.startswith('VmHWM')).split()[1]) * 1024
def resident():
    return int(next(l for l in open('/proc/self/status') if l.startswith('VmRSS')).split()[1]) * 1024
"""

FILTER = PRELUDE + """
n, m = 366, 180_000
raw = mne.io.RawArray(np.random.default_rng(0).standard_normal((n, m)) * 1e-6, mne.create_info(n, 600.0, 'eeg'))
import gc; gc.collect()
open('/proc/self/clear_refs', 'w').write('5')  # the peak counts from here
before = resident()
raw.filter(1.0, 40.0, verbose='error')
print((peak() - before) / (n * m * 8))
"""

ICA = PRELUDE + """
n, m = 306, 60_000
rng = np.random.default_rng(0)
data = (rng.normal(size=(n, 40)) @ rng.laplace(size=(40, m)) + 0.3 * rng.normal(size=(n, m))) * 1e-12
raw = mne.io.RawArray(data, mne.create_info(n, 600.0, ['mag', 'grad', 'grad'] * 102))
del data
import gc; gc.collect()
open('/proc/self/clear_refs', 'w').write('5')
before = resident()
mne.preprocessing.ICA(20, method=sys.argv[1], random_state=0, max_iter=50).fit(raw, verbose='error')
print((peak() - before) / (n * m * 8))
"""

MAKE = PRELUDE + """
n, m = 366, 1_370_000   # 4 bytes each: 2.0 GB, just below what one file may hold
rng = np.random.default_rng(0)
raw = mne.io.RawArray(rng.standard_normal((n, m // 20)) * 1e-6, mne.create_info(n, 600.0, 'eeg'))
long = mne.concatenate_raws([raw] + [raw.copy() for _ in range(19)])
long.save(sys.argv[1], overwrite=True, verbose='error')
"""

AS_BRAINVISION = PRELUDE + """
mne.io.read_raw_fif(sys.argv[1], preload=False, verbose='error').export(sys.argv[2], overwrite=True, verbose='error')
"""

STREAM = PRELUDE + """
before = resident()
raw = mne.io.read_raw(sys.argv[1], preload=False, verbose='error')
events = np.array([[s, 0, 1] for s in range(1000, raw.n_times - 1000, 600)])
epochs = mne.Epochs(raw, events, tmin=-0.2, tmax=0.5, preload=False, reject_by_annotation=False, verbose='error')
evoked = epochs.average(picks='all')
assert evoked.nave == len(events) and np.isfinite(evoked.data).all()
print((peak() - before) / 1e6)
"""

# What each start does beyond what any script of its kind imports: a recording filtered, a trajectory, a fit.
FIRSTS = {
    "first filtered recording": ("numpy", """
import numpy as np, ranvier.meeg as mne
raw = mne.io.RawArray(np.random.default_rng(0).standard_normal((32, 6000)) * 1e-6, mne.create_info(32, 200.0, 'eeg'))
raw.filter(1.0, 40.0, verbose='error')
"""),
    "first trajectory": ("numpy", """
from ranvier.dynamics import System
from ranvier.units import ms
assert System("hodgkin_huxley").simulate((0 * ms, 20 * ms)).success
"""),
    "first fit": ("sklearn.base", """
import numpy as np, ranvier.learn as rl
X = np.random.default_rng(0).standard_normal((200, 4))
rl.MLPClassifier((8,), max_iter=3, tol=np.inf).fit(X, X[:, 0] > 0)
"""),
}  # fmt: skip


def measured(program, *arguments):
    run = subprocess.run([sys.executable, "-c", program, *arguments], check=True, text=True, stdout=subprocess.PIPE)
    return float(run.stdout.split()[-1])


def fastest(command, repeats=10):
    """Shortest wall time of a command [s]."""
    import time

    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        best = min(best, time.perf_counter() - start)
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cli", default=ROOT / "build/release/cli/ranvier", help="the command-line program")
    args = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="ranvier-limits-", dir=os.environ.get("RANVIER_BENCH_FOLDER"))
    rows = []
    try:
        rows.append(("FIR on preloaded data adds, % of the data", 100 * measured(FILTER), 15))
        path = f"{folder}/two_gigabytes_raw.fif"
        subprocess.run([sys.executable, "-c", MAKE, path], check=True)
        size = os.path.getsize(path) / 1e9
        rows.append((f"streamed average of a {size:.2f} GB file adds, MB", measured(STREAM, path), 300))
        header = f"{folder}/two_gigabytes.vhdr"
        subprocess.run([sys.executable, "-c", AS_BRAINVISION, path, header], check=True)
        rows.append(("the same of BrainVision adds, MB", measured(STREAM, header), 300))
        for method in ("fastica", "infomax", "picard"):
            rows.append((f"ICA by {method} adds, % of the data", 100 * measured(ICA, method), 120))
        bare = fastest([sys.executable, "-c", "pass"])
        rows.append(("import ranvier, ms", 1e3 * (fastest([sys.executable, "-c", "import ranvier"]) - bare), 150))
        rows.append(("import ranvier.meeg, ms", 1e3 * (fastest([sys.executable, "-c", "import ranvier.meeg"]) - bare), None))
        for name, (beyond, program) in FIRSTS.items():
            start = fastest([sys.executable, "-c", f"import {beyond}"])
            spent = fastest([sys.executable, "-W", "ignore", "-c", program]) - start
            rows.append((f"{name} beyond import {beyond}, ms", 1e3 * spent, 300))
        rows.append(("ranvier --help, ms", 1e3 * fastest([str(args.cli), "--help"]), 30))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    missed = 0
    for name, value, bar in rows:
        ok = bar is None or value <= bar
        missed += not ok
        print(f"{name:52}{value:9.1f}  {'bar ' + str(bar) if bar else '':9}{'ok' if ok else 'NOT MET'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

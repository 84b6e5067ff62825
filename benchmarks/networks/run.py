"""How fast are networks, beside Brian 2? Spikes are compared first; then the loop alone is timed, on one thread."""

import argparse
import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[1]
# Times as fast as C++ standalone, native and avx2; none may be slower than cython.
BARS = {"CUBA": (0, 0), "COBA": (0, 0), "COBAHH": (5, 3.5), "100,000 HH": (5, 3.5), "one HH": (2, 2)}
SPREAD = {"CUBA": 0.15, "COBA": 0.1, "COBAHH": 0.1, "100,000 HH": 0.005, "one HH": 0.02}

FIRST = """
import time
from ranvier.sim import *
G = NeuronGroup(100, "dv/dt = (2 - v)/(10*ms) : 1", threshold="v > 1", reset="v = 0", method="exact")
M = SpikeMonitor(G)
run(8*ms)
assert M.num_spikes == 100
"""


def median(values):
    return sorted(values)[len(values) // 2]


def measured(python, name, package, target="cython", repeats=3, **environment):
    """Wall and processor seconds (medians) and spikes (mean) of a network's loop."""
    command = [python, str(HERE / "models.py"), name, package, "--target", target, "--repeats", str(repeats)]
    done = subprocess.run(
        command, env=os.environ | {"RANVIER_THREADS": "1"} | environment, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{name} in {package}: {done.stderr.strip().splitlines()[-1]}")
    rows = [[float(x) for x in line.split()] for line in done.stdout.splitlines() if line[:1].isdigit()]
    wall, processor, spikes = zip(*rows, strict=True)
    return median(wall), median(processor), sum(spikes) / len(spikes)


def first_spike(repeats=5):
    """Seconds from the start of a script to its spikes, imports included; the kernels come from the disk, or not."""
    times = {"first": [], "again": []}
    import tempfile

    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as cache:
            for which in ("first", "again"):
                before, began = os.times(), time.perf_counter()
                subprocess.run([sys.executable, "-c", FIRST], env=os.environ | {"RANVIER_CACHE": cache}, check=True)
                after = os.times()
                processor = after.children_user + after.children_system - before.children_user - before.children_system
                times[which].append((processor, time.perf_counter() - began))
    return {which: [median(column) for column in zip(*rows, strict=True)] for which, rows in times.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--brian", default=str(ROOT / ".venv-brian" / "bin" / "python"))
    parser.add_argument("--only", nargs="*", default=list(BARS))
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    short = []
    for which, (processor, wall) in first_spike().items():
        print(f"script to spikes, {which} time: {processor:.2f} s of processor ({wall:.2f} s)", flush=True)
        short += [f"first spike: {processor:.2f} s > 0.4 s"] * (processor > 0.4)
    peers = pathlib.Path(arguments.brian).exists()
    if not peers:
        print("Brian 2 is not there (make peers): times of Ranvier alone")
    print(
        f"{'':<12}{'native':>8}{'avx2':>8}{'C++':>8}{'cython':>8}   [s of processor]   native  avx2 times as fast as C++"
    )
    for name in arguments.only:
        native = measured(sys.executable, name, "ranvier.sim", repeats=arguments.repeats)
        avx2 = measured(sys.executable, name, "ranvier.sim", repeats=arguments.repeats, RANVIER_ISA="avx2")
        if not peers:
            print(f"{name:<12}{native[1]:8.3f}{avx2[1]:8.3f}")
            continue
        compiled = measured(arguments.brian, name, "brian2", "standalone", arguments.repeats)
        cython = measured(arguments.brian, name, "brian2", "cython", 1)
        for what, other in (("C++ standalone", compiled), ("cython", cython), ("avx2", avx2)):
            difference = abs(native[2] - other[2]) / other[2]
            assert difference <= SPREAD[name], f"{name}: {native[2]:.0f} spikes, and {other[2]:.0f} in {what}"
        ratios = compiled[1] / native[1], compiled[1] / avx2[1]
        print(
            f"{name:<12}{native[1]:8.3f}{avx2[1]:8.3f}{compiled[1]:8.3f}{cython[1]:8.3f}{'':22}{ratios[0]:6.1f}{ratios[1]:6.1f}"
            f"   ({native[2]:.0f} and {compiled[2]:.0f} spikes; wall {native[0]:.2f}, {compiled[0]:.2f} s)", flush=True,
        )  # fmt: skip
        for isa, ratio, bar in zip(("native", "avx2"), ratios, BARS[name], strict=True):
            short += [f"{name}, {isa}: {ratio:.1f} < {bar}"] * (ratio < bar)
        short += [f"{name}: slower than cython"] * (cython[1] < native[1])
    print("below the bar: " + "; ".join(short) if short else "all bars hold")
    return bool(short)


if __name__ == "__main__":
    sys.exit(main())

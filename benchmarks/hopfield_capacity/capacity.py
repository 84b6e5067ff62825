"""How many patterns can a Hopfield network hold?  PYTHONPATH=... python benchmarks/hopfield_capacity/capacity.py [--quick]

Random patterns are stored by Hebb's rule, more and more of them. Each is shown to the network as it is; units take turns
until nothing changes. A pattern is kept where the end overlaps it by more than 0.9. As networks grow, the part P that is
kept falls more and more steeply around the capacity alpha_c (patterns a unit). With finite-size scaling,

    logit P = f((alpha - alpha_c) N^x),    f a cubic,

alpha_c and x come from all sizes at once; the interval from networks drawn again with replacement (2,000 bootstrap samples).

Published: 0.138 (theory with unbroken replica symmetry: Amit, Gutfreund & Sompolinsky 1987,
doi:10.1016/0003-4916(87)90092-3); 0.145 ± 0.009 (simulations: Crisanti, Amit & Gutfreund 1986,
doi:10.1209/0295-5075/2/4/012); 0.1382 (broken symmetry: Steffan & Kühn 1994, doi:10.1007/BF01312198).
"""

import argparse
import json
import pathlib
import time

import numpy as np
from scipy.optimize import least_squares

import ranvier
import ranvier.learn as rl

ALPHAS = np.array([0.130, 0.135, 0.139, 0.143, 0.147, 0.151, 0.155, 0.160])
SIZES = {1000: 120, 2000: 60, 4000: 24, 7000: 10, 10000: 6}  # units: networks
QUICK = {250: 60, 500: 40, 1000: 20, 2000: 8}
CUES = 200


def kept(units, seed, cues=CUES):
    """(part kept, mean overlap) of one network at each load."""
    rng = np.random.default_rng([units, seed])
    memory = rl.HopfieldNetwork(dtype="float32", max_iter=1000, random_state=seed)
    rows = []
    for alpha in ALPHAS:
        stored = len(getattr(memory, "patterns_", ()))
        more = round(alpha * units) - stored
        memory.partial_fit(np.where(rng.random((more, units), dtype=np.float32) < 0.5, -1.0, 1.0))
        cue = memory.patterns_[rng.choice(len(memory.patterns_), min(cues, len(memory.patterns_)), replace=False)]
        end = memory.recall(cue, energies=False)
        assert (end.period == 1).all(), "a network did not come to rest"
        overlap = (end.states * cue).mean(axis=1)
        rows.append((np.mean(overlap > 0.9), overlap.mean()))
    return np.array(rows)


def scaling(parts):
    """alpha_c, x and f from {units: mean part kept at each load, weight}, by weighted least squares on the logit."""
    alpha = np.tile(ALPHAS, len(parts))
    units = np.repeat(list(parts), len(ALPHAS)) / 1000
    p = np.concatenate([np.clip(part, 0.004, 0.996) for part, _ in parts.values()])
    weight = np.concatenate([np.full(len(ALPHAS), w) for _, w in parts.values()])
    goal, scale = np.log(p / (1 - p)), np.sqrt(weight * p * (1 - p))

    def miss(q):
        u = 100 * (alpha - q[0]) * units ** q[1]
        return scale * (q[2] + q[3] * u + q[4] * u**2 + q[5] * u**3 - goal)

    return least_squares(miss, [0.145, 0.4, 2.0, -1.0, 0.0, 0.0], bounds=([0.1, 0.1] + [-20] * 4, [0.2, 1.0] + [20] * 4),
                         x_scale=[0.01, 0.1, 1, 1, 0.3, 0.1]).x


def capacity(data, samples=2000, seed=0):
    """alpha_c, x and their bootstrap samples; data: {units: (networks, loads)}."""
    def parts(pick):
        return {n: (d[pick(len(d))].mean(axis=0), len(d) * min(CUES, 0.13 * n)) for n, d in data.items()}

    best = scaling(parts(np.arange))
    rng = np.random.default_rng(seed)
    again = np.array([scaling(parts(lambda n: rng.integers(0, n, n)))[:2] for _ in range(samples)])
    return best, again


def crossing(overlap):
    """Load at which the mean overlap, (networks, loads), falls through 0.9; linear between loads."""
    mean = overlap.mean(axis=0)
    k = int(np.argmax(mean < 0.9))
    if k == 0:
        return np.nan
    return ALPHAS[k - 1] + (ALPHAS[k] - ALPHAS[k - 1]) * (mean[k - 1] - 0.9) / (mean[k - 1] - mean[k])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="up to 2,000 units: half a minute")
    parser.add_argument("--sizes", help="other ones, such as 500:20,1000:10 (units:networks)")
    parser.add_argument("--samples", type=int, default=2000)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--figure", type=pathlib.Path)
    args = parser.parse_args()
    ranvier.set_threads(2)
    sizes = QUICK if args.quick else SIZES
    if args.sizes:
        sizes = {int(n): int(many) for n, many in (pair.split(":") for pair in args.sizes.split(","))}
    data, overlaps, begin = {}, {}, time.perf_counter()
    print("part of the patterns kept (overlap > 0.9), mean overlap\n  units networks " + "".join(f"   {a:.3f}    " for a in ALPHAS))
    for units, networks in sizes.items():
        runs = np.array([kept(units, seed) for seed in range(networks)])
        data[units], overlaps[units] = runs[:, :, 0], runs[:, :, 1]
        print(f"{units:7d} {networks:8d} " + "".join(f" {p:.3f},{m:.3f}" for p, m in runs.mean(axis=0))
              + f"   {time.perf_counter() - begin:.0f} s", flush=True)
    rng = np.random.default_rng(1)
    print("load at which the mean overlap falls through 0.9: " + ", ".join(
        f"{crossing(o):.4f} ± {np.nanstd([crossing(o[rng.integers(0, len(o), len(o))]) for _ in range(200)]):.4f} ({n})"
        for n, o in overlaps.items()))
    best, again = capacity(data, args.samples)
    low, high = np.percentile(again[:, 0], [2.5, 97.5])
    print(f"capacity {best[0]:.4f} patterns a unit, 95 % interval {low:.4f} to {high:.4f} (bar: inside 0.135 to 0.147); "
          f"x = {best[1]:.2f} ({np.percentile(again[:, 1], 2.5):.2f} to {np.percentile(again[:, 1], 97.5):.2f})")
    print("published: 0.138 (theory, 1987), 0.145 ± 0.009 (simulations, 1986), 0.1382 (theory, 1994)")
    if args.out:
        args.out.write_text(json.dumps(dict(capacity=best[0], interval=[low, high], x=best[1],
                                            parts={n: d.tolist() for n, d in data.items()},
                                            overlaps={n: o.tolist() for n, o in overlaps.items()})))
    if args.figure:
        import matplotlib.pyplot as plt

        figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5), sharey=True, constrained_layout=True)
        for units, d in data.items():
            left.errorbar(ALPHAS, d.mean(axis=0), d.std(axis=0) / np.sqrt(len(d)), fmt="o-", markersize=3, label=f"{units} units")
            right.plot((ALPHAS - best[0]) * units ** best[1], d.mean(axis=0), "o", markersize=4)
        left.axvspan(low, high, color="0.85")
        left.set(xlabel="patterns a unit", ylabel="part kept")
        left.legend(fontsize=8)
        right.set(xlabel=f"(α - {best[0]:.4f}) N^{best[1]:.2f}")
        figure.savefig(args.figure, dpi=150)


if __name__ == "__main__":
    main()

"""How the time to fit grows with samples and features, for every estimator of ranvier.learn.

    python benchmarks/learn/growth.py [--names PCA SFA] [--quick]

Prints the time at each size and the exponent between the two largest, p in t ~ n**p: 1 is a time in proportion. Passes are
held the same in all sizes, so that what is seen is the cost of a pass and of what surrounds the passes.
"""

import argparse
import time
import warnings

import numpy as np

import ranvier
import ranvier.learn as rl

FEW = dict(random_state=0)
# Estimator, and what it learns from: samples, classes, numbers, patterns.
ESTIMATORS = {
    "Perceptron": (lambda: rl.Perceptron(max_iter=20, diagnose=False, **FEW), "classes"),
    "Perceptron, pocket": (lambda: rl.Perceptron(max_iter=20, pocket=True, diagnose=False, **FEW), "classes"),
    "linear_separability": (None, "classes"),
    "Adaline": (lambda: rl.Adaline(max_iter=10, tol=0, **FEW), "classes"),
    "MLPClassifier": (lambda: rl.MLPClassifier((50,), max_iter=5, tol=0, **FEW), "classes"),
    "MLPClassifier, lbfgs": (lambda: rl.MLPClassifier((50,), solver="lbfgs", max_iter=10, tol=0, **FEW), "classes"),
    "MLPRegressor": (lambda: rl.MLPRegressor((50,), max_iter=5, tol=0, **FEW), "numbers"),
    "ElmanNetwork": (lambda: rl.ElmanNetwork(10, max_iter=2, tol=0, **FEW), "classes"),
    "SelfOrganizingMap": (lambda: rl.SelfOrganizingMap((10, 10), max_iter=5, **FEW), "samples"),
    "SelfOrganizingMap, online": (
        lambda: rl.SelfOrganizingMap((10, 10), training="online", max_iter=2, **FEW),
        "samples",
    ),
    "ART1": (lambda: rl.ART1(rho=0.1, max_iter=2), "samples"),
    "FuzzyART": (lambda: rl.FuzzyART(rho=0.1, max_iter=2), "samples"),
    "FuzzyARTMAP": (lambda: rl.FuzzyARTMAP(rho=0.1, max_iter=1), "classes"),
    "HopfieldNetwork": (lambda: rl.HopfieldNetwork(**FEW), "patterns"),
    "PCA": (lambda: rl.PCA(5), "samples"),
    "Whitening": (lambda: rl.Whitening(5), "samples"),
    "FastICA": (lambda: rl.FastICA(5, max_iter=5, tol=0, **FEW), "samples"),
    "Infomax": (lambda: rl.Infomax(5, max_iter=5, tol=0, **FEW), "samples"),
    "Picard": (lambda: rl.Picard(5, max_iter=5, tol=0, **FEW), "samples"),
    "SFA": (lambda: rl.SFA(5), "samples"),
    "FDA": (lambda: rl.FDA(), "classes"),
    "FactorAnalysis": (lambda: rl.FactorAnalysis(5, max_iter=5, tol=0), "samples"),
}


def seconds(name, n, d):
    make, kind = ESTIMATORS[name]
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n, d)) + rng.standard_normal((n, 5)) @ rng.standard_normal((5, d))
    y = (X[:, 0] + rng.standard_normal(n) > 0).astype(int)  # which no plane parts
    given = dict(samples=(X,), classes=(X, y), numbers=(X, X[:, 0]), patterns=(np.where(X > 0, 1, -1),))[kind]
    best = np.inf
    for _ in range(3):
        start = time.process_time()
        rl.linear_separability(X, y) if make is None else make().fit(*given)
        best = min(best, time.process_time() - start)
    return best


def growth(name, sizes):
    times = [seconds(name, n, d) for n, d in sizes]
    (n0, d0), (n1, d1) = sizes[-2:]
    return times, np.log(times[-1] / times[-2]) / np.log(n1 * d1 / (n0 * d0))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--names", nargs="*", default=list(ESTIMATORS))
    parser.add_argument("--quick", action="store_true", help="a quarter of the sizes")
    args = parser.parse_args()
    ranvier.set_threads(1)  # time is the processor's
    part = 4 if args.quick else 1
    tall = [(n // part, 20) for n in (2000, 8000, 32000)]
    wide = [(100, d // part) for d in (500, 1000, 2000)]
    print(f"{'seconds':26s} " + " ".join(f"{f'{n} x {d}':>11s}" for n, d in tall) + "    in n  "
          + " ".join(f"{f'{n} x {d}':>11s}" for n, d in wide) + "    in d")  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in args.names:
            (down, in_n), (across, in_d) = growth(name, tall), growth(name, wide)
            print(f"{name:26s} " + " ".join(f"{t:11.4f}" for t in down) + f"  {in_n:6.1f}  "
                  + " ".join(f"{t:11.4f}" for t in across) + f"  {in_d:6.1f}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()

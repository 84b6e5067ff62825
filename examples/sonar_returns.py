"""Mines or rocks: the experiment of Gorman and Sejnowski (1988) on sonar returns, repeated.

Paper: Gorman & Sejnowski, Neural Networks 1:75-89, doi:10.1016/0893-6080(88)90023-8, tables 1 and 2.
Nets of 0 to 24 hidden logistic units and two outputs; learning rate 2.0, no momentum, errors below 0.2 taken as 0,
weights begin uniform in +-0.3, 300 presentations, ten runs. Angle-independent: 13-fold cross-validation of shuffled
returns. Angle-dependent: 104 returns to learn from, 104 to test on.
"""

import argparse
import os
import pathlib
import re
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np

import ranvier
import ranvier.learn as rl

PUBLISHED = {  # hidden units: (independent, dependent), per cent and standard deviation
    0: ((77.1, 8.3), (73.1, 4.8)), 2: ((81.9, 6.2), (85.7, 6.3)), 3: ((82.0, 7.3), (87.6, 3.0)),
    6: ((83.5, 5.6), (89.3, 2.4)), 12: ((84.7, 5.7), (90.4, 1.8)), 24: ((84.5, 5.7), (89.2, 1.4)),
}


def returns(folder):
    """Spectra (208, 60), classes (0: rock, 1: mine) and which belong to the angle-dependent training set."""
    X, y, training = [], [], []
    for label, name in enumerate(("sonar.rocks", "sonar.mines")):
        text = (pathlib.Path(folder) / name).read_text()
        for head, body in re.findall(r"(\*?)C[RM]\d+:\s*\{([^}]*)\}", text):
            X.append([float(v) for v in body.split()])
            y.append(label)
            training.append(head == "*")
    return np.array(X), np.array(y), np.array(training)


def accuracy(X, y, train, test, hidden, seed):
    net = rl.MLPClassifier((hidden,) if hidden else (), "logistic", loss="squared_error", dead_zone=0.2, solver="sgd",
                           learning_rate_init=2.0, momentum=0.0, nesterovs_momentum=False, batch_size=1, alpha=0.0,
                           max_iter=300, tol=0.0, n_iter_no_change=10**6, init_range=0.3, random_state=seed)
    return net.fit(X[train], y[train]).score(X[test], y[test])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default=pathlib.Path(os.environ.get("RANVIER_DATA", "../shared/data")) / "sonar")
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--figures", type=pathlib.Path)
    args = parser.parse_args()
    X, y, marked = returns(args.data)
    assert X.shape == (208, 60), X.shape
    start = time.perf_counter()
    jobs = []
    for hidden in PUBLISHED:
        for run in range(args.runs):
            order = np.random.default_rng(run).permutation(208)
            for fold in range(13):
                test = order[fold * 16 : (fold + 1) * 16]
                jobs.append((hidden, 0, run, np.setdiff1d(order, test), test))
            jobs.append((hidden, 1, run, np.flatnonzero(marked), np.flatnonzero(~marked)))

    def work(job):
        hidden, kind, run, train, test = job
        before = ranvier.set_threads(1)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return accuracy(X, y, train, test, hidden, run)
        finally:
            ranvier.set_threads(before)

    with warnings.catch_warnings(), ThreadPoolExecutor(2) as pool:
        warnings.simplefilter("ignore")
        scores = np.array(list(pool.map(work, jobs))) * 100
    seconds = time.perf_counter() - start
    table = []
    print("hidden   angle-independent: ours, paper      angle-dependent: ours, paper")
    for hidden, published in PUBLISHED.items():
        line = f"{hidden:6d}"
        for kind in (0, 1):
            mine = np.array([s for s, j in zip(scores, jobs) if j[0] == hidden and j[1] == kind])
            mean, (paper, spread) = mine.mean(), published[kind]
            table.append((hidden, kind, mean, mine.std(), paper, spread))
            line += f"   {mean:5.1f} ± {mine.std():4.1f}   {paper:5.1f} ± {spread:3.1f} {'' if abs(mean - paper) <= spread else '*'}"
        print(line)
    print(f"{len(jobs)} nets in {seconds:.1f} s on two threads; * marks means farther from the paper's than its deviation")
    if args.out:
        np.savez(args.out, table=np.array(table), seconds=seconds)


if __name__ == "__main__":
    main()

"""What one threshold unit can't do: exclusive or, as a picture, and what a hidden layer changes.

Minsky & Papert 1969, Perceptrons: no line parts {00, 11} from {01, 10}, so Rosenblatt's rule never ends. Rumelhart, Hinton &
Williams 1986, doi:10.1038/323533a0: two hidden units and backpropagation do it, though now and then a run ends in a
local minimum (Parallel Distributed Processing, chapter 8: twice in several hundred runs, with settings of its own).
"""

import argparse
import json
import pathlib
import warnings

import numpy as np

import ranvier.learn as rl

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
TASKS = {"and": [0, 0, 0, 1], "or": [0, 1, 1, 1], "exclusive or": [0, 1, 1, 0]}


def net(seed):
    return rl.MLPClassifier((2,), "logistic", loss="squared_error", solver="sgd", learning_rate_init=0.5, momentum=0.9,
                            nesterovs_momentum=False, batch_size=4, alpha=0.0, max_iter=2000, tol=0.0,
                            n_iter_no_change=10**6, init_range=1.0, random_state=seed)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--figure", type=pathlib.Path)
    args = parser.parse_args()
    results, models = {}, {}
    warnings.simplefilter("ignore")
    for name, y in TASKS.items():
        unit = models[name] = rl.Perceptron(random_state=0, max_iter=100).fit(CORNERS, y)
        separable, margin = rl.linear_separability(CORNERS, y)
        bound = f"at most {(np.sqrt(3) / margin) ** 2:.0f} by Novikoff's bound" if separable else "without end"
        print(f"{name:14s} one unit: {unit.n_updates_[0]:3d} corrections ({bound}), {4 * unit.score(CORNERS, y):.0f} of 4 right, "
              f"a line {'exists' if separable else 'does not exist'}")
        results[name] = dict(separable=separable, converged=bool(unit.converged_), right=unit.score(CORNERS, y))
    y = TASKS["exclusive or"]
    runs = [net(seed).fit(CORNERS, y) for seed in range(args.runs)]
    solved = [n.score(CORNERS, y) == 1 for n in runs]
    results["hidden"] = float(np.mean(solved))
    print(f"exclusive or   two hidden units: learnt in {sum(solved)} of {args.runs} runs, the others stay in a local minimum")
    if args.out:
        args.out.write_text(json.dumps(results))
    if args.figure:
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots(1, 4, figsize=(12, 3.2), constrained_layout=True)
        for ax, (name, labels) in zip(axes, TASKS.items()):
            rl.plot_decision_boundary(models[name], CORNERS, labels, ax=ax)
            ax.set_title(f"{name}, one unit: {4 * results[name]['right']:.0f} of 4")
        rl.plot_decision_boundary(runs[int(np.argmax(solved))], CORNERS, y, ax=axes[3])
        axes[3].set_title("exclusive or, two hidden units")
        figure.savefig(args.figure, dpi=150)


if __name__ == "__main__":
    main()

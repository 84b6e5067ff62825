"""Who pays a loan back? German credit data under the costs of the Statlog project.

Published: Michie, Spiegelhalter & Taylor 1994, Machine Learning, Neural and Statistical Classification, section 9.4.3:
mean cost of a decision in 10-fold cross-validation, where a bad customer taken for a good one costs 5 and the reverse 1.
Data: 1,000 customers of a bank in Germany, 700 of them good (r-cran-caret, GermanCredit: 61 columns, most of them 0 or 1;
Statlog had the same customers as 24 numbers).
"""

import argparse
import json
import pathlib
import warnings

import numpy as np
from r_data import data_frame
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import ranvier.learn as rl

PUBLISHED = {"linear discriminant": 0.535, "logistic discriminant": 0.538, "k nearest neighbours": 0.694,
             "everyone refused": 0.700, "backpropagation": 0.772, "learning vector quantisation": 0.963}
BAD_TAKEN, GOOD_REFUSED = 5.0, 1.0


def customers():
    frame = data_frame("caret", "GermanCredit")
    bad = (frame.pop("Class") == "Bad").astype(int)
    X = np.column_stack(list(frame.values())).astype(float)
    return X[:, np.ptp(X, axis=0) > 0], bad


def cost(bad, refused):
    return np.mean(BAD_TAKEN * (bad & ~refused) + GOOD_REFUSED * (~bad & refused))


def models(seed):
    net = dict(alpha=1.0, max_iter=60, random_state=seed)
    return {
        "no hidden layer": rl.MLPClassifier((), solver="lbfgs", alpha=1.0, random_state=seed),
        "10 hidden units": rl.MLPClassifier((10,), "tanh", learning_rate_init=0.005, **net),
        "10 hidden units, 0/1 decision": rl.MLPClassifier((10,), "tanh", learning_rate_init=0.005, **net),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5, help="of the 10-fold cross-validation")
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--figure", type=pathlib.Path)
    args = parser.parse_args()
    X, bad = customers()
    names = list(models(0))
    scores = np.empty((len(names), args.repeats, len(bad)))
    for repeat in range(args.repeats):
        for train, test in StratifiedKFold(10, shuffle=True, random_state=repeat).split(X, bad):
            for k, model in enumerate(models(repeat).values()):
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    scores[k, repeat, test] = make_pipeline(StandardScaler(), model).fit(X[train], bad[train]).predict_proba(X[test])[:, 1]
    # The least expected cost: refuse where 5 p > 1 - p.
    limit = GOOD_REFUSED / (BAD_TAKEN + GOOD_REFUSED)
    costs = {}
    print("mean cost of a decision (everyone refused: 0.700)")
    for k, name in enumerate(names):
        each = [cost(bad == 1, s > (0.5 if "0/1" in name else limit)) for s in scores[k]]
        costs[name] = float(np.mean(each))
        print(f"  {name:32s} ours  {np.mean(each):.3f} ± {np.std(each):.3f}")
    for name, value in PUBLISHED.items():
        print(f"  {name:32s} Statlog {value:.3f}")
    if args.out:
        args.out.write_text(json.dumps(costs))
    if args.figure:
        import matplotlib.pyplot as plt

        limits = np.linspace(0.01, 0.9, 90)
        ax = plt.subplots(figsize=(5, 3.5), constrained_layout=True)[1]
        for k, name in enumerate(names[:2]):
            ax.plot(limits, [cost(bad == 1, scores[k, 0] > u) for u in limits], label=name)
        ax.axvline(limit, color="k", linewidth=0.8)
        ax.axhline(0.7, color="0.6", linestyle=":", label="everyone refused")
        ax.axhline(PUBLISHED["logistic discriminant"], color="0.6", linestyle="--", label="Statlog: logistic discriminant")
        ax.set(xlabel="probability of default above which a loan is refused", ylabel="mean cost", ylim=(0.4, 1.5))
        ax.legend()
        ax.figure.savefig(args.figure, dpi=150)


if __name__ == "__main__":
    main()

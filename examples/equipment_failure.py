"""Which valve of the radiator failed? Sensor readings of space shuttle flights.

Published: Michie, Spiegelhalter & Taylor 1994, Machine Learning, Neural and Statistical Classification, section 9.5.1
(Shuttle control): error on the last 14,500 of 58,000 readings after learning from the first 43,500.
Data: r-cran-mlbench, Shuttle: nine integers a reading, seven states of which the rarest occur 10 and 13 times.
"""

import argparse
import json
import pathlib
import time
import warnings

import numpy as np
from r_data import data_frame
from sklearn.metrics import confusion_matrix
from sklearn.preprocessing import QuantileTransformer

import ranvier.learn as rl

PUBLISHED = {"backpropagation": 0.43, "k nearest neighbours": 0.44, "learning vector quantisation": 0.44,
             "radial basis functions": 1.40, "logistic discriminant": 3.83, "linear discriminant": 4.83}  # per cent wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passes", type=int, default=25)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--figure", type=pathlib.Path)
    args = parser.parse_args()
    frame = data_frame("mlbench", "Shuttle")
    y = frame.pop("Class")
    X = np.column_stack(list(frame.values()))
    train, test = slice(0, 43500), slice(43500, None)
    # Some sensors jump by thousands: ranks tell more than values.
    scale = QuantileTransformer(n_quantiles=200, subsample=43500, random_state=0).fit(X[train])
    A, B = scale.transform(X[train]), scale.transform(X[test])
    errors = {}
    for name, model in {
        "40 hidden units": rl.MLPClassifier((40,), learning_rate_init=0.005, max_iter=args.passes, random_state=0),
        "fuzzy ARTMAP, one pass": rl.FuzzyARTMAP(rho=0.0, feature_range=(0, 1)),
        "no hidden layer": rl.MLPClassifier((), learning_rate_init=0.02, max_iter=args.passes, random_state=0),
    }.items():
        start = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            guess = model.fit(A, y[train]).predict(B)
        errors[name] = 100 * float(np.mean(guess != y[test]))
        print(f"{name:30s} ours    {errors[name]:5.2f} % wrong ({time.perf_counter() - start:.1f} s)")
        if name.startswith("40"):
            table = confusion_matrix(y[test], guess, labels=model.classes_)
    for name, value in PUBLISHED.items():
        print(f"{name:30s} Statlog {value:5.2f} % wrong")
    print(f"{'always normal':30s}         {100 * np.mean(y[test] != 'Rad.Flow'):5.2f} % wrong")
    if args.out:
        args.out.write_text(json.dumps(errors))
    if args.figure:
        import matplotlib.pyplot as plt
        from matplotlib.colors import LogNorm

        names = np.unique(y[train])
        ax = plt.subplots(figsize=(5, 4), constrained_layout=True)[1]
        ax.imshow(np.where(table > 0, table, np.nan), norm=LogNorm(1, 12000))
        for i, j in np.argwhere(table):
            ax.text(j, i, table[i, j], ha="center", va="center", fontsize=8, color="w" if table[i, j] < 3000 else "k")
        ax.set(xticks=range(7), xticklabels=names, yticks=range(7), yticklabels=names, xlabel="said", ylabel="true")
        ax.tick_params(axis="x", rotation=45)
        ax.figure.savefig(args.figure, dpi=150)


if __name__ == "__main__":
    main()

"""Handwritten digits, 8 x 8 pixels: a net, fuzzy ARTMAP and a self-organizing map read them.

Published, on the same halves (the first 898 images to learn from, the last 899 to test on): scikit-learn's example
"Recognizing hand-written digits" reads 97 % of them with a support vector machine. Alpaydin & Kaynak 1998, Kybernetika
34:369-374, read 98.0 % of these 1,797 with the nearest of 3,823 further images, which scikit-learn does not carry.
Data: scikit-learn's digits.
"""

import argparse
import json
import pathlib
import warnings

import numpy as np
from sklearn.datasets import load_digits

import ranvier.learn as rl


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--figure", type=pathlib.Path)
    args = parser.parse_args()
    X, y = load_digits(return_X_y=True)
    X = X / 16
    train, test = slice(0, 898), slice(898, None)
    models = {
        "two layers of 200 units": rl.MLPClassifier((200, 200), alpha=0.01, max_iter=60, random_state=0),
        "100 hidden units": rl.MLPClassifier((100,), max_iter=200, random_state=0),
        "fuzzy ARTMAP (rho 0.8)": rl.FuzzyARTMAP(rho=0.8, feature_range=(0, 1)),
        "perceptrons, one against the rest": rl.Perceptron(pocket=True, max_iter=50, diagnose=False, random_state=0),
    }
    right = {}
    for name, model in models.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            right[name] = float(model.fit(X[train], y[train]).score(X[test], y[test]))
    som = rl.SelfOrganizingMap((15, 15), sigma_end=0.5, max_iter=30, random_state=0).fit(X[train])
    # A unit takes the label that most of its samples have; a unit without samples that of the nearest unit with some.
    votes = np.zeros((225, 10))
    np.add.at(votes, (som.predict(X[train]), y[train]), 1)
    known = np.flatnonzero(votes.sum(axis=1))
    gap = np.linalg.norm(som.weights_[:, None] - som.weights_[known], axis=2)
    labels = votes[known[gap.argmin(axis=1)]].argmax(axis=1)
    right["map of 15 x 15 units, voting"] = float(np.mean(labels[som.predict(X[test])] == y[test]))
    for name, part in right.items():
        print(f"{name:36s} ours {100 * part:5.1f} % right")
    print(f"{'support vector machine':36s} scikit-learn's example, same halves: 97 %")
    print(f"{'nearest neighbour':36s} Alpaydin & Kaynak 1998, 3,823 images to learn from: 98.0 %")
    if args.out:
        args.out.write_text(json.dumps(right))
    if args.figure:
        import matplotlib.pyplot as plt

        figure, (left, middle) = plt.subplots(1, 2, figsize=(9, 4.3), constrained_layout=True)
        tiles = som.weights_.reshape(15, 15, 8, 8)[::-1].transpose(0, 2, 1, 3).reshape(120, 120)
        left.imshow(tiles, cmap="gray_r")
        left.set(xticks=[], yticks=[], title="what the units of the map stand for")
        rl.plot_map(som, ax=middle)
        for (u, v), label in zip(som.positions_, labels):
            middle.text(u, v, label, ha="center", va="center", color="w", fontsize=7)
        middle.set_title("U-matrix and labels")
        figure.savefig(args.figure, dpi=150)


if __name__ == "__main__":
    main()

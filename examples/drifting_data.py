"""Data that drift: a model that goes on learning, and one that stopped.

The SEA concepts of Street & Kim 2001, doi:10.1145/502512.502568: three numbers uniform in 0 to 10 of which two matter, class
1 where their sum is at most theta; theta is 8, 9, 7, 9.5 for a quarter of the stream each; one label in ten is wrong, so
that 0.90 is all there is to reach. They show their ensemble of trees in figures, without numbers to set beside these.
Each batch is first a test, then a lesson (partial_fit).
"""

import argparse
import json
import pathlib

import numpy as np

import ranvier.learn as rl

THRESHOLDS = (8.0, 9.0, 7.0, 9.5)
BATCH = 250


def stream(rng, samples):
    for theta in THRESHOLDS:
        for _ in range(samples // len(THRESHOLDS) // BATCH):
            X = rng.uniform(0, 10, (BATCH, 3))
            y = (X[:, 0] + X[:, 1] <= theta).astype(int)
            yield (X - 5) / 3, np.where(rng.random(BATCH) < 0.1, 1 - y, y)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=60000)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--figure", type=pathlib.Path)
    args = parser.parse_args()
    models = {
        "net, goes on learning": rl.MLPClassifier((8,), "tanh", batch_size=25, learning_rate_init=0.01, random_state=0),
        "net, stopped after the first quarter": rl.MLPClassifier((8,), "tanh", batch_size=25, learning_rate_init=0.01, random_state=0),
        "Adaline, goes on learning": rl.Adaline(eta0=0.02, random_state=0),
    }
    scores = {name: [] for name in models}
    batches = list(stream(np.random.default_rng(1), args.samples))
    for k, (X, y) in enumerate(batches):
        for name, model in models.items():
            if k:
                scores[name].append(model.score(X, y))
            if "stopped" not in name or k < len(batches) // 4:
                model.partial_fit(X, y, classes=[0, 1])
    quarter = (len(batches) - 1) // 4
    parts = {name: [float(np.mean(s[i * quarter : (i + 1) * quarter])) for i in range(4)] for name, s in scores.items()}
    print(f"{'right before it is learnt, theta =':38s}" + "".join(f"{theta:8.1f}" for theta in THRESHOLDS))
    for name, row in parts.items():
        print(f"{name:38s}" + "".join(f"{v:8.3f}" for v in row))
    print(f"{'all there is to reach':38s}" + "   0.900" * 4)
    if args.out:
        args.out.write_text(json.dumps(parts))
    if args.figure:
        import matplotlib.pyplot as plt

        ax = plt.subplots(figsize=(7, 3), constrained_layout=True)[1]
        for name, s in scores.items():
            ax.plot(BATCH * np.arange(2, len(s) - 4), np.convolve(s, np.ones(7) / 7, "valid"), label=name, linewidth=1)
        for i in (1, 2, 3):
            ax.axvline(i * args.samples / 4, color="0.7", linewidth=0.8)
        ax.axhline(0.9, color="k", linewidth=0.6)
        ax.set(xlabel="samples seen", ylabel="right", ylim=(0.7, 0.93))
        ax.legend(fontsize=8)
        ax.figure.savefig(args.figure, dpi=150)


if __name__ == "__main__":
    main()

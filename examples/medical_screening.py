"""Screening for diabetes: the threshold of a test, and its receiver operating characteristic.

Published: Smith, Everhart, Dickson, Knowler & Johannes 1988, Proc. Symp. Comput. Appl. Med. Care, pp. 261-265: ADAP, a
perceptron-like network, learnt from 576 of 768 Pima women and gave sensitivity = specificity = 0.76 on the other 192, at
the threshold 0.448 where both are equal.
Data: r-cran-mlbench, PimaIndiansDiabetes (the same 768 women; which 576 is not said, so 20 divisions are drawn).
"""

import argparse
import json
import pathlib
import warnings

import numpy as np
from r_data import data_frame
from sklearn.metrics import roc_auc_score, roc_curve
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import ranvier.learn as rl


def crossing(y, p):
    """(sensitivity = specificity, the threshold there)."""
    false, true, limits = roc_curve(y, p, drop_intermediate=False)
    k = np.argmin(np.abs(true - (1 - false)))
    return (true[k] + 1 - false[k]) / 2, limits[k]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--divisions", type=int, default=20)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--figure", type=pathlib.Path)
    args = parser.parse_args()
    frame = data_frame("mlbench", "PimaIndiansDiabetes")
    y = (frame.pop("diabetes") == "pos").astype(int)
    X = np.column_stack(list(frame.values()))
    assert X.shape == (768, 8) and y.sum() == 268
    equal, areas, curves = [], [], []
    for seed in range(args.divisions):
        train, test = train_test_split(np.arange(768), test_size=192, random_state=seed, stratify=y)
        net = rl.MLPClassifier((8,), "tanh", alpha=1.0, learning_rate_init=0.01, max_iter=80, random_state=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # 80 passes are all there are
            p = make_pipeline(StandardScaler(), net).fit(X[train], y[train]).predict_proba(X[test])[:, 1]
        equal.append(crossing(y[test], p))
        areas.append(roc_auc_score(y[test], p))
        curves.append(roc_curve(y[test], p)[:2])
    equal = np.array(equal)
    print(f"sensitivity = specificity   ours {equal[:, 0].mean():.3f} ± {equal[:, 0].std():.3f} ({args.divisions} divisions)"
          f"   ADAP 1988: 0.76")
    print(f"at the threshold            ours {equal[:, 1].mean():.3f} ± {equal[:, 1].std():.3f}   ADAP 1988: 0.448 (another scale)")
    print(f"area under the curve        ours {np.mean(areas):.3f} ± {np.std(areas):.3f}")
    if args.out:
        args.out.write_text(json.dumps(dict(equal=equal[:, 0].tolist(), areas=areas)))
    if args.figure:
        import matplotlib.pyplot as plt

        ax = plt.subplots(figsize=(4, 4), constrained_layout=True)[1]
        for false, true in curves:
            ax.plot(false, true, color="C0", alpha=0.2)
        ax.plot([0, 1], [1, 0], color="0.7", linewidth=0.8)
        ax.plot(1 - equal[:, 0].mean(), equal[:, 0].mean(), "o", label="ours, mean")
        ax.plot(0.24, 0.76, "ks", label="ADAP 1988")
        ax.set(xlabel="1 - specificity", ylabel="sensitivity", aspect="equal")
        ax.legend(loc="lower right")
        ax.figure.savefig(args.figure, dpi=150)


if __name__ == "__main__":
    main()

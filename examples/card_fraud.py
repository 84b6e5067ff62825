"""Which card payments are fraud? Fewer than one in a hundred are, and the fraudsters' targets move on.

No recorded fraud data come with an installable package, so these payments are SIMULATED, by the rules of Le Borgne,
Siblini, Lebichot & Bontempi 2022, Reproducible Machine Learning for Credit Card Fraud Detection, chapter 3: customers with
habits of their own pay at terminals nearby; every payment above 220 is fraud, terminals that were taken over cheat
for 28 days, and of stolen cards every third payment is five times as high for 14 days. As there, nets learn a week,
the next week's frauds come to light too late, and the week after that is the test, without cards known to be stolen.

Published (chapter 7, their own draw of the simulation): area under the ROC curve, average precision, and
card precision (of the 100 most suspicious cards of a day, the part that was misused).
"""

import argparse
import json
import pathlib
import warnings

import numpy as np
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score
from sklearn.preprocessing import StandardScaler

import ranvier.learn as rl

PUBLISHED = {"Le Borgne 2022: logistic regression": (0.868, 0.623, 0.297), "Le Borgne 2022: random forest": (0.870, 0.678, 0.299),
             "Le Borgne 2022: neural network": (0.876, 0.675, 0.303)}
CUSTOMERS, TERMINALS, DAYS = 5000, 10000, 84
LEARN, TEST = (63, 70), (77, 84)


def payments(rng):
    """Arrays day, second, customer, terminal, amount, fraud; in the order of time."""
    home, shop = rng.uniform(0, 100, (CUSTOMERS, 2)), rng.uniform(0, 100, (TERMINALS, 2))
    mean, rate = rng.uniform(5, 100, CUSTOMERS), rng.uniform(0, 4, CUSTOMERS)
    count = rng.poisson(rate[:, None], (CUSTOMERS, DAYS))
    customer = np.repeat(np.arange(CUSTOMERS), count.sum(axis=1))
    day = np.concatenate([np.repeat(np.arange(DAYS), c) for c in count])
    second = rng.normal(43200, 20000, len(day))
    amount = rng.normal(mean[customer], mean[customer] / 2)
    amount = np.round(np.where(amount < 0, rng.uniform(0, 2 * mean[customer]), amount), 2)
    terminal = np.full(len(day), -1)
    begin = np.searchsorted(customer, np.arange(CUSTOMERS + 1))
    for c in range(CUSTOMERS):
        near = np.flatnonzero(((shop - home[c]) ** 2).sum(axis=1) < 25)
        if len(near):
            terminal[begin[c] : begin[c + 1]] = rng.choice(near, begin[c + 1] - begin[c])
    kept = (second > 0) & (second < 86400) & (terminal >= 0)
    day, second, customer, terminal, amount = (a[kept] for a in (day, second, customer, terminal, amount))
    order = np.lexsort((second, day))
    day, second, customer, terminal, amount = (a[order] for a in (day, second, customer, terminal, amount))
    fraud = amount > 220
    for today in range(DAYS):
        taken = np.isin(terminal, rng.choice(TERMINALS, 2, replace=False))
        fraud |= taken & (day >= today) & (day < today + 28)
        stolen = np.isin(customer, rng.choice(CUSTOMERS, 3, replace=False))
        which = np.flatnonzero(stolen & (day >= today) & (day < today + 14))
        which = rng.choice(which, len(which) // 3, replace=False)
        amount[which] *= 5
        fraud[which] = True
    return day, second, customer, terminal, amount, fraud


def past(owner, owners, day, value, width, delay=0):
    """Per payment: number and sum of value over the owner's payments in the days (day - delay - width, day - delay]."""
    table = np.zeros((2, owners, DAYS + 1))
    np.add.at(table[0], (owner, day + 1), 1)
    np.add.at(table[1], (owner, day + 1), value)
    table = table.cumsum(axis=2)
    last, first = np.maximum(day + 1 - delay, 0), np.maximum(day + 1 - delay - width, 0)
    return table[:, owner, last] - table[:, owner, first]


def features(day, second, customer, terminal, amount, fraud):
    """The 15 of the book. Its windows end with the payment, these with the day: a card is judged in the evening."""
    columns = [amount, day % 7 >= 5, second <= 6 * 3600]
    for width in (1, 7, 30):
        n, total = past(customer, CUSTOMERS, day, amount, width)
        columns += [n, total / n]
        n, cheated = past(terminal, TERMINALS, day, fraud, width, delay=7)
        columns += [n, cheated / np.maximum(n, 1)]
    return np.column_stack(columns).astype(float)


def card_precision(p, fraud, customer, day, top=100):
    """Mean over days; cards found out are not looked at again."""
    found, parts = set(), []
    for today in np.unique(day):
        which = np.flatnonzero((day == today) & ~np.isin(customer, list(found)))
        cards, inverse = np.unique(customer[which], return_inverse=True)
        risk, guilty = np.zeros(len(cards)), np.zeros(len(cards), bool)
        np.maximum.at(risk, inverse, p[which])
        np.logical_or.at(guilty, inverse, fraud[which])
        first = np.argsort(-risk, kind="stable")[:top]
        parts.append(guilty[first].sum() / top)
        found |= set(cards[first][guilty[first]])
    return np.mean(parts)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--figure", type=pathlib.Path)
    args = parser.parse_args()
    day, second, customer, terminal, amount, fraud = payments(np.random.default_rng(args.seed))
    X = features(day, second, customer, terminal, amount, fraud)
    train = (day >= LEARN[0]) & (day < LEARN[1])
    known = np.unique(customer[train & fraud])
    test = (day >= TEST[0]) & (day < TEST[1]) & ~np.isin(customer, known)
    print(f"{len(day)} simulated payments, {100 * fraud.mean():.2f} % fraud; {train.sum()} to learn from, {test.sum()} to test on")
    scale = StandardScaler().fit(X[train])
    A, B = scale.transform(X[train]), scale.transform(X[test])
    table, curves = {}, {}
    for name, model in {
        "ours: no hidden layer": rl.MLPClassifier((), solver="lbfgs", max_iter=300, random_state=0),
        "ours: 40 hidden units": rl.MLPClassifier((40,), batch_size=64, alpha=0.01, max_iter=12, random_state=0),
        "ours: 40 hidden, fraud weighs 10": rl.MLPClassifier((40,), batch_size=64, alpha=0.01, max_iter=12, random_state=0,
                                                             class_weight={False: 1, True: 10}),
    }.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            p = model.fit(A, fraud[train]).predict_proba(B)[:, 1]
        table[name] = (roc_auc_score(fraud[test], p), average_precision_score(fraud[test], p),
                       card_precision(p, fraud[test], customer[test], day[test]))
        curves[name] = precision_recall_curve(fraud[test], p)
    print(f"{'':38s} ROC area   average precision   card precision@100")
    for name, row in {**table, **PUBLISHED}.items():
        print(f"{name:38s}   {row[0]:.3f}         {row[1]:.3f}               {row[2]:.3f}")
    print(f"{'chance':38s}   0.500         {fraud[test].mean():.3f}")
    if args.out:
        args.out.write_text(json.dumps(dict(table=table, part=float(fraud.mean()))))
    if args.figure:
        import matplotlib.pyplot as plt

        ax = plt.subplots(figsize=(4.5, 3.6), constrained_layout=True)[1]
        for name, (precision, recall, _) in curves.items():
            ax.plot(recall, precision, label=name[6:])
        ax.set(xlabel="part of the fraud found", ylabel="precision", title="simulated card payments")
        ax.legend()
        ax.figure.savefig(args.figure, dpi=150)


if __name__ == "__main__":
    main()

"""Published results of ranvier.learn's classics that need more than one fit."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from conftest import PACKAGES, ROOT

pytest.importorskip("sklearn")
from sklearn.datasets import load_digits  # noqa: E402

import ranvier.learn as rl  # noqa: E402

sys.path.insert(0, str(ROOT / "examples"))
import r_data  # noqa: E402


def votes(X, y, train, test, orders):
    """Part right of each fuzzy ARTMAP (one pass, rho 0, beta 1) over its own order of the samples, and of their vote.

    The vote over orders is part of the method: Carpenter et al. 1992, doi:10.1109/72.159059, section V.
    """
    single, counts = [], np.zeros((len(test), len(np.unique(y))))
    for seed in range(orders):
        order = np.random.default_rng(seed).permutation(train)
        model = rl.FuzzyARTMAP(rho=0.0, beta=1.0, feature_range=(0, 1)).fit(X[order], y[order])
        guess = model.predict(X[test])
        single.append(np.mean(guess == y[test]))
        counts[np.arange(len(test)), np.searchsorted(model.classes_, guess)] += 1
    return np.mean(single), np.mean(model.classes_[counts.argmax(axis=1)] == y[test])


def test_fuzzy_artmap_reads_letters():
    if r_data.find("mlbench", "LetterRecognition") is None:
        pytest.skip("r-cran-mlbench is not on this machine (tools/example_data.sh fetches its data)")
    frame = r_data.data_frame("mlbench", "LetterRecognition")
    y = frame.pop("lettr")
    X = np.column_stack(list(frame.values())) / 15
    parts = [np.random.default_rng(100 + k).permutation(20000)[:4000] for k in range(5)]
    single, vote = np.mean([votes(X, y, part[:2000], part[2000:], 5) for part in parts], axis=0)
    # One pass: artlib 0.1.12 makes the same predictions (tests/conformance), 0.64 to 0.74 depending on order and samples.
    assert 0.64 < single < 0.74 and vote >= 0.70


def test_fuzzy_artmap_reads_digits():
    X, y = load_digits(return_X_y=True)
    parts = [np.random.default_rng(100 + k).permutation(1797) for k in range(5)]
    single, vote = np.mean([votes(X / 16, y, part[:1200], part[1200:], 5) for part in parts], axis=0)
    assert 0.80 < single < 0.88 and vote >= 0.85


def test_a_hopfield_network_holds_0_14_patterns_a_unit(tmp_path):
    # Networks of 250 to 2,000 units, a fraction of those of the whole experiment, which takes minutes.
    out = tmp_path / "capacity.json"
    done = subprocess.run([sys.executable, str(ROOT / "benchmarks/hopfield_capacity/capacity.py"), "--quick", "--samples", "100",
                           "--sizes", "250:40,500:20,1000:10", "--out", str(out)],
                          env={**os.environ, "PYTHONPATH": str(PACKAGES)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    result = json.loads(out.read_text())
    low, high = result["interval"]
    assert low < 0.147 and high > 0.135 and high - low < 0.03  # the interval meets the one of the literature
    kept = {int(n): np.mean(d, axis=0) for n, d in result["parts"].items()}
    assert kept[1000][0] > 0.93 and kept[1000][-1] < kept[250][-1]  # and the fall grows steeper with size

"""Speed of ranvier.learn beside its peers: each answer is checked before it is timed.

Run alone on the machine: PYTHONPATH=build/release/python .venv-peers/bin/python benchmarks/learn/run.py [row ...]
"""

# ruff: noqa: B023 — every lambda is called before its loop goes on
import pathlib
import sys
import time
import warnings

import numpy as np

import ranvier
import ranvier.learn as rl

warnings.simplefilter("ignore")
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "examples"))


def best_of(n, f):
    """Shortest time of n runs [s], and what f returned."""
    times, result = [], None
    for _ in range(n):
        start = time.perf_counter()
        result = f()
        times.append(time.perf_counter() - start)
    return min(times), result


def row(name, ours, theirs, bar, unit="s", peer="peer"):
    ratio = theirs / ours
    print(f"{name:58s} ours {ours:9.4f} {unit}  {peer} {theirs:9.4f} {unit}  {ratio:6.2f}x  bar {bar}", flush=True)


def digits():
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    return X / 16, y


def mlp():
    from sklearn.neural_network import MLPClassifier

    X, y = digits()
    rng = np.random.default_rng(0)
    A = rng.standard_normal((100000, 100))
    b = (A[:, :10] @ np.arange(10) > 0).astype(int)
    still = dict(random_state=0, tol=0, n_iter_no_change=10**6)
    for dtype in (np.float64, np.float32):
        for name, X_, y_, epochs in (("digits, 200 epochs", X, y, 200), ("100 k x 100, 3 epochs", A, b, 3)):
            X_ = X_.astype(dtype)
            theirs, m0 = best_of(2, lambda: MLPClassifier((100,), max_iter=epochs, **still).fit(X_, y_))
            times = {}
            for threads in (1, 2):
                ranvier.set_threads(threads)
                times[threads], m1 = best_of(3, lambda: rl.MLPClassifier((100,), max_iter=epochs, **still).fit(X_, y_))
            assert abs(m0.loss_ - m1.loss_) < 0.2 * m0.loss_ + 0.005, (m0.loss_, m1.loss_)
            assert m1.score(X_, y_) > m0.score(X_, y_) - 0.01
            row(f"MLP(100) {name} {np.dtype(dtype)} 1 thread", times[1], theirs, "3x", peer="sklearn")
            print(f"    two threads: {times[1] / times[2]:.2f}x of one (bar 1.7x for 100 k x 100)")


def wide():
    rng = np.random.default_rng(0)
    n, batch = 2048, 1000
    X, y = rng.standard_normal((batch, n)), rng.integers(0, n, batch)
    ranvier.set_threads(1)
    model = rl.MLPClassifier((n, n), max_iter=2, batch_size=batch, random_state=0, tol=0)
    one, _ = best_of(1, lambda: model.set_params(max_iter=1).fit(X, y % 10))
    three, _ = best_of(1, lambda: model.set_params(max_iter=3).fit(X, y % 10))
    flops = 2 * batch * (3 * n * n + 2 * n * n + 3 * n * 10)
    A = rng.standard_normal((n, n))
    product, _ = best_of(3, lambda: A @ A)
    rate, peak = 2 * flops / (three - one) / 1e9, 2 * n**3 / product / 1e9
    print(f"wide layers (2048, 2048): {rate:.1f} GFLOP/s of {peak:.1f} of NumPy's product: {rate / peak:.0%}  bar 60 %")


def som():
    from minisom import MiniSom

    X = digits()[0] * 16
    peer = MiniSom(20, 20, 64, sigma=10, learning_rate=0.5, random_seed=0)
    peer.pca_weights_init(X)
    theirs, _ = best_of(1, lambda: peer.train(X, 20 * len(X)))
    goal = peer.quantization_error(X)
    ranvier.set_threads(1)
    for training, end in (("batch", 0.5), ("online", 0.5)):
        ours, model = best_of(3, lambda: rl.SelfOrganizingMap((20, 20), training=training, sigma_end=end, max_iter=20,
                                                              random_state=0).fit(X))
        reached = model.quantization_error_
        print(f"    QE {reached:.3f} (MiniSom {goal:.3f}), TE {model.topographic_error_:.3f}")
        if reached <= goal:
            bar = "30x" if training == "batch" else "none"
            row(f"SOM 20 x 20 on digits, 20 epochs, {training}, 1 thread", ours, theirs, bar, peer="MiniSom")
    P = np.random.default_rng(0).random((10000, 2))
    times = {}
    for threads in (1, 2):
        ranvier.set_threads(threads)
        m = rl.SelfOrganizingMap((100, 100), max_iter=5, random_state=0)
        five, _ = best_of(2, lambda: m.set_params(max_iter=5).fit(P))
        one, _ = best_of(2, lambda: m.set_params(max_iter=1).fit(P))
        times[threads] = (five - one) / 4
    print(f"batch SOM 100 x 100 on 10,000 2-D points: {times[1] * 1e3:.1f} ms an epoch (bar 50), two threads "
          f"{times[1] / times[2]:.2f}x")


def art():
    from artlib import FuzzyARTMAP
    from r_data import data_frame

    ranvier.set_threads(1)
    images, classes = digits()
    order = np.random.default_rng(0).permutation(len(images))
    frame = list(data_frame("mlbench", "LetterRecognition").values())
    letters = np.column_stack(frame[1:]).astype(float) / 15, np.unique(frame[0], return_inverse=True)[1]
    for name, (X, y), n in (("1,000 digits", (images[order], classes[order]), 1000), ("2,000 letters", letters, 2000)):
        train, test = slice(0, n), slice(n, 2 * n)
        P = np.hstack([X, 1 - X])  # the peer wants its input complement-coded
        theirs, peer = best_of(3, lambda: FuzzyARTMAP(rho=0.0, alpha=1e-3, beta=1.0).fit(P[train], y[train], max_iter=1))
        ours, model = best_of(9, lambda: rl.FuzzyARTMAP(feature_range=(0, 1)).fit(X[train], y[train]))
        assert np.allclose(model.weights_, np.array(peer.module_a.W), atol=1e-12, rtol=0)
        score = model.score(X[test], y[test])
        assert score == np.mean(peer.predict(P[test]) == y[test])
        print(f"    same {len(model.weights_)} categories as artlib, accuracy {score:.3f} on as many others")
        row(f"Fuzzy ARTMAP learns {name}, 1 pass", ours, theirs, "20x" if n == 2000 else "none", peer="artlib")
        theirs, _ = best_of(3, lambda: peer.predict(P[test]))
        ours, _ = best_of(9, lambda: model.predict(X[test]))
        row(f"Fuzzy ARTMAP reads {name}", ours, theirs, "none", peer="artlib")


def ica():
    import mne

    mne.set_log_level("error")
    rng = np.random.default_rng(0)
    S = rng.laplace(size=(20, 60000))
    S[::4] = rng.uniform(-1, 1, size=S[::4].shape)
    X = rng.standard_normal((306, 20)) @ S + 0.05 * rng.standard_normal((306, 60000))
    raw = mne.io.RawArray(X, mne.create_info(306, 600.0, "eeg"))
    for method, ours_class, kwargs in (("fastica", rl.FastICA, dict(max_iter=1000)), ("infomax", rl.Infomax, dict(max_iter=500))):
        params = dict(extended=True) if method == "infomax" else None
        peer = mne.preprocessing.ICA(20, method=method, fit_params=params, random_state=0, max_iter="auto")
        theirs, _ = best_of(1, lambda: peer.fit(raw))
        Xt = np.ascontiguousarray(X.T)
        times = {}
        for threads in (1, 2):
            ranvier.set_threads(threads)
            times[threads], model = best_of(2, lambda: ours_class(20, random_state=0, **kwargs).fit(Xt))
        found = np.abs(np.corrcoef(model.transform(Xt).T, S)[:20, 20:]).max(axis=0)
        peers = np.abs(np.corrcoef(peer.get_sources(raw).get_data(), S)[:20, 20:]).max(axis=0)
        print(f"    weakest source found with correlation {found.min():.4f} (MNE {peers.min():.4f})")
        assert found.min() > peers.min() - 0.01
        row(f"{method}, 20 of 306 x 60,000, 1 thread", times[1], theirs, "3x", peer="MNE")
        print(f"    two threads: {times[1] / times[2]:.2f}x of one (bar 1.7x)")


def hopfield():
    rng = np.random.default_rng(0)
    patterns = np.where(rng.random((500, 10000)) < 0.5, -1.0, 1.0)
    cue = np.where(rng.random((1, 10000)) < 0.1, -patterns[:1], patterns[:1])
    ranvier.set_threads(1)
    for dtype in ("float64", "float32"):
        memory = rl.HopfieldNetwork(dtype=dtype, max_iter=1, random_state=0).fit(patterns)
        name = f"Hopfield, 10^4 units, {dtype}: fields and one asynchronous sweep"
        time_, r = best_of(5, lambda: memory.recall(cue, energies=False))
        assert (r.states * patterns[0]).mean() > 0.95
        print(f"{name} ({r.n_flips[0]} flips): {time_ * 1e3:.1f} ms (bar 14)")
        # The same weights, said to be any: fields come from all of them.
        memory._hebbian = False
        time_, again = best_of(5, lambda: memory.recall(cue, energies=False))
        assert (again.states == r.states).all()
        print(f"    the same from weights of any origin: {time_ * 1e3:.1f} ms")
        memory = None  # its weights make room for the next


if __name__ == "__main__":
    from threadpoolctl import threadpool_limits

    print(ranvier._core.blas(), ranvier._core.instruction_set())
    rows = dict(mlp=mlp, wide=wide, som=som, art=art, ica=ica, hopfield=hopfield)
    with threadpool_limits(1):
        for name in sys.argv[1:] or rows:
            rows[name]()

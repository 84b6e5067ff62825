"""Nets, resonance, decompositions, lesions, files and pictures of ranvier.learn."""

import json
import os
import pathlib
import pickle
import subprocess
import sys
import warnings

import numpy as np
import pytest

pytest.importorskip("sklearn")
from conftest import PACKAGES, ROOT
from sklearn import decomposition, discriminant_analysis
from sklearn.datasets import load_digits, load_iris
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.pipeline import make_pipeline

import ranvier
import ranvier.learn as rl

PROGRAM = pathlib.Path(os.environ.get("RANVIER_BUILD", ROOT / "build/dev")) / "cli/ranvier"


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return X / 16, y


@pytest.fixture(autouse=True)
def no_convergence_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_net_reads_digits_it_has_not_seen(digits, dtype):
    # scikit-learn's MLPClassifier(100) gets 0.98 of held-out digits after 200 epochs; 30 are enough for 0.95.
    X, y = digits
    net = rl.MLPClassifier(max_iter=30, random_state=0).fit(X[:1200].astype(dtype), y[:1200])
    assert net.score(X[1200:].astype(dtype), y[1200:]) > 0.9
    assert net.coefs_[0].dtype == dtype


def test_partial_fit_epoch_by_epoch_is_fit(digits):
    X, y = digits
    whole = rl.MLPClassifier((20,), max_iter=3, random_state=1).fit(X, y)
    parts = rl.MLPClassifier((20,), random_state=1)
    for _ in range(3):
        parts.partial_fit(X, y)
    for a, b in zip(whole.coefs_, parts.coefs_):
        np.testing.assert_array_equal(a, b)


def test_early_stopping_and_class_weights(digits):
    X, y = digits
    net = rl.MLPClassifier((20,), early_stopping=True, random_state=0, max_iter=300).fit(X, y)
    assert net.converged_ and len(net.validation_scores_) == net.n_iter_
    rare = np.concatenate([np.flatnonzero(y == 0), np.flatnonzero(y == 8)[:10]])
    eights = X[y == 8]
    for seed in (1, 2, 3):
        net = rl.MLPClassifier((), max_iter=15, random_state=seed)
        plain = (net.fit(X[rare], y[rare]).predict(eights) == 8).mean()
        fair = (net.set_params(class_weight="balanced").fit(X[rare], y[rare]).predict(eights) == 8).mean()
        assert fair > plain + 0.05


def test_an_elman_net_reads_the_same_bit_differently_by_context():
    rng = np.random.default_rng(0)
    X = rng.integers(0, 2, (200, 6))
    y = X.cumsum(axis=1) % 2
    net = rl.ElmanNetwork(8, max_iter=300, random_state=1).fit(X, y)
    assert (net.predict(X) == y).mean() > 0.99
    assert net.context(X).shape == (200, 6, 8)


def test_resonance_reads_digits(digits):
    # Fuzzy ARTMAP (rho 0, beta 1) on digits: 0.85 with some 30 categories (artlib 0.1).
    X, y = digits
    order = np.random.default_rng(0).permutation(len(X))
    model = rl.FuzzyARTMAP(feature_range=(0, 1)).fit(X[order[:1200]], y[order[:1200]])
    assert model.score(X[order[1200:]], y[order[1200:]]) > 0.8
    assert 10 <= len(model.weights_) < 120
    low, high = model.hyperboxes()
    assert (low <= high).all()


def test_decompositions_equal_those_of_scikit_learn_up_to_sign():
    X, y = load_iris(return_X_y=True)
    ours, theirs = rl.PCA().fit(X), decomposition.PCA().fit(X)
    np.testing.assert_allclose(np.abs(ours.components_), np.abs(theirs.components_), atol=1e-8)
    np.testing.assert_allclose(ours.explained_variance_, theirs.explained_variance_, rtol=1e-8)
    np.testing.assert_allclose(ours.inverse_transform(ours.transform(X)), X, atol=1e-10)
    fda = rl.FDA().fit(X, y).transform(X)
    lda = discriminant_analysis.LinearDiscriminantAnalysis(solver="eigen").fit(X, y).transform(X)
    lda -= lda.mean(axis=0)  # which scikit-learn's eigen solver leaves in
    lda *= np.sqrt(147 / 150)  # variance within: it divides by n, FDA by n less the number of classes
    np.testing.assert_allclose(np.abs(fda), np.abs(lda), atol=1e-8)
    ours = rl.FactorAnalysis(2, tol=1e-12, max_iter=20000).fit(X)
    theirs = decomposition.FactorAnalysis(2, tol=1e-12, max_iter=20000, svd_method="lapack").fit(X)
    np.testing.assert_allclose(ours.noise_variance_, theirs.noise_variance_, atol=1e-6)  # both stop short of the limit


def test_chunks_give_what_the_whole_gives():
    X, y = load_iris(return_X_y=True)
    order = np.random.default_rng(0).permutation(150)
    X, y = X[order], y[order]
    for make in (rl.PCA, lambda: rl.PCA(2, whiten=True), rl.Whitening, lambda: rl.Whitening(method="zca")):
        parts = make()
        for begin in range(0, 150, 40):
            parts.partial_fit(X[begin : begin + 40])
        np.testing.assert_allclose(np.abs(parts.components_), np.abs(make().fit(X).components_), atol=1e-9)
    parts = rl.FDA()
    for begin in range(0, 150, 50):
        parts.partial_fit(X[begin : begin + 50], y[begin : begin + 50])
    np.testing.assert_allclose(parts.transform(X), rl.FDA().fit(X, y).transform(X), atol=1e-9)


def test_a_flow_trains_in_phases_and_goes_on_from_a_checkpoint(tmp_path):
    rng = np.random.default_rng(0)
    t = np.arange(3000)
    S = np.column_stack([np.sin(t / 200), np.sin(t / 7), rng.standard_normal(3000)])
    X = S @ rng.standard_normal((3, 8))
    flow = rl.PCA(3) + rl.Whitening() + rl.SFA(1)
    assert isinstance(flow, rl.Flow) and len(flow) == 3
    slow = flow.fit(X).transform(X)[:, 0]
    assert abs(np.corrcoef(slow, S[:, 0])[0, 1]) > 0.999
    seen = []

    def chunks():
        seen.append(1)
        return iter(np.array_split(X, 3))

    kept = tmp_path / "flow.pickle"
    a = (rl.PCA(3) + rl.Whitening()).fit_chunks(chunks, checkpoint=kept)
    assert len(seen) == 2
    rl.Flow([rl.PCA(3), rl.Whitening()]).fit_chunks(chunks, checkpoint=kept)
    assert len(seen) == 2  # both phases were kept
    np.testing.assert_allclose(a.inverse_transform(a.transform(X)), X, atol=1e-8)


@pytest.mark.parametrize("model", [rl.FastICA(3, random_state=0), rl.Infomax(3, random_state=0), rl.Picard(3, random_state=0)])
def test_independent_components_are_the_sources_on_any_number_of_threads(model):
    rng = np.random.default_rng(1)
    S = rng.laplace(size=(8000, 3))
    X = S @ rng.standard_normal((3, 5))
    found = []
    for n in (1, 2, 8):
        before = ranvier.set_threads(n)
        found.append(model.fit(X).transform(X))
        ranvier.set_threads(before)
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])
    correlation = np.abs(np.corrcoef(found[0].T, S.T)[:3, 3:])
    assert (correlation.max(axis=0) > 0.99).all()  # 8000 samples leave an error of about 1/90
    np.testing.assert_allclose(model.inverse_transform(found[0]), X, atol=1e-9)


def test_memory_degrades_gracefully_and_the_model_itself_stays_whole():
    rng = np.random.default_rng(2)
    patterns = np.where(rng.random((10, 300)) < 0.5, -1, 1)
    memory = rl.HopfieldNetwork(random_state=0).fit(patterns)
    before = memory.weights_.copy()
    cues = np.where(rng.random(patterns.shape) < 0.1, -patterns, patterns)
    fractions, scores = rl.damage_curve(memory, cues, patterns, [0, 0.3, 0.6, 0.95], n_repeats=3, random_state=0)
    np.testing.assert_array_equal(memory.weights_, before)
    mean = scores.mean(axis=1)
    assert mean[0] == 1 and mean[1] > 0.98 and mean[3] < mean[1]
    damaged = rl.lesion(memory, 0.5, random_state=1).weights_
    np.testing.assert_array_equal(damaged, damaged.T)
    pairs = 300 * 299 // 2
    assert abs((damaged == 0).sum() - ((before == 0).sum() + round(0.5 * pairs) * 2)) <= (before == 0).sum()


def test_nets_and_maps_lose_weights_and_units(digits):
    X, y = digits
    net = rl.MLPClassifier((40,), max_iter=20, random_state=0).fit(X, y)
    _, scores = rl.damage_curve(net, X, y, [0, 0.2, 0.8], kind="units", n_repeats=3, random_state=0)
    assert (np.diff(scores.mean(axis=1)) < 0).all() and np.ptp(scores[0]) == 0
    som = rl.SelfOrganizingMap((6, 6), random_state=0).fit(X)
    hurt = rl.lesion(som, 0.5, "units", random_state=0)
    assert len(np.unique(hurt.predict(X))) <= 18 and hurt.score(X) < som.score(X)
    assert (rl.lesion(som, 0.25, random_state=0).weights_ == 0).sum() >= som.weights_.size // 4
    with pytest.raises(ValueError, match=r"fraction must be in \[0, 1\]; got 2"):
        rl.lesion(net, 2)


@pytest.mark.parametrize("kind", ["weights", "units"])
def test_every_network_degrades_with_damage_of_either_kind(digits, kind):
    X, y = digits
    rng = np.random.default_rng(3)
    patterns = np.where(rng.random((8, 200)) < 0.5, -1, 1)
    cues = np.where(rng.random(patterns.shape) < 0.1, -patterns, patterns)
    for model, samples, goal in (
        (rl.MLPClassifier((30,), max_iter=20, random_state=0).fit(X, y), X, y),
        (rl.MLPRegressor((30,), max_iter=40, random_state=0).fit(X, y), X, y),
        (rl.SelfOrganizingMap((5, 5), random_state=0).fit(X), X, None),
        (rl.HopfieldNetwork(random_state=0).fit(patterns), cues, patterns),
    ):  # fmt: skip
        _, scores = rl.damage_curve(model, samples, goal, [0, 0.3, 0.9], kind=kind, n_repeats=4, random_state=0)
        assert np.ptp(scores[0]) == 0, type(model).__name__
        mean = scores.mean(axis=1)
        assert mean[0] >= mean[1] > mean[2], type(model).__name__  # a memory may lose 0.3 and keep all


def test_progress_is_said_where_it_is_wanted():
    code = "import warnings; warnings.simplefilter('ignore'); import numpy as np, ranvier, ranvier.learn as rl; " \
           "print(ranvier.show_progress()); X = np.random.default_rng(0).random((300, 5)); " \
           "rl.SelfOrganizingMap((4, 4), max_iter=3).fit(X); print(ranvier.show_progress(False)); rl.SelfOrganizingMap((4, 4)).fit(X)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(PACKAGES)})
    assert done.stdout.split() == ["False", "True"], done.stderr
    assert done.stderr.count("map") == 1


def fitted_models():
    X, y = load_iris(return_X_y=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield from (m.fit(X, y) for m in (
            rl.Perceptron(random_state=0, max_iter=20), rl.Adaline(random_state=0), rl.MLPClassifier((7,), max_iter=50, random_state=0),
            rl.MLPClassifier((5,), loss="squared_error", activation="logistic", max_iter=50, random_state=0),
            rl.MLPRegressor((6, 4), activation="tanh", max_iter=50, random_state=0), rl.SelfOrganizingMap((3, 4), random_state=0),
            rl.SelfOrganizingMap((4, 3), lattice="hexagonal", random_state=0), rl.HopfieldNetwork(threshold=3.0, random_state=0),
            rl.ART1(threshold=3.0), rl.FuzzyART(), rl.FuzzyARTMAP(), rl.PCA(2), rl.Whitening(), rl.FastICA(3, random_state=0),
            rl.SFA(2), rl.FDA(), rl.FactorAnalysis(2)))


@pytest.mark.parametrize("model", list(fitted_models()), ids=lambda m: type(m).__name__)
def test_a_model_comes_back_from_its_file_and_from_a_pickle(model, tmp_path):
    X = load_iris().data
    path = tmp_path / "model.rvl"
    rl.save(model, path)
    ask = "predict" if hasattr(model, "predict") else "transform"
    expected = getattr(model, ask)(X)
    np.testing.assert_array_equal(getattr(rl.load(path), ask)(X), expected)
    np.testing.assert_array_equal(getattr(pickle.loads(pickle.dumps(model)), ask)(X), expected)
    with pytest.raises(OSError):
        rl.save(model, path)
    if PROGRAM.exists():  # the command line says the same
        np.savetxt(tmp_path / "X.csv", X, delimiter=",", fmt="%.17g")
        out = subprocess.run([PROGRAM, "learn", "predict", path, tmp_path / "X.csv"], capture_output=True, text=True)
        assert out.returncode == 0, out.stderr
        said = np.array([[float(v) for v in line.split(",")] for line in out.stdout.splitlines()])
        if type(model).__name__ != "HopfieldNetwork":  # whose answer is its states, not the number of a pattern
            np.testing.assert_allclose(said.reshape(expected.shape), expected, atol=1e-9)


def test_a_damaged_model_file_is_a_file_error(tmp_path):
    path = tmp_path / "m.rvl"
    rl.save(rl.PCA().fit(load_iris().data), path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(ranvier.FileError, match="damaged or cut short"):
        rl.load(path)


@pytest.mark.skipif(not PROGRAM.exists(), reason="no command-line program: build first")
@pytest.mark.parametrize("kind", ["som", "perceptron", "mlp", "artmap", "hopfield", "pca", "fastica"])
def test_the_command_line_fits_predicts_and_inspects(kind, tmp_path):
    X, y = load_iris(return_X_y=True)
    names = load_iris().target_names
    rows = ["a,b,c,d,kind"] + [",".join(map(str, x)) + "," + names[k] for x, k in zip(X, y)]
    data = tmp_path / "iris.csv"
    data.write_text("\n".join(rows) + "\n")
    model = tmp_path / "m.rvl"
    run = lambda *words: subprocess.run([PROGRAM, "learn", *map(str, words)], capture_output=True, text=True)  # noqa: E731
    done = run("fit", data, "--model", kind, "--target", "kind", "--out", model, "--json", "-q")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["samples"] == 150
    shown = json.loads(run("inspect", model, "--json").stdout)
    said = run("predict", model, data, "--target", "kind")
    assert said.returncode == 0 and len(said.stdout.splitlines()) == 150
    loaded = rl.load(model)
    assert type(loaded).__name__ == shown["kind"]
    if kind in ("perceptron", "mlp", "artmap"):
        np.testing.assert_array_equal(loaded.predict(X), said.stdout.split())
        assert (np.array(said.stdout.split()) == names[y]).mean() > 0.6
    assert run("fit", data, "--model", kind, "--target", "kind", "--out", model).returncode == 3  # it is there already


def test_pictures_are_drawn(digits):
    import matplotlib

    matplotlib.use("Agg")
    rng = np.random.default_rng(0)
    X = rng.random((60, 2))
    y = (X.sum(axis=1) > 1).astype(int)
    net = rl.MLPClassifier((5,), max_iter=20, random_state=0).fit(X, y)
    assert rl.plot_decision_boundary(net, X, y, resolution=20).collections
    assert len(rl.plot_loss(net).lines) == 1
    for lattice in ("rectangular", "hexagonal"):
        som = rl.SelfOrganizingMap((4, 4), lattice=lattice, random_state=0).fit(X)
        assert len(rl.plot_map(som, som.hit_map(X)).collections[0].get_paths()) == 16
    art = rl.FuzzyARTMAP().fit(X, y)
    assert len(rl.plot_categories(art, X).patches) == len(art.weights_)
    memory = rl.HopfieldNetwork(random_state=0).fit(rng.standard_normal((3, 40)))
    assert len(rl.plot_recall(memory.recall(rng.standard_normal((5, 40)))).lines) == 5
    assert rl.plot_patterns(memory.patterns_, (5, 8)).images[0].get_array().shape == (5, 26)
    assert rl.plot_patterns(np.ones((5, 9)), columns=2).images[0].get_array().shape == (11, 7)
    with pytest.raises(ValueError, match="40 units don't fill a picture of 6 x 6"):
        rl.plot_patterns(memory.patterns_)
    assert len(rl.plot_damage(*rl.damage_curve(memory, memory.patterns_, memory.patterns_, [0, 0.5], n_repeats=2)).lines) == 1


def test_estimators_stand_in_pipelines_together():
    X, y = load_iris(return_X_y=True)
    pipe = make_pipeline(rl.Whitening(), rl.FDA(), rl.MLPClassifier((8,), learning_rate_init=0.02, random_state=0)).fit(X, y)
    assert pipe.score(X, y) > 0.9
    assert PACKAGES.exists()


def test_a_map_needs_rows_and_columns():
    with pytest.raises(ValueError, match="shape must be"):
        rl.SelfOrganizingMap(shape=5).fit(np.zeros((10, 2)))


def test_a_network_that_learnt_nothing_has_nothing_to_lose():
    with pytest.raises(NotFittedError):
        rl.lesion(rl.MLPClassifier(), 0.1)


def test_a_state_of_training_that_does_not_fit_is_refused():
    X = np.random.default_rng(0).normal(size=(60, 4))
    y = (X[:, 0] > 0).astype(int)
    net = rl.MLPClassifier((5,), max_iter=3, random_state=0, tol=np.inf).fit(X, y)
    net._state["second"] = np.zeros(0)
    with pytest.raises(ValueError, match="belongs to another net or solver"):
        net.partial_fit(X, y)
    net = rl.MLPClassifier((5,), solver="sgd", max_iter=3, random_state=0, tol=np.inf).fit(X, y)
    with pytest.raises(ValueError, match="belongs to another net or solver"):
        net.set_params(solver="adam").partial_fit(X, y)


def test_patterns_of_another_width_are_refused():
    memory = rl.HopfieldNetwork(random_state=0).fit(np.ones((3, 20)))
    memory.patterns_ = np.zeros((100, 100))
    with pytest.raises(ValueError, match="patterns_ must have 20 units"):
        memory.partial_fit(np.ones((3, 20)))

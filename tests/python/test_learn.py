"""Networks that learn, from Python."""

import pickle
import subprocess
import sys
import warnings

import numpy as np
import pytest
from conftest import PACKAGES

pytest.importorskip("sklearn")
from sklearn.datasets import load_digits, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import ranvier
import ranvier.learn as rl

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


def test_scikit_learn_is_imported_with_learn_and_not_before():
    code = "import sys, ranvier, ranvier.meeg; a = 'sklearn' in sys.modules; ranvier.learn; print(a, 'sklearn' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                         env={"PYTHONPATH": str(PACKAGES), "PATH": "/usr/bin:/bin"}).stdout  # fmt: skip
    assert out.split() == ["False", "True"]


def test_every_name_is_documented():
    for name in rl.__all__:
        assert getattr(rl, name).__doc__


def test_a_perceptron_says_that_no_plane_makes_exclusive_or():
    with pytest.warns(ConvergenceWarning, match="no plane parts the classes"):
        model = rl.Perceptron(random_state=0).fit(CORNERS, [0, 1, 1, 0])
    assert not model.converged_ and model.separable_ == [False]
    model = rl.Perceptron(random_state=0).fit(CORNERS, [0, 0, 0, 1])
    assert model.converged_ and model.separable_ == [True]
    np.testing.assert_array_equal(model.predict(CORNERS), [0, 0, 0, 1])
    assert rl.linear_separability(CORNERS, [0, 1, 1, 0]) == (False, 0.0)


def test_estimators_work_in_pipelines_grids_and_cross_validation():
    X, y = load_iris(return_X_y=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        pipe = make_pipeline(StandardScaler(), rl.SelfOrganizingMap((5, 5), random_state=0), rl.Adaline(random_state=0))
        assert cross_val_score(pipe, X, y, cv=3).mean() > 0.8  # three classes: chance is 0.33
        grid = GridSearchCV(rl.Perceptron(random_state=0, max_iter=50), {"pocket": [False, True]}, cv=3).fit(X, y)
        assert grid.best_score_ > 0.6
        frame = rl.SelfOrganizingMap((2, 2)).set_output(transform="pandas").fit_transform(X)
    assert list(frame.columns) == [f"selforganizingmap{k}" for k in range(4)]


def test_partial_fit_of_a_perceptron_follows_drifting_data():
    rng = np.random.default_rng(0)
    model = rl.Perceptron(random_state=0)
    scores = []
    for angle in np.linspace(0, np.pi, 40):
        X = rng.standard_normal((50, 2))
        y = (X @ [np.cos(angle), np.sin(angle)] > 0).astype(int)
        if angle > 0:
            scores.append(model.score(X, y))
        model.partial_fit(X, y, classes=[0, 1])
    assert np.mean(scores) > 0.85
    still = rl.Perceptron(random_state=0, diagnose=False).fit(X, 1 - y)  # what was learnt at the begin
    assert still.score(X, y) < 0.2


@pytest.mark.parametrize("storage", ["hebbian", "pseudo_inverse", "storkey"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_memory_recalls_its_patterns_and_adds_new_ones(storage, dtype):
    rng = np.random.default_rng(1)
    patterns = np.where(rng.random((6, 200)) < 0.5, -1, 1)
    memory = rl.HopfieldNetwork(storage, dtype=dtype, random_state=0).fit(patterns[:3]).partial_fit(patterns[3:])
    together = rl.HopfieldNetwork(storage, dtype=dtype).fit(patterns)
    np.testing.assert_allclose(memory.weights_, together.weights_, atol=1e-6)
    assert memory.weights_.dtype == dtype
    cues = np.where(rng.random(patterns.shape) < 0.15, -patterns, patterns)
    np.testing.assert_array_equal(memory.transform(cues), patterns)
    np.testing.assert_array_equal(memory.predict(cues), range(6))
    r = memory.recall(cues)
    assert all((np.diff(path) < 0).all() for path in r.energies) and (r.period == 1).all()
    np.testing.assert_allclose([path[-1] for path in r.energies], memory.energy(r.states), atol=1e-9)
    np.testing.assert_allclose(memory.energy(cues), -0.5 * np.einsum("ni,ij,nj->n", cues, memory.weights_.astype(float), cues),
                               atol=1e-4 if dtype == "float32" else 1e-9)


def test_census_and_modern_recall():
    rng = np.random.default_rng(2)
    patterns = np.where(rng.random((3, 15)) < 0.5, -1, 1)
    census = rl.HopfieldNetwork().fit(patterns).census()
    assert census.basins.sum() == 2**15 and set(census.kinds) <= {"stored", "reversed", "mixture", "spurious"}
    assert (np.diff(census.energies) >= 0).all()
    memory = rl.HopfieldNetwork(update="modern").fit(rng.standard_normal((20, 30)))
    np.testing.assert_allclose(memory.transform(memory.patterns_ + 0.1), memory.patterns_, atol=1e-6)
    with pytest.raises(ValueError, match="takes 1 to 24 units; got 25"):
        rl.HopfieldNetwork().fit(np.ones((1, 25))).census()


def test_a_map_of_digits_lays_them_out():
    X = load_digits().data
    som = rl.SelfOrganizingMap((20, 20), sigma_end=0.5, random_state=0).fit(X / 16)
    spread = np.linalg.norm(X / 16 - X.mean(axis=0) / 16, axis=1).mean()
    assert som.quantization_error_ < 0.5 * spread  # one unit at the mean would leave all of it
    assert som.topographic_error_ < 0.1
    assert som.loss_curve_[-1] < som.loss_curve_[0]
    assert som.hit_map(X / 16).sum() == len(X)
    assert som.component_planes().shape == (64, 20, 20) and som.u_matrix().shape == (20, 20)
    np.testing.assert_array_equal(som.predict(X / 16), som.transform(X / 16).argmin(axis=1))
    assert som.score(X / 16) == -som.quantization_error_


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("training", ["batch", "online"])
def test_a_map_is_the_same_on_any_number_of_threads_and_after_a_pickle(dtype, training):
    X = np.random.default_rng(3).standard_normal((400, 6)).astype(dtype)
    maps = []
    for n in (1, 2, 8):
        before = ranvier.set_threads(n)
        maps.append(rl.SelfOrganizingMap(training=training, random_state=0, max_iter=3).fit(X))
        ranvier.set_threads(before)
    for other in maps[1:]:
        np.testing.assert_array_equal(maps[0].weights_, other.weights_)
    assert maps[0].weights_.dtype == dtype
    copy = pickle.loads(pickle.dumps(maps[0]))
    np.testing.assert_array_equal(copy.transform(X), maps[0].transform(X))


def test_partial_fit_of_a_map_follows_drifting_data():
    rng = np.random.default_rng(4)
    som = rl.SelfOrganizingMap((5, 5), learning_rate_end=0.1, random_state=0)
    for shift in np.linspace(0, 20, 60):
        som.partial_fit(rng.standard_normal((100, 2)) + shift)
    assert som.quantization_error(rng.standard_normal((100, 2)) + 20) < 1.0
    assert som.quantization_error(rng.standard_normal((100, 2))) > 20


@pytest.mark.parametrize("parameters, message", [
    (dict(lattice="square"), "lattice must be one of 'rectangular', 'hexagonal'; got 'square'"),
    (dict(neighborhood="mexican_hat"), "train online"),
    (dict(sigma=-1), "sigma must be > 0; got -1"),
    (dict(max_iter=0), "max_iter must be >= 1; got 0"),
    (dict(shape=(3, 3), lattice="hexagonal", boundary="toroidal"), "even number of rows only; got 3"),
])
def test_a_map_refuses_what_it_cant_do(parameters, message):
    with pytest.raises(ValueError, match=message):
        rl.SelfOrganizingMap(**parameters).fit(np.random.default_rng(0).random((10, 2)))

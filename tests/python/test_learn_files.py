"""Trained models in files: what comes back, what the command line makes, what is refused."""

import hashlib
import inspect
import json
import os
import pathlib
import subprocess
import warnings

import numpy as np
import pytest
from conftest import ROOT

pytest.importorskip("sklearn")
from sklearn.datasets import load_iris  # noqa: E402
from sklearn.decomposition import PCA as OtherPCA  # noqa: E402
from sklearn.exceptions import ConvergenceWarning  # noqa: E402

import ranvier  # noqa: E402
import ranvier.learn as rl  # noqa: E402

PROGRAM = pathlib.Path(os.environ.get("RANVIER_BUILD", ROOT / "build/dev")) / "cli/ranvier"
needs_program = pytest.mark.skipif(not PROGRAM.exists(), reason="no command-line program: build first")
X, y = load_iris(return_X_y=True)
NAMES = load_iris().target_names


@pytest.fixture(autouse=True)
def no_convergence_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


def learn(*words):
    return subprocess.run([PROGRAM, "learn", *map(str, words)], capture_output=True, text=True)


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("table") / "iris.csv"
    rows = ["a,b,c,d,kind"] + [",".join(map(str, x)) + "," + NAMES[k] for x, k in zip(X, y)]
    path.write_text("\n".join(rows) + "\n")
    return path


def asked(model, samples):
    return model.predict(samples) if hasattr(model, "predict") else model.transform(samples)


# --- Elman nets and flows


@pytest.mark.parametrize("every_step", [False, True])
def test_an_elman_net_comes_back_and_answers_on_the_command_line(tmp_path, every_step):
    rng = np.random.default_rng(0)
    bits = rng.integers(0, 2, (80, 5))
    labels = np.where(bits.cumsum(axis=1) % 2 == 1, "odd", "even") if every_step else bits[:, 0]
    net = rl.ElmanNetwork(6, max_iter=60, random_state=1).fit(bits, labels)
    rl.save(net, tmp_path / "net.rvl")
    back = rl.load(tmp_path / "net.rvl")
    np.testing.assert_array_equal(back.predict(bits), net.predict(bits))
    np.testing.assert_array_equal(back.predict_proba(bits), net.predict_proba(bits))
    np.testing.assert_array_equal(back.context(bits), net.context(bits))
    assert back.loss_curve_ == net.loss_curve_ and back.n_features_in_ == 5
    if PROGRAM.exists():
        np.savetxt(tmp_path / "bits.csv", bits, delimiter=",", fmt="%d")
        said = learn("predict", tmp_path / "net.rvl", tmp_path / "bits.csv")
        assert said.returncode == 0, said.stderr
        expected = net.predict(bits)
        assert said.stdout.split() == [",".join(map(str, np.atleast_1d(row))) for row in expected]


@pytest.mark.parametrize("make", [
    lambda: rl.PCA(3) + rl.Whitening() + rl.SFA(2), lambda: rl.Flow([rl.PCA(2)]),
    lambda: rl.Whitening() + rl.FastICA(3, random_state=0),
    lambda: rl.Flow([rl.SelfOrganizingMap((3, 2), random_state=0), rl.PCA(2)])])  # fmt: skip
def test_a_flow_comes_back_and_answers_on_the_command_line(tmp_path, make):
    flow = make().fit(X)
    rl.save(flow, tmp_path / "flow.rvl")
    back = rl.load(tmp_path / "flow.rvl")
    assert type(back) is rl.Flow and [type(n) for n in back.nodes_] == [type(n) for n in flow.nodes_]
    np.testing.assert_array_equal(back.transform(X), flow.transform(X))
    if not isinstance(flow.nodes_[0], rl.SelfOrganizingMap):
        np.testing.assert_array_equal(back.inverse_transform(back.transform(X)), flow.inverse_transform(flow.transform(X)))
    if PROGRAM.exists():
        np.save(tmp_path / "X.npy", X)
        said = learn("predict", tmp_path / "flow.rvl", tmp_path / "X.npy")
        assert said.returncode == 0, said.stderr
        np.testing.assert_allclose(np.loadtxt(said.stdout.splitlines(), delimiter=","), flow.transform(X), atol=1e-9)


def test_a_flow_goes_on_from_its_checkpoint_and_refuses_that_of_another(tmp_path):
    seen = []

    def chunks():
        seen.append(1)
        return iter(np.array_split(X[np.random.default_rng(0).permutation(150)], 3))

    kept = tmp_path / "flow.rvl"
    whole = (rl.PCA(3) + rl.Whitening() + rl.PCA(2)).fit_chunks(chunks)
    assert len(seen) == 3
    rl.Flow([rl.PCA(3)]).fit_chunks(chunks, checkpoint=kept)
    again = rl.Flow([rl.PCA(3), rl.Whitening(), rl.PCA(2)]).fit_chunks(chunks, checkpoint=kept)
    assert len(seen) == 6  # the first phase was kept
    np.testing.assert_allclose(again.transform(X), whole.transform(X), atol=1e-10)
    np.testing.assert_array_equal(rl.load(kept).transform(X), again.transform(X))  # a checkpoint is a model file
    for other in (rl.Flow([rl.Whitening(), rl.PCA(2)]), rl.Flow([rl.PCA(2), rl.Whitening()])):
        with pytest.raises(ValueError, match="belongs to another flow"):
            other.fit_chunks(chunks, checkpoint=kept)
    content = bytearray(kept.read_bytes())
    content[200] ^= 4
    kept.write_bytes(content)
    with pytest.raises(ranvier.FileError, match="damaged or cut short"):
        rl.Flow([rl.PCA(3), rl.Whitening()]).fit_chunks(chunks, checkpoint=kept)
    kept.write_bytes(b"something else")
    with pytest.raises(ValueError, match="neither a model file nor a whole pickle"):
        rl.Flow([rl.PCA(3)]).fit_chunks(chunks, checkpoint=kept)


# --- learning goes on


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("settings", [dict(), dict(solver="sgd"), dict(loss="squared_error", activation="logistic")])
def test_a_net_from_a_file_learns_on_as_if_it_had_never_been_away(tmp_path, dtype, settings):
    A = X.astype(dtype)
    net = rl.MLPClassifier((9,), random_state=2, **settings)
    for _ in range(4):
        net.partial_fit(A, y)
    rl.save(net, tmp_path / "net.rvl")
    back = rl.load(tmp_path / "net.rvl")
    for _ in range(3):
        net.partial_fit(A, y)
        back.partial_fit(A, y)
    for ours, theirs in zip((*net.coefs_, *net.intercepts_), (*back.coefs_, *back.intercepts_)):
        np.testing.assert_array_equal(ours, theirs)
        assert theirs.dtype == dtype
    assert back.loss_curve_ == net.loss_curve_ and back.t_ == net.t_


@pytest.mark.parametrize("model", [
    rl.Perceptron(random_state=0), rl.Adaline(random_state=0), rl.MLPRegressor((5,), random_state=0),
    rl.SelfOrganizingMap((3, 3), random_state=0), rl.FuzzyART(feature_range=(0, 8)), rl.ART1(threshold=3.0),
    rl.FuzzyARTMAP(feature_range=(0, 8)), rl.HopfieldNetwork(threshold=3.0, random_state=0), rl.PCA(2), rl.Whitening(),
    rl.SFA(2), rl.FDA()], ids=lambda m: type(m).__name__)  # fmt: skip
def test_every_model_that_learns_in_parts_goes_on_after_its_file(tmp_path, model):
    order = np.random.default_rng(0).permutation(150)
    first, second = order[:100], order[100:]
    arguments = lambda rows: (X[rows],) if type(model).__name__ in (  # noqa: E731
        "SelfOrganizingMap", "FuzzyART", "ART1", "HopfieldNetwork", "PCA", "Whitening", "SFA") else (X[rows], y[rows])
    model.partial_fit(*arguments(first))
    rl.save(model, tmp_path / "m.rvl")
    back = rl.load(tmp_path / "m.rvl").partial_fit(*arguments(second))
    np.testing.assert_allclose(asked(back, X), asked(model.partial_fit(*arguments(second)), X), atol=1e-10)


# --- the command line


@needs_program
def test_the_command_line_has_every_estimator_with_pythons_parameters_and_defaults():
    listed = json.loads(learn("models", "--json").stdout)
    kinds = {entry["kind"]: entry["parameters"] for entry in listed.values()}
    estimators = {name for name in rl.__all__ if hasattr(getattr(rl, name), "get_params")} - {"Flow"}
    assert set(kinds) == estimators
    for kind, parameters in kinds.items():
        ours = {name: list(v) if isinstance(v, tuple) else v for name, v in getattr(rl, kind)().get_params().items()}
        assert parameters == ours, kind
        signature = inspect.signature(getattr(rl, kind))  # which scikit-learn reads
        assert list(signature.parameters) == list(parameters)
        assert all(f"\n    {name} : " in getattr(rl, kind).__doc__ for name in ours)
    text = learn("models").stdout
    assert all(kind in text for kind in kinds)
    assert all(word in learn("fit", "--help").stdout for word in listed)
    assert "width at the end" in learn("models", "som").stdout


# Every estimator and decomposition, with chance and without.
EVERY = [
    ("perceptron", dict(max_iter=20)), ("perceptron", dict(pocket=True, max_iter=9, margin=0.5)), ("adaline", {}),
    ("mlp", dict(hidden_layer_sizes=(12,), max_iter=40, activation="tanh")),
    ("mlp", dict(loss="squared_error", activation="logistic", hidden_layer_sizes=(4,), max_iter=30)),
    ("mlp", dict(class_weight="balanced", solver="sgd", hidden_layer_sizes=(), max_iter=30)),
    ("mlp", dict(early_stopping=True, validation_fraction=0.25, max_iter=30)),
    ("mlp", dict(solver="lbfgs", hidden_layer_sizes=(5,), max_iter=30)), ("elman", dict(max_iter=30)),
    ("som", dict(shape=(4, 3), lattice="hexagonal", max_iter=5)), ("som", dict(training="online", shape=(3, 3))),
    ("som", dict(init="random", shape=(3, 3))), ("art1", dict(threshold=3.0)), ("fuzzy-art", dict(rho=0.8)),
    ("artmap", dict(rho=0.3, feature_range=(0, 8))), ("hopfield", dict(threshold=3.0, storage="storkey")),
    ("hopfield", dict(threshold=3.0)), ("hopfield", dict(update="modern")), ("pca", dict(n_components=2, whiten=True)),
    ("pca", {}), ("whitening", {}), ("whitening", dict(method="zca")), ("fastica", dict(n_components=3)),
    ("infomax", dict(n_components=2)), ("picard", dict(n_components=2)), ("picard", dict(extended=False)),
    ("sfa", dict(n_components=2)), ("fda", {}), ("factors", dict(n_components=2))]  # fmt: skip


@needs_program
@pytest.mark.parametrize("word, settings", EVERY, ids=[f"{word}-{'-'.join(map(str, s))}" for word, s in EVERY])
def test_the_command_line_and_python_train_the_same_to_the_bit(word, settings, table, tmp_path):
    kind = json.loads(learn("models", "--json").stdout)[word]["kind"]
    seed = dict(random_state=3) if "random_state" in getattr(rl, kind)().get_params() else {}
    words = [f"{k}={json.dumps(v)}" for k, v in {**settings, **seed}.items()]
    out = tmp_path / "m.rvl"
    done = learn("fit", table, "--model", word, "--target", "kind", "--out", out, "--json", "-q",
                 *[a for w in words for a in ("--param", w)])  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["samples"] == 150
    back = rl.load(out)
    assert {k: back.get_params()[k] for k in settings} == settings
    with_target = kind in ("Perceptron", "Adaline", "MLPClassifier", "ElmanNetwork", "FuzzyARTMAP", "FDA")
    ours = getattr(rl, kind)(**settings, **seed)
    ours = ours.fit(X, NAMES[y]) if with_target else ours.fit(X)
    same(back, ours)
    answer = asked(ours, X)
    np.testing.assert_array_equal(asked(back, X), answer)
    said = learn("predict", out, table, "--target", "kind")
    assert said.returncode == 0, said.stderr
    if answer.dtype.kind in "US":
        assert said.stdout.split() == answer.tolist()
    else:
        shown = np.loadtxt(said.stdout.splitlines(), delimiter=",", ndmin=2)
        # A memory answers its states here, and the number of a pattern from Python's predict.
        np.testing.assert_array_equal(shown, ours.transform(X) if kind == "HopfieldNetwork" else answer.reshape(shown.shape))
    assert json.loads(learn("inspect", out, "--json").stdout)["kind"] == kind


def same(a, b):
    """All that two estimators learnt, to the bit."""
    first, second = a._learnt(), b._learnt()
    assert first.keys() == second.keys() and first
    for name in first:
        np.testing.assert_array_equal(first[name], second[name], err_msg=name)


@needs_program
def test_the_command_line_trains_flows_regressors_and_early_stopping(table, tmp_path):
    out = tmp_path / "flow.rvl"
    done = learn("fit", table, "--model", "pca+fda", "--target", "kind", "--param", "pca.n_components=3", "--out", out, "--json", "-q")
    assert done.returncode == 0, done.stderr
    flow, ours = rl.load(out), rl.Flow([rl.PCA(3), rl.FDA()]).fit(X, NAMES[y])
    for a, b in zip(flow.nodes_, ours.nodes_):
        same(a, b)
    out = tmp_path / "net.rvl"
    done = learn("fit", table, "--model", "whitening+mlp", "--target", "-1", "--param", "mlp.max_iter=300", "--param",
                 "mlp.early_stopping=true", "--param", "mlp.validation_fraction=0.4", "--param", "mlp.n_iter_no_change=50", "--param", "mlp.learning_rate_init=0.01", "--out", out, "--json", "-q")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["mlp"]["accuracy"] > 0.9
    guess = learn("predict", out, table, "--target", "kind").stdout.split()
    assert np.mean(np.array(guess) == NAMES[y]) > 0.9
    numbers = tmp_path / "numbers.csv"
    np.savetxt(numbers, np.column_stack([X, X @ [1, 2, -1, 0.5]]), delimiter=",")
    done = learn("fit", numbers, "--model", "regressor", "--target", "4", "--param", "solver=lbfgs", "--hidden", "8", "--seed", 1,
                 "--out", tmp_path / "r.rvl", "--json", "-q")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["R2"] > 0.99
    np.testing.assert_allclose(rl.load(tmp_path / "r.rvl").predict(X), X @ [1, 2, -1, 0.5], atol=0.3)
    same(rl.load(tmp_path / "r.rvl"), rl.MLPRegressor((8,), solver="lbfgs", random_state=1).fit(X, np.loadtxt(numbers, delimiter=",")[:, 4]))
    done = learn("fit", numbers, "--model", "regressor", "--target", "4", "--hidden", "8", "--epochs", "5", "--out", tmp_path / "s.rvl")
    assert done.returncode == 0, done.stderr
    back = rl.load(tmp_path / "s.rvl").partial_fit(X, X @ [1, 2, -1, 0.5])
    assert len(back.loss_curve_) == 6 and back.loss_curve_[5] < back.loss_curve_[4]


@needs_program
@pytest.mark.parametrize("words, message", [
    (["--model", "kohonen"], "there is no model 'kohonen'; there are perceptron, adaline, mlp"),
    (["--model", "som", "--target", "kind", "--param", "sizes=3"], "SelfOrganizingMap has no setting 'sizes'"),
    (["--model", "som", "--target", "kind", "--param", "lattice=round"], "lattice must be one of 'rectangular', 'hexagonal'; got 'round'"),
    (["--model", "som", "--target", "kind", "--param", "max_iter=many"], "max_iter must be int; got 'many'"),
    (["--model", "som", "--param", "max_iter"], "--param must be name=value; got 'max_iter'"),
    (["--model", "som", "--rows", "3", "--param", "shape=3,3"], "the parameter shape is given twice"),
    (["--model", "mlp"], "mlp needs a target: the column that says the class (--target)"),
    (["--model", "mlp", "--target", "kind", "--param", "hidden_layer_sizes=a,b"], "hidden_layer_sizes must be list of int"),
    (["--model", "regressor", "--target", "kind"], "row 1 of the target must be a finite number; got 'setosa'"),
    (["--model", "pca+sfa", "--target", "kind", "--param", "n_components=2"], "such as pca.n_components"),
    (["--model", "artmap+pca", "--target", "kind"], "transforms nothing, so nothing can come after it in a flow"),
    (["--model", "pca", "--target", "flower"], "there is no column 'flower'"),
    (["--model", "pca"], "must be a finite number; got 'setosa'"),
])
def test_the_command_line_says_what_is_wrong(table, tmp_path, words, message):
    done = learn("fit", table, "--out", tmp_path / "m.rvl", *words)
    assert done.returncode == 3 and message in done.stderr, done.stderr
    assert not (tmp_path / "m.rvl").exists()


# --- files of before


def test_files_with_the_names_of_before_are_read(tmp_path):
    engine, path = ranvier._core.learn, tmp_path / "m.rvl"
    memory = rl.HopfieldNetwork(threshold=3.0, random_state=0).fit(X[:4])
    state = {"patterns_": memory.patterns_, "weights_": memory.weights_, "n_features_in_": np.array(4)}
    engine.write_model(path, "HopfieldNetwork", {"threshold": 3.0, "random_state": 0}, state, True)
    np.testing.assert_array_equal(rl.load(path).transform(X), memory.transform(X))
    artmap = rl.FuzzyARTMAP(rho=0.3).fit(X, NAMES[y])
    state = {name: getattr(artmap, name) for name in ("weights_", "low_", "high_")}
    state |= {"classes_": artmap.classes_.tolist(), "category_classes_": artmap.category_classes_.tolist(), "n_features_in_": np.array(4)}
    engine.write_model(path, "FuzzyARTMAP", {"rho": 0.3}, state, True)
    back = rl.load(path)
    np.testing.assert_array_equal(back.predict(X), artmap.predict(X))
    rl.save(back.partial_fit(X[:50], NAMES[y[:50]]), path, overwrite=True)
    np.testing.assert_array_equal(rl.load(path).category_classes_, back.category_classes_)
    if PROGRAM.exists():
        np.save(tmp_path / "X.npy", X)
        engine.write_model(path, "FuzzyARTMAP", {"rho": 0.3}, state, True)
        assert learn("predict", path, tmp_path / "X.npy").stdout.split() == artmap.predict(X).tolist()


# --- refusals


def test_files_of_other_content_are_refused_with_the_reason(tmp_path):
    path = tmp_path / "m.rvl"
    rl.save(rl.PCA(2).fit(X), path)
    engine = ranvier._core.learn
    kind, settings, arrays = engine.read_model(path)
    for change, message in (
        (lambda a: a.pop("components_"), "it lacks components_"), (lambda a: a.clear(), "it lacks mean_"),
    ):
        damaged = dict(arrays)
        change(damaged)
        engine.write_model(path, kind, settings, damaged, True)
        with pytest.raises(ValueError, match=message):
            rl.load(path)
    engine.write_model(path, "Oracle", {}, arrays, True)
    with pytest.raises(ValueError, match="the kind is unknown; there are"):
        rl.load(path)
    engine.write_model(path, kind, {"n_parts": 3}, arrays, True)
    with pytest.raises(ValueError, match="holds no whole model of a known kind"):
        rl.load(path)
    if PROGRAM.exists():
        np.save(tmp_path / "X.npy", X)
        engine.write_model(path, "PCA", settings, {"mean_": arrays["mean_"]}, True)
        done = learn("predict", path, tmp_path / "X.npy")
        assert done.returncode == 3 and done.stderr.strip()
    with pytest.raises(ranvier.FileError):
        rl.load(tmp_path / "nowhere.rvl")


def test_changed_bytes_behind_a_digest_that_fits_are_refused_or_read_but_nothing_else(tmp_path):
    # The digest stops chance; what comes after it must stand what was changed on purpose. tests/fuzz tries the engine.
    models = [rl.Perceptron(max_iter=5, random_state=0).fit(X, y), rl.MLPClassifier((3,), max_iter=3, random_state=0).fit(X, y),
              rl.ElmanNetwork(3, max_iter=2, random_state=0).fit(X, y), rl.SelfOrganizingMap((2, 2), random_state=0).fit(X),
              rl.HopfieldNetwork(threshold=3.0, random_state=0).fit(X[:4]), rl.FuzzyARTMAP().fit(X, y), rl.SFA(2).fit(X),
              rl.FDA().fit(X, y), (rl.PCA(3) + rl.Whitening()).fit(X)]  # fmt: skip
    path = tmp_path / "m.rvl"
    rng = np.random.default_rng(7)
    read = refused = 0
    for model in models:
        rl.save(model, path, overwrite=True)
        whole = path.read_bytes()[:-64]
        header = int.from_bytes(whole[8:16], "little")
        for _ in range(120):
            content = bytearray(whole)
            for _ in range(rng.integers(1, 4)):
                at = rng.integers(16, 16 + header)
                content[at] = rng.integers(256) if rng.random() < 0.3 else content[rng.integers(16, 16 + header)]
            path.write_bytes(bytes(content) + hashlib.sha256(bytes(content)).hexdigest().encode())
            try:
                asked(rl.load(path), X)
                read += 1
            except (ValueError, ranvier.FileError, ArithmeticError):
                refused += 1
    assert read > 20 and refused > 500


def test_what_a_file_cant_hold_is_said_before_it_is_written(tmp_path):
    for model, message in (
        (rl.PCA(), "must be fitted before it is saved"), (rl.MLPClassifier(), "must be fitted before it is saved"),
        (rl.Flow([rl.PCA()]), "must be fitted before it is saved"), (OtherPCA().fit(X), "use pickle"),
        (rl.Flow([OtherPCA(2)]).fit(X), "use pickle"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            rl.save(model, tmp_path / "m.rvl")
        assert not (tmp_path / "m.rvl").exists()

"""ranvier.learn beside scikit-learn, MDP, artlib and MiniSom: equal to 1e-8 up to sign and order where the algorithm is
deterministic, as good where it is not."""

import warnings

import numpy as np
import pytest

sklearn = pytest.importorskip("sklearn")
from sklearn import decomposition, discriminant_analysis, linear_model, neural_network  # noqa: E402
from sklearn.datasets import load_digits, load_iris, load_wine  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402

import ranvier.learn as rl  # noqa: E402


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.fixture(scope="module")
def wine():
    X, y = load_wine(return_X_y=True)
    return StandardScaler().fit_transform(X), y


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return X / 16, y


@pytest.fixture(scope="module")
def mdp():
    # MDP 3.6 knows NumPy 1: give back a name that went away, and an eigh whose arguments it can count.
    before, eigh = getattr(np, "typeDict", None), np.linalg.eigh
    np.typeDict = np.sctypeDict
    np.linalg.eigh = lambda a, UPLO="L": eigh(a, UPLO)
    yield pytest.importorskip("mdp")
    np.linalg.eigh = eigh
    if before is None:
        del np.typeDict


def same_up_to_sign(A, B, tolerance=1e-8):
    """Columns of A and B, relative to the largest entry."""
    signs = np.sign((A * B).sum(axis=0))
    np.testing.assert_allclose(A * signs, B, rtol=0, atol=tolerance * np.abs(B).max())


def slow_mixture():
    t = np.arange(4000)
    S = np.column_stack([np.sin(t / 150), np.sin(t / 40 + 1), np.cos(t / 11), np.random.default_rng(0).standard_normal(4000)])
    return S @ np.random.default_rng(1).standard_normal((4, 4)) + 3


# --- decompositions


@pytest.mark.parametrize("whiten", [False, True])
def test_principal_components(wine, whiten):
    X, _ = wine
    ours, theirs = rl.PCA(whiten=whiten).fit(X), decomposition.PCA(whiten=whiten, svd_solver="full").fit(X)
    same_up_to_sign(ours.transform(X), theirs.transform(X))
    np.testing.assert_allclose(ours.explained_variance_, theirs.explained_variance_, rtol=1e-10)
    np.testing.assert_allclose(ours.explained_variance_ratio_, theirs.explained_variance_ratio_, rtol=1e-10)


def test_principal_components_and_whitening_of_mdp(wine, mdp):
    X, _ = wine
    for ours, theirs in ((rl.PCA(), mdp.nodes.PCANode()), (rl.Whitening(), mdp.nodes.WhiteningNode())):
        theirs.train(X)
        theirs.stop_training()
        same_up_to_sign(ours.fit(X).transform(X), theirs.execute(X))


@pytest.mark.parametrize("steps", [1, 5, 3000])
def test_factor_analysis(wine, steps):
    X, _ = wine
    # A tolerance below 0 makes both do all steps: at the end the likelihood is flat to rounding long before the rest is.
    ours = rl.FactorAnalysis(2, tol=-1e9, max_iter=steps).fit(X)
    with sklearn.config_context(skip_parameter_validation=True):
        theirs = decomposition.FactorAnalysis(2, svd_method="lapack", tol=-1e9, max_iter=steps).fit(X)
    np.testing.assert_allclose(ours.noise_variance_, theirs.noise_variance_, rtol=0, atol=1e-10)
    same_up_to_sign(ours.transform(X), theirs.transform(X))
    same_up_to_sign(ours.components_.T, theirs.components_.T)


def test_fisher_discriminant(wine, mdp):
    X, y = wine
    ours = rl.FDA().fit(X, y).transform(X)
    theirs = discriminant_analysis.LinearDiscriminantAnalysis(solver="svd").fit(X, y).transform(X)
    # Unit variance within classes, taken over n - classes here and over n there; MDP has yet another scale.
    same_up_to_sign(ours, theirs * np.sqrt((len(X) - 3) / len(X)))
    node = mdp.nodes.FDANode(output_dim=2)
    for _ in range(2):
        for k in range(3):
            node.train(X[y == k], k)
        node.stop_training()
    directions = node.execute(X)
    same_up_to_sign(ours / ours.std(axis=0), (directions - directions.mean(axis=0)) / directions.std(axis=0))


def test_slow_features(mdp):
    X = slow_mixture()
    ours = rl.SFA().fit(X).transform(X)
    node = mdp.nodes.SFANode()
    node.train(X)
    node.stop_training()
    theirs = node.execute(X)
    # MDP leaves the last sample out of the covariance, which is a relative change of some 1/n, so both are brought to
    # mean 0 and variance 1 over the same samples.
    scaled = lambda S: (S - S.mean(axis=0)) / S.std(axis=0)  # noqa: E731
    same_up_to_sign(scaled(ours), scaled(theirs), 2e-3)
    whole = mdp.nodes.SFANode(include_last_sample=True)
    whole.train(X)
    whole.stop_training()
    same_up_to_sign(scaled(ours), scaled(whole.execute(X)))


# --- nets


def twin(ours, X, y, **changes):
    """scikit-learn's net with our weights, before training."""
    start = ours.__class__(**{**ours.get_params(), "max_iter": 1, "solver": "sgd", "learning_rate_init": 1e-300, "momentum": 0.0})
    start.fit(X, y)
    names = neural_network.MLPClassifier().get_params() if hasattr(ours, "class_weight") else neural_network.MLPRegressor().get_params()
    settings = {k: v for k, v in ours.get_params().items() if k in names}
    peer = (neural_network.MLPClassifier if hasattr(ours, "class_weight") else neural_network.MLPRegressor)(
        **{**settings, "warm_start": True, "max_iter": 1, "solver": "sgd", "learning_rate_init": 1e-300})
    peer.fit(X, y)  # which makes its arrays
    for mine, theirs in zip((*start.coefs_, *start.intercepts_), (*peer.coefs_, *peer.intercepts_)):
        theirs[...] = mine
    peer.set_params(**{k: v for k, v in settings.items() if k in ("max_iter", "solver", "learning_rate_init")}, **changes)
    for name in ("_optimizer", "loss_curve_", "_no_improvement_count", "best_loss_"):
        if hasattr(peer, name):
            delattr(peer, name)
    peer.loss_curve_, peer._no_improvement_count, peer.best_loss_ = [], 0, np.inf
    peer.n_iter_, peer.t_ = 0, 0
    return peer


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("steps", [
    dict(solver="sgd", momentum=0.0, learning_rate_init=0.02), dict(solver="sgd", learning_rate_init=0.005),
    dict(solver="sgd", nesterovs_momentum=False, learning_rate_init=0.005), dict(solver="adam"),
    dict(solver="sgd", learning_rate="invscaling", learning_rate_init=0.02)])  # fmt: skip
def test_nets_make_the_same_steps(wine, activation, steps):
    X, y = wine
    for net, target in ((rl.MLPClassifier, y), (rl.MLPClassifier, y == 1), (rl.MLPRegressor, X[:, :2] * 2 + 1)):
        ours = net((7, 5), activation, shuffle=False, batch_size=50, max_iter=12, tol=0.0, alpha=0.03, random_state=3, **steps)
        theirs = twin(ours, X, target).fit(X, target)
        ours.fit(X, target)
        for mine, other in zip((*ours.coefs_, *ours.intercepts_), (*theirs.coefs_, *theirs.intercepts_)):
            np.testing.assert_allclose(mine, other, rtol=0, atol=1e-8)
        if hasattr(ours, "predict_proba"):
            np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=0, atol=1e-8)


def test_nets_report_the_same_loss(wine):
    X, y = wine  # without penalty, which scikit-learn takes before each step and Ranvier after the pass
    ours = rl.MLPClassifier((7,), shuffle=False, batch_size=50, max_iter=12, tol=0.0, alpha=0.0, random_state=3)
    theirs = twin(ours, X, y).fit(X, y)
    np.testing.assert_allclose(ours.fit(X, y).loss_curve_, theirs.loss_curve_, rtol=1e-10)


@pytest.mark.parametrize("hidden", [(), (6,)])
def test_nets_trained_by_l_bfgs_end_where_those_of_scikit_learn_do(wine, hidden):
    X, y = wine
    ours = rl.MLPClassifier(hidden, "tanh", solver="lbfgs", alpha=1.0, tol=1e-10, max_iter=20000, max_fun=200000, random_state=0)
    theirs = twin(ours, X, y)
    ours.fit(X, y)
    for _ in range(100):  # scikit-learn ends where the loss falls by less than 2e-9 of itself: begin again from there
        theirs.fit(X, y)
    # Searches along lines differ and so do paths; from the same weights both go down to the same minimum. Near it the loss
    # is flat to rounding where the weights still are not: the loss agrees to 1e-10, what the net says to its root.
    np.testing.assert_allclose(ours.loss_, theirs.loss_, rtol=1e-9)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=0, atol=2e-6)
    # And the loss is the same function: scikit-learn, begun where ours ended, finds nothing below it.
    for mine, other in zip((*ours.coefs_, *ours.intercepts_), (*theirs.coefs_, *theirs.intercepts_)):
        other[...] = mine
    theirs.fit(X, y)
    np.testing.assert_allclose(ours.loss_, theirs.loss_, rtol=1e-12)


def test_perceptrons_make_the_same_steps():
    # The two differ where a sum is exactly 0, which it is at the begin: a first sample of the class 1 makes both learn it.
    X, y = load_iris(return_X_y=True)
    X, y = X[:, 1:], (y == 1).astype(int)
    order = np.random.default_rng(0).permutation(150)
    order = np.concatenate([order[y[order] == 1][:1], order[order != order[y[order] == 1][0]]])
    X, y = X[order], y[order]
    for settings in (*({"max_iter": passes, "tol": None} for passes in (1, 3, 20)), {}, {"tol": 0.1}):
        ours = rl.Perceptron(shuffle=False, diagnose=False, **settings).fit(X, y)
        theirs = linear_model.Perceptron(shuffle=False, **settings).fit(X, y)
        assert ours.n_iter_ == theirs.n_iter_
        np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-8)
        np.testing.assert_allclose(ours.intercept_, theirs.intercept_, atol=1e-8)


# --- adaptive resonance


def coded(X):
    return np.hstack([X, 1 - X])


@pytest.mark.parametrize("rho, beta, passes", [(0.5, 1.0, 1), (0.8, 1.0, 1), (0.8, 1.0, 3), (0.7, 0.5, 2), (0.9, 0.3, 3)])
def test_fuzzy_art_makes_the_categories_of_artlib(digits, rho, beta, passes):
    artlib = pytest.importorskip("artlib")
    X = digits[0][:600]
    theirs = artlib.FuzzyART(rho=rho, alpha=1e-3, beta=beta)
    theirs.fit(coded(X), max_iter=passes)
    ours = rl.FuzzyART(rho=rho, alpha=1e-3, beta=beta, feature_range=(0, 1), max_iter=passes).fit(X)
    if ours.n_iter_ < passes:
        theirs = artlib.FuzzyART(rho=rho, alpha=1e-3, beta=beta)
        theirs.fit(coded(X), max_iter=ours.n_iter_)
    np.testing.assert_allclose(ours.weights_, np.array(theirs.W), rtol=0, atol=1e-12)
    np.testing.assert_array_equal(ours.labels_, theirs.labels_)
    np.testing.assert_array_equal(ours.predict(digits[0][600:900]), theirs.predict(coded(digits[0][600:900])))


def test_art1_on_complement_coded_bits_makes_the_categories_of_artlibs_fuzzy_art(digits):
    # On bits the fuzzy rule is that of ART 1. artlib's own ART1 divides matches by the width of the input instead of its
    # ones, and starts bottom-up weights as if every bit were 1, so it is no measure for the rule of 1987.
    artlib = pytest.importorskip("artlib")
    X = (digits[0][:500] > 0.5).astype(float)
    for rho in (0.6, 0.75, 0.85):
        theirs = artlib.FuzzyART(rho=rho, alpha=1e-3, beta=1.0)
        theirs.fit(coded(X), max_iter=1)
        ours = rl.ART1(rho=rho, alpha=1e-3, max_iter=1).fit(coded(X))
        np.testing.assert_array_equal(ours.weights_, np.array(theirs.W))
        np.testing.assert_array_equal(ours.labels_, theirs.labels_)


@pytest.mark.parametrize("rho, alpha, epsilon", [(0.0, 1e-3, 1e-10), (0.0, 1e-3, -1e-3), (0.6, 0.1, 1e-10), (0.85, 1e-3, 1e-10)])
def test_fuzzy_artmap_makes_the_categories_of_artlib(digits, rho, alpha, epsilon):
    artlib = pytest.importorskip("artlib")
    X, y = digits
    order = np.random.default_rng(0).permutation(len(X))
    train, test = order[:900], order[900:]
    theirs = artlib.SimpleARTMAP(artlib.FuzzyART(rho=rho, alpha=alpha, beta=1.0))
    theirs.fit(coded(X[train]), y[train], max_iter=1, match_tracking="MT+" if epsilon > 0 else "MT-", epsilon=abs(epsilon))
    ours = rl.FuzzyARTMAP(rho=rho, alpha=alpha, epsilon=epsilon, feature_range=(0, 1)).fit(X[train], y[train])
    np.testing.assert_allclose(ours.weights_, np.array(theirs.module_a.W), rtol=0, atol=1e-12)
    np.testing.assert_array_equal(ours.predict(X[test]), theirs.predict(coded(X[test])))


# --- quality where chance has a part


def amari(components, mixing):
    """0 where each source was found, 1 at worst."""
    P = np.abs(components @ mixing)
    n = len(P)
    return ((P / P.max(axis=1, keepdims=True)).sum() - n + (P / P.max(axis=0)).sum() - n) / (2 * n * (n - 1))


def test_independent_components_are_as_good_as_those_of_scikit_learn_and_mdp(mdp):
    rng = np.random.default_rng(0)
    S = np.column_stack([rng.laplace(size=(20000, 4)), rng.uniform(-1, 1, (20000, 2)) * 1.7])
    mixing = rng.standard_normal((6, 6))
    X = S @ mixing.T
    peer = decomposition.FastICA(random_state=0, whiten="unit-variance", tol=1e-7, max_iter=1000).fit(X)
    worst = amari(peer.components_, mixing)
    mdp.numx_rand.seed(0)
    node = mdp.nodes.FastICANode(approach="symm", g="tanh", limit=1e-7)
    node.train(X)
    node.stop_training()
    worst = max(worst, amari(node.get_projmatrix().T, mixing))
    ours = rl.FastICA(6, random_state=0, tol=1e-7, max_iter=1000).fit(X)
    assert amari(ours.components_, mixing) < 1.05 * worst + 1e-6
    for other in (rl.Infomax(6, random_state=0, max_iter=1000), rl.Picard(6, random_state=0, max_iter=1000)):
        assert amari(other.fit(X).components_, mixing) < 1.25 * worst, type(other).__name__
    few = S[:, :4] @ mixing[:4, :4].T  # super-Gaussian sources alone, which the first form of Picard is for
    peer_few = decomposition.FastICA(random_state=0, whiten="unit-variance", tol=1e-7, max_iter=1000).fit(few)
    picard = rl.Picard(4, extended=False, random_state=0, max_iter=1000).fit(few)
    assert amari(picard.components_, mixing[:4, :4]) < 1.1 * amari(peer_few.components_, mixing[:4, :4])
    # The symmetric fixed point is one: sources are the same, but for sign and order.
    A, B = ours.transform(X), peer.transform(X)
    A, B = A / A.std(axis=0), B / B.std(axis=0)
    match = np.abs(A.T @ B / len(A)).argmax(axis=1)
    assert sorted(match) == list(range(6))
    same_up_to_sign(A, B[:, match], 1e-4)  # both stop at a tolerance, not at the point


def test_one_random_state_gives_the_components_of_scikit_learn_and_mne():
    rng = np.random.default_rng(5)
    S = np.column_stack([rng.laplace(size=(9000, 3)), rng.uniform(-1, 1, (9000, 2))])
    X = S @ rng.standard_normal((5, 5)) + 1
    # In their order, with their signs and scales; both end where 1 - cos < 1e-12, an angle of 1.4e-6.
    ours = rl.FastICA(random_state=3, tol=1e-12, max_iter=1000).fit(X)
    theirs = decomposition.FastICA(random_state=3, tol=1e-12, max_iter=1000, whiten="unit-variance").fit(X)
    np.testing.assert_allclose(ours.components_, theirs.components_, rtol=0, atol=2e-6 * np.abs(ours.components_).max())
    arbitrary = rl.FastICA(random_state=3, tol=1e-12, max_iter=1000, whiten="arbitrary-variance").fit(X)
    theirs = decomposition.FastICA(random_state=3, tol=1e-12, max_iter=1000, whiten="arbitrary-variance").fit(X)
    np.testing.assert_allclose(arbitrary.components_, theirs.components_, rtol=0,
                               atol=2e-6 * np.abs(theirs.components_).max())
    # Both sides of 6,000 samples, beyond which the kurtosis is that of some of them.
    infomax = pytest.importorskip("mne").preprocessing.infomax
    for n in (3000, 9000):
        for extended in (True, False):
            ours = rl.Infomax(random_state=3, extended=extended, max_iter=40).fit(X[:n])
            white = (X[:n] - ours.mean_) @ ours.whitening_.T
            W, steps = infomax(white, extended=extended, random_state=3, max_iter=40, return_n_iter=True, verbose=False)
            assert ours.n_iter_ == steps
            np.testing.assert_allclose(ours.unmixing_, W, rtol=0, atol=1e-8 * np.abs(W).max())


def test_a_map_of_digits_is_as_good_as_minisoms(digits):
    minisom = pytest.importorskip("minisom")
    X = digits[0] * 16
    peer = minisom.MiniSom(10, 10, 64, sigma=5, learning_rate=0.5, random_seed=0)
    peer.pca_weights_init(X)
    peer.train(X, 10 * len(X))
    for training in ("batch", "online"):
        ours = rl.SelfOrganizingMap((10, 10), training=training, max_iter=10, random_state=0).fit(X)
        assert ours.quantization_error_ < 1.02 * peer.quantization_error(X), training
    # The definitions are the same: MiniSom's on our weights.
    peer._weights = ours.weights_.reshape(10, 10, 64)
    np.testing.assert_allclose(peer.quantization_error(X), ours.quantization_error_, rtol=1e-10)


def test_nets_read_digits_as_well_as_those_of_scikit_learn(digits):
    X, y = digits
    settings = dict(hidden_layer_sizes=(50,), max_iter=60)
    ours = [rl.MLPClassifier(**settings, random_state=k).fit(X[:1200], y[:1200]).score(X[1200:], y[1200:]) for k in range(4)]
    theirs = [neural_network.MLPClassifier(**settings, random_state=k).fit(X[:1200], y[:1200]).score(X[1200:], y[1200:])
              for k in range(4)]
    assert np.mean(ours) > np.mean(theirs) - 0.01

"""float32 goes in, float32 comes out, and says the same."""

import numpy as np
import pytest

import ranvier.learn as rl

X = np.random.default_rng(0).laplace(size=(300, 5)) @ np.random.default_rng(1).standard_normal((5, 5))
y = (X[:, 0] > 0).astype(int)
LINEAR = [rl.PCA(3), rl.Whitening(3), rl.FastICA(3, random_state=0), rl.Infomax(3, random_state=0),
          rl.Picard(3, random_state=0), rl.SFA(3), rl.FDA(1), rl.FactorAnalysis(2), rl.PCA(3) + rl.Whitening()]  # fmt: skip


@pytest.mark.filterwarnings("ignore")  # of convergence, which does not matter here
@pytest.mark.parametrize("model", LINEAR, ids=lambda m: type(m).__name__)
def test_components_have_the_precision_of_the_samples(model):
    model.fit(X, y)
    single, double = model.transform(X.astype(np.float32)), model.transform(X)
    assert single.dtype == np.float32
    assert double.dtype == np.float64
    assert np.allclose(single, double, atol=1e-5 * np.abs(double).max())  # float32 has 7 digits


@pytest.mark.parametrize("kind", [rl.PCA, rl.Whitening, rl.SFA, rl.FactorAnalysis])
def test_a_number_of_components_that_is_no_whole_number_is_refused(kind):
    for wrong in (2.5, "mle", 0):
        with pytest.raises(ValueError, match="n_components must be"):
            kind(wrong).fit(X)

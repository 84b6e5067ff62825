"""Every estimator of ranvier.learn against scikit-learn's own checks."""

import pytest

pytest.importorskip("sklearn")
from sklearn.utils.estimator_checks import parametrize_with_checks

import ranvier.learn as rl

ESTIMATORS = [
    rl.Perceptron(),
    rl.Adaline(),
    rl.HopfieldNetwork(),
    rl.HopfieldNetwork(update="modern"),
    rl.SelfOrganizingMap(shape=(4, 3)),
    rl.MLPClassifier(),
    rl.MLPRegressor(),
    rl.ElmanNetwork(),
    rl.ART1(),
    rl.FuzzyART(),
    rl.FuzzyARTMAP(),
    rl.PCA(),
    rl.PCA(n_components=1, whiten=True),
    rl.Whitening(),
    rl.FastICA(),
    rl.Infomax(),
    rl.Picard(),
    rl.SFA(),
    rl.FDA(),
    rl.FactorAnalysis(),
    rl.Flow([rl.PCA(), rl.SFA()]),
]


@parametrize_with_checks(ESTIMATORS)
def test_estimator_keeps_the_convention(estimator, check):
    check(estimator)

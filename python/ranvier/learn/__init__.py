"""Networks that learn, with the conventions of scikit-learn's estimators.

Everything that computes runs in the engine; scikit-learn is needed for its conventions (``pip install ranvier[learn]``).
"""

from ranvier.learn._art import ART1, FuzzyART, FuzzyARTMAP
from ranvier.learn._decomposition import FDA, PCA, SFA, FactorAnalysis, Whitening
from ranvier.learn._elman import ElmanNetwork
from ranvier.learn._files import load, save
from ranvier.learn._flow import Flow
from ranvier.learn._hopfield import Census, HopfieldNetwork, Recall
from ranvier.learn._independent import FastICA, Infomax, Picard
from ranvier.learn._lesion import damage_curve, lesion
from ranvier.learn._mlp import MLPClassifier, MLPRegressor
from ranvier.learn._plots import (
    plot_categories,
    plot_damage,
    plot_decision_boundary,
    plot_loss,
    plot_map,
    plot_patterns,
    plot_recall,
)
from ranvier.learn._som import SelfOrganizingMap
from ranvier.learn._threshold import Adaline, Perceptron, linear_separability

__all__ = ["ART1", "Adaline", "Census", "ElmanNetwork", "FDA", "FactorAnalysis", "FastICA", "Flow", "FuzzyART",
           "FuzzyARTMAP", "HopfieldNetwork", "Infomax", "MLPClassifier", "MLPRegressor", "PCA", "Perceptron", "Picard",
           "Recall", "SFA", "SelfOrganizingMap", "Whitening", "damage_curve", "lesion", "linear_separability", "load",
           "plot_categories", "plot_damage", "plot_decision_boundary", "plot_loss", "plot_map",
           "plot_patterns", "plot_recall", "save"]

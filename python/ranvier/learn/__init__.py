"""Networks that learn, with the conventions of scikit-learn's estimators.

Everything that computes runs in the engine; scikit-learn is needed for its conventions (``pip install ranvier[learn]``).
"""

from ranvier.learn.art import ART1, FuzzyART, FuzzyARTMAP
from ranvier.learn.decomposition import FDA, PCA, SFA, FactorAnalysis, Whitening
from ranvier.learn.elman import ElmanNetwork
from ranvier.learn.files import load, save
from ranvier.learn.flow import Flow
from ranvier.learn.hopfield import Census, HopfieldNetwork, Recall
from ranvier.learn.independent import FastICA, Infomax, Picard, fastica
from ranvier.learn.lesions import damage_curve, lesion
from ranvier.learn.mlp import MLPClassifier, MLPRegressor
from ranvier.learn.plots import (
    plot_categories,
    plot_damage,
    plot_decision_boundary,
    plot_loss,
    plot_map,
    plot_patterns,
    plot_recall,
)
from ranvier.learn.som import SelfOrganizingMap
from ranvier.learn.threshold import Adaline, Perceptron, linear_separability

__all__ = [
    "ART1",
    "Adaline",
    "Census",
    "ElmanNetwork",
    "FDA",
    "FactorAnalysis",
    "FastICA",
    "Flow",
    "FuzzyART",
    "FuzzyARTMAP",
    "HopfieldNetwork",
    "Infomax",
    "MLPClassifier",
    "MLPRegressor",
    "PCA",
    "Perceptron",
    "Picard",
    "Recall",
    "SFA",
    "SelfOrganizingMap",
    "Whitening",
    "damage_curve",
    "fastica",
    "lesion",
    "linear_separability",
    "load",
    "plot_categories",
    "plot_damage",
    "plot_decision_boundary",
    "plot_loss",
    "plot_map",
    "plot_patterns",
    "plot_recall",
    "save",
]

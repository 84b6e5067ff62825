"""Independent components."""

from ranvier.learn.decomposition import _Linear

_ATTRIBUTES = """
    Attributes
    ----------
    mean_ : ndarray of shape (n_features,)
    components_ : ndarray of shape (n_components, n_features)
        From samples to sources of about unit variance.
    mixing_ : ndarray of shape (n_features, n_components)
    whitening_ : ndarray of shape (n_components, n_features)
    unmixing_ : ndarray of shape (n_components, n_components)
        Of whitened samples.
    n_iter_ : int
    converged_ : bool

    References
    ----------
    """


class FastICA(_Linear):
    __doc__ = f"""Independent components by the fixed-point rule, with symmetric decorrelation.

    With one ``random_state``, those of scikit-learn in their order and with their signs.
{_ATTRIBUTES}Hyvärinen 1999, doi:10.1109/72.761722
    """


class Infomax(_Linear):
    __doc__ = f"""Independent components by natural gradient on the entropy of the outputs.

    With one ``random_state``, what MNE-Python makes of the whitened samples.
{_ATTRIBUTES}Bell & Sejnowski 1995, doi:10.1162/neco.1995.7.6.1129. Lee, Girolami & Sejnowski 1999,
    doi:10.1162/089976699300016719
    """


class Picard(_Linear):
    __doc__ = f"""Independent components by maximum likelihood, preconditioned L-BFGS.
{_ATTRIBUTES}Ablin, Cardoso & Gramfort 2018, doi:10.1109/TSP.2018.2844203
    """

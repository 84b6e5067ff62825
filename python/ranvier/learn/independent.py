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
        Of whitened samples: ``components_`` is ``unmixing_ @ whitening_``.
    n_iter_ : int
    converged_ : bool

    References
    ----------
    """


class FastICA(_Linear):
    __doc__ = f"""Independent components by the fixed-point rule.

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


def fastica(X, n_components=None, *, return_X_mean=False, return_n_iter=False, **settings):
    """Independent components of samples, as arrays.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    n_components : int, optional
    return_X_mean, return_n_iter : bool
        Give the mean and the number of passes too.
    **settings
        As :class:`FastICA` takes them.

    Returns
    -------
    K : ndarray of shape (n_components, n_features) or None
        Whitens samples; None where ``whiten`` is False.
    W : ndarray of shape (n_components, n_components)
        Unmixes whitened samples: sources are ``(X - X_mean) @ K.T @ W.T``.
    S : ndarray of shape (n_samples, n_components)
        Sources.
    X_mean : ndarray of shape (n_features,)
        Where ``return_X_mean``; None where ``whiten`` is False.
    n_iter : int
        Where ``return_n_iter``.
    """
    ica = FastICA(n_components, **settings)
    S = ica.fit_transform(X)
    white = ica.whiten not in (False, "no")
    result = [ica.whitening_ if white else None, ica.unmixing_, S]
    if return_X_mean:
        result.append(ica.mean_ if white else None)
    if return_n_iter:
        result.append(ica.n_iter_)
    return tuple(result)

"""Sparse matrices of the engine as SciPy's."""

import numpy as np

from .checks import needed


def csr(values, columns, starts, shape):
    """The matrix of SciPy that the engine's parts make."""
    return needed("scipy.sparse", "a sparse matrix").csr_array((values, columns, starts), shape=shape)


def parts_of(matrix):
    """Values, columns, starts of rows, and shape of a sparse or dense matrix; columns rise in each row."""
    made = needed("scipy.sparse", "a sparse matrix").csr_array(matrix, dtype=float, copy=True)
    made.sum_duplicates()
    return made.data, made.indices.astype(np.int64), made.indptr.astype(np.int64), made.shape

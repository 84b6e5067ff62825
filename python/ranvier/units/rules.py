"""Which dimension ufuncs and functions of NumPy give to what they return.

A rule is a function of the name of what is called and of those of its arguments that it reads: its own positional parameters are
the first ones of NumPy's function, whatever they are called there, those by keyword are called as there. What a rule does
not read is a plain number, or a value that has the dimension of the first argument (`VALUES`), or `out`.
"""

import inspect
from functools import cache

import numpy as np

from ranvier.units.dimension import NUMBER, DimensionMismatchError, dimension_of, plain, same, want_plain

# Arguments that hold values like those of the first argument, in whatever function they occur.
VALUES = frozenset("initial mean prepend append to_begin to_end fill_value v val vals values src".split())


# Rules


def _keep(name, a):
    """That of the first argument."""
    return dimension_of(a)


def _both(name, a, b):
    return same(name, a, b)


def _compared(name, a, b):
    same(name, a, b)


def _nothing(name, a):
    """No quantity comes out, whatever goes in."""


def _nothing_of_two(name, a, b=None):
    """No quantity comes out, whatever goes in."""


def _nothing_of_all(name, *values):
    """No quantity comes out, whatever goes in."""


def _times(name, a, b):
    return dimension_of(a) * dimension_of(b)


def _over(name, a, b):
    return dimension_of(a) / dimension_of(b)


def _first(name, a, b):
    return dimension_of(a)


def _second(name, a, b):
    return dimension_of(b)


def _to_the(exponent):
    return lambda name, a: dimension_of(a) ** exponent


def _power(name, a, b):
    if not dimension_of(b).dimensionless or np.ndim(b) != 0:
        raise DimensionMismatchError(f"the exponent of {a} must be one plain number; got {b}")
    return dimension_of(a) ** float(b)


def _each(name, *arrays):
    return tuple(map(dimension_of, arrays))


def _each_or_one(name, *arrays):
    return dimension_of(arrays[0]) if len(arrays) == 1 else _each(name, *arrays)


def _joined(name, parts):
    return same(name, *parts)


def product(name, a, *, axis=None, where=True, initial=1.0):
    """The power of how many factors each product has, which must be as many in all."""
    of_initial = dimension_of(initial)
    if dimension_of(a).dimensionless:
        return of_initial
    factors = np.broadcast_to(np.asarray(where, dtype=bool), np.shape(a))
    if name == "nanprod":
        factors = factors & ~np.isnan(plain(a))
    counts = np.unique(np.sum(factors, axis=axis))
    if counts.size > 1:
        raise DimensionMismatchError(f"{name} of {a}: its results have {' or '.join(map(str, counts))} factors, not one "
                                     "dimension")  # fmt: skip
    return dimension_of(a) ** float(counts[0] if counts.size else 0) * of_initial


def _slope(name, f, *spacing, axis=None):
    count = np.ndim(f) if axis is None else np.size(axis)
    steps = [dimension_of(s) for s in spacing] or [NUMBER]
    each = tuple(dimension_of(f) / d for d in (steps * count if len(steps) == 1 else steps))
    return each[0] if count == 1 else each


def _integral(name, y, x=None, dx=1.0):
    return dimension_of(y) * dimension_of(dx if x is None else x)


def _bins(name, a, bins=10, range=None):
    if np.ndim(bins) != 0:
        same(name, a, bins)
    same(name, a, *(range or ()))
    return dimension_of(a)


def _histogram(name, a, bins=10, range=None, density=None, weights=None):
    edges = _bins(name, a, bins, range)
    counts = None if weights is None else dimension_of(weights)
    return (NUMBER / edges if density else counts), edges  # a density does not depend on the size of all weights


def _counted(name, x, weights=None):
    want_plain(name, x=x)
    return None if weights is None else dimension_of(weights)


def _interpolated(name, x, xp, fp, left=None, right=None, period=None):
    same(name, x, xp, period)
    return same(name, fp, left, right)


def _where(name, condition, x=None, y=None):
    return None if x is None else same(name, x, y)


def _chosen(name, which, choices):
    want_plain(name, a=which)
    return same(name, *choices)


def _selected(name, conditions, choices, default=0):
    return same(name, *choices, default)


def _averaged(name, a, *, weights=None, returned=False):
    total = None if weights is None else dimension_of(weights)
    return (dimension_of(a), total) if returned else dimension_of(a)


def _padded(name, array, *, mode="constant", constant_values=0, end_values=0):
    if callable(mode):
        raise TypeError("numpy.pad with a function of your own knows no units: give it plain numbers")
    return same(name, array, constant_values, end_values)


def _filled(name, x, *, nan=0.0, posinf=None, neginf=None):
    return same(name, x, nan, posinf, neginf)


def _clipped(name, a, a_min=None, a_max=None, *, min=None, max=None):
    return same(name, a, a_min, a_max, min, max)


def _with_counts(name, a, *, return_index=False, return_inverse=False, return_counts=False):
    more = sum(map(bool, (return_index, return_inverse, return_counts)))
    return (dimension_of(a), *[None] * more) if more else dimension_of(a)


def _common(name, a, b, *, return_indices=False):
    return (same(name, a, b), None, None) if return_indices else same(name, a, b)


def _close(name, a, b, *, atol=0.0):
    same(name, a, b, atol)


def _range(name, start, stop, *, retstep=False):
    return (same(name, start, stop),) * 2 if retstep else same(name, start, stop)


def _wants_numbers(dtype):
    """Is a type asked for that can hold no quantity: whole numbers, truth?"""
    return dtype is not None and np.dtype(dtype).kind not in "fc"


def _like(name, a, *, dtype=None, subok=True):
    return dimension_of(a) if subok and not _wants_numbers(dtype) else None


def _full(name, a, fill_value, *, dtype=None):
    if _wants_numbers(dtype):
        return want_plain(name, fill_value=fill_value)
    return same(name, a, fill_value)


def as_type(name, x, dtype):
    if np.dtype(dtype).kind == "b":
        return None
    _check_type(name, x, dimension_of(x), dtype)
    return dimension_of(x)


def _covariance(name, m, y=None):
    return same(name, m, y) ** 2.0


def _norm(name, x, *, ord=None):
    return None if ord == 0 and not isinstance(ord, str) else dimension_of(x)  # 0: how many are not 0


def _ranked(name, A, *, tol=None):
    same(name, A, tol)


def _unwrapped(name, p, discont=None, *, period=2 * np.pi):
    return same(name, p, discont, period)


def _solved(name, a, b):
    return dimension_of(b) / dimension_of(a)


def _determinant(name, a):
    return dimension_of(a) ** float(np.shape(a)[-1])


def _triangular(name, a, *, mode="reduced"):
    if mode not in ("reduced", "complete", "r"):
        raise DimensionMismatchError(
            f"{name} of {a} with mode={mode!r} holds numbers of several dimensions in one array"
        )
    return dimension_of(a) if mode == "r" else (None, dimension_of(a))


def _singular(name, a, *, compute_uv=True):
    return (None, dimension_of(a), None) if compute_uv else dimension_of(a)


# Ufuncs

UFUNCS = {
    **dict.fromkeys("add subtract maximum minimum fmax fmin hypot remainder fmod clip nextafter".split(), same),
    **dict.fromkeys("less less_equal greater greater_equal equal not_equal floor_divide arctan2".split(), _compared),
    **dict.fromkeys("negative positive absolute fabs conjugate spacing floor ceil trunc rint".split(), _keep),
    **dict.fromkeys("isfinite isnan isinf sign signbit logical_not".split(), _nothing),
    **dict.fromkeys("logical_and logical_or logical_xor".split(), _nothing_of_two),
    **dict.fromkeys("multiply matmul vecdot matvec vecmat".split(), _times),
    "divide": _over,
    "divmod": lambda name, a, b: (None, same(name, a, b)),
    "copysign": _first,
    "heaviside": _second,
    "power": _power,
    "float_power": _power,
    "sqrt": _to_the(0.5),
    "cbrt": _to_the(1 / 3),
    "square": _to_the(2.0),
    "reciprocal": _to_the(-1.0),
}
# What depends on the unit happens in the one that is shown: 1.6 mV is rounded to 2 mV.
IN_SHOWN_UNIT = frozenset("round around fix floor ceil trunc rint real_if_close".split())
CLOSE = frozenset("isclose allclose".split())
TEXTS = {"array2string": " ", "array_str": " ", "array_repr": "*"}  # and what stands before the unit


def of_ufunc(name, method, inputs, named):
    """The dimension of what a ufunc, or its method, returns: one, one for each of a tuple, or None: no quantity."""
    want_plain(name, **{key: value for key, value in named.items() if key != "initial"})
    rule, a = UFUNCS.get(name), inputs[0]
    if rule is None:
        for x in inputs:
            if not dimension_of(x).dimensionless:
                raise DimensionMismatchError(f"{name} wants a plain number; got {x}")
        return None
    if method in ("__call__", "outer"):
        dimension = rule(name, *inputs)
    elif name in IN_SHOWN_UNIT:
        raise DimensionMismatchError(f"{name}.{method} depends on the unit: write x[i] = np.{name}(x[i])")
    elif method == "at":
        dimension = rule(name, a, *inputs[2:])
        if (dimension or NUMBER) != dimension_of(a):
            raise DimensionMismatchError(f"{name}.at would give some elements of {a} another dimension")
    else:
        said = {key: named[key] for key in ("axis", "initial", "where") if key in named}
        dimension = _of_reduction(f"{name}.{method}", rule, *inputs, **said)
    _check_type(name, a, dimension, named.get("dtype"))
    return dimension


def _of_reduction(name, rule, a, indices=None, *, axis=0, initial=None, where=True):
    """Of reduce, accumulate and reduceat."""
    want_plain(name, indices=indices)
    initial = None if initial is np._NoValue else initial
    if name == "multiply.reduce":
        return product(name, a, axis=axis, where=where, initial=1.0 if initial is None else initial)
    if rule is _nothing_of_two:
        return want_plain(name, initial=initial)
    if rule is not same:
        raise DimensionMismatchError(f"{name} of {a} has no one dimension")
    return same(name, a, initial)


def _check_type(name, a, dimension, dtype):
    dimensions = dimension if isinstance(dimension, tuple) else (dimension,)
    if _wants_numbers(dtype) and not all(d is None or d.dimensionless for d in dimensions):
        raise DimensionMismatchError(
            f"{name} of {a} as {np.dtype(dtype)} depends on the unit: divide by one, e.g. x / mV"
        )


# Functions

FUNCTIONS = {
    **dict.fromkeys(
        """amax amin append array_split around broadcast_to copy copyto cumsum cumulative_sum delete diag diagflat diagonal diff
        dsplit ediff1d eigvals eigvalsh expand_dims fft fft2 fftn fftshift fill_diagonal fix flip fliplr flipud hfft hsplit ifft
        ifft2 ifftn ifftshift ihfft imag insert irfft irfft2 irfftn matrix_transpose max mean median min moveaxis
        nancumsum nanmax nanmean nanmedian nanmin nanpercentile nanquantile nanstd nansum partition percentile permute_dims
        place ptp put put_along_axis putmask quantile ravel real real_if_close repeat reshape resize rfft rfft2 rfftn roll
        rollaxis rot90 round sort sort_complex split squeeze std sum svdvals swapaxes take take_along_axis tile trace transpose
        tril trim_zeros triu unique_values unstack vsplit""".split(),
        _keep,
    ),
    **dict.fromkeys(
        """all angle any argmax argmin argpartition argsort argwhere array2string array_repr array_str cond count_nonzero
        flatnonzero iscomplex iscomplexobj isneginf isposinf isreal isrealobj lexsort min_scalar_type nanargmax nanargmin ndim
        nonzero searchsorted shape size""".split(),
        _nothing,
    ),
    **dict.fromkeys("corrcoef may_share_memory shares_memory".split(), _nothing_of_two),
    **dict.fromkeys("common_type ix_ result_type".split(), _nothing_of_all),
    **dict.fromkeys("concatenate concat stack hstack vstack column_stack dstack block".split(), _joined),
    **dict.fromkeys("cross inner outer vdot dot kron convolve correlate matmul vecdot tensordot".split(), _times),
    **dict.fromkeys("union1d setdiff1d setxor1d".split(), _both),
    **dict.fromkeys("array_equal array_equiv isin digitize".split(), _compared),
    **dict.fromkeys("linspace geomspace".split(), _range),
    **dict.fromkeys("zeros_like empty_like".split(), _like),
    **dict.fromkeys("prod nanprod".split(), product),
    **dict.fromkeys("var nanvar".split(), _to_the(2.0)),
    **dict.fromkeys("inv pinv tensorinv".split(), _to_the(-1.0)),
    **dict.fromkeys("isclose allclose".split(), _close),
    **dict.fromkeys("solve tensorsolve".split(), _solved),
    **dict.fromkeys("compress extract".split(), _second),
    **dict.fromkeys("broadcast_arrays meshgrid".split(), _each),
    **dict.fromkeys("atleast_1d atleast_2d atleast_3d".split(), _each_or_one),
    **dict.fromkeys("norm matrix_norm vector_norm".split(), _norm),
    **dict.fromkeys("trapezoid trapz".split(), _integral),
    **dict.fromkeys("unique_counts unique_inverse".split(), lambda name, a: (dimension_of(a), None)),
    **dict.fromkeys("eig eigh".split(), lambda name, a: (dimension_of(a), None)),
    "unique_all": lambda name, a: (dimension_of(a), None, None, None),
    "astype": as_type,
    "average": _averaged,
    "bincount": _counted,
    "cholesky": _to_the(0.5),
    "choose": _chosen,
    "clip": _clipped,
    "cov": _covariance,
    "det": _determinant,
    "full_like": _full,
    "gradient": _slope,
    "histogram": _histogram,
    "histogram_bin_edges": _bins,
    "interp": _interpolated,
    "intersect1d": _common,
    "matrix_power": _power,
    "matrix_rank": _ranked,
    "nan_to_num": _filled,
    "pad": _padded,
    "qr": _triangular,
    "select": _selected,
    "svd": _singular,
    "unique": _with_counts,
    "unwrap": _unwrapped,
    "where": _where,
}

# Parameters of functions in C, which say them only since NumPy 2.4.
_PARAMETERS = {
    "bincount": lambda x, /, weights=None, minlength=0: None,
    "concatenate": lambda arrays, /, axis=0, out=None, *, dtype=None, casting="same_kind": None,
    "copyto": lambda dst, src, casting="same_kind", where=True: None,
    "dot": lambda a, b, out=None: None,
    "empty_like": lambda prototype, /, dtype=None, order="K", subok=True, shape=None, *, device=None: None,
    "inner": lambda a, b, /: None,
    "lexsort": lambda keys, axis=-1: None,
    "may_share_memory": lambda a, b, /, max_work=0: None,
    "min_scalar_type": lambda a, /: None,
    "putmask": lambda a, /, mask, values: None,
    "result_type": lambda *arrays_and_dtypes: None,
    "shares_memory": lambda a, b, /, max_work=-1: None,
    "vdot": lambda a, b, /: None,
    "where": lambda condition, x=None, y=None, /: None,
}


@cache
def signature(function):
    """The parameters of a function of NumPy."""
    try:
        return inspect.signature(function)
    except ValueError:
        return inspect.signature(_PARAMETERS[function.__name__])


@cache
def _parameters(rule):
    return list(inspect.signature(rule).parameters.values())[1:]


def of_function(name, call):
    """The dimension of what a function returns, as of_ufunc; `call` has its bound arguments."""
    given = {key: value for key, value in call.arguments.items() if value is not np._NoValue}
    first = next(iter(given.values()))
    theirs = list(call.signature.parameters.values())
    for p in theirs:
        if p.kind is p.VAR_KEYWORD:
            given.update(given.pop(p.name, {}))
    values, named = [], {}
    for k, p in enumerate(_parameters(FUNCTIONS[name])):
        if p.kind is p.VAR_POSITIONAL:
            values += given.pop(theirs[k].name, ())
        elif p.kind is p.POSITIONAL_OR_KEYWORD:
            values.append(given.pop(theirs[k].name, p.default))
        elif p.name in given:
            named[p.name] = given.pop(p.name)
    dimension = FUNCTIONS[name](name, *values, **named)
    given.pop("out", None)
    for key, value in given.items():
        if key in VALUES:
            same(name, first, value)
        else:
            want_plain(name, **{key: value})
    _check_type(name, first, dimension, given.get("dtype"))
    return dimension

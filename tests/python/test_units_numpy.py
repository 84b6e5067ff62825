"""Every function of NumPy on quantities: the right unit, or a clear error.

The right dimension is what scaling proves: with twice the voltages a result grows by two to the power of volts in it.
"""

import operator
import pickle
import re
from fractions import Fraction

import numpy as np
import pytest

from ranvier.units import DimensionMismatchError, Quantity, mA, ms, mV, nA, uA

DISPATCHER = type(np.mean)
MODULES = {"numpy": np, "numpy.linalg": np.linalg, "numpy.fft": np.fft}
NAMES = [(module, name) for module, here in MODULES.items() for name in dir(here)
         if isinstance(getattr(here, name), DISPATCHER) and not name.startswith("_")]  # fmt: skip

# What has no unit to give: about files, dates, bits, polynomials' coefficients of mixed dimensions, callbacks.
REFUSED = set(
    """apply_along_axis bitwise_and busday_count busday_offset can_cast cumprod cumulative_prod nancumprod datetime_as_string
    diag_indices_from einsum einsum_path histogram2d histogramdd i0 is_busday logspace lstsq multi_dot ones_like packbits piecewise
    poly polyadd polyder polydiv polyfit polyint polymul polysub polyval ravel_multi_index roots save savetxt savez
    savez_compressed sinc slogdet tril_indices_from triu_indices_from unpackbits unravel_index unwrap vander""".split()
)


def v(k=1.0):
    """Six voltages; a time axis, and a square of resistances below."""
    return np.array([3.0, 1.0, 2.0, 5.0, 4.0, 9.0]) * k


def square(k=1.0):
    return np.array([[4.0, 1.0], [1.0, 3.0]]) * k


# Arguments beyond "one array of voltages": a function of (voltage, time, current), each a maker of quantities.
ARGUMENTS = {
    **dict.fromkeys(
        "allclose array_equal array_equiv isclose append union1d setdiff1d setxor1d intersect1d isin digitize".split(),
        lambda V, T, A: (V(v()), V(np.sort(v()))),
    ),
    "cross": lambda V, T, A: (V(v()[:3]), A(v()[3:])),
    **dict.fromkeys(
        "concatenate concat stack hstack vstack column_stack dstack block".split(), lambda V, T, A: ([V(v()), V(v())],)
    ),
    **dict.fromkeys("inner outer vdot dot kron convolve correlate vecdot".split(), lambda V, T, A: (V(v()), A(v()))),
    **dict.fromkeys("matmul tensordot".split(), lambda V, T, A: (V(square()), A(square()))),
    **dict.fromkeys("array_split split hsplit".split(), lambda V, T, A: (V(v()), 2)),
    **dict.fromkeys("dsplit vsplit".split(), lambda V, T, A: (V(np.arange(8.0).reshape(2, 2, 2)), 2)),
    **dict.fromkeys("percentile quantile nanpercentile nanquantile".split(), lambda V, T, A: (V(v()), 0.5)),
    **dict.fromkeys("argpartition partition repeat roll".split(), lambda V, T, A: (V(v()), 2)),
    **dict.fromkeys("compress extract".split(), lambda V, T, A: ([True, False] * 3, V(v()))),
    **dict.fromkeys(
        "cholesky cond det diagonal eig eigh eigvals eigvalsh inv matrix_norm matrix_rank matrix_transpose pinv qr "
        "svd svdvals trace fliplr rot90 fft2 fftn ifft2 ifftn irfft2 irfftn rfft2 rfftn ".split(),
        lambda V, T, A: (V(square()),),
    ),
    "apply_over_axes": lambda V, T, A: (np.sum, V(square()), [0]),
    "astype": lambda V, T, A: (V(v()), float),
    "bincount": lambda V, T, A: ([0, 1, 1, 0, 2, 2], V(v())),
    "broadcast_arrays": lambda V, T, A: (V(v()), T(square()[:, :1])),
    "broadcast_to": lambda V, T, A: (V(v()), (2, 6)),
    "choose": lambda V, T, A: ([0, 1, 0, 1, 0, 1], [V(v()), V(v() + 1)]),
    "clip": lambda V, T, A: (V(v()), V(2.0), V(4.0)),
    "copyto": lambda V, T, A: (V(v()), V(v())),
    "delete": lambda V, T, A: (V(v()), 1),
    "expand_dims": lambda V, T, A: (V(v()), 0),
    "fill_diagonal": lambda V, T, A: (V(square()), V(2.0)),
    "full_like": lambda V, T, A: (V(v()), V(2.0)),
    "geomspace": lambda V, T, A: (V(1.0), V(8.0), 4),
    "linspace": lambda V, T, A: (V(1.0), V(8.0), 4),
    "gradient": lambda V, T, A: (V(v()), T(2.0)),
    "insert": lambda V, T, A: (V(v()), 1, V(2.0)),
    "interp": lambda V, T, A: (T(np.array([1.5, 2.5])), T(np.array([1.0, 2.0, 3.0])), V(v()[:3])),
    "ix_": lambda V, T, A: ([0, 1], [0, 1]),
    "lexsort": lambda V, T, A: ([V(v()), V(v()[::-1])],),
    "matrix_power": lambda V, T, A: (V(square()), 3),
    "may_share_memory": lambda V, T, A: (V(v()), V(v())),
    "shares_memory": lambda V, T, A: (V(v()), V(v())),
    "meshgrid": lambda V, T, A: (V(v()), T(v())),
    "moveaxis": lambda V, T, A: (V(square()), 0, 1),
    "pad": lambda V, T, A: (V(v()), 2),
    "permute_dims": lambda V, T, A: (V(square()),),
    "place": lambda V, T, A: (V(v()), v() > 2, V(v())),
    "putmask": lambda V, T, A: (V(v()), v() > 2, V(v())),
    "put": lambda V, T, A: (V(v()), [0, 1], V(v()[:2])),
    "put_along_axis": lambda V, T, A: (V(v()), np.array([1, 0]), V(v()[:2]), 0),
    "reshape": lambda V, T, A: (V(v()), (2, 3)),
    "resize": lambda V, T, A: (V(v()), (2, 3)),
    "result_type": lambda V, T, A: (V(v()), float),
    "rollaxis": lambda V, T, A: (V(square()), 1),
    "searchsorted": lambda V, T, A: (V(np.sort(v())), V(v())),
    "select": lambda V, T, A: ([v() > 2, v() > 1], [V(v()), V(v() + 1)]),
    "solve": lambda V, T, A: (A(square()), V(v()[:2])),
    "tensorsolve": lambda V, T, A: (A(square()), V(v()[:2])),
    "tensorinv": lambda V, T, A: (V(square()), 1),
    "swapaxes": lambda V, T, A: (V(square()), 0, 1),
    "take": lambda V, T, A: (V(v()), [1, 2]),
    "take_along_axis": lambda V, T, A: (V(v()), np.array([1, 2]), 0),
    "tile": lambda V, T, A: (V(v()), 2),
    "trapezoid": lambda V, T, A: (V(v()), T(np.arange(6.0))),
    "unstack": lambda V, T, A: (V(square()),),
    "where": lambda V, T, A: (v() > 2, V(v()), V(v() + 1)),
}


def plain(x):
    return np.asarray(x).view(np.ndarray)


def alike(one, other):
    """Whether two results are the same quantities."""
    if isinstance(one, (list, tuple)):
        return type(one) is type(other) and len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, Quantity) != isinstance(other, Quantity):
        return False
    return np.array_equal(plain(one), plain(other)) and getattr(one, "dimension", None) == getattr(
        other, "dimension", None
    )


def volts_in(result):
    """The power of volts in a dimension; of volts, milliseconds and milliamperes only volts have kilograms."""
    found = re.search(r"kg(?:\^\(?([-\d./]+)\)?)?", repr(result.dimension)) if isinstance(result, Quantity) else None
    return float(Fraction(found[1] or 1)) if found else 0.0


def check_scaling(function, arguments, in_si=True):
    """f(2 V) = 2**d f(V), where d is the power of volts that the result's dimension has; f(V) is NumPy's f of SI numbers."""

    def results(volt, second, ampere):
        given = arguments(*(lambda x, unit=unit: np.asarray(x) * unit for unit in (volt, second, ampere)))
        result = function(*given)
        return result if isinstance(result, (list, tuple)) else [given[0] if result is None else result]

    ones = results(mV, ms, mA)
    for one, two in zip(ones, results(2.0 * mV, ms, mA), strict=True):
        assert volts_in(one) == volts_in(two)
        if plain(one).dtype.kind in "fc":
            assert np.allclose(plain(two), 2.0 ** volts_in(one) * plain(one), rtol=1e-9, atol=0)
        elif plain(one).dtype.kind in "biu":
            assert np.array_equal(plain(one), plain(two))
    for one, numbers in zip(ones, results(1e-3, 1e-3, 1e-3) if in_si else (), strict=in_si):
        assert np.allclose(plain(one), numbers, rtol=1e-9, atol=0) if plain(one).dtype.kind in "fcbiu" else True


def unchanged_by(refused, x):
    """Whether a call is refused before it changes anything."""
    before, unit = plain(x).copy(), x.dimension
    with pytest.raises((DimensionMismatchError, TypeError)):
        refused(x)
    return np.array_equal(plain(x), before) and x.dimension == unit


@pytest.mark.parametrize(("module", "name"), [n for n in NAMES if n[1] not in REFUSED])
def test_every_function_has_the_dimension_that_scaling_shows(module, name):
    if name == "empty_like":  # of values that nobody knows
        assert np.empty_like(v() * mV).dimension == mV.dimension
        return
    in_si = name not in ("round", "around", "fix", "isclose", "allclose", "array2string", "array_str", "array_repr")
    check_scaling(getattr(MODULES[module], name), ARGUMENTS.get(name, lambda V, T, A: (V(v()),)), in_si)


@pytest.mark.parametrize(("module", "name"), [n for n in NAMES if n[1] in REFUSED])
def test_functions_that_know_no_units_say_so(module, name):
    x = v() * mV
    given = {"apply_along_axis": (np.sum, 0, x), "can_cast": (x, float), "einsum": ("i,i", x, x), "einsum_path": ("i,i", x, x),
             "piecewise": (x, [v() > 2], [0.0]), "polyfit": (x, x, 1), "polyval": (x, v()), "save": ("x", x),
             "savetxt": ("x", x), "savez": ("x", x), "savez_compressed": ("x", x)}  # fmt: skip
    two = """histogram2d logspace polyadd polydiv polymul polysub lstsq ravel_multi_index unravel_index busday_count
             busday_offset""".split()
    with pytest.raises((TypeError, DimensionMismatchError), match="knows no units|no plain number|dimensions differ"):
        getattr(MODULES[module], name)(
            *given.get(name, (x, x) if name in two else ([x, x],) if name == "multi_dot" else (x,))
        )


UFUNCS = [name for name in dir(np) if isinstance(getattr(np, name), np.ufunc)]


@pytest.mark.parametrize("name", UFUNCS)
def test_every_ufunc_has_the_dimension_that_scaling_shows_or_wants_plain_numbers(name):
    function = getattr(np, name)
    two = {"matvec": lambda V: (V(square()), V(v()[:2])), "vecmat": lambda V: (V(v()[:2]), V(square())),
           "matmul": lambda V: (V(square()), V(square()))}.get(name, lambda V: (V(v()), V(v()[::-1])))  # fmt: skip
    if name in ("power", "pow", "float_power"):
        two = lambda V: (V(v()), 3.0)  # noqa: E731
    if name == "heaviside":
        two = lambda V: (V(v()), 0.5)  # noqa: E731
    if name in ("rint", "floor", "ceil", "trunc"):  # in the unit that is shown
        assert function(1.6 * mV) == function(1.6) * mV
        return
    try:
        check_scaling(function, (lambda V, T, A: (V(v()),)) if function.nin == 1 else lambda V, T, A: two(V))
    except (DimensionMismatchError, TypeError) as error:
        assert "plain number" in str(error) or "not supported" in str(error), error
        with pytest.raises((DimensionMismatchError, TypeError)):
            function(*[v() * mV] * function.nin)


def into(make, function):
    """What a function writes into an array that holds something else."""
    out = make(np.full(6, 7.0))
    assert function(out) is out
    return out


# Calls with arguments beyond the first: functions of makers of voltages, times, currents.
CALLS = {
    "cumsum(x, out=x)": lambda V, T, A: np.cumsum(x := V(v()), out=x),
    "cumsum(x, 0, None, out)": lambda V, T, A: into(T, lambda out: np.cumsum(V(v()), 0, None, out)),
    "concatenate(out=)": lambda V, T, A: into(T, lambda out: np.concatenate((V(v()[:3]), V(v()[3:])), out=out)),
    "concatenate(arrays=)": lambda V, T, A: np.stack(arrays=[V(v()), V(v())], axis=1),
    "take(out=)": lambda V, T, A: into(T, lambda out: np.take(V(v()), [5, 4, 3, 2, 1, 0], out=out)),
    "dot(out=)": lambda V, T, A: np.dot(V(square()), A(square()), out=T(square())),
    "multiply(x, y, x)": lambda V, T, A: into(V, lambda out: np.multiply(out, T(v()), out)),
    "add.reduce(out=)": lambda V, T, A: np.add.reduce(V(square()), out=T(v()[:2])),
    "add.reduce(initial=)": lambda V, T, A: np.add.reduce(V(v()), initial=V(5.0)),
    "maximum.accumulate": lambda V, T, A: np.maximum.accumulate(V(v())),
    "add.reduceat": lambda V, T, A: np.add.reduceat(V(v()), [0, 3]),
    "multiply.outer": lambda V, T, A: np.multiply.outer(V(v()), A(v())),
    "multiply.reduce": lambda V, T, A: np.multiply.reduce(V(v().reshape(2, 3))),
    "multiply.reduce(axis=1)": lambda V, T, A: np.multiply.reduce(V(v().reshape(2, 3)), axis=1),
    "multiply.reduce(axis=None)": lambda V, T, A: np.multiply.reduce(V(v().reshape(2, 3)), axis=None),
    "multiply.reduce(initial=)": lambda V, T, A: np.multiply.reduce(V(v()), initial=T(2.0)),
    "add.at": lambda V, T, A: (np.add.at(x := V(v()), [0, 0], V(2.0)), x)[1],
    "negative.at": lambda V, T, A: (np.negative.at(x := V(v()), [0, 1]), x)[1],
    "multiply.at(x, i, 2)": lambda V, T, A: (np.multiply.at(x := V(v()), [0, 1], 2.0), x)[1],
    "divmod(out=)": lambda V, T, A: np.divmod(V(v()), V(2.0), out=(T(v()), T(v()))),
    "divmod(out=(None, x))": lambda V, T, A: np.divmod(V(v()), V(2.0), out=(None, T(v()))),
    "add(where=, out=)": lambda V, T, A: np.add(V(v()), V(v()), out=V(v()), where=v() > 2),
    "prod(axis=)": lambda V, T, A: np.prod(V(v().reshape(2, 3)), axis=0),
    "prod(initial=)": lambda V, T, A: np.prod(V(v()), initial=T(2.0)),
    "prod(where=)": lambda V, T, A: np.prod(V(v()), where=v() > 2.5),
    "nanprod": lambda V, T, A: np.nanprod(V([1.0, np.nan, 3.0])),
    "sum(initial=, where=)": lambda V, T, A: np.sum(V(v()), initial=V(2.0), where=v() > 2),
    "max(initial=-inf)": lambda V, T, A: np.max(V(v()), initial=-np.inf, where=v() > 2),
    "sum(a=, axis=)": lambda V, T, A: np.sum(axis=0, a=V(square())),
    "var(mean=)": lambda V, T, A: np.var(V(v()), mean=V(4.0)),
    "std(mean=)": lambda V, T, A: np.std(V(v()), mean=V(4.0)),
    "cov(x, y)": lambda V, T, A: np.cov(V(v()), V(v()[::-1])),
    "corrcoef(x, y)": lambda V, T, A: np.corrcoef(V(v()), T(v()[::-1])),
    "diff(prepend=)": lambda V, T, A: np.diff(V(v()), prepend=V(5.0), append=V([1.0, 2.0])),
    "ediff1d(to_begin=)": lambda V, T, A: np.ediff1d(V(v()), to_begin=V(7.0), to_end=V(8.0)),
    "linspace(stop=)": lambda V, T, A: np.linspace(V(1.0), stop=V(2.0), num=3),
    "linspace(retstep=)": lambda V, T, A: np.linspace(V(1.0), V(2.0), 3, retstep=True),
    "full_like(fill_value=)": lambda V, T, A: np.full_like(V(v()), fill_value=V(2.0)),
    "append(values=)": lambda V, T, A: np.append(V(v()), values=V(v())),
    "array_equal(a1=)": lambda V, T, A: np.array_equal(a1=V(v()), a2=V(v())),
    "copyto(dst=)": lambda V, T, A: (np.copyto(dst=(x := V(v())), src=V(v() + 1), where=v() > 2), x)[1],
    "put(v=)": lambda V, T, A: (np.put(x := V(v()), [0], v=V(7.0)), x)[1],
    "putmask(values=)": lambda V, T, A: (np.putmask(x := V(v()), mask=v() > 2, values=V(v() + 1)), x)[1],
    "place(vals=)": lambda V, T, A: (np.place(x := V(v()), mask=v() > 2, vals=V(v() + 1)), x)[1],
    "fill_diagonal(val=)": lambda V, T, A: (np.fill_diagonal(x := V(square()), val=V(7.0)), x)[1],
    "put_along_axis(values=)": lambda V, T, A: (np.put_along_axis(x := V(v()), np.array([1]), values=V(7.0), axis=0), x)[1],
    "insert(values=)": lambda V, T, A: np.insert(V(v()), 1, values=V([7.0, 8.0])),
    "clip(min=)": lambda V, T, A: np.clip(V(v()), min=V(2.0)),
    "nan_to_num(posinf=)": lambda V, T, A: np.nan_to_num(V([np.nan, np.inf, 1.0]), nan=V(1.0), posinf=V(2.0)),
    "select(default=)": lambda V, T, A: np.select([v() > 2], [V(v())], default=V(3.0)),
    "interp(left=)": lambda V, T, A: np.interp(T([0.0, 9.0]), T(v()[:3]), V(v()[:3]), left=V(1.0), right=V(2.0)),
    "pad(constant_values=)": lambda V, T, A: np.pad(V(v()), 2, constant_values=(V(5.0), 0)),
    "pad(end_values=)": lambda V, T, A: np.pad(V(v()), 2, "linear_ramp", end_values=V(5.0)),
    "gradient(axis=(0,))": lambda V, T, A: np.gradient(V(square()), T(2.0), axis=(0,)),
    "gradient(x, dt, dy)": lambda V, T, A: np.gradient(V(square()), T(2.0), A(3.0)),
    "gradient(axis=1)": lambda V, T, A: np.gradient(V(square()), T(2.0), axis=1),
    "trapezoid(dx=)": lambda V, T, A: np.trapezoid(V(v()), dx=T(2.0)),
    "histogram(density=)": lambda V, T, A: np.histogram(V(v()), bins=V([0.0, 3.0, 9.0]), density=True),
    "histogram(weights=, density=)": lambda V, T, A: np.histogram(V(v()), 3, weights=T(v()), density=True),
    "histogram(weights=)": lambda V, T, A: np.histogram(T(v()), 3, weights=V(v())),
    "histogram_bin_edges(range=)": lambda V, T, A: np.histogram_bin_edges(V(v()), 3, range=(V(0.0), V(9.0))),
    "average(weights=, returned=)": lambda V, T, A: np.average(V(v()), weights=T(v()), returned=True),
    "unique(return_counts=)": lambda V, T, A: np.unique(V(v()), return_counts=True, return_index=True),
    "intersect1d(return_indices=)": lambda V, T, A: np.intersect1d(V(v()), V(v()), return_indices=True),
    "searchsorted(v=)": lambda V, T, A: np.searchsorted(V(np.sort(v())), v=V(2.0), side="right"),
    "unwrap(period=)": lambda V, T, A: np.unwrap(V(v()), period=V(3.0)),
    "norm(ord=0)": lambda V, T, A: np.linalg.norm(V(v()), ord=0),
    "norm(ord=1)": lambda V, T, A: np.linalg.norm(V(square()), 1),
    "matrix_rank(tol=)": lambda V, T, A: np.linalg.matrix_rank(V(square()), tol=V(2.4)),
    "qr(mode='r')": lambda V, T, A: np.linalg.qr(V(square()), mode="r"),
    "svd(compute_uv=)": lambda V, T, A: np.linalg.svd(V(square()), compute_uv=False),
    "apply_over_axes(var)": lambda V, T, A: np.apply_over_axes(np.var, V(square()), [0, -1]),
    "zeros_like(dtype=bool)": lambda V, T, A: np.zeros_like(V(v()), dtype=bool),
    "astype(bool)": lambda V, T, A: V(v()).astype(bool),
    "round(a=, decimals=)": lambda V, T, A: np.round(decimals=13, a=V(v())),
    "floor(x, out=x)": lambda V, T, A: into(T, lambda out: np.floor(V(v()) / V(0.4), out=out)),
}  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
def test_arguments_beyond_the_first_count_as_they_do_without_units(call):
    check_scaling(CALLS[call], lambda V, T, A: (V, T, A))


def test_rounding_happens_in_the_unit_that_is_shown_whichever_way_it_is_asked_for():
    for function in (np.floor, np.round, np.fix, np.rint):
        x, other = np.array([1.2, 2.7]) * mV, np.array([0.0, 0.0]) * ms
        whole = function(np.array([1.2, 2.7])) * mV
        assert function(x, out=x) is x and np.array_equal(x, whole)
        assert function(np.array([1.2, 2.7]) * mV, out=other) is other and np.array_equal(other, whole)
    assert np.floor(np.array([1.2, 2.7]) * mV, out=np.array([9.0, 9.0]) * mV, where=[True, False]).tolist() == [
        1 * mV,
        9 * mV,
    ]
    assert np.array_equal(np.round(decimals=1, a=[1.26, 2.71] * mV), [1.3, 2.7] * mV)


@pytest.mark.parametrize("refused", [
    lambda x: np.sum(x, initial=5), lambda x: np.add.reduce(x, initial=5), lambda x: np.diff(x, prepend=5.0),
    lambda x: np.ediff1d(x, to_begin=7), lambda x: np.quantile(x, 0.5 * mV), lambda x: np.var(x, mean=5 * ms),
    lambda x: np.std(x, mean=5), lambda x: np.cov(x, plain(x) * ms), lambda x: np.put(x, [0], v=7.0),
    lambda x: np.put(x, [0], 7.0), lambda x: np.copyto(x, src=7.0), lambda x: np.copyto(x, 7 * ms),
    lambda x: np.copyto(plain(x), x), lambda x: np.fill_diagonal(x.reshape(2, 3), val=5.0),
    lambda x: np.putmask(x, mask=x > 2 * mV, values=7.0), lambda x: np.place(x, mask=x > 2 * mV, vals=[7.0]),
    lambda x: np.put_along_axis(x, np.array([1]), values=7.0, axis=0), lambda x: np.linspace(x, stop=5.0),
    lambda x: np.full_like(x, fill_value=7.0), lambda x: np.append(x, values=[7.0]), lambda x: np.insert(x, 0, values=7.0),
    lambda x: np.array_equal(a1=x, a2=plain(x)), lambda x: np.concatenate(arrays=(x, x * ms)),
    lambda x: np.pad(x, 1, constant_values=5.0), lambda x: np.pad(x, 1, lambda vector, *rest: None),
    lambda x: np.unwrap(x), lambda x: np.nan_to_num(x, nan=5.0), lambda x: np.clip(x, min=2.0),
    lambda x: np.searchsorted(x, v=2.0), lambda x: np.sum(x, where=x), lambda x: np.sum(x, axis=0 * mV),
    lambda x: np.histogram(x, range=(1 * mV, 2.0)), lambda x: np.linalg.qr(x.reshape(2, 3), mode="raw"),
    # whose results would have several dimensions
    lambda x: np.prod(x.reshape(2, 3), axis=0, where=[[True, False, True], [True, True, True]]),
    lambda x: np.multiply.accumulate(x), lambda x: np.divide.reduce(x),
    lambda x: np.multiply.at(x, [0], 2 * ms), lambda x: np.square.at(x, [0]), lambda x: np.isnan.at(x, [0]),
    lambda x: np.add.at(x, [0], 5.0), lambda x: np.floor.at(x, [0]), lambda x: np.add.at(plain(x), [0], x[0]),
    lambda x: np.multiply(x, 2 * ms, out=x, where=[True, False] * 3), lambda x: operator.imul(x[:3], 2 * ms),
    # where a unit would be lost
    lambda x: np.cumsum(x, out=np.zeros(6)), lambda x: np.add(x, x, out=np.zeros(6)), lambda x: np.floor(x, out=np.zeros(6)),
    lambda x: np.add.reduce(x, out=np.zeros(())), lambda x: operator.imul(np.ones(6), x),
    # what depends on the unit
    lambda x: x.astype(int), lambda x: np.sum(x, dtype=int), lambda x: np.add.reduce(x, dtype=int),
    lambda x: np.full_like(x, 2 * mV, dtype=int)])  # fmt: skip
def test_arguments_that_would_lose_or_mix_units_are_refused_before_anything_changes(refused):
    # (NumPy keeps a reference to the array where ufunc.reduce is refused, of which nanobind tells when Python ends.)
    assert unchanged_by(refused, v() * mV)


def test_a_type_that_is_asked_for_is_given():
    x = v() * mV
    for made in (x.astype(np.float32), np.zeros_like(x, dtype=np.float32), np.sum(x, dtype=np.float32)):
        assert made.dtype == np.float32 and made.dimension == mV.dimension


def test_an_array_as_text_has_its_unit():
    x = np.array([1.26, 2.51]) * mV
    assert np.array2string(x, precision=1) == "[1.3 2.5] mV" and np.array_str(x) == "[1.26 2.51] mV" == str(x)
    assert np.array_repr(x) == repr(x) == "array([1.26, 2.51])*mV"


METHODS = [n for n in dir(np.ndarray) if not n.startswith("_") and callable(getattr(np.ndarray, n))]
PLAIN_METHODS = set("byteswap dump dumps getfield itemset setfield setflags to_device tobytes tofile view".split())
IN_PLACE = {"fill": (2 * mV,), "partition": (1,), "put": ([0], 5 * mV), "sort": ()}


@pytest.mark.parametrize("name", [n for n in METHODS if n not in PLAIN_METHODS])
def test_methods_say_what_functions_say(name):
    numbers = np.array([3.0, 1.0, 2.0])
    if name in ("diagonal", "trace"):
        numbers = square()
    x = numbers * mV
    refusals = {"cumprod": (lambda: x.cumprod(), "knows no units"), "resize": (lambda: x.resize(2), "does not own its data"),
                "choose": (lambda: x.choose([x, x]), "wants a plain number for a")}  # fmt: skip
    if name in refusals:
        call, why = refusals[name]
        with pytest.raises((TypeError, ValueError), match=why):
            call()
        return
    if name in IN_PLACE:  # as in an array of SI numbers
        si = plain(x).copy()
        assert getattr(x, name)(*IN_PLACE[name]) is None
        getattr(si, name)(*map(plain, IN_PLACE[name]))
        assert x.dimension == mV.dimension and np.array_equal(plain(x), si)
        return
    arguments = {"argpartition": (1,), "astype": (float,), "clip": (2 * mV, 3 * mV), "compress": ([1, 0, 1],),
                 "dot": ([1.0, 2.0, 3.0],), "repeat": (2,), "reshape": ((3, 1),), "searchsorted": (2 * mV,),
                 "swapaxes": (0, 0), "take": ([0, 1],), "item": (0,)}.get(name, ())  # fmt: skip
    there = {"conj": np.conjugate, "flatten": np.ravel, "item": lambda x, k: x[k], "tolist": list}
    function = there.get(name) or (lambda x, *given: getattr(np, name)(x, *given))
    if name == "compress":
        function = lambda x, condition: np.compress(condition, x)  # noqa: E731
    assert alike(getattr(x, name)(*arguments), function(x, *arguments))
    if name not in ("tolist", "item", "astype", "round"):  # nor do they differ from those of the plain array
        si = getattr(plain(x), name)(*map(plain, arguments))
        np.testing.assert_array_equal(plain(getattr(x, name)(*arguments)), si)


def test_parts_of_complex_quantities_and_single_bounds_have_units():
    x = v() * mV
    x.real = 5 * mV
    assert x[0] == 5 * mV and x.real[0] == 5 * mV and x.imag[0] == 0 * mV
    with pytest.raises(DimensionMismatchError):
        x.real = 5 * ms
    assert x.clip(max=2 * mV)[0] == 2 * mV and x.clip(7 * mV)[0] == 7 * mV


def test_methods_take_the_arguments_of_arrays_in_their_order_and_by_name():
    x, out = np.array([[3.0, 1.0, 2.0], [6.0, 5.0, 4.0]]) * mV, np.zeros((2, 2)) * ms
    assert (x.compress([True, False, True], axis=1) / mV).tolist() == [[3, 2], [6, 4]]
    assert x.compress([1, 0, 1], 1, out) is out and out[1, 1] == 4 * mV
    assert (
        (x.clip(min=2 * mV) / mV).min() == 2
        and (x.clip(max=2 * mV) / mV).max() == 2
        and (x.clip(5 * mV) / mV).min() == 5
    )
    with pytest.raises(DimensionMismatchError):
        x.clip(min=2)


@pytest.mark.parametrize("view", [
    lambda x: x.to("uV"), lambda x: x[:], lambda x: x[::-1], lambda x: x.T, lambda x: x.reshape(3, 2), lambda x: x.ravel(),
    lambda x: np.reshape(x, (3, 2)), lambda x: np.flip(x), lambda x: x.view(), lambda x: x[None], lambda x: next(iter(x)),
    lambda x: x.to("uV").to("V"), lambda x: np.transpose(x.to("uV"))])  # fmt: skip
def test_a_view_takes_no_unit_that_its_array_would_not_have(view):
    x = np.arange(6.0).reshape(2, 3) * mV
    with pytest.raises(DimensionMismatchError, match="a view or a part of another array whose unit would stay"):
        view(x).__imul__(2 * ms)
    assert x[1, 2] == 5 * mV
    y = view(x)
    y *= 2
    assert (x.sum() if y.size == 6 else x[0].sum()) == (30 if y.size == 6 else 6) * mV


def test_arrays_of_their_own_take_a_new_unit():
    x = np.arange(3.0) * mV
    for own in (x, x.copy(), x[[0, 1, 2]], x + x, np.stack([x, x]), Quantity(x), Quantity([1, 2], "mV"), 3 * mV,
                Quantity(x, "uV"), Quantity([1 * mV, 2 * mV], "uV"), pickle.loads(pickle.dumps(x))):  # fmt: skip
        own *= 2 * ms
        assert own.dimension == (mV * ms).dimension


def test_a_type_counts_only_where_a_dimension_comes_out():
    x = v() * mV
    assert np.prod(x, where=np.zeros(6, bool), dtype=int) == 1
    for wrong in (lambda: np.linspace(0 * mV, x[0], 3, retstep=True, dtype=int), lambda: x.astype("i4"),
                  lambda: np.linspace(0 * mV, x[0], 3, dtype=int)):  # fmt: skip
        with pytest.raises(DimensionMismatchError, match="depends on the unit: divide by one, e.g. x / mV"):
            wrong()


def test_what_must_not_lose_its_unit_in_silence():
    x = np.array([3.0, 1.0, 2.0]) * mV
    assert x.argsort().tolist() == np.argsort(x).tolist() == [1, 2, 0]
    assert np.broadcast_to(x, (2, 3))[1, 0] == 3 * mV
    assert not isinstance(x.any(), Quantity) and not isinstance(np.nonzero(x)[0], Quantity)
    for wrong in (lambda: x.fill(3), lambda: complex(1 * mV), lambda: int(1 * mV), lambda: np.clip(x, 0, 1),
                  lambda: np.array([1 * mV, 2 * mV]), lambda: np.arange(0 * mV, 3 * mV, 1 * mV),
                  lambda: np.where(x > 1 * mV, x, 1.0), lambda: operator.setitem(x, 0, 3)):  # fmt: skip
        with pytest.raises(DimensionMismatchError):
            wrong()
    assert np.isnan(np.where(x > 2 * mV, x, np.nan) / mV).sum() == 2


def test_small_quantities_are_not_close_because_their_numbers_in_si_are_small():
    assert not np.isclose(1 * nA, 2 * nA) and not np.allclose([1, 2] * nA, [1, 3] * nA)
    assert np.isclose(1 * nA, 1.1 * nA, atol=0.2 * nA)


def test_units_are_shown_as_people_write_them():
    from ranvier.units import cm

    assert repr(10 * uA / cm**2) == "10.0*uA/cm**2"
    assert str(np.round(np.array([1.26, 2.51]) * mV, 1)) == "[1.3 2.5] mV"
    assert str(np.var(np.array([1.0, 3.0]) * mV)) == "1.0 mV**2"
    assert Quantity([1 * mV, 2 * mV])[1] == 2 * mV


@pytest.mark.parametrize(("make", "shown"), [
    (lambda: np.sqrt((2 * mV) * (2 * mV)), "2.0*mV"), (lambda: 1 / (10 * ms), "0.1*1/ms"),
    (lambda: ((3 * mV) ** 2) ** 0.5, "3.0*mV"), (lambda: np.sqrt((2 * mV) ** 4), "4.0*mV**2"),
    (lambda: np.cbrt((2 * mV) ** 3), "2.0*mV"), (lambda: 3 * mV * (1 / (2 * ms)), "1.5*mV/ms"),
    (lambda: (1 / (2 * ms)) ** 2, "0.25*1/ms**2"), (lambda: 2 / (1 / (4 * ms)), "8.0*ms"),
    (lambda: np.linalg.norm([3.0, 4.0] * mV), "5.0*mV")])  # fmt: skip
def test_roots_and_reciprocals_are_shown_in_the_units_they_came_from(make, shown):
    q = make()
    assert repr(np.round(q, 9)) == shown
    assert np.isclose(eval(repr(q), {"mV": mV, "ms": ms}), q, rtol=1e-12)


def test_a_root_that_units_do_not_have_is_in_si():
    assert np.sqrt(4 * mV).unit == "m kg^(1/2) s^(-3/2) A^(-1/2)" and plain(np.sqrt(4 * mV)) == pytest.approx(4e-3**0.5)


def test_what_numpy_does_without_asking_is_in_si_and_the_ways_around_it_have_units():
    x, numbers = np.array([1.0, 2.0]) * mV, np.zeros(2)
    numbers[:] = x
    for si in (numbers, np.array([x, x])[1], np.full(2, [1, 2] * mV)):
        assert not isinstance(si, Quantity) and si.tolist() == [1e-3, 2e-3]
    assert np.full_like(x, 3 * mV)[1] == 3 * mV == (np.full(3, 3.0) * mV)[2] and np.stack([x, x])[1, 1] == 2 * mV
    for refused in (lambda: operator.setitem(numbers, 0, x[0]), lambda: np.array([1 * mV, 2 * mV]), lambda: np.copyto(numbers, x)):
        with pytest.raises(DimensionMismatchError):
            refused()


@pytest.mark.parametrize(("draw", "x", "y"), [
    (lambda ax, t, v: ax.plot(t, v), "ms", "mV"), (lambda ax, t, v: ax.scatter(t, v), "ms", "mV"),
    (lambda ax, t, v: ax.hist(v), "mV", ""), (lambda ax, t, v: (ax.axhline(v[2]), ax.axhline(v[3])), "", "mV"),
    (lambda ax, t, v: ax.axvspan(t[0], t[-1]), "ms", ""),
    (lambda ax, t, v: ax.errorbar(t, v, yerr=0.1 * abs(v)), "ms", "mV"),
    (lambda ax, t, v: ax.fill_between(t, v, 0 * v), "ms", "mV"), (lambda ax, t, v: ax.step(t, v), "ms", "mV"),
    (lambda ax, t, v: ax.bar(t, v), "ms", "mV")])  # fmt: skip
def test_matplotlib_draws_quantities_in_their_unit_on_the_axis_to_which_they_belong(draw, x, y):
    plt = pytest.importorskip("matplotlib.pyplot")
    figure, ax = plt.subplots()
    draw(ax, np.arange(4.0) * ms, np.array([-65.0, -50.0, 20.0, -70.0]) * mV)
    figure.canvas.draw()
    assert (ax.get_xlabel(), ax.get_ylabel()) == (x, y)
    # The data, with a margin of at most the width of a bar: milliseconds from 0 to 3, millivolts from -70 to 20.
    span = {"ms": (0, 3, 1), "mV": (-70, 20, 12)}
    for unit, (low, high) in ((x, ax.get_xlim()), (y, ax.get_ylim())):
        if unit:
            first, last, margin = span[unit]
            assert first - margin <= low <= first and last <= high <= last + margin
    plt.close(figure)

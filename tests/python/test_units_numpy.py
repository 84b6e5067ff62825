"""Every function of NumPy on quantities: the right unit, or a clear error.

The right dimension is what scaling proves: with twice the voltages a result grows by two to the power of volts in it.
"""

import operator
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
    savez_compressed sinc slogdet tril_indices_from triu_indices_from unpackbits unravel_index vander""".split()
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


def check_scaling(function, arguments):
    """f(2 V) = 2**d f(V), where d is the power of volts that the result's dimension has."""

    def results(c):
        given = arguments(lambda x: np.asarray(x) * c * mV, lambda x: np.asarray(x) * ms, lambda x: np.asarray(x) * mA)
        result = function(*given)
        return result if isinstance(result, (list, tuple)) else [given[0] if result is None else result]

    for one, two in zip(results(1.0), results(2.0), strict=True):
        assert volts_in(one) == volts_in(two)
        if plain(one).dtype.kind in "fc":
            assert np.allclose(plain(two), 2.0 ** volts_in(one) * plain(one), rtol=1e-9, atol=0)
        elif plain(one).dtype.kind in "biu":
            assert np.array_equal(plain(one), plain(two))


@pytest.mark.parametrize(("module", "name"), [n for n in NAMES if n[1] not in REFUSED])
def test_every_function_has_the_dimension_that_scaling_shows(module, name):
    check_scaling(getattr(MODULES[module], name), ARGUMENTS.get(name, lambda V, T, A: (V(v()),)))


@pytest.mark.parametrize(("module", "name"), [n for n in NAMES if n[1] in REFUSED])
def test_functions_that_know_no_units_say_so(module, name):
    x = v() * mV
    given = {"apply_along_axis": (np.sum, 0, x), "can_cast": (x, float), "einsum": ("i,i", x, x), "einsum_path": ("i,i", x, x),
             "piecewise": (x, [v() > 2], [0.0]), "polyfit": (x, x, 1), "polyval": (x, v()), "save": ("x", x),
             "savetxt": ("x", x), "savez": ("x", x), "savez_compressed": ("x", x)}  # fmt: skip
    two = """histogram2d logspace polyadd polydiv polymul polysub lstsq ravel_multi_index unravel_index busday_count
             busday_offset""".split()
    with pytest.raises((TypeError, DimensionMismatchError), match="knows no units|no plain number"):
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


METHODS = [n for n in dir(np.ndarray) if not n.startswith("_") and callable(getattr(np.ndarray, n))]
PLAIN_METHODS = set("byteswap dump dumps getfield itemset setfield setflags to_device tobytes tofile view".split())


@pytest.mark.parametrize("name", [n for n in METHODS if n not in PLAIN_METHODS])
def test_methods_say_what_functions_say(name):
    x = np.array([3.0, 1.0, 2.0]) * mV
    arguments = {"argpartition": (1,), "astype": (float,), "choose": None, "clip": (2 * mV, 3 * mV), "compress": ([1, 0, 1],),
                 "dot": ([1.0, 2.0, 3.0],), "fill": (2 * mV,), "partition": (1,), "put": ([0], 5 * mV), "repeat": (2,),
                 "reshape": ((3, 1),), "resize": None, "searchsorted": (2 * mV,), "swapaxes": (0, 0), "take": ([0, 1],),
                 "item": (0,), "diagonal": None, "trace": None, "cumprod": None}.get(name, ())  # fmt: skip
    if arguments is None:
        return
    function = getattr(np, name, None)
    if function is None or name in ("put", "partition", "sort"):  # in place
        getattr(x, name)(*arguments)
        assert x.dimension == mV.dimension
        return
    assert alike(getattr(x, name)(*arguments), function(x, *arguments))


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


@pytest.mark.parametrize("draw", [
    lambda ax, t, x: ax.plot(t, x), lambda ax, t, x: ax.scatter(t, x), lambda ax, t, x: ax.hist(x),
    lambda ax, t, x: ax.axhline(x[1]), lambda ax, t, x: ax.axvspan(t[0], t[1]),
    lambda ax, t, x: ax.errorbar(t, x, yerr=0.1 * abs(x)), lambda ax, t, x: ax.fill_between(t, x, 0 * x),
    lambda ax, t, x: ax.step(t, x), lambda ax, t, x: ax.bar(t, x)])  # fmt: skip
def test_matplotlib_draws_quantities_in_their_unit(draw):
    plt = pytest.importorskip("matplotlib.pyplot")
    figure, ax = plt.subplots()
    t, x = np.arange(4.0) * ms, np.array([-65.0, -50.0, 20.0, -70.0]) * mV
    draw(ax, t, x)
    figure.canvas.draw()
    limits = [*ax.get_xlim(), *ax.get_ylim()]
    assert max(map(abs, limits)) > 0.5  # not volts and seconds
    assert "mV" in (ax.get_ylabel(), ax.get_xlabel()) or "ms" in (ax.get_xlabel(),)
    plt.close(figure)

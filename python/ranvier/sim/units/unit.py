"""Units: quantities of one with a name."""

import numpy as np

from ranvier.sim.units.dimensions import DIMENSIONLESS, interned
from ranvier.sim.units.quantity import Quantity
from ranvier.sim.units.registers import user_unit_register

PREFIXES = {"y": -24, "z": -21, "a": -18, "f": -15, "p": -12, "n": -9, "u": -6, "m": -3, "c": -2, "d": -1, "": 0,
            "da": 1, "h": 2, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18, "Z": 21, "Y": 24}  # fmt: skip


class Unit(Quantity):
    """A unit: what stands for itself in print, and makes other units in products, quotients and powers.

    Parameters
    ----------
    arr : float
        Its size in SI, 10**scale.
    dim : Dimension, optional
    scale : float
        The power of ten.
    name, dispname, latexname : str, optional
        What code, people and LaTeX write.
    iscompound : bool
        Made of others? Then it stands in brackets where it is divided by or raised.

    Examples
    --------
    >>> from ranvier.sim import nS, cm
    >>> nS/cm**2
    nsiemens / (cmetre ** 2)
    """

    __array_priority__ = 100
    automatically_register_units = True

    def __new__(
        cls, arr, dim=None, scale=0, name=None, dispname=None, latexname=None, iscompound=False, dtype=None, copy=False
    ):
        if not np.isclose(float(np.asarray(arr)), 10.0**scale, rtol=1e-12, atol=0):
            raise AssertionError(f"a unit's value is 10**scale, here 10**{scale}; got {arr}")
        self = np.array(10.0**scale, dtype=dtype).view(cls)
        dim = DIMENSIONLESS if dim is None else interned(getattr(dim, "dim", dim))
        self._dimension, self._shown = dim, None
        self.scale, self.iscompound = scale, iscompound
        self._name = ("Unit(1)" if dim is DIMENSIONLESS else repr(dim)) if name is None else name
        self._dispname = ("1" if dim is DIMENSIONLESS else str(dim)) if dispname is None else dispname
        self._latexname = dim._latex() if not latexname else latexname
        if cls.automatically_register_units and dim is not DIMENSIONLESS:
            user_unit_register.add(self)
        return self

    def __init__(self, *args, **kwds):
        pass  # __new__ has done it

    def __array_finalize__(self, other):
        super().__array_finalize__(other)
        for name, value in (("scale", 0), ("iscompound", False), ("_name", ""), ("_dispname", ""), ("_latexname", "")):
            setattr(self, name, getattr(other, name, value))

    @staticmethod
    def create(dim, name, dispname, latexname=None, scale=0):
        """A new named unit.

        Parameters
        ----------
        dim : Dimension
        name : str
            What code calls it: ``"volt"``.
        dispname : str
            What people write: ``"V"``.
        latexname : str, optional
            In LaTeX's mathematics.
        scale : int
            The power of ten of its size.

        Returns
        -------
        u : Unit
        """
        return _unit(scale, dim, str(name), str(dispname), latexname or rf"\mathrm{{{dispname}}}")

    @staticmethod
    def create_scaled_unit(baseunit, scalefactor):
        """A unit with a prefix.

        Parameters
        ----------
        baseunit : Unit
        scalefactor : str
            ``"m"``, ``"u"``, ``"k"``, …

        Returns
        -------
        u : Unit
        """
        if scalefactor not in PREFIXES:
            raise ValueError(f"{scalefactor!r} is no prefix of the SI; they are {' '.join(PREFIXES)}")
        latex = rf"\mathrm{{{chr(92) + 'mu' if scalefactor == 'u' else scalefactor}}}{baseunit.latexname}"
        scale = PREFIXES[scalefactor] + baseunit.scale
        return _unit(scale, baseunit.dim, scalefactor + baseunit.name, scalefactor + baseunit.dispname, latex)

    def _named(what):
        def refuse(self, value):
            raise NotImplementedError("a unit keeps its name: make another with Unit.create")

        return property(lambda self: getattr(self, what), refuse, doc="A name of the unit, which stays.")

    name, dispname, latexname = _named("_name"), _named("_dispname"), _named("_latexname")
    del _named

    def set_name(self, name):
        """Refused: a unit keeps its name."""
        self.name = name

    def set_display_name(self, name):
        """Refused: a unit keeps its name."""
        self.dispname = name

    def set_latex_name(self, name):
        """Refused: a unit keeps its name."""
        self.latexname = name

    def __repr__(self):
        return self._name

    def __str__(self):
        return self._dispname

    def _latex(self, *args):
        return self._latexname

    def __reduce__(self):
        return _unit, (self.scale, self.dim, self._name, self._dispname, self._latexname, self.iscompound)

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __eq__(self, other):
        if isinstance(other, Unit):
            return self.dim == other.dim and self.scale == other.scale
        return super().__eq__(other)

    def __ne__(self, other):
        return not self == other if isinstance(other, Unit) else super().__ne__(other)

    def __hash__(self):
        return hash((self.dim, self.scale))

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **kwargs):
        made = _RULES.get(ufunc.__name__) if method == "__call__" and not out and not kwargs else None
        unit = made(*inputs) if made else None
        if unit is not None:
            return unit
        inputs = [Quantity(x, dim=x.dim, force_quantity=True) if isinstance(x, Unit) else x for x in inputs]
        return getattr(ufunc, method)(*inputs, **({"out": out} if out else {}), **kwargs)

    def _refused(self, *args):
        raise TypeError("a unit does not change; write x = x * y for x *= y")

    __iadd__ = __isub__ = __imul__ = __itruediv__ = __ifloordiv__ = __imod__ = __ipow__ = _refused


def _unit(scale, dim, name, dispname, latexname, iscompound=False):
    return Unit(
        10.0**scale, dim=dim, scale=scale, name=name, dispname=dispname, latexname=latexname, iscompound=iscompound
    )


def _inside(u):
    """Its names, in brackets where they are several."""
    if not u.iscompound:
        return u.name, u.dispname, u.latexname
    return f"({u.name})", f"({u.dispname})", rf"\left({u.latexname}\right)"


def _product(a, b):
    if isinstance(a, Unit) and isinstance(b, Unit):
        return _unit(a.scale + b.scale, a.dim * b.dim, f"{a.name} * {b.name}", f"{a.dispname} {b.dispname}",
                     rf"{a.latexname}\,{b.latexname}", True)  # fmt: skip
    return None


def _quotient(a, b):
    if isinstance(a, Unit) and isinstance(b, Unit):
        (above, shown, _), (below, shown_below, _) = _inside(a), _inside(b)
        return _unit(a.scale - b.scale, a.dim / b.dim, f"{above} / {below}", f"{shown}/{shown_below}",
                     rf"\frac{{{a.latexname}}}{{{b.latexname}}}", True)  # fmt: skip
    return _raised(b, -1) if isinstance(b, Unit) and np.ndim(a) == 0 and np.isscalar(a) and a == 1 else None


def _raised(u, exponent):
    if not isinstance(u, Unit) or isinstance(exponent, Quantity) or np.ndim(exponent) != 0:
        return None
    exponent = getattr(exponent, "item", lambda: exponent)()
    name, shown, latex = _inside(u)
    return _unit(u.scale * exponent, u.dim**exponent, f"{name} ** {exponent!r}", f"{shown}^{exponent}",
                 f"{latex}^{{{exponent}}}", True)  # fmt: skip


_RULES = {
    "multiply": _product,
    "divide": _quotient,
    "power": _raised,
    "float_power": _raised,
    "square": lambda u: _raised(u, 2),
    "sqrt": lambda u: _raised(u, 0.5),
    "reciprocal": lambda u: _raised(u, -1),
}

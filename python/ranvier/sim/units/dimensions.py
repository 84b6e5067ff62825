"""Dimensions with Brian 2's names for them: one object for each, so that ``volt.dim is volt.dim``."""

from ranvier import _core

_LABELS = ["m", "kg", "s", "A", "K", "mol", "cd"]
_UNITS = ["metre", "kilogram", "second", "amp", "kelvin", "mole", "candle"]
_WORDS = [
    "length metre metres meter meters m".split(),
    "mass kilogram kilograms kg".split(),
    "time second seconds s".split(),
    ["electric current", "current", "ampere", "amperes", "amp", "amps", "A"],
    "temperature kelvin kelvins K".split(),
    ["quantity of substance", "substance", "mole", "moles", "mol"],
    "luminosity candle candles cd".split(),
]
_PLACE = {spelt: k for k, words in enumerate(_WORDS) for word in words for spelt in (word, word.capitalize())}

_all = {}


class Dimension(_core.units.Dimension):
    """Exponents of the seven base units of the SI, as :func:`get_or_create_dimension` gives them."""

    dim = property(lambda self: self, doc="The dimension itself, as quantities have one.")
    is_dimensionless = property(lambda self: self.dimensionless, doc="Is it that of a number?")

    @property
    def _dims(self):
        return tuple(int(e) if e == int(e) else e for e in self.exponents)

    def get_dimension(self, d):
        """The exponent of one base unit.

        Parameters
        ----------
        d : str
            ``"length"``, ``"metre"``, ``"m"``, …

        Returns
        -------
        exponent : float
        """
        if d not in _PLACE:
            raise KeyError(f"there is no base unit {d!r}; they are {', '.join(_UNITS)}")
        return self.exponents[_PLACE[d]]

    def __mul__(self, other):
        return interned(super().__mul__(other))

    def __truediv__(self, other):
        return interned(super().__truediv__(other))

    def __pow__(self, exponent):
        return interned(super().__pow__(float(exponent)))

    def __eq__(self, other):
        return self is other or (isinstance(other, _core.units.Dimension) and super().__eq__(other))

    def __hash__(self):
        return hash(self._dims)

    def _text(self, labels, power, joint):
        return joint.join(
            label + (f"{power}{e}" if e != 1 else "") for label, e in zip(labels, self._dims, strict=True) if e
        )

    def __str__(self):
        return self._text(_LABELS, "^", " ") or "1"

    def __repr__(self):
        return self._text(_UNITS, " ** ", " * ") or "Dimension()"

    def _latex(self, *args):
        return (
            r"\,".join(
                rf"\mathrm{{{label}}}" + (f"^{{{e}}}" if e != 1 else "")
                for label, e in zip(_LABELS, self._dims, strict=True)
                if e
            )
            or "1"
        )

    def _repr_latex_(self):
        return f"${self._latex()}$"

    def __reduce__(self):
        return get_or_create_dimension, (self._dims,)

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __imul__(self, other):
        raise TypeError("a dimension does not change; write d = d * other")

    __itruediv__ = __ipow__ = __imul__


def interned(dimension):
    """The one object that stands for a dimension of the engine."""
    if isinstance(dimension, Dimension):
        return dimension
    exponents = tuple(dimension.exponents)
    if exponents not in _all:
        _all[exponents] = Dimension(exponents)
    return _all[exponents]


def get_or_create_dimension(*args, **kwds):
    """The dimension of given exponents.

    Parameters
    ----------
    *args : sequence of float
        Seven exponents: of metre, kilogram, second, ampere, kelvin, mole and candela.
    **kwds : float
        Exponents by name, ``length=1, time=-1``; those not named are 0.

    Returns
    -------
    dimension : Dimension
    """
    if args:
        if len(args) > 1 or kwds:
            raise TypeError("a dimension is made of one sequence of seven exponents, or of exponents by name")
        if not hasattr(args[0], "__len__") or len(args[0]) != 7:
            raise TypeError(f"seven exponents make a dimension; got {args[0]!r}")
        exponents = [float(e) for e in args[0]]
    else:
        exponents = [0.0] * 7
        for name, exponent in kwds.items():
            if name not in _PLACE:
                raise KeyError(f"there is no base unit {name!r}; they are {', '.join(_UNITS)}")
            exponents[_PLACE[name]] = float(exponent)
    return interned(_core.units.Dimension(exponents))


DIMENSIONLESS = get_or_create_dimension()

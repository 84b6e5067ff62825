"""All named units, and what people use for dimensions without one."""

from ranvier.sim.units.allunits import PREFIXES, find
from ranvier.sim.units.dimensions import DIMENSIONLESS, interned
from ranvier.sim.units.registers import UnitRegistry, known, user_unit_register
from ranvier.sim.units.unit import Unit

# One name for each dimension: of hertz and becquerel, hertz.
_SHOWN = """metre gram second amp kelvin mole candle hertz newton pascal joule watt coulomb volt farad ohm siemens weber tesla
henry lux gray katal molar""".split()
_PREFIXES = [p for p in PREFIXES if p not in ("c", "d", "da", "h")]
_MORE = """pascal*second newton*metre watt/metre**2 joule/kelvin joule/(kilogram*kelvin) joule/kilogram watt/(metre*kelvin)
joule/metre**3 volt/metre**3 coulomb/metre**3 coulomb/metre**2 farad/metre henry/metre joule/mole joule/(mole*kelvin)
coulomb/kilogram gray/second katal/metre**3""".split()


class _Standard(UnitRegistry):
    """All named units, found when a dimension is asked for."""

    def __init__(self):
        super().__init__()
        self._known = None

    def of(self, dimension):
        if self._known is None:
            self._known = {find(b + p).dim: (b, p) for p in ("", "2", "3") for b in _SHOWN}
        if dimension in self._known and dimension not in self.units_for_dimensions:
            base, power = self._known[dimension]
            prefixes = [""] if base == "kelvin" else _PREFIXES
            kilogram = {"kgram": "kilogram"}
            for prefix in prefixes:
                self.add(find(kilogram.get(prefix + base, prefix + base) + power))
        return super().of(dimension)


class _Additional(UnitRegistry):
    def of(self, dimension):
        if not self.units:
            self.units = {"": None}
            for text in _MORE:
                self.add(_evaluated(text))
            del self.units[""]
        return super().of(dimension)


def _evaluated(text):
    automatic, Unit.automatically_register_units = Unit.automatically_register_units, False
    try:
        return eval(text, {"__builtins__": {}}, _Names())
    finally:
        Unit.automatically_register_units = automatic


class _Names(dict):
    def __missing__(self, name):
        return find(name)


standard_unit_register = _Standard()
additional_unit_register = _Additional()
known[:] = [standard_unit_register, user_unit_register, additional_unit_register]


def get_unit(d):
    """The unit of size 1 for a dimension.

    Parameters
    ----------
    d : Dimension

    Returns
    -------
    u : Unit
    """
    d = interned(getattr(d, "dim", d))
    for registry in known:
        if 1.0 in registry.of(d):
            return registry.of(d)[1.0]
    automatic, Unit.automatically_register_units = Unit.automatically_register_units, False
    try:
        return Unit(1.0, dim=d)
    finally:
        Unit.automatically_register_units = automatic


def get_unit_for_display(d):
    """That unit as text; ``"1"`` for a number."""
    return "1" if d == 1 or d is DIMENSIONLESS else str(get_unit(d))


def register_new_unit(u):
    """Show quantities of its dimension in this unit from now on, where no named unit has that dimension.

    Parameters
    ----------
    u : Unit
    """
    user_unit_register.add(u)

"""All units by name, with all prefixes, squared and cubed: ``mvolt``, ``cmetre2``, ``Yfarad3``. Each is made when first asked for."""

from ranvier import _core
from ranvier.sim.units.dimensions import interned
from ranvier.sim.units.unit import PREFIXES, Unit, _unit

# What people write for each; prefixes and powers are added to these names.
SYMBOLS = {
    "metre": "m", "meter": "m", "kilogram": "kg", "kilogramme": "kg", "gram": "g", "gramme": "g", "second": "s",
    "amp": "A", "ampere": "A", "kelvin": "K", "mole": "mol", "mol": "mol", "candle": "cd", "molar": "M",
    "radian": "rad", "steradian": "sr", "hertz": "Hz", "newton": "N", "pascal": "Pa", "joule": "J", "watt": "W",
    "coulomb": "C", "volt": "V", "farad": "F", "ohm": "ohm", "siemens": "S", "weber": "Wb", "tesla": "T", "henry": "H",
    "lumen": "lm", "lux": "lx", "becquerel": "Bq", "gray": "Gy", "sievert": "Sv", "katal": "kat",
    "liter": "l", "litre": "l",
}  # fmt: skip
_WITHOUT_PREFIX = {"kilogram", "kilogramme", "kelvin"}
_WITHOUT_POWER = {"liter", "litre"}
_SCALES = {"gram": -3, "gramme": -3, "molar": 3, "liter": -3, "litre": -3}
_NUMBERS = {"radian", "steradian"}
# Several spellings of one unit that share an object: `ms is msecond`.
SHORT = {
    "mV": "mvolt", "mA": "mamp", "uA": "uamp", "nA": "namp", "pA": "pamp", "pF": "pfarad", "uF": "ufarad",
    "nF": "nfarad", "nS": "nsiemens", "uS": "usiemens", "mS": "msiemens", "ms": "msecond", "us": "usecond",
    "Hz": "hertz", "kHz": "khertz", "MHz": "Mhertz", "cm": "cmetre", "cm2": "cmetre2", "cm3": "cmetre3",
    "mm": "mmetre", "mm2": "mmetre2", "mm3": "mmetre3", "um": "umetre", "um2": "umetre2", "um3": "umetre3",
    "mM": "mmolar", "uM": "umolar", "nM": "nmolar",
}  # fmt: skip

_made = {}


def _parts(name):
    """Prefix, base and power of a name, or None."""
    stem, power = (name[:-1], int(name[-1])) if name[-1:] in ("2", "3") else (name, 1)
    for base in SYMBOLS:
        prefix = stem.removesuffix(base)
        if stem.endswith(base) and prefix in PREFIXES:
            allowed = not (prefix and base in _WITHOUT_PREFIX) and not (power > 1 and base in _WITHOUT_POWER)
            return (prefix, base, power) if allowed else None
    return None


def find(name):
    """The unit of that name; None where there is none."""
    name = SHORT.get(name, name)
    if name not in _made:
        parts = _parts(name)
        if parts is None:
            return None
        _made[name] = _make(name, *parts)
    return _made[name]


def _make(name, prefix, base, power):
    symbol = prefix + SYMBOLS[base]
    dimension = _core.units.unit("1" if base in _NUMBERS else "mole" if base == "mol" else base)[1]
    scale = (PREFIXES[prefix] + _SCALES.get(base, 0)) * power
    micro = r"\mu" if prefix == "u" else prefix
    latex = rf"\mathrm{{{micro}{SYMBOLS[base]}}}" + (f"^{power}" if power > 1 else "")
    automatic, Unit.automatically_register_units = Unit.automatically_register_units, False
    try:
        return _unit(scale, interned(dimension) ** power, name, symbol + (f"^{power}" if power > 1 else ""), latex)
    finally:
        Unit.automatically_register_units = automatic


def names():
    """All names of units that this module has."""
    return [
        prefix + base + power
        for power in ("", "2", "3")
        for base in SYMBOLS
        if not (power and base in _WITHOUT_POWER)
        for prefix in (("",) if base in _WITHOUT_PREFIX else PREFIXES)
    ]


__all__ = [*names(), "celsius"]  # noqa: PLE0604  made by __getattr__


class _Celsius:
    """Refuses: 37 degrees Celsius are no multiple of one."""

    def _refused(self, *args):
        raise TypeError(
            "celsius can't be multiplied: differences of temperature are kelvin, and 37 degrees Celsius are "
            "37*kelvin + zero_celsius (of ranvier.sim.units.constants)"
        )

    __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __pow__ = __eq__ = __ne__ = _refused
    __hash__ = None


celsius = _Celsius()


def __getattr__(name):
    if name == "all_units":
        return [find(n) for n in [*names(), *SHORT]]
    unit = None if name.startswith("_") else find(name)
    if unit is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return unit

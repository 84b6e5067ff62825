"""Arrays that a monitor has recorded."""

import numpy as np

from ranvier.sim.core.base import BrianObject
from ranvier.sim.monitors.exported import Exported
from ranvier.sim.units.allunits import find
from ranvier.sim.units.dimensions import DIMENSIONLESS, interned
from ranvier.sim.units.quantity import Quantity
from ranvier.sim.units.registry import get_unit

SECOND, HERTZ = find("second").dim, find("hertz").dim


class Recorder(Exported, BrianObject):
    """What records: its arrays are attributes, with their unit, or without under the name with ``_`` behind it."""

    add_to_magic_network = True
    invalidates_magic_network = False
    _engine = None

    indices = property(lambda self: np.arange(self.N), doc="The numbers of the records, from 0.")

    def engine_objects(self):
        """The engine's monitor."""
        return [self._engine]

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value)
        if name in ("when", "order") and self._engine is not None:
            for operation in self._engine.operations:
                setattr(operation, name, value)

    def get_states(self, vars=None, units=True, format="dict", subexpressions=False, read_only_variables=True, level=0):
        """What was recorded.

        Parameters
        ----------
        vars : list of str, optional
            Which; all if not given.
        units : bool
            Whether arrays have their units.
        format : str
            ``"dict"``, or ``"pandas"``: the table of :meth:`to_pandas`.
        subexpressions, level
            Change nothing.
        read_only_variables : bool
            Records can only be looked at: nothing comes without.

        Returns
        -------
        values : dict of str to array | DataFrame
        """
        if format not in ("dict", "pandas"):
            raise NotImplementedError(f"format must be dict or pandas; got {format!r}")
        if format == "pandas":
            if units:
                raise NotImplementedError("a table of pandas has no units: say units=False")
            return self._table(vars)
        names = [n for n in self._recorded() if vars is None or n in vars] if read_only_variables else []
        return {n: self._state_of(n, units) for n in names}

    def _state_of(self, name, units):
        return getattr(self, name if units or name in ("i", "count", "N") else f"{name}_")

    def reinit(self):
        """Refused: keep the state at the beginning with store(), go back to it with restore()."""
        raise NotImplementedError("what was recorded is forgotten by restore(), after store() before the run")


class RecordedVariable:
    """What is known of a recorded array.

    Parameters
    ----------
    owner : Recorder
    name : str
    dim : Dimension
    dtype : dtype
    size : int | tuple of int
    get : callable
        Its SI numbers.
    """

    scalar, read_only = False, True

    def __init__(self, owner, name, dim, dtype, size, get):
        self.owner, self.name, self.dim, self.dtype, self.size, self._get = owner, name, dim, dtype, size, get

    unit = property(lambda self: get_unit(self.dim), doc="The unit of size 1 of its dimension.")

    def get_value(self):
        """The SI numbers."""
        return self._get()

    def __repr__(self):
        return f"<Variable {self.owner.name}.{self.name} ({self.unit!r}, {self.dtype})>"


def dressed(values, dimension):
    """A copy of recorded numbers with their unit."""
    values = np.array(values)
    dimension = interned(dimension)
    return values if dimension is DIMENSIONLESS else Quantity(values, dim=dimension)

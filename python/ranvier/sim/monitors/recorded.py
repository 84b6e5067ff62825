"""Arrays that a monitor has recorded."""

import os
import pathlib

import numpy as np

from ranvier.sim.core.base import BrianObject
from ranvier.sim.monitors.exported import Exported
from ranvier.sim.units.allunits import find
from ranvier.sim.units.dimensions import DIMENSIONLESS, interned
from ranvier.sim.units.quantity import Quantity
from ranvier.sim.units.registry import get_unit

SECOND, HERTZ = find("second").dim, find("hertz").dim


class Recorder(Exported, BrianObject):
    """What records: its arrays are attributes, with their unit, or without under the name with ``_`` behind it.

    What is streamed stays on disk: its arrays are maps of the files, which read what is looked at, and can't be written to. Tables,
    trains and binned rates are made in memory.
    """

    add_to_magic_network = True
    invalidates_magic_network = False
    _engine = None

    indices = property(lambda self: np.arange(self.N), doc="The numbers of the records, from 0.")

    @property
    def stream(self):
        """The folder to which it streams, or None.

        Its files can be read at any time: ``np.load(monitor.stream / "t.npy", mmap_mode="r")``. They are made when a run begins; what is
        there already is not overwritten, but gone on with after ``restore()`` of a state that was stored with it.
        """
        return pathlib.Path(self._engine.folder) if self._streams else None

    _streams = property(lambda self: self._engine is not None and self._engine.streams)

    def _shown(self, values):
        """Recorded numbers as they are given away: a copy, or the file."""
        return values if self._streams else np.array(values)

    def _dressed(self, values, dimension):
        """The same with their unit."""
        return dressed(self._shown(values), dimension)

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

    # What a stored state has: what is in memory, or how much of the files it was.

    def _full_state(self):
        if not self._streams:
            return self._in_memory()
        *mark, folder = self._engine.mark()
        return {"streamed": (*mark, os.fspath(folder)), **self._beside_stream()}

    def _check_state(self, state):
        """Raises if a stored state is none of this monitor's."""
        streamed = isinstance(state, dict)
        if streamed and not self._streams:
            raise ValueError(
                f"{self.name} streamed to {state['streamed'][3]} when the state was stored: make it with stream= that folder"
            )
        if self._streams and not streamed:
            raise ValueError(f"{self.name} did not stream when the state was stored: make it without stream=")
        if streamed:
            self._engine.check_mark(state["streamed"])

    def _restore_from_full_state(self, state):
        self._check_state(state)
        if self._streams:
            self._go_back_to(state)
        else:
            self._engine.set_state(*state)

    def _go_back_to(self, state):
        self._engine.go_back_to(state["streamed"])

    def _beside_stream(self):
        """What is in memory, too, of what is streamed."""
        return {}

    def _on_disk(self):
        """Waits until what was streamed is on the disk."""
        if self._streams:
            self._engine.sync()

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


def folder_of(stream):
    """The folder that the argument `stream` names, as text; an empty one if it is None.

    Parameters
    ----------
    stream : str | path-like | None

    Returns
    -------
    folder : str
    """
    if stream is None:
        return ""
    if not isinstance(stream, (str, bytes, os.PathLike)):
        raise TypeError(f"stream is the name of a folder, or None; got {stream!r}")
    folder = os.fsdecode(stream)
    if not folder:
        raise ValueError("stream is the name of a folder, or None; got an empty text")
    return folder


def dressed(values, dimension):
    """Numbers with their unit."""
    dimension = interned(dimension)
    return values if dimension is DIMENSIONLESS else Quantity(values, dim=dimension)

"""Records for other packages: pandas, xarray, Neo. Each is imported when it is asked for."""

import importlib

import numpy as np

from ranvier.sim.units.dimensions import DIMENSIONLESS
from ranvier.sim.units.registry import get_unit


def _package(name):
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ImportError(f"{name} is not installed: pip install {name}") from error


class Exported:
    """What monitors are in other packages' words. Times and values are SI numbers; what carries units there says them."""

    def _columns(self):
        """Names of what was recorded besides times and elements, and whether it is a matrix, a row for each element."""
        if hasattr(self, "record_variables"):
            return [n for n in sorted(self.record_variables) if n not in ("t", "i")], hasattr(self, "n_indices")
        return ["rate"], False

    def _unit(self, name):
        dimension = getattr(getattr(self, name), "dim", DIMENSIONLESS)
        return "" if dimension is DIMENSIONLESS else str(get_unit(dimension))

    def _units(self, names):
        return {name: unit for name in names if (unit := self._unit(name))}

    def to_pandas(self):
        """The records as a table; ``table.attrs["units"]`` has their units.

        Returns
        -------
        table : DataFrame
            Of events a row for each, with ``t`` and ``i`` and what else was recorded; of rates and states a row for each time. States
            have a column for each variable and element.
        """
        pd = _package("pandas")
        names, matrix = self._columns()
        if matrix:
            index, elements = pd.Index(self.t_, name="t"), self.record.tolist()
            parts = {n: pd.DataFrame(np.asarray(getattr(self, n)).T, index=index, columns=elements) for n in names}
            table = pd.concat(parts, axis=1, names=["variable", "element"])
        elif names == ["rate"] and not hasattr(self, "record_variables"):
            table = pd.DataFrame({"rate": self.rate_}, index=pd.Index(self.t_, name="t"))
        else:
            table = pd.DataFrame({"t": self.t_, "i": self.i, **{n: np.asarray(getattr(self, n)) for n in names}})
        table.attrs["units"] = self._units(["t", *names])
        return table

    def _table(self, names):
        """Some columns of the table."""
        table = self.to_pandas()
        if names is None:
            return table
        there = list(dict.fromkeys(c[0] if isinstance(c, tuple) else c for c in table.columns))
        for name in names:
            if name not in (*there, table.index.name):
                raise KeyError(f"{name!r} has no column in the table of {self.name}; there are {', '.join(there)}")
        return table[[name for name in there if name in names]]

    def to_xarray(self):
        """The records as a Dataset, each with its unit in ``attrs``.

        Returns
        -------
        dataset : xarray.Dataset
            Of states with the dimensions ``element`` and ``t``, of rates with ``t``, of events with ``event``.
        """
        xr = _package("xarray")
        names, matrix = self._columns()
        events = hasattr(self, "record_variables") and not matrix
        dims = ("element", "t") if matrix else ("event",) if events else ("t",)

        def marked(dims, name):
            units = {"units": unit} if (unit := self._unit(name)) else {}
            return dims, np.asarray(getattr(self, name)), units

        data = {name: marked(dims, name) for name in names}
        if events:
            return xr.Dataset({"t": marked(dims, "t"), "i": (dims, self.i), **data})
        coordinates = {"t": marked(("t",), "t")} | ({"element": ("element", self.record)} if matrix else {})
        return xr.Dataset(data, coords=coordinates)

    def to_neo(self):
        """The records as Neo's objects.

        Returns
        -------
        found : list of neo.SpikeTrain | list of neo.AnalogSignal
            Of events a train for each element of the source, up to now; else a signal for each variable, a channel for each element.
        """
        neo, pq = _package("neo"), _package("quantities")
        names, matrix = self._columns()
        if hasattr(self, "record_variables") and not matrix:
            stop = self.clock.t_
            return [neo.SpikeTrain(np.asarray(train) * pq.s, t_stop=stop * pq.s, name=f"{self.source.name}[{k}]")
                    for k, train in self.event_trains().items()]  # fmt: skip
        period = self.clock.dt_ * pq.s
        start = (self.t_[0] if self.N else 0.0) * pq.s
        return [neo.AnalogSignal(np.atleast_2d(np.asarray(getattr(self, name))).T, units=_for_quantities(self._unit(name)),
                                 sampling_period=period, t_start=start, name=name)
                for name in names]  # fmt: skip


def _for_quantities(unit):
    """A unit as the package quantities writes it."""
    return (unit or "dimensionless").replace("^", "**").replace(" ", "*")

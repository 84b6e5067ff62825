"""States as dicts and tables."""

import numpy as np

from ranvier.sim.core.variableview import VariableView


class ImportExport:
    """A form of states; its methods say how they are written and read.

    ``ImportExport.register(own)`` makes one of one's own known, which has ``name``, ``export_data`` and ``import_data``.
    """

    methods = {}

    @staticmethod
    def register(importerexporter):
        """Makes a form known.

        Parameters
        ----------
        importerexporter : ImportExport
        """
        ImportExport.methods[importerexporter.name] = importerexporter


class DictImportExport(ImportExport):
    """A dict of arrays by name."""

    name = "dict"

    @staticmethod
    def export_data(group, variables, units=True, level=0):
        """The values of variables."""
        return {name: _value(group, name, units, level) for name in variables}

    @staticmethod
    def import_data(group, data, units=True, level=0):
        """Sets the values of variables."""
        for name, value in data.items():
            if name not in group.variables:
                raise TypeError(group._no_variable(name))
            if group.variables[name].read_only:
                raise TypeError(f"{name} of {group.name} can only be looked at, not set")
            VariableView(name, group, units=units).set_item(slice(None), value, level=level)


class PandasImportExport(ImportExport):
    """A table of pandas, without units."""

    name = "pandas"

    @staticmethod
    def export_data(group, variables, units=True, level=0):
        """The values of variables, a column for each."""
        if units:
            raise NotImplementedError("a table of pandas has no units: say units=False")
        import pandas as pd

        values = {name: np.atleast_1d(_value(group, name, False, level)) for name in variables}
        longest = max(map(len, values.values()), default=0)
        return pd.DataFrame({name: np.broadcast_to(v, longest) if len(v) == 1 else v for name, v in values.items()})

    @staticmethod
    def import_data(group, data, units=True, level=0):
        """Sets the values of variables."""
        if units:
            raise NotImplementedError("a table of pandas has no units: say units=False")
        columns = {name: data[name].values for name in data.columns}
        columns = {n: v[0] if n in group.variables and group.variables[n].scalar else v for n, v in columns.items()}
        DictImportExport.import_data(group, columns, units=False, level=level)


def _value(group, name, units, level):
    if name not in group.variables:
        raise KeyError(group._no_variable(name))
    value = VariableView(name, group, units=units).get_item(slice(None), level=level)
    return value.copy() if hasattr(value, "copy") else value


ImportExport.register(DictImportExport)
ImportExport.register(PandasImportExport)
__all__ = ["ImportExport"]

"""What a computation gave."""

import numpy as np

from ranvier.notebook import table
from ranvier.units.dimension import plain


class Result(dict):
    """A dictionary whose entries are attributes too."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def copy(self):
        """A shallow copy, which is a Result too."""
        return Result(self)

    def __reduce__(self):
        # What draws it more finely lives in this process alone.
        return Result, ({key: value for key, value in self.items() if key != "_again"},)

    def __dir__(self):
        return sorted([*super().__dir__(), *self])

    def __repr__(self):
        return "\n".join(f"{key:>16}: {text}" for key, text in self._summary().items())

    def _repr_html_(self):
        return table("Result", self._summary())

    def _summary(self):
        """A line for each entry."""
        return {key: _in_short(value) for key, value in self.items() if not key.startswith("_")}


_FEW = 8  # numbers that are written out


def _in_short(value):
    """One line: what is small is written out, of what is large shape and span."""
    if isinstance(value, np.ndarray) and value.size > _FEW:
        return _array_in_short(value)
    if isinstance(value, Result):
        return f"Result of {', '.join(key for key in value if not key.startswith('_'))}"
    if isinstance(value, dict):
        return f"dict of {', '.join(map(str, value))}" if value else "{}"
    if isinstance(value, (list, tuple)) and value:
        kinds = [v.get("kind") for v in value if isinstance(v, Result)]
        if len(kinds) == len(value) and None not in kinds and len(kinds) <= _FEW:
            return f"{len(value)}: {', '.join(kinds)}"
        if len(value) > _FEW or any(isinstance(v, (dict, list, tuple)) or np.size(v) > _FEW for v in value):
            return f"{type(value).__name__} of {len(value)}, the first: {_in_short(value[0])}"
    return " ".join(repr(value).split())


def _array_in_short(values):
    shape = " × ".join(map(str, values.shape))
    if values.dtype.kind == "b":
        return f"{shape} truth values, {np.count_nonzero(values)} true"
    if values.dtype.kind not in "iuf":
        return f"{shape} of {values.dtype}"
    unit = values.unit if hasattr(values, "unit") else ""
    numbers = np.asarray(values.value if unit else plain(values))
    finite = numbers[np.isfinite(numbers)]
    span = f"{finite.min():.6g} … {finite.max():.6g} {unit}".rstrip() if finite.size else "none finite"
    rest = f", {numbers.size - finite.size} not finite" if 0 < finite.size < numbers.size else ""
    return f"{shape} from {span}{rest}"

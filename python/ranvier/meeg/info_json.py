"""An Info as JSON: what it holds in dicts, lists, texts and numbers; the marks of dates and transforms are MNE-Python's."""

import datetime
from collections.abc import Mapping

import numpy as np

from .constants import name_of
from .points import Transform

_mark = "_mne_type"


def plain(value, key=None):
    """A value as JSON has it."""
    if isinstance(value, Transform):
        return {_mark: "Transform", "from": value["from"], "to": value["to"], "trans": value["trans"].tolist()}
    if isinstance(value, Mapping):
        named = f"{value['kind']} ident" if "ident" in value else "ident", "point" if "ident" in value else "kind"
        names = dict(zip(("ident", "kind"), named))
        return {name: plain(item, names.get(name, name)) for name, item in value.items()}
    if isinstance(value, datetime.date):  # dates with a time are such, too
        kind = "datetime" if isinstance(value, datetime.datetime) else "date"
        return {_mark: kind, "value": value.isoformat()}
    if isinstance(value, np.ndarray):
        return value.tolist()
    if hasattr(value, "toarray"):  # a sparse matrix
        return value.toarray().tolist()
    if isinstance(value, np.generic):
        return value.item()
    if value is None or isinstance(value, (str, bool, float)):
        return value
    if isinstance(value, int):
        name = name_of(key, value)
        return {_mark: "NamedInt", "value": value, "name": name} if name else value
    return [plain(item, key) for item in value]


def restored(value):
    """What `plain` was given, as far as an Info needs it; also of what MNE-Python wrote."""
    if isinstance(value, list):
        return [restored(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    kind = value.get(_mark)
    if kind is None:
        return {name: restored(item) for name, item in value.items()}
    if kind == "Transform":
        return Transform(restored(value["from"]), restored(value["to"]), np.array(value["trans"], float))
    if kind in ("NamedInt", "NamedFloat"):
        return value["value"]
    if kind in ("datetime", "date"):
        return getattr(datetime, kind).fromisoformat(value["value"])
    raise ValueError(f"{_mark} must be Transform, NamedInt, NamedFloat, datetime or date; got {kind!r}")

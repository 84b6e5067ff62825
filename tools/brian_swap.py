"""Brian's own scripts, with Ranvier behind the name `brian2`: the part of tools/brian_tally.py that runs in its child processes.

    python tools/brian_swap.py SCRIPT OUT SEED [TARGET]

runs one script, as it is, with whatever `brian2` is here (tools/brian_face on PYTHONPATH makes it $BRIAN2_IS, in child
processes of the script as well), and writes what its monitors hold at the end: OUT.json says what there is, with digests
and a few statistics, OUT.npz has the arrays, thinned by a fixed rule.
"""

import contextlib
import gc
import hashlib
import importlib
import importlib.abc
import importlib.util
import json
import os
import pathlib
import random
import re
import sys
import time
import traceback
import types

import numpy as np

MOST = 200_000  # values kept of an array; what is thinned out counts in its digest and statistics


class _Alias(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds `brian2.x` where the package under test has x, as the very same module."""

    def __init__(self, package):
        self._package = package

    def _real(self, name):
        path = self._package + name.removeprefix("brian2")
        try:
            return importlib.import_module(path)
        except ModuleNotFoundError as error:
            if error.name and not path.startswith(error.name):
                raise
        found = sys.modules[self._package]
        for part in path.removeprefix(self._package + ".").split("."):
            found = getattr(found, part, None)
        return found if isinstance(found, types.ModuleType) else None

    def find_spec(self, name, path=None, target=None):
        if not name.startswith("brian2.") or self._real(name) is None:
            return None
        return importlib.util.spec_from_loader(name, self)

    def exec_module(self, module):
        sys.modules[module.__name__] = self._real(module.__name__)


def stand_in(package=None):
    """Make `brian2` in this process the module `package` (else $BRIAN2_IS), and its submodules those of the package."""
    package = package or os.environ["BRIAN2_IS"]
    sys.modules["brian2"] = importlib.import_module(package)
    if not any(isinstance(f, _Alias) for f in sys.meta_path):
        sys.meta_path.insert(0, _Alias(package))


def _of(brian2, name, other=None):
    """A name of the package, or `other` where it hasn't come to that yet."""
    try:
        return getattr(brian2, name)
    except (AttributeError, ImportError, NotImplementedError):
        return other


def _shift_seeds(brian2, seed):
    """Begin with `seed`, and shift the seeds that a script sets by seed − 1: the first run is the script's own."""
    set_seed, set_device, numpy_seed = _of(brian2, "seed"), _of(brian2, "set_device"), np.random.seed

    def shifted(original):
        def sow(value=None, *args, **kwargs):
            whole = value is None or np.ndim(value) == 0
            return original((seed if value is None else int(value) + seed - 1) if whole else value, *args, **kwargs)

        return sow

    def choose(*args, **kwargs):
        set_device(*args, **kwargs)
        set_seed(seed)

    random.seed(seed)
    np.random.seed(seed)
    np.random.seed = shifted(numpy_seed)
    if set_seed:
        set_seed(seed)
        brian2.seed = shifted(set_seed)
    if set_seed and set_device:
        brian2.set_device = choose


def _in_order(name):
    """A key that puts statemonitor_10 after statemonitor_9."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def _monitors(brian2):
    """(kind, monitor) of all monitors alive, by name."""
    kinds = {kind: _of(brian2, kind) for kind in ("StateMonitor", "PopulationRateMonitor", "EventMonitor")}
    kinds["EventMonitor"] = kinds["EventMonitor"] or _of(brian2, "SpikeMonitor")
    kinds = {kind: of for kind, of in kinds.items() if of}
    gc.collect()
    found = []
    for thing in gc.get_objects():
        with contextlib.suppress(Exception):  # proxies of things that are gone
            kind = next((k for k, of in kinds.items() if issubclass(type(thing), of)), None)
            if kind:
                found.append((kind, thing))
    return sorted(found, key=lambda pair: _in_order(pair[1].name))


def _numbers(value):
    """A plain array of numbers, or None."""
    if isinstance(value, (list, tuple)):
        if not all(isinstance(v, (int, float, np.ndarray, np.number)) for v in value):
            return None
    elif not isinstance(value, (int, float, np.ndarray, np.number)):
        return None  # groups and views have items without end
    with contextlib.suppress(Exception):
        array = np.asarray(value)
        if array.dtype.kind in "bifu" and array.size:
            return array.astype(float) if array.dtype.kind == "b" else array
    return None


def thinned(array, most=None):
    """At most `most` values of an array (MOST), evenly taken from it as one row."""
    array, most = np.ravel(array), MOST if most is None else most
    return array if array.size <= most else array[:: -(-array.size // most)]


def _described(arrays):
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(name.encode() + str(arrays[name].shape).encode())
        digest.update(np.ascontiguousarray(arrays[name], dtype=float).tobytes())
    return {"digest": digest.hexdigest()[:16], "shapes": {name: list(a.shape) for name, a in arrays.items()}}


def _statistics(kind, arrays):
    """What is compared of random results: counts and rates, means and spreads."""
    told = {}
    if kind == "EventMonitor":
        told["spikes"] = float(arrays["count"].sum())
        told["neurons that spike"] = float((arrays["count"] > 0).sum())
        return told
    for name, array in arrays.items():
        if name == "t" and kind != "names":
            continue
        array = np.asarray(array, float)
        finite = array[np.isfinite(array)]
        told[f"{name}: not finite"] = float(array.size - finite.size)
        if finite.size:
            told[f"mean of {name}"] = float(finite.mean())
            if finite.size > 1:
                told[f"spread of {name}"] = float(finite.std())
    return told


def _read(kind, monitor):
    """The arrays of a monitor."""
    if kind == "StateMonitor":
        names = ["t", *monitor.record_variables]
    elif kind == "PopulationRateMonitor":
        names = ["t", "rate"]
    else:
        arrays = {"count": np.asarray(monitor.count).astype(float)}
        if getattr(monitor, "record", True) is not False:
            t, i = np.asarray(monitor.t), np.asarray(monitor.i)
            order = np.lexsort((t, i))
            arrays |= {"i": i[order].astype(float), "t": t[order]}
            for name in sorted({*getattr(monitor, "record_variables", ())} - {"i", "t"}):
                arrays[name] = np.asarray(getattr(monitor, name))[order]
        return arrays
    return {name: np.asarray(getattr(monitor, name)) for name in dict.fromkeys(names)}


def _step(monitor, brian2):
    """The time step of a monitor [s]."""
    for owner in (lambda: monitor.source.clock, lambda: monitor.clock, lambda: brian2.defaultclock):
        with contextlib.suppress(Exception):
            return float(owner().dt)
    return 1e-4


def _drawn():
    """(name, arrays) of the lines, points and images of all figures."""
    import matplotlib.pyplot as plt

    for number in plt.get_fignums():
        for k, axes in enumerate(plt.figure(number).axes):
            place = f"figure {number}, axes {k}"
            for n, line in enumerate(axes.lines):
                yield f"{place}, line {n}", {"x": _plain(line.get_xdata()), "y": _plain(line.get_ydata())}
            for n, points in enumerate(axes.collections):
                yield f"{place}, points {n}", {"xy": _plain(points.get_offsets())}
            for n, image in enumerate(axes.images):
                yield f"{place}, image {n}", {"z": _plain(image.get_array())}


def _plain(values):
    return np.ma.filled(np.ma.asarray(values, float), np.nan)


def harvest(brian2, names):
    """What there is to compare: a list of dicts, and a dict of arrays."""
    entries, kept = [], {}

    def take(name, kind, arrays, **more):
        entries.append({"name": name, "kind": kind, **more, **_described(arrays), "is": _statistics(kind, arrays)})
        few = kind == "EventMonitor" and "t" in arrays and arrays["t"].size > MOST
        for part, array in arrays.items():
            kept[f"{name}|{part}"] = array[:MOST] if few else thinned(array)

    for kind, monitor in _monitors(brian2):
        try:
            take(monitor.name, kind, _read(kind, monitor), step=_step(monitor, brian2))
        except Exception as error:
            entries.append({"name": getattr(monitor, "name", "?"), "kind": kind, "unreadable": f"{error!r}"[:300]})
    if entries:
        return entries, kept
    for name, lines in _drawn():  # of scripts whose monitors end with a function
        take(name, "names", lines)
    for name, value in names.items():
        if name.startswith("_") or value is _of(brian2, name, names) or isinstance(value, str):
            continue
        array = _numbers(value)
        if array is not None and not (array.size == 1 and abs(float(np.ravel(array)[0])) > 1e9):
            take(name, "names", {"value": array})
    return entries, kept


def run_script(script, out, seed, target=None):
    """Run a script and write what became of it. `target`: how Brian 2 is to make code."""
    import matplotlib

    matplotlib.use("agg")
    began, script = time.monotonic(), pathlib.Path(script).resolve()
    told = {"status": "failed"}
    try:
        import brian2

        if target:
            brian2.prefs.codegen.target = target
        _shift_seeds(brian2, seed)
        module = types.ModuleType("__main__")
        module.__file__ = str(script)
        sys.modules["__main__"], sys.argv, sys.path[0] = module, [str(script)], str(script.parent)
        try:
            exec(compile(script.read_text(), str(script), "exec"), vars(module))
        except SystemExit as error:
            if error.code not in (None, 0):
                raise
        told["seconds"] = round(time.monotonic() - began, 1)
        entries, kept = harvest(brian2, dict(vars(module)))
        np.savez_compressed(f"{out}.npz", **kept)
        told |= {"status": "ran", "entries": entries, "version": str(getattr(brian2, "__version__", "?"))}
    except BaseException as error:
        causes = [error]
        while causes[-1].__cause__ is not None:
            causes.append(causes[-1].__cause__)
        frames = traceback.extract_tb(error.__traceback__)
        line = next((f.lineno for f in reversed(frames) if f.filename == str(script)), None)
        told |= {"error": type(error).__name__, "message": " <- ".join(f"{c}"[-400:] for c in causes), "line": line,
                 "in": f"{os.path.basename(frames[-1].filename)}:{frames[-1].name}" if frames else ""}  # fmt: skip
        traceback.print_exc()
    pathlib.Path(f"{out}.json").write_text(json.dumps(told))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # threads of an animation, destructors of a device


if __name__ == "__main__":
    run_script(sys.argv[1], sys.argv[2], int(sys.argv[3]), *sys.argv[4:])

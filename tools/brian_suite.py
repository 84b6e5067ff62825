"""Brian 2's own tests, with Ranvier behind the name `brian2`: the part of tools/brian_tally.py that runs in its child processes.

Modules named `brian2…` are faces: a name is looked for at the same place of the package under test, then among its public
names. What isn't there is an `Absent` object (tools/mne_swap.py), which says what is missing when a test uses it. What
belongs to the suite (its comparisons, its log, the reset between tests) is said here with the package's public names.
"""

import contextlib
import gc
import importlib
import importlib.abc
import importlib.util
import json
import logging
import os
import pathlib
import sys
import types
import warnings

import mne_swap
import numpy as np
import pytest
from mne_swap import Absent, state

MARKS = "long codegen_independent standalone_compatible multiple_runs standalone_only cpp_standalone openmp gsl".split()


class face:
    """What the faces show: the package, its units, and Brian's public names."""

    package = units = None
    public = frozenset()


def assert_allclose(actual, desired, rtol=4.5e8, atol=1e-9, **kwds):
    """NumPy's, for values of the same dimensions; `rtol` counts in the machine epsilon of the default float type."""
    assert face.package.have_same_dimensions(actual, desired)
    kind = np.float64
    with contextlib.suppress(Exception):
        kind = face.package.prefs["core.default_float_dtype"]
    np.testing.assert_allclose(
        np.asarray(actual), np.asarray(desired), rtol=rtol * np.finfo(kind).eps, atol=atol, **kwds
    )


def exc_isinstance(exc_info, expected_exception, raise_not_implemented=False):
    """Whether an exception or one of its causes is of a type."""
    error = getattr(exc_info, "value", exc_info)
    while error is not None:
        if isinstance(error, expected_exception):
            return True
        if raise_not_implemented and isinstance(error, NotImplementedError):
            raise error
        error = error.__cause__
    return False


class catch_logs(logging.Handler):
    """What is logged or warned of in a `with` block: a list of (level, name, message), with the package called `brian2`."""

    def __init__(self, log_level=logging.WARNING, only_from=("brian2",)):
        super().__init__(logging.getLevelName(log_level) if isinstance(log_level, str) else log_level)
        self._told, self._warned, self._from = [], warnings.catch_warnings(), only_from
        self._loggers = [logging.getLogger(name) for name in ("brian2", state.package)]

    def emit(self, record):
        name = record.name
        if f"{name}.".startswith(f"{state.package}."):
            name = f"brian2{name.removeprefix(state.package)}"
        if any(f"{name}.".startswith(f"{wanted}.") for wanted in self._from):
            self._told.append((record.levelname, name, record.getMessage()))

    def _show(self, message, category, filename, lineno, file=None, line=None):
        self._told.append(("WARNING", getattr(category, "name", category.__name__), str(message)))

    def __enter__(self):
        self._warned.__enter__()
        warnings.simplefilter("always")
        warnings.showwarning = self._show
        for logger in self._loggers:
            logger.addHandler(self)
        return self._told

    def __exit__(self, *error):
        for logger in self._loggers:
            logger.removeHandler(self)
        self._warned.__exit__(*error)


def _call(*names):
    """Call the first of some functions that the package has."""
    for name in names:
        function = _at(name)
        if callable(function):
            return function()
    return None


def reinit_and_delete():
    """Forget devices, where there is more than one."""
    _call(
        "devices.device.reinit_and_delete",
        "devices.reinit_and_delete",
        "reinit_and_delete",
        "devices.device.reinit_devices",
    )


def schedule_propagation_offset(net=None):
    """When a spike arrives at the earliest: at once, or a step later where synapses come before thresholds."""
    schedule = (net or face.package.magic_network).schedule
    late = schedule.index("synapses") < schedule.index("thresholds")
    return face.package.defaultclock.dt if late else 0 * face.units.second


def auto_target():
    """What code is made of; no more than a name."""
    return types.SimpleNamespace(class_name="machine code")


def _error_of(*names):
    """An error class of Brian's that the package may not have by name: then any error."""
    return next((found for found in map(_at, names) if isinstance(found, type)), Exception)


LENT = {
    "assert_allclose": lambda: assert_allclose,
    "exc_isinstance": lambda: exc_isinstance,
    "catch_logs": lambda: catch_logs,
    "reinit_and_delete": lambda: reinit_and_delete,
    "reinit_devices": lambda: reinit_and_delete,
    "reset_device": lambda: lambda *_: None,
    "schedule_propagation_offset": lambda: schedule_propagation_offset,
    "auto_target": lambda: auto_target,
    "DIMENSIONLESS": lambda: face.package.get_dimensions(1),
    "BrianObjectException": lambda: _error_of("BrianObjectException", "core.base.BrianObjectException"),
    "EquationError": lambda: _error_of("EquationError", "equations.EquationError"),
    "UnsupportedEquationsException": lambda: _error_of("UnsupportedEquationsException"),
    "numpy": lambda: np,
}


def _at(path):
    """The object at a dotted path within the package, or None."""
    try:
        return mne_swap._at(state.package, path.split("."))
    except ImportError:  # a name that is listed, of a module that isn't there yet
        return None


def named(path):
    """What a test gets for a dotted name below brian2."""
    *modules, name = path.split(".")
    if modules[:1] == ["tests"] and modules != ["tests", "utils"]:
        return getattr(importlib.import_module(".".join(["swapped", *modules])), name)
    if modules[:1] == ["tests"] or path == "utils.logger.catch_logs":  # whose logs have Brian's names
        return LENT[name]()
    places = (
        [path, name, f"units.{name}"] if name in face.public or name in LENT or modules[:1] == ["units"] else [path]
    )
    for place in places:
        found = _at(place)
        if found is not None:
            return found
    if name in LENT:
        return LENT[name]()
    return Absent(f"brian2.{path}", "missing name" if name in face.public else "private name")


class Face(types.ModuleType):
    """A module of Brian as tests see it."""

    def __init__(self, path):
        super().__init__(path)
        self.__path__ = []
        if path.startswith("brian2.units"):
            self.__all__ = sorted(
                n for n in face.public if hasattr(face.units, n) or _at("units.allunits." + n) is not None
            )
        else:
            self.__all__ = sorted(face.public | {n for n in dir(face.package) if not n.startswith("_")})

    def __getattr__(self, name):
        if name.startswith("__") and not name.startswith("__version"):
            raise AttributeError(name)
        return named(f"{self.__name__}.{name}".removeprefix("brian2."))


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds a face for every name below `brian2`."""

    def find_spec(self, name, path=None, target=None):
        return importlib.util.spec_from_loader(name, self) if name.split(".")[0] == "brian2" else None

    def create_module(self, spec):
        return Face(spec.name)

    def exec_module(self, module):
        if module.__name__.startswith("brian2.tests.test_"):
            sys.modules[module.__name__] = importlib.import_module(module.__name__.replace("brian2", "swapped", 1))


def lay_out(tests, root, public):
    """Make `root`/swapped/tests: a copy of Brian's tests, as they are, and what they need."""
    place = pathlib.Path(root, "swapped", "tests")
    place.mkdir(parents=True, exist_ok=True)
    for thing in pathlib.Path(tests).iterdir():
        if (
            thing.name not in ("__init__.py", "utils.py", "pytest.ini", "__pycache__")
            and not (place / thing.name).exists()
        ):
            (place / thing.name).symlink_to(thing)
    for package in (place, place.parent):
        (package / "__init__.py").touch()
    pathlib.Path(root, "pytest.ini").write_text("[pytest]\nmarkers =\n" + "".join(f"    {mark}\n" for mark in MARKS))
    pathlib.Path(root, "public.json").write_text(json.dumps(public))


class Around:
    """A pytest plugin that puts back, after each test, what one may change for the next."""

    @pytest.fixture(autouse=True)
    def fresh(self, request):
        brian2 = face.package
        with contextlib.suppress(Exception):  # some tests are for one way to make code; NumPy's needs no compiler
            brian2.prefs["codegen.target"] = "cython" if request.node.get_closest_marker("gsl") else "numpy"
        if state.package == "brian2":
            brian2.prefs._backup()
        gc.collect()  # what an earlier test left says its last word
        with np.printoptions():
            yield
        with contextlib.suppress(Exception):
            brian2.set_device("runtime")
        with contextlib.suppress(Exception):
            brian2.prefs._restore() if state.package == "brian2" else brian2.prefs.reset_to_defaults()
        with contextlib.suppress(Exception):
            brian2.defaultclock.dt = 0.1 * face.units.ms
        with contextlib.suppress(Exception):
            _call("start_scope")

    @pytest.fixture
    def fake_randn_randn_fixture(self):
        Absent("brian2.core.functions.DEFAULT_FUNCTIONS", "private name")()


def public_names():
    """Brian's public names, asked of Brian itself."""
    import brian2
    import brian2.core.functions
    import brian2.units.allunits
    import brian2.units.constants
    import brian2.units.stdunits

    found = set(brian2.core.functions.__all__) | set(dir(brian2.units.allunits))
    for module in (brian2, brian2.units, brian2.units.stdunits, brian2.units.constants):
        found |= {
            name for name in dir(module) if not str(getattr(getattr(module, name), "__spec__", None)).count("brian2")
        }
    return sorted(name for name in found if not name.startswith("_"))


def main(package, root, out, wanted, *files):
    """Run test files below `root`/swapped with `package` as `brian2`. `wanted` is a JSON file of node ids, or "-" for all."""
    state.package = package
    sys.path.insert(0, root)
    os.environ.setdefault("MPLBACKEND", "agg")
    face.package = importlib.import_module(package)
    face.units = _at("units") or face.package
    face.public = frozenset(json.loads(pathlib.Path(root, "public.json").read_text()))
    if package != "brian2":
        sys.meta_path.insert(0, Finder())
    return mne_swap.run_pytest(root, out, wanted, files, [Around()])


if __name__ == "__main__":
    if sys.argv[1:] == ["public"]:
        print(json.dumps(public_names()))
    else:
        sys.exit(main(*sys.argv[1:]))

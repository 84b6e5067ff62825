"""MNE-Python's own tests, with Ranvier behind the name `mne`: the part of tools/mne_tally.py that runs in its child processes.

A test module's imports of `mne` become look-ups in the package under test. A name that isn't there becomes an `Absent`
object, which a module may hold and call while it is loaded and which says what is missing when a test uses it. What
belongs to the suite and computes nothing that is tested (`HELPERS`) is MNE-Python's own.
"""

import ast
import collections.abc
import contextlib
import functools
import importlib
import importlib.util
import io
import json
import logging
import os
import re
import sys
import types

import pytest

HELPERS = (
    "mne.utils",
    "mne.fixes",
    "mne.defaults",
    "mne.datasets.testing",
    "mne.datasets.misc",
    "mne._fiff.constants",
    "mne.conftest",
)
PUBLIC = ("", "baseline", "channels", "cov", "datasets", "epochs", "event", "evoked", "export", "filter", "io", "preprocessing",
          "proj", "stats", "time_frequency", "viz")  # fmt: skip
# Private functions that read or convert what a test compares, and are borrowed for it.
BORROWED = (
    "mne._fiff._digitization._get_dig_eeg",
    "mne._fiff._digitization._get_fid_coords",
    "mne.annotations._handle_meas_date",
    "mne.transforms._get_trans",
    "mne.viz.utils._fake_click",
    "mne.viz.utils._fake_keypress",
    "mne.viz.utils._fake_scroll",
)
# Private functions that take objects of MNE-Python only, said by public ones.
SAID = {
    "mne._fiff.proj._has_eeg_average_ref_proj": lambda info, *, projs=None, check_active=False: any(
        p["kind"] == 10 and (p["active"] or not check_active) for p in (info["projs"] if projs is None else projs)
    ),
}
# Private attributes that the suite's own comparisons read, said by public ones.
ATTRIBUTES = {
    "Annotations": {"_extras_columns": lambda self: {k for e in getattr(self, "extras", None) or () for k in e or ()}}
}


def swapped(source, module):
    """The text of a test module with its imports of `mne` replaced, line for line.

    Parameters
    ----------
    source : str
        The module's text.
    module : str
        Its dotted name, for relative imports.
    """
    tree = ast.parse(source)
    top = set(map(id, tree.body))
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    text = source.encode()
    nodes = [n for n in ast.walk(tree) if isinstance(n, (ast.Import, ast.ImportFrom))]
    for node in sorted(nodes, key=lambda n: (n.lineno, n.col_offset), reverse=True):
        new = _replacement(node, module, id(node) in top)
        if new is not None:
            start, stop = starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset
            pad = " \\\n" * (node.end_lineno - node.lineno)
            text = text[:start] + f"import mne_swap as _swap;{pad} {'; '.join(new)}".encode() + text[stop:]
    return text.decode()


def _replacement(node, module, is_top):
    """Statements for one import, or None to keep it."""
    if isinstance(node, ast.Import):
        parts = []
        for alias in node.names:
            if alias.name.split(".")[0] != "mne":
                parts.append(f"import {alias.name}" + (f" as {alias.asname}" if alias.asname else ""))
            elif alias.asname:
                parts.append(f"{alias.asname} = _swap.named({alias.name!r})")
            else:
                parts.append("mne = _swap.named('mne')")
        return parts if any("_swap" in p for p in parts) else None
    origin = node.module or ""
    if node.level:
        origin = ".".join([*module.split(".")[: -node.level], *([origin] if origin else [])])
    root = origin.split(".")[0]
    if root not in ("mne", "swapped"):
        if is_top and root != "__future__" and importlib.util.find_spec(root) is None:
            return [f"{a.asname or a.name} = _swap.Absent({origin + '.' + a.name!r}, 'data')" for a in node.names]
        return None
    return [
        f"{a.asname or a.name} = _swap.named({'mne' + origin.removeprefix(root) + '.' + a.name!r})" for a in node.names
    ]


class state:
    """What is tested and how far it is."""

    package = "ranvier.meeg"
    in_test = False
    touched = []
    words = []
    reached = False  # whether the test that runs has called the package under test
    borrowed = False  # and a private function of MNE-Python
    asked = {}  # special methods that were looked for in absent names while modules were loaded, and in which


class AbsentName(pytest.fail.Exception):
    """A test used a name that the package under test lacks; no `except Exception` hides it, and fixtures are undone."""


class Absent:
    """A name that isn't there. Harmless while a module is loaded; in a test, any use raises AbsentName."""

    def __init__(self, path, kind):
        self.__dict__.update(_path=path, _kind=kind)

    def _used(self, path=None):
        if not state.in_test:
            return Absent(path or self._path, self._kind)
        state.touched.append((self._kind, self._path))
        raise AbsentName(f"{self._kind}: {self._path}")

    def __getattr__(self, name):
        if name.startswith("__") or name.startswith(("_pytest", "pytest", "_fixture")):
            if not state.in_test:
                state.asked[name] = self._path
            raise AttributeError(name)
        return self._used(self._path)

    def __call__(self, *args, **kwargs):
        if not state.in_test and len(args) == 1 and not kwargs and isinstance(args[0], types.FunctionType):
            return args[0]  # it was a decorator
        return self._used()

    def __mro_entries__(self, bases):
        return (type(f"Absent_{self._path.rpartition('.')[2]}", (), {"__init__": lambda *_, **__: self._used()}),)

    def __instancecheck__(self, other):
        return self._used()

    def __iter__(self):
        return iter(()) if not state.in_test else self._used()

    def __getitem__(self, key):
        return self._used()

    def __len__(self):
        return 0 if not state.in_test else self._used()

    def __bool__(self):
        return True

    def __contains__(self, value):
        return bool(self._used())

    def __eq__(self, other):
        return self is other if not state.in_test else self._used()

    def __hash__(self):
        return hash(self._path)

    def __enter__(self):
        return self._used()

    def __exit__(self, *exc):
        return None

    def __fspath__(self):
        return self._path if not state.in_test else self._used()

    def __add__(self, other):
        return self._used()

    __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __neg__ = __add__

    def __repr__(self):
        return f"<absent {self._path}>"


class Face(types.ModuleType):
    """A module of `mne` as tests see it: its names are those of the package under test."""

    def __init__(self, path):
        super().__init__(path)
        root = sys.modules["swapped"].__path__[0] if "swapped" in sys.modules else ""
        self.__dict__["__file__"] = os.path.join(root, *path.split(".")[1:], "__init__.py")

    def __getattr__(self, name):
        if name.startswith("__") and name != "__version__":
            raise AttributeError(name)
        return named(f"{self.__name__}.{name}")

    def _owner(self, name):
        """Where a name that a test sets for a while stands."""
        owner, known = named(self.__name__, False), named(f"{self.__name__}.{name}")
        for thing in (owner, known):
            if isinstance(thing, Absent):
                thing._used()
        return owner

    def __setattr__(self, name, value):
        setattr(self._owner(name), name, value)

    def __delattr__(self, name):
        delattr(self._owner(name), name)


def _at(package, path):
    """The object at a dotted path within a package, or None."""
    found = importlib.import_module(package)
    for k, part in enumerate(path):
        try:
            found = getattr(found, part)
        except AttributeError:
            try:
                found = importlib.import_module(".".join([package, *path[: k + 1]]))
            except ImportError:
                return None
    return found


_public_paths = {}


def _public_path(thing):
    """Where users find an object of MNE-Python, or None."""
    if not _public_paths:
        for module in PUBLIC:
            found = _at("mne", module.split(".") if module else [])
            if not isinstance(found, types.ModuleType):
                continue
            listed = getattr(found, "__all__", None)
            for name in listed or [n for n in vars(found) if not n.startswith("_")]:
                value = getattr(found, name, None)
                home = str(getattr(value, "__module__", ""))
                if callable(value) and (home.startswith("mne") if listed else home == found.__name__):
                    _public_paths.setdefault(id(value), ".".join(["mne", *([module] if module else []), name]))
    return _public_paths.get(id(thing))


@contextlib.contextmanager
def catch_logging(verbose=None):
    """What is logged in a `with` block, by MNE-Python's helpers and by the package under test, as a StringIO."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    loggers = [logging.getLogger(name) for name in {"mne", state.package.split(".")[0]}]
    for logger in loggers:
        logger.addHandler(handler)
    level = named("mne.use_log_level")(verbose) if verbose is not None else contextlib.nullcontext()
    try:
        with level:
            yield text
    finally:
        for logger in loggers:
            logger.removeHandler(handler)


def _plain(value):
    """Nouns of the package under test, which have faces of lists and dicts, as lists and dicts."""
    if isinstance(value, (dict, list, tuple)) or type(value).__module__.startswith(state.package.split(".")[0]):
        if isinstance(value, collections.abc.Mapping):
            return {key: _plain(item) for key, item in value.items()}
        if isinstance(value, collections.abc.Sequence):
            return [_plain(item) for item in value]
    return value


def object_diff(a, b, pre="", *, allclose=False):
    """How two objects differ, as MNE-Python's helper says it of lists and dicts."""
    return _at("mne", ["utils", "object_diff"])(_plain(a), _plain(b), pre, allclose=allclose)


def named(path, face=True):
    """What a test gets for a dotted name of MNE-Python."""
    if path == "mne.utils.catch_logging":
        return catch_logging
    if path in ("mne.utils.object_diff", "mne.utils.numerics.object_diff") and state.package != "mne":
        return object_diff
    parts = path.split(".")[1:]
    if "tests" in parts:
        origin, _, name = path.replace("mne.", "swapped.", 1).rpartition(".")
        try:
            return importlib.import_module(path.replace("mne.", "swapped.", 1))
        except ImportError:
            return getattr(importlib.import_module(origin), name)
    theirs = _at("mne", parts)
    if getattr(theirs, "__module__", None) == "mne.utils._testing" and state.package != "mne":
        return getattr(importlib.import_module("swapped.utils._testing"), theirs.__name__)
    if any(path == h or path.startswith(h + ".") for h in HELPERS) and (theirs is not None):
        public = _public_path(theirs)
        if public is None or public.startswith(HELPERS):
            return theirs
        parts = public.split(".")[1:]
    if isinstance(theirs, types.ModuleType) and face:
        return Face(path)
    if state.package == "mne" and theirs is not None:
        return theirs
    ours = None if any(p.startswith("_") and not p.startswith("__") for p in parts) else _at(state.package, parts)
    if ours is not None:
        return ours
    public = _public_path(theirs) if theirs is not None else None
    if public:
        ours = _at(state.package, public.split(".")[1:])
        return Absent(public, "missing name") if ours is None else ours
    if theirs is None:
        return Absent(path, "data")
    whole = f"{getattr(theirs, '__module__', None)}.{parts[-1]}"
    if whole in SAID:
        return SAID[whole]
    if whole in BORROWED:
        return _lent(theirs)
    if _is_constant(theirs):
        return theirs
    if parts[-1].startswith("_") or any(p.startswith("_") for p in parts):
        return Absent(path, "private name")
    in_all = getattr(_at("mne", parts[:-1]), "__all__", None)
    is_public = ".".join(parts[:-1]) in PUBLIC and (in_all is None or parts[-1] in in_all)
    return Absent(path, "missing name" if is_public else "private name")


def _is_constant(value):
    """Whether a value is plain data, all the way down."""
    if isinstance(value, dict):
        return all(_is_constant(v) for pair in value.items() for v in pair)
    if isinstance(value, (list, tuple, set, frozenset)):
        return all(map(_is_constant, value))
    return value is None or isinstance(value, (bool, int, float, complex, str, bytes))


def _lent(function):
    """A private function of MNE-Python that says when it is used."""

    @functools.wraps(function)
    def call(*args, **kwargs):
        state.borrowed = True
        return function(*args, **kwargs)

    return call


def _watch(frame, event, arg):
    """A profile function that ends itself at the first call of the package under test."""
    root = state.package.split(".")[0]
    if event == "call":
        state.reached = frame.f_globals.get("__name__", "").split(".")[0] == root
    elif event == "c_call":
        owner = getattr(arg, "__module__", None) or type(getattr(arg, "__self__", None)).__module__
        state.reached = str(owner).split(".")[0] == root
    if state.reached:
        sys.setprofile(None)


def relaxed(raises, warns):
    """`pytest.raises` and `pytest.warns` for which other words are noted, not a failure by themselves."""

    class Raises:
        def __init__(self, expected, match):
            self._inner, self._match = raises(expected), match

        def __enter__(self):
            return self._inner.__enter__()

        def __exit__(self, kind, value, traceback):
            result = self._inner.__exit__(kind, value, traceback)
            if result and self._match is not None and not re.search(self._match, str(value)):
                state.words.append(f"{kind.__name__}: {value}"[:300])
            return result

    class Warns:
        def __init__(self, expected, match):
            self._inner, self._match = warns(expected), match

        def __enter__(self):
            self._record = self._inner.__enter__()
            return self._record

        def __exit__(self, kind, value, traceback):
            if kind is None and self._match is not None and len(self._record):
                if not any(re.search(self._match, str(w.message)) for w in self._record):
                    state.words.append(f"{self._record[0].category.__name__}: {self._record[0].message}"[:300])
            return self._inner.__exit__(kind, value, traceback)

    def new_raises(expected_exception=None, *args, **kwargs):
        if args or set(kwargs) - {"match"} or expected_exception is None:
            return raises(expected_exception, *args, **kwargs)
        return Raises(expected_exception, kwargs.get("match"))

    def new_warns(expected_warning=Warning, *args, **kwargs):
        if args or set(kwargs) - {"match"}:
            return warns(expected_warning, *args, **kwargs)
        return Warns(expected_warning, kwargs.get("match"))

    return new_raises, new_warns


def _lacks_attribute(error):
    """(kind, name) where an AttributeError says that an object of Ranvier's lacks what MNE-Python's has, or None."""
    owner, name = getattr(error, "obj", None), getattr(error, "name", None)
    if not isinstance(error, AttributeError) or not name or owner is None:
        return None
    kind = owner if isinstance(owner, type) else type(owner)
    if isinstance(owner, types.ModuleType) or not str(kind.__module__).startswith(state.package.split(".")[0]):
        return None
    path = f"{kind.__name__}.{name}"
    if name.startswith("_"):
        return "private name", path
    return "missing name", path


def why(item, call):
    """What became of a test that failed, as a dict."""
    error, excinfo = call.excinfo.value, call.excinfo
    frames = [(str(e.path), e.lineno + 1, e.name) for e in excinfo.traceback]
    test = next((f for f in reversed(frames) if f"{os.sep}swapped{os.sep}" in f[0]), frames[-1])
    ours = next((f for f in reversed(frames) if f"{os.sep}ranvier{os.sep}" in f[0]), None)
    try:
        with open(test[0]) as file:
            line = file.read().splitlines()[test[1] - 1].strip()
    except (OSError, IndexError):
        line = ""
    told = {"error": type(error).__name__, "message": str(error)[:400], "line": line, "at": f"{test[2]}:{test[1]}"}
    if ours:
        told["in"] = f"{os.path.basename(ours[0])}:{ours[2]}"
    if state.touched:
        kind, name = state.touched[0]
        return {"kind": kind, "name": name, **told}
    lacks = _lacks_attribute(error)
    if lacks:
        return {"kind": lacks[0], "name": lacks[1], **told}
    inside = re.match(r"assert hasattr\((\w+), [\"'](_\w+)[\"']\)", line) if isinstance(error, AssertionError) else None
    if inside:  # it asks for an attribute of the insides by its text
        return {"kind": "private name", "name": ".".join(inside.groups()), **told}
    return {"kind": "differs", **told}


class Reporter:
    """A pytest plugin that writes each test's fate as a line of JSON when it is known."""

    def __init__(self, out, wanted):
        self._out, self._wanted, self._fate = out, wanted, None

    def _say(self, **line):
        self._out.write(json.dumps(line) + "\n")
        self._out.flush()

    def pytest_collection_modifyitems(self, items):
        if self._wanted is not None:
            items[:] = [i for i in items if not self._wanted.isdisjoint((i.nodeid, i.nodeid.split("[")[0]))]

    def pytest_collectreport(self, report):
        if report.failed:
            why = str(report.longrepr)[-3000:]
            absent = re.search(r"AttributeError: (\w+)\s*$", why)
            self._say(broken=report.nodeid, why=why, absent=absent and state.asked.get(absent[1]))

    def pytest_collection_finish(self, session):
        self._say(collected=[i.nodeid for i in session.items])

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item, nextitem):
        state.in_test, state.touched, state.words, self._fate = True, [], [], {"kind": "passed"}
        state.reached = state.borrowed = False
        self._say(start=item.nodeid)
        sys.setprofile(_watch)
        try:
            return (yield)
        finally:
            sys.setprofile(None)
            state.in_test = False
            if self._fate["kind"] == "passed" and state.borrowed and not state.reached:
                self._fate = {"kind": "private name", "name": "a private function alone"}
            if self._fate["kind"] == "passed" and state.words:
                self._fate = {"kind": "words", "message": state.words[0]}
            self._say(done=item.nodeid, **self._fate)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        report = yield
        if self._fate["kind"] == "passed":
            if report.skipped and not hasattr(report, "wasxfail"):
                reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
                self._fate = {"kind": "data", "message": reason}
            elif report.failed and call.excinfo is not None:
                self._fate = why(item, call)
            elif report.failed:
                self._fate = {"kind": "differs", "error": "Failed", "message": str(report.longrepr)[:400]}
        return report


def main(package, root, out, wanted, *files):
    """Run test files below `root`/swapped with `package` as `mne`. `wanted` is a JSON file of node ids, or "-" for all."""
    state.package = package
    sys.path.insert(0, root)
    theirs = _at("mne", ["io"])  # the real one, for helpers, some of which look for the suite's data in the package
    if theirs is not None:
        theirs.__path__.append(os.path.join(root, "swapped", "io"))
    for name, attributes in ATTRIBUTES.items():
        owner = None if package == "mne" else _at(package, [name])
        for attribute, read in attributes.items() if owner else ():
            if not hasattr(owner, attribute):
                setattr(owner, attribute, property(read))
    return run_pytest(root, out, wanted, files)


def run_pytest(root, out, wanted, files, plugins=()):
    """Run test files below `root`/swapped, and write what becomes of each test to `out`, a line of JSON each."""
    pytest.raises, pytest.warns = relaxed(pytest.raises, pytest.warns)
    ids = None
    if wanted != "-":
        with open(wanted) as file:
            ids = set(json.load(file))
    with open(out, "a") as lines:
        options = [
            "-q",
            "--tb=no",
            "-p",
            "no:cacheprovider",
            "--no-header",
            "-c",
            f"{root}/pytest.ini",
            "--rootdir",
            root,
        ]
        return pytest.main(
            [*options, *(f"{root}/swapped/{f}" for f in files)], plugins=[Reporter(lines, ids), *plugins]
        )


if __name__ == "__main__":
    import mne_swap  # tests import this module by its name: one `state` for both

    sys.exit(mne_swap.main(*sys.argv[1:]))

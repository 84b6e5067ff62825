"""Modules of Brian 2 that are none here: what they have is found where it is, or they say what to use instead."""

import importlib
import importlib.abc
import importlib.util
import types

# A module of Brian 2: where its names are here.
HOMES = {
    "codegen": {"devices": "NumpyCodeObject CythonCodeObject"},
    "codegen.runtime": {"devices": "NumpyCodeObject CythonCodeObject"},
    "codegen.runtime.cython_rt": {"devices": "CythonCodeObject"},
    "codegen.runtime.numpy_rt": {"devices": "NumpyCodeObject"},
    "core.spikesource": {"core.base": "SpikeSource"},
    "core.tracking": {"core.names": "Trackable"},
    "devices.cpp_standalone": {"devices.device": "CPPStandaloneDevice cpp_standalone_device"},
    "devices.cpp_standalone.device": {"devices.device": "CPPStandaloneDevice cpp_standalone_device"},
    "equations.refractory": {"equations.single": "check_identifier_refractory"},
    "importexport.dictlike": {"importexport": "DictImportExport PandasImportExport"},
    "importexport.importexport": {"importexport": "ImportExport"},
    "spatialneuron.morphology": {"spatialneuron": "Morphology Section Cylinder Soma"},
    "spatialneuron.spatialneuron": {"spatialneuron": "SpatialNeuron"},
    "stateupdaters.base": {"stateupdaters": "StateUpdateMethod",
                           "stateupdaters.unsupported": "UnsupportedEquationsException"},
    "stateupdaters.exact": {"stateupdaters": "linear exact independent"},
    "stateupdaters.explicit": {"stateupdaters": "milstein heun euler rk2 rk4 ExplicitStateUpdater"},
    "stateupdaters.exponential_euler": {"stateupdaters": "exponential_euler"},
    "stateupdaters.GSL": {"stateupdaters": "gsl_rk2 gsl_rk4 gsl_rkf45 gsl_rkck gsl_rk8pd"},
    "tests": {"elsewhere": "test run"},
    "tests.utils": {"units.comparing": "assert_allclose"},
    "utils.logger": {"core.logger": "BrianLogger catch_logs get_logger std_silent LOG_LEVELS"},
}  # fmt: skip

_TEXTS = (
    "texts are read by the engine; Expression(text).identifiers and Equations(text).identifiers are the names in them"
)
# A module, those below it, or one of its names: what to use instead.
INSTEAD = {
    "codegen": "models are compiled by the engine and never written in another language; method= and dtype= say what can be chosen",
    "core.core_preferences": "these preferences are prefs.core.default_float_dtype and its neighbours",
    "core.tracking": "weakref.WeakSet() follows objects; Trackable.__instances__() are those of a class",
    "devices.cpp_standalone": 'set_device("cpp_standalone") is taken, and the engine runs: there is no project of C++',
    "equations.refractory": "write (unless refractory) behind the equation of what rests",
    "equations.unitcheck": "Equations(text).check_units(group, run_namespace) checks equations, and every run does",
    "importexport": "ImportExport, DictImportExport and PandasImportExport are in ranvier.sim.importexport",
    "memory": "values lie in NumPy arrays: group.v_[:], monitor.t_",
    "parsing": _TEXTS,
    "parsing.expressions": f"{_TEXTS}; Equations(text).check_units(group, run_namespace) checks their units",
    "parsing.sympytools": "sympy.sympify(text) reads a text into sympy, Expression(sympy_expression=...) takes one from there",
    "spatialneuron": "neurons with shape are not in Ranvier yet",
    "stateupdaters": "exact(equations), euler(equations), ... show the lines of an integrator",
    "synapses.cythonspikequeue": "spikes under way are the engine's; store() keeps them",
    "synapses.parse_synaptic_generator_syntax": "connect(j='... for ... in ...') reads its text itself",
    "synapses.spikequeue": "spikes under way are the engine's; store() keeps them",
    "tests": "numpy.testing and pytest compare and run",
    "utils.arrays": "NumPy has such functions, e.g. numpy.repeat and numpy.cumsum",
    "utils.caching": "functools.lru_cache remembers results",
    "utils.environment": "hasattr(builtins, '__IPYTHON__') is true in IPython",
    "utils.filelock": "the package filelock has it",
    "utils.filetools": "os.makedirs, contextlib.chdir and shutil.copytree do it",
    "utils.logger": "logging.getLogger('ranvier.sim') is the logger of Python's that has all messages",
    "utils.topsort": "graphlib.TopologicalSorter sorts",
}
_INNER = """codegen._prefs codegen.codeobject codegen.cpp_prefs codegen.generators codegen.generators.base codegen.generators.cpp_generator
codegen.generators.cython_generator codegen.generators.GSL_generator codegen.generators.numpy_generator codegen.get_cpu_flags
codegen.optimisation codegen.permutation_analysis codegen.runtime.cython_rt.cython_rt codegen.runtime.cython_rt.extension_manager
codegen.runtime.GSLcython_rt codegen.runtime.GSLcython_rt.GSLcython_rt codegen.runtime.numpy_rt.numpy_rt codegen.statements codegen.targets codegen.templates
codegen.translation devices.cpp_standalone.codeobject memory.dynamicarray parsing.bast parsing.dependencies parsing.functions
parsing.rendering parsing.statements""".split()
_REAL = {"importexport", "spatialneuron", "stateupdaters"}  # what is said of them holds for places below
MODULES = {*HOMES, *INSTEAD, *_INNER} - _REAL


def not_here(place, name):
    """What is said of a name that a module of Brian 2 has and Ranvier has not.

    Parameters
    ----------
    place : str
        The module, without ``brian2.``.
    name : str
    """
    known = place
    while known and known not in INSTEAD:
        known = known.rpartition(".")[0]
    return f"{name} of brian2.{place} is not in Ranvier" + (f": {INSTEAD[known]}" if known else "")


def test(*args, **kwds):
    """Refused: tests of Ranvier are in its repository, not installed with it."""
    raise NotImplementedError(
        "the tests of Ranvier are run in its repository: pytest tests/python/sim; `ranvier doctor` checks an installation"
    )


test.__test__ = False  # to pytest
run = test


class Place(types.ModuleType):
    """A module of Brian 2 that is none here.

    Parameters
    ----------
    name : str
    """

    def __init__(self, name):
        super().__init__(name)
        self._place = name.removeprefix("ranvier.sim.")
        self._homes = {n: home for home, names in HOMES.get(self._place, {}).items() for n in names.split()}
        self.__all__ = list(self._homes)
        self.__doc__ = f"The place brian2.{self._place} of Brian 2."

    def __getattr__(self, name):
        if f"{self._place}.{name}" in MODULES:
            return importlib.import_module(f"{self.__name__}.{name}")
        if name not in self._homes:
            raise AttributeError(not_here(self._place, name))
        return getattr(importlib.import_module(f"ranvier.sim.{self._homes[name]}"), name)

    def __dir__(self):
        return self.__all__


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the modules of Brian 2 that are none here below ``ranvier.sim``."""

    def find_spec(self, fullname, path=None, target=None):
        """The place of that name, if it is one; of a name that a place has not, ``from place import name`` asks here."""
        package, _, place = fullname.partition("ranvier.sim.")
        if package:
            return None
        if place in MODULES:
            return importlib.util.spec_from_loader(fullname, self, is_package=True)
        above, _, name = place.rpartition(".")
        if above in MODULES and not name.startswith("__"):
            raise ImportError(not_here(above, name), name=fullname)
        return None

    def create_module(self, spec):
        """The place itself."""
        return Place(spec.name)

    def exec_module(self, module):
        """Nothing is left to be done."""

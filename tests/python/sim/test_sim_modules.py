"""Scripts import from Brian 2's modules: what these have is found there, or says what to use instead."""

import importlib
import io
import subprocess
import sys

import pytest

import ranvier.sim
from ranvier.sim import (
    DimensionMismatchError,
    EventMonitor,
    Network,
    NeuronGroup,
    PopulationRateMonitor,
    StateMonitor,
    StateUpdateMethod,
    Synapses,
    exact,
    ms,
    mV,
    run,
    start_scope,
)


@pytest.fixture(autouse=True)
def _scope():
    start_scope()


@pytest.mark.parametrize("place, names", [
    ("utils.logger", "BrianLogger catch_logs get_logger std_silent LOG_LEVELS"),
    ("utils", "BrianLogger get_logger std_silent"),
    ("utils.stringtools", "get_identifiers word_substitute replace indent deindent strip_empty_lines"),
    ("core.network", "Network TextReport ProfilingSummary profiling_summary scheduling_summary"),
    ("core.variables", "Variable ArrayVariable DynamicArrayVariable Subexpression Constant VariableView LinkedVariable linked_var"),
    ("core.tracking", "Trackable"),
    ("core.spikesource", "SpikeSource"),
    ("stateupdaters.base", "StateUpdateMethod UnsupportedEquationsException"),
    ("stateupdaters.explicit", "ExplicitStateUpdater milstein heun euler rk2 rk4"),
    ("stateupdaters.exact", "exact linear independent"),
    ("stateupdaters.exponential_euler", "exponential_euler"),
    ("stateupdaters.GSL", "gsl_rk2 gsl_rk4 gsl_rkf45 gsl_rkck gsl_rk8pd"),
    ("groups", "CodeRunner Group NeuronGroup VariableOwner"),
    ("groups.group", "Group CodeRunner VariableOwner Indexing IndexWrapper"),
    ("groups.neurongroup", "NeuronGroup StateUpdater Thresholder Resetter"),
    ("monitors", "RateMonitor"),
    ("codegen.runtime.numpy_rt", "NumpyCodeObject"),
    ("codegen.runtime.cython_rt", "CythonCodeObject"),
    ("devices.device", "Device RuntimeDevice runtime_device all_devices"),
    ("devices.cpp_standalone.device", "CPPStandaloneDevice cpp_standalone_device"),
    ("importexport.importexport", "ImportExport"),
    ("importexport.dictlike", "DictImportExport PandasImportExport"),
    ("equations.refractory", "check_identifier_refractory"),
    ("spatialneuron.morphology", "Morphology Soma Cylinder Section"),
    ("tests.utils", "assert_allclose"),
])  # fmt: skip
def test_names_are_at_their_places(place, names):
    module = importlib.import_module(f"ranvier.sim.{place}")
    for name in names.split():
        assert getattr(module, name) is not None
        given = {}
        exec(f"from ranvier.sim.{place} import {name}", given)
        if name in dir(ranvier.sim):
            assert given[name] is getattr(ranvier.sim, name)


@pytest.mark.parametrize("line, words", [
    ("from ranvier.sim.parsing.sympytools import str_to_sympy", "str_to_sympy of brian2.parsing.sympytools .*: sympy.sympify"),
    ("from ranvier.sim.parsing.rendering import NodeRenderer", "texts are read by the engine"),
    ("from ranvier.sim.parsing import bast, nothing", "nothing of brian2.parsing is not in Ranvier"),
    ("from ranvier.sim.codegen.cpp_prefs import get_compiler_and_args", "models are compiled by the engine"),
    ("from ranvier.sim.codegen.generators.numpy_generator import NumpyCodeGenerator", "models are compiled by the engine"),
    ("from ranvier.sim.memory.dynamicarray import DynamicArray", "NumPy arrays"),
    ("from ranvier.sim.equations.refractory import add_refractoriness", "unless refractory"),
    ("from ranvier.sim.equations.unitcheck import check_dimensions", "check_units"),
    ("from ranvier.sim.stateupdaters.exact import get_linear_system", "show the lines"),
    ("from ranvier.sim.utils.caching import cached", "functools.lru_cache"),
    ("from ranvier.sim import hears", "a package of its own"),
    ("import ranvier.sim.hears", "a package of its own"),
])  # fmt: skip
def test_names_that_are_not_here_say_what_to_use_instead(line, words):
    with pytest.raises(ImportError, match=words):
        exec(line, {})


def test_places_answer_as_modules_do():
    from ranvier.sim import codegen, parsing

    assert not hasattr(parsing, "str_to_sympy")
    assert hasattr(codegen, "NumpyCodeObject") and codegen.targets.__name__ == "ranvier.sim.codegen.targets"
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("ranvier.sim.nothing_at_all")
    with pytest.raises(NotImplementedError, match="pytest tests/python/sim"):
        ranvier.sim.test()


def test_reports_go_where_a_script_says():
    from ranvier.sim.core.network import TextReport

    out = io.StringIO()
    group = NeuronGroup(1, "v : 1")
    run(1 * ms, report=TextReport(out))
    assert "100%" in out.getvalue() and len(group) == 1


def test_the_kind_of_a_variable_can_be_asked():
    from ranvier.sim.core.variables import ArrayVariable, DynamicArrayVariable, Subexpression

    group = NeuronGroup(2, "v : 1\nw = 2*v : 1\ns : 1 (shared)", threshold="v > 1", reset="v = 0")
    synapses = Synapses(group, group, "g : 1")
    kinds = {name: type(group.variables[name]) for name in "vws"}
    assert kinds == {"v": ArrayVariable, "w": Subexpression, "s": ArrayVariable}
    assert group.variables["w"].expr == "2*v"
    assert type(synapses.variables["g"]) is DynamicArrayVariable and issubclass(DynamicArrayVariable, ArrayVariable)
    from ranvier.sim.groups.group import Indexing

    group.v = [0, 1]
    assert list(Indexing(group)("v > 0.5")) == [1] and list(Indexing(group)()) == [0, 1]


def test_monitors_of_rates_are_known_as_such():
    from ranvier.sim.monitors import RateMonitor

    assert issubclass(EventMonitor, RateMonitor) and issubclass(PopulationRateMonitor, RateMonitor)
    assert not issubclass(StateMonitor, RateMonitor)


@pytest.mark.parametrize("method, equation", [
    ("exact", "dv/dt = -v**2/ms : 1"), ("exponential_euler", "dv/dt = -v**2/ms : 1"), ("rk4", "dv/dt = xi/sqrt(ms) : 1"),
    ("euler", "dv/dt = v*xi/sqrt(ms) : 1"),
])  # fmt: skip
def test_integrators_say_in_one_type_that_they_do_not_suit(method, equation):
    from ranvier.sim.stateupdaters.base import UnsupportedEquationsException

    with pytest.raises(UnsupportedEquationsException) as told:
        Network(NeuronGroup(1, equation, method=method)).run(1 * ms)
    assert "neurongroup" in str(told.value)


def test_lines_are_refused_where_the_integrator_does_not_suit():
    from ranvier.sim.stateupdaters.base import UnsupportedEquationsException

    from ranvier.sim import Equations

    noisy = Equations("dv/dt = -v/ms + xi/sqrt(ms) : 1")
    for name in ("exact", "exponential_euler", "rk2", "rk4"):
        with pytest.raises(UnsupportedEquationsException, match="noise"):
            StateUpdateMethod.stateupdaters[name](noisy)
    with pytest.raises(UnsupportedEquationsException, match="not linear"):
        exact(Equations("dv/dt = -v**2/ms : 1"))


def test_words_of_texts_are_found_and_replaced():
    from ranvier.sim.utils.stringtools import deindent, get_identifiers, indent, strip_empty_lines, word_substitute

    assert get_identifiers("3-a*_b + c5(1e-3, 2.5E+2) if x1 and not y") == {"a", "_b", "c5", "x1", "y"}
    assert get_identifiers("3-a*.5e-2 + b2", include_numbers=True) == {"3", "a", ".5e-2", "b2"}
    assert word_substitute("a + a_ + ba*a", {"a": "bb"}) == "bb + a_ + ba*bb"
    assert indent("a\n b", 2, 2) == "    a\n     b" and deindent("  a\n    b") == "a\n  b"
    assert (
        deindent("first\n    a\n     b", docstring=True) == "first\na\n b" and deindent("      a", numtabs=1) == "  a"
    )
    assert strip_empty_lines("\n a\n  \nb\n") == " a\nb"


def test_comparisons_of_quantities_insist_on_dimensions():
    from ranvier.sim.tests.utils import assert_allclose

    assert_allclose([1, 2] * mV, [1, 2 * (1 + 1e-9)] * mV)
    with pytest.raises(AssertionError):
        assert_allclose([1, 2] * mV, [1, 2.001] * mV)
    with pytest.raises(DimensionMismatchError):
        assert_allclose(1 * mV, 1)


def test_the_star_brings_no_names_that_brian_keeps_away():
    code = "from ranvier.sim import *; import sys; print(*sorted(n for n in globals() if not n.startswith('_')))"
    names = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"f", "x", "rate", "reinit", "pylab"} & set(names)
    assert {"codegen", "utils", "parsing", "memory", "tests", "logger", "test", "np", "plot", "mV"} <= set(names)
    from ranvier.sim import only

    assert not {"logger", "check_cache", "clear_cache", "np"} & set(only.__all__) and "test" in only.__all__


def test_importing_a_module_takes_no_name_of_the_package():
    code = """
import ranvier.sim.stateupdaters.exact, ranvier.sim.stateupdaters.exponential_euler, ranvier.sim.devices.device
import ranvier.sim.utils.logger, ranvier.sim.tests.utils, ranvier.sim.codegen.targets
from ranvier.sim.stateupdaters import exact as first
from ranvier.sim import *
assert first is exact and isinstance(exact, StateUpdateMethod) and isinstance(exponential_euler, StateUpdateMethod)
assert random(2).shape == (2,) and device.name == get_device().name
"""
    subprocess.run([sys.executable, "-c", code], check=True)

"""No argument is dropped in silence.

One test reads the sources: every parameter of a public function or method is read in its body. The other calls: every
optional parameter of the public interface, given a value other than its default, changes what comes out (an array, the
object, a file, a picture, a warning) or is refused by an error that names it. What neither can hold of is listed below
with the reason; the situations and values of the second test are in argument_values.py.
"""

import ast
import importlib
import inspect
import pathlib
import re
import types

import argument_values
import numpy as np
import pytest
from argument_scenes import MODULES, outcome, situation
from argument_values import CONTEXTS, VALUES, candidates

import ranvier.meeg as mne

ROOT = pathlib.Path(__file__).resolve().parents[2] / "python" / "ranvier"

# Kinds that recur by design.
KINDS = {
    "verbose": "how much is told, not what is done",
    "n_jobs": "threads: results have the same bits on any number of them",
    "copy": "whether arrays are shared with the caller, not what is in them",
    "show": "whether a window is opened; tests have no screen",
    "open_browser": "whether a window is opened; tests have no screen",
    "block": "whether a window is waited for",
    "selectable": "whether a window can be painted in",
    "y": "scikit-learn's estimators without a target take one and do nothing with it",
}
# Others, by function and name.
EXCEPTIONS = {
    ("read_epochs", "preload"): "epochs of a file are in memory either way",
    ("load_data", "update_path"): "there is no configuration file that could be written",
    ("DataSet.data_path", "update_path"): "there is no configuration file that could be written",
    ("DataSet.data_path", "accept"): "nothing is fetched, so no licence is asked about",
    ("tfr_multitaper", "use_fft"): "both ways give the same numbers but for rounding",
    ("tfr_array_multitaper", "use_fft"): "both ways give the same numbers but for rounding",
    ("tfr_morlet", "use_fft"): "both ways give the same numbers but for rounding",
    ("tfr_array_morlet", "use_fft"): "both ways give the same numbers but for rounding",
    ("read_evokeds", "allow_maxshield"): "about averages with active shielding; no file with some is at hand",
    ("Evoked.__init__", "allow_maxshield"): "about averages with active shielding; no file with some is at hand",
    (
        "read_raw_bdf",
        "encoding",
    ): "about the channel of annotations of BDF+, read by the code that read_raw_edf's is tried on",
    ("construct_iir_filter", "return_copy"): "whether the dict that was given changes, not what is in the result",
    ("construct_iir_filter", "phase"): "how many passes the gains that are told are of",
    ("convection_onset", "Pr"): "the onset does not depend on Prandtl's number",
    ("ReferenceMixin.interpolate_to", "mode"): "about maps of magnetic fields; EEG has one way",
    ("regularize", "scalings"): "about ranks of MEG after Maxwell filtering; no small recording with it is at hand",
    ("animate_topomap", "frame_rate"): "how fast pictures follow each other; test_figures_meeg.py looks at it",
    ("get_rejection_threshold", "random_state"): "the search draws nothing, neither here nor in PyPI's autoreject",
    ("plot_evoked", "window_title"): "a window's; tests have no screen",
    ("as_volume", "mri_resolution"): "of nibabel's images, and it is not here; save_as_volume's is tried",
    ("as_volume", "format"): "of nibabel's images, and it is not here; save_as_volume's is tried",
    ("random_parcellation", "surface"): "parcels follow edges, which all surfaces of a subject have alike",
}


# What is about code that other engines write into files and compile: there is one engine here, and it does not.
OTHER_ENGINES = {
    "Device.build", "Device.run", "Device.delete", "check_cache", "Implementations.add_implementation",
    "Implementations.add_dynamic_implementation",
}  # fmt: skip
# What classes of one's own are called with, in place of these that need less.
CALLED_WITH = {
    "BrianObject.before_run", "SpikeGeneratorGroup.before_run", "Function.is_locally_constant", "GammaFactor.get_features",
    "VariableOwner.check_variable_write", "_Named.__call__", "ExplicitStateUpdater.__call__", "_Rule.value", "Unit.__init__",
    "Finder.find_spec", "Finder.exec_module",
}  # fmt: skip
EXCEPTIONS_OF_SIM = {
    ("VariableOwner.state", "level"): "names are looked up when values are asked for",
    ("Equations.get_substituted_expressions", "variables"): "names outside the equations stay as they are",
    ("SpikeGeneratorGroup.__init__", "sorted"): "spikes are sorted whether they were or not",
    ("SpikeGeneratorGroup.set_spikes", "sorted"): "spikes are sorted whether they were or not",
    ("Recorder.get_states", "subexpressions"): "what was recorded is no subexpression any more",
    ("Recorder.get_states", "level"): "nothing is looked up",
}


def functions(tree, prefix=""):
    """(name, definition) of all functions of a module and methods of its classes."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield from functions(node, f"{prefix}{node.name}.")
        elif isinstance(node, ast.FunctionDef):
            yield prefix + node.name, node


def is_public(name):
    """Whether people call it: methods of private classes are those of the public ones that inherit them."""
    own = name.rpartition(".")[2]
    return not own.startswith("_") or own in ("__init__", "__call__")


def unread(definition):
    """Parameters that nothing in a function's body reads. A function that only refuses refuses all its arguments,
    and one without a body is written by others."""
    body = definition.body[1:] if ast.get_docstring(definition) is not None else definition.body
    if not body or (len(body) == 1 and isinstance(body[0], ast.Raise)):
        return []
    a = definition.args
    names = [p.arg for p in (*a.posonlyargs, *a.args, *a.kwonlyargs, a.vararg, a.kwarg) if p is not None]
    read = {node.id for statement in body for node in ast.walk(statement)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}  # fmt: skip
    if "locals" in read:  # handed on by name, as ranvier.settings does
        return []
    return [name for name in names if name not in read and name not in ("self", "cls")]


def test_every_parameter_of_a_public_function_is_read():
    dropped = []
    for path in sorted(ROOT.rglob("*.py")):
        for name, definition in functions(ast.parse(path.read_text())):
            known = name in OTHER_ENGINES or name in CALLED_WITH
            for parameter in unread(definition) if is_public(name) and not known else ():
                if parameter not in KINDS and (name, parameter) not in {**EXCEPTIONS, **EXCEPTIONS_OF_SIM}:
                    dropped.append(f"{path.relative_to(ROOT)}:{definition.lineno} {name}({parameter}=)")
    assert not dropped, "nothing reads these arguments:\n" + "\n".join(dropped)


def test_the_lists_of_exceptions_are_short_and_true():
    assert len(EXCEPTIONS) <= 25 and len(EXCEPTIONS_OF_SIM) <= 10
    there = {(name, node.arg) for path in ROOT.rglob("*.py") for name, definition in functions(ast.parse(path.read_text()))
             for node in ast.walk(definition.args) if isinstance(node, ast.arg)}  # fmt: skip
    assert not ({*EXCEPTIONS} | {*EXCEPTIONS_OF_SIM}) - there
    assert not (OTHER_ENGINES | CALLED_WITH) - {name for name, _ in there}
    assert not set(KINDS) - {parameter for _, parameter in there}


@pytest.mark.parametrize("text", ["def f(a): pass", "def f(**a): return 1", "def f(a):\n  'about a'\n  del a",
                                  "def f(a):\n  def g(a): return 1\n  a = 2"])  # fmt: skip
def test_the_scan_finds_what_is_dropped(text):
    assert unread(ast.parse(text).body[0]) == ["a"]


def public_functions():
    """(qualified name, function) of the public interface: functions, and methods of classes and of their bases."""
    found = []  # (name, name where several have the first, function)
    for module in map(importlib.import_module, MODULES):
        for name in module.__all__:
            thing = getattr(module, name)
            if inspect.isclass(thing):
                for base in thing.__mro__:
                    if base.__module__.startswith("ranvier."):
                        for key in vars(base):
                            method = inspect.unwrap(getattr(base, key)) if callable(getattr(base, key)) else None
                            if isinstance(method, types.FunctionType) and is_public(key):
                                plain = "." not in method.__qualname__  # a figure's function that is a method as well
                                own = f"{base.__name__}.{key}"
                                found.append((method.__qualname__ if plain else own, own, method))
            elif isinstance(inspect.unwrap(thing) if callable(thing) else None, types.FunctionType):
                function = inspect.unwrap(thing)
                found.append((function.__qualname__, function.__qualname__, function))
    named = {}
    for name, _, function in found:
        named.setdefault(name, set()).add(function)
    seen = {}
    for name, own, function in found:
        seen.setdefault(name if len(named[name]) == 1 else own, function)
    return sorted((name, f) for name, f in seen.items() if f.__module__.startswith("ranvier."))


def refuses_all(function):
    """Whether a function does nothing but raise."""
    definition = ast.parse(inspect.cleandoc("\n" + inspect.getsource(function))).body[0]
    body = definition.body[1:] if ast.get_docstring(definition) is not None else definition.body
    return len(body) == 1 and isinstance(body[0], ast.Raise)


def judged(name, function, parameter, default, folder, plain=None):
    """None where some value of a parameter changes the outcome or is refused by name; else what was tried. `plain`: the
    outcome where nothing is given."""
    context = CONTEXTS.get((name, parameter), {})
    if plain is None or context:
        plain = outcome(situation(name, function, context, folder, argument_values))
    tried = []
    for value in candidates(name, parameter, default, function.__doc__ or ""):
        try:
            changed = outcome(situation(name, function, {**context, parameter: value}, folder, argument_values))
        except Exception as error:  # the table is to blame
            tried.append(f"{value!r}: {type(error).__name__}: {error}")
            continue
        if changed[0] == "error" and changed != plain:
            if parameter.rstrip("_") in changed[2]:
                return None
            tried.append(f"{value!r} -> {changed[1]}: {changed[2]}")
        elif changed != plain:
            return None
        else:
            tried.append(f"{value!r}: the same" + (f" {plain[1]}: {plain[2]}" if plain[0] == "error" else ""))
    return "; ".join(tried) or "no value to try"


# Constructors that functions call, not people.
INTERNAL = ("BaseEpochs.__init__", "Info.__init__", "Spectrum.__init__", "EpochsSpectrum.__init__")


def names_of_interface():
    return [name for name, function in public_functions()
            if optional(name, function) and not refuses_all(function) and name not in INTERNAL]  # fmt: skip


def takes_more(function):
    """Whether a function has **kwargs and is no refusal."""
    kinds = {p.kind for p in inspect.signature(function).parameters.values()}
    return inspect.Parameter.VAR_KEYWORD in kinds and not refuses_all(function)


def optional(name, function):
    """Parameters with a default that no exception is made for, and their defaults."""
    return {
        p.name: p.default
        for p in inspect.signature(function).parameters.values()
        if p.default is not p.empty
        and not p.name.startswith("_")
        and p.name not in KINDS
        and (name, p.name) not in EXCEPTIONS
    }


@pytest.mark.parametrize("name", names_of_interface())
def test_every_argument_changes_something_or_is_refused(name, tmp_path):
    function = dict(public_functions())[name]
    silent, plain = {}, None
    if any((name, parameter) not in CONTEXTS for parameter in optional(name, function)):
        plain, again = (outcome(situation(name, function, {}, tmp_path, argument_values)) for _ in range(2))
        assert plain == again, f"{name}() gives another result each time, so nothing can be said of its arguments"
    for parameter, default in optional(name, function).items():
        tried = judged(name, function, parameter, default, tmp_path, plain)
        if tried is not None:
            silent[parameter] = tried
    assert not silent, "\n".join(f"{name}({parameter}=): {tried}" for parameter, tried in silent.items())


# What no parameter but few takes, and the words of a binding that was given it.
WRONG = (-1, "nonsense")
UNCLEAR = re.compile("incompatible function arguments|std::|nanobind|type that can't be taken here")


def unclear(name, function, folder):
    """(parameter, value, error) where wrong values reach the engine's bindings, which know no names of parameters."""
    for p in inspect.signature(function).parameters.values():
        if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY) and p.name not in ("self", "cls"):
            for value in WRONG:
                done = outcome(situation(name, function, {p.name: value}, folder, argument_values))
                if done[0] == "error" and UNCLEAR.search(done[2]) and (name, p.name) not in DRAWN:
                    yield p.name, value, done


# By matplotlib.
DRAWN = {("plot_sensors", "linewidth"), ("plot_montage", "sphere")}


@pytest.mark.parametrize("name", [name for name, function in public_functions()
                                  if function.__module__.startswith("ranvier.meeg") and name not in INTERNAL])  # fmt: skip
def test_what_no_parameter_takes_is_refused_in_words_of_ours(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # where a text may be taken for a file to write
    assert list(unclear(name, dict(public_functions())[name], tmp_path)) == []


@pytest.mark.parametrize("wrong, told", [
    (lambda raw: mne.channels.combine_channels(raw, [-1]), "groups must be a dict"),
    (lambda raw: mne.channels.combine_channels(raw, {}), "groups must be a dict"),
    (lambda raw: mne.channels.combine_channels(raw, {"x": 1.5}), "picks must be names, types or whole numbers; got 1.5"),
    (lambda raw: mne.channels.combine_channels(None, {"x": [0, 1]}), "inst must be Raw, Epochs or Evoked; got NoneType"),
    (lambda raw: mne.time_frequency.combine_spectrum(None), "all_spectrum must be a list of spectra; got None"),
    (lambda raw: raw.pick("eeg", exclude=3), "exclude must be a name or a list of names; got 3"),
    (lambda raw: mne.make_ad_hoc_cov(raw.info, std=-1.0), "std must be a dict of types"),
    (lambda raw: mne.make_ad_hoc_cov(raw.info, std={"eeg": np.nan}), "std of eeg must be finite and >= 0; got nan"),
    (lambda raw: raw.compute_psd(tmin=np.nan), "tmin must be a number that is not nan; got nan"),
    (lambda raw: raw.compute_tfr("morlet", [10.0], n_cycles=1e30), "samples, more than any signal: take fewer n_cycles"),
    (lambda raw: raw.compute_tfr("multitaper", [10.0], n_cycles=1e30), "samples, more than any signal: take fewer n_cycles"),
    (lambda raw: raw.save("x_raw.fif", split_size=-1), 'split_size must be a number of bytes >= 0, or as "2GB"; got -1'),
    (lambda raw: raw.save("x_raw.fif", split_size=None), "split_size must be a number of bytes"),
    (lambda raw: raw.save("x_raw.fif", split_size="-2MB"), "split_size must be a number of bytes"),
    (lambda raw: raw.save("x_raw.fif", overwrite="no"), "overwrite must be True or False; got 'no'"),
])  # fmt: skip
def test_what_users_got_wrong_is_told(wrong, told, raw, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((TypeError, ValueError)) as error:
        wrong(raw)
    assert told in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_the_table_of_values_is_about_parameters_that_exist():
    interface = dict(public_functions())
    for name, parameter in [key for key in (*CONTEXTS, *VALUES) if isinstance(key, tuple)]:
        assert parameter in inspect.signature(interface[name]).parameters, f"{name} has no parameter {parameter}"


@pytest.mark.parametrize("name", [name for name, function in public_functions() if takes_more(function)])
def test_arguments_that_nobody_knows_are_refused(name, tmp_path):
    done = outcome(situation(name, dict(public_functions())[name], {"no_such_argument": 1}, tmp_path, argument_values))
    assert done[0] == "error" and "no_such_argument" in done[2], done

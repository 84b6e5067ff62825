"""Preferences: those of Brian 2 by name. What chose its compilers changes nothing here, where there is one engine."""

import re
from collections.abc import MutableMapping

import numpy as np

from ranvier.sim.units.checking import have_same_dimensions
from ranvier.sim.units.quantity import Quantity


class PreferenceError(Exception):
    """A preference that is not known, or a value that it can't have."""


class BrianPreference:
    """One preference.

    Parameters
    ----------
    default : object
    docs : str
    validator : callable, optional
        Whether a value is allowed; by default one of the type of `default`, with its unit.
    representor : callable
        The text of a value.
    """

    def __init__(self, default, docs, validator=None, representor=repr):
        self.default, self.docs, self.representor = default, docs, representor
        self.validator = self._like_default if validator is None else validator

    def _like_default(self, value):
        alike = isinstance(value, type(self.default))
        return alike and (not isinstance(self.default, Quantity) or have_same_dimensions(self.default, value))


class _Preferences(MutableMapping):
    """Names that are items and attributes, and stay."""

    def _full(self, name):
        return name

    def __delitem__(self, item):
        raise PreferenceError("a preference can't be deleted; set it to its default")

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"there is no preference {self._full(name)!r}") from None


class BrianGlobalPreferences(_Preferences):
    """Preferences by name: ``prefs["core.default_float_dtype"]`` and ``prefs.core.default_float_dtype``."""

    def __init__(self):
        self.__dict__.update(prefs={}, backup_prefs={}, prefs_unvalidated={}, pref_register={})

    def register_preferences(self, prefbasename, prefbasedoc, **prefs):
        """Makes preferences known.

        Parameters
        ----------
        prefbasename, prefbasedoc : str
            The category and what it is.
        **prefs : BrianPreference
        """
        if prefbasename in self.pref_register:
            raise PreferenceError(f"the category {prefbasename!r} is known already")
        for name in (prefbasename.rpartition(".")[2], *prefs):
            self._check_name(name)
        for name in prefs:
            if f"{prefbasename}.{name}" in self.pref_register:
                raise PreferenceError(f"{prefbasename}.{name} is a category and can't be a preference")
        above, _, last = prefbasename.rpartition(".")
        if above in self.pref_register and last in self.pref_register[above][0]:
            raise PreferenceError(f"{prefbasename} is a preference and can't be a category")
        self.pref_register[prefbasename] = (prefs, prefbasedoc)
        for name, pref in prefs.items():
            full = f"{prefbasename}.{name}"
            if full in self.prefs_unvalidated:
                self[full] = self.prefs_unvalidated[full]
            else:
                self.prefs[full] = pref.default
        self.do_validation()

    def _check_name(self, name):
        if not re.fullmatch(r"[A-Za-z][_a-zA-Z0-9]*", name):
            raise PreferenceError(
                f"a preference's name has letters, digits and _, and begins with a letter; got {name!r}"
            )
        if name in dir(MutableMapping) or name in self.__dict__:
            raise PreferenceError(f"{name!r} is a method of preferences and can't be one of them")

    def do_validation(self):
        """Takes what was set before its category was known."""
        for name, value in list(self.prefs_unvalidated.items()):
            if name.rpartition(".")[0] in self.pref_register:
                self[name] = value

    def __getitem__(self, item):
        if item in self.pref_register:
            return BrianGlobalPreferencesView(item, self)
        return self.prefs[item]

    def __setitem__(self, name, value):
        category, _, last = name.rpartition(".")
        if category not in self.pref_register:
            raise PreferenceError(
                f"there is no category {category!r} of preferences; there are {', '.join(self.pref_register)}"
            )
        known = self.pref_register[category][0]
        if last not in known:
            raise PreferenceError(f"there is no preference {name!r}; {category} has {', '.join(known)}")
        if not known[last].validator(value):
            raise PreferenceError(f"{name} can't be {value!r}. {known[last].docs}")
        self.prefs[name] = value
        self.prefs_unvalidated.pop(name, None)

    def __iter__(self):
        return iter(self.prefs)

    def __len__(self):
        return len(self.prefs)

    def __contains__(self, item):
        return item in self.prefs

    def __setattr__(self, name, value):
        if name in self.pref_register:
            raise PreferenceError(f"{name!r} is a category: set one of its preferences")
        if name not in self.__dict__ and name not in dir(type(self)):
            raise PreferenceError(f"there is no preference {name!r}; there are {', '.join(self.prefs)}")
        self.__dict__[name] = value

    def __delattr__(self, name):
        raise PreferenceError("a preference can't be deleted; set it to its default")

    @property
    def toplevel_categories(self):
        """Categories that lie in no other."""
        return [name for name in self.pref_register if "." not in name]

    def __dir__(self):
        return [*dir(type(self)), *self.__dict__, *self.toplevel_categories]

    def get_documentation(self, basename=None, link_targets=True):
        """What the preferences are, as text.

        Parameters
        ----------
        basename : str, optional
            One category.
        link_targets : bool
            Whether each has a target of reStructuredText.
        """
        lines = []
        for category, (known, doc) in sorted(self.pref_register.items()):
            if basename not in (None, category):
                continue
            lines += [f"**{category}**", "", doc, ""]
            for name, pref in sorted(known.items()):
                anchor = f"{category}-{name}".replace("_", "-").replace(".", "-")
                lines += [f".. _preference-{anchor}:", ""] if link_targets else []
                lines += [f"``{category}.{name}`` = ``{pref.representor(pref.default)}``", f"    {pref.docs}", ""]
        if basename is not None and not lines:
            raise ValueError(f"there is no category {basename!r} of preferences")
        return "\n".join(lines)

    def _file(self, value_of):
        lines = []
        for category, (known, doc) in self.pref_register.items():
            lines += [f"# {doc}", f"[{category}]", ""]
            lines += [f"# {pref.docs}\n{name} = {pref.representor(value_of(pref, f'{category}.{name}'))}\n"
                      for name, pref in sorted(known.items())]  # fmt: skip
        return "\n".join(lines)

    defaults_as_file = property(lambda self: self._file(lambda pref, name: pref.default), doc="The defaults as a file.")
    as_file = property(lambda self: self._file(lambda pref, name: self[name]), doc="The values as a file.")

    def read_preference_file(self, file):
        """Sets what a file says.

        Parameters
        ----------
        file : str | file
            Lines ``name = value``, under ``[category]`` or with it in the name.
        """
        text = open(file).read() if isinstance(file, str) else file.read()  # noqa: SIM115
        category = ""
        for number, line in enumerate(text.splitlines(), 1):
            line = line.partition("#")[0].strip()
            if not line:
                continue
            if line.startswith("[") and line.endswith("]"):
                category = line[1:-1].strip() + "."
                continue
            name, sign, value = line.partition("=")
            if not sign:
                raise PreferenceError(f"line {number}, {line!r}, is neither [category] nor name = value")
            self._set_preference(category + name.strip(), self.eval_pref(value.strip()))

    def eval_pref(self, value):
        """The value that a text stands for."""
        from ranvier import sim

        return eval(value, {"__builtins__": {"True": True, "False": False}}, _Names(sim))

    def _set_preference(self, name, value):
        if name.rpartition(".")[0] in self.pref_register:
            self[name] = value
        else:
            self.prefs_unvalidated[name] = value

    def load_preferences(self):
        """Nothing is read from files of its own accord."""

    def reset_to_defaults(self):
        """All preferences have their defaults."""
        for category, (known, _) in self.pref_register.items():
            for name, pref in known.items():
                self.prefs[f"{category}.{name}"] = pref.default

    def check_all_validated(self):
        """Warns of what was set and is no preference."""
        from ranvier.sim.core.logger import get_logger

        for name in self.prefs_unvalidated:
            get_logger(__name__).warn(f"{name!r} is no preference; it was read from a file", once=True)

    def _backup(self):
        self.backup_prefs.update(self.prefs)

    def _restore(self):
        self.prefs.update(self.backup_prefs)


class _Names(dict):
    def __init__(self, module):
        super().__init__()
        self._module = module

    def __missing__(self, name):
        try:
            return getattr(self._module, name)
        except AttributeError:
            raise KeyError(name) from None


class BrianGlobalPreferencesView(_Preferences):
    """The preferences of one category.

    Parameters
    ----------
    basename : str
    all_prefs : BrianGlobalPreferences
    """

    def __init__(self, basename, all_prefs):
        self.__dict__.update(_basename=basename, _all=all_prefs)

    def _full(self, name):
        return f"{self._basename}.{name}"

    def __getitem__(self, item):
        return self._all[self._full(item)]

    def __setitem__(self, item, value):
        self._all[self._full(item)] = value

    def __iter__(self):
        prefix = self._basename + "."
        return (name.removeprefix(prefix) for name in self._all if name.startswith(prefix))

    def __len__(self):
        return sum(1 for _ in self)

    def __setattr__(self, name, value):
        if self._full(name) in self._all.pref_register:
            raise PreferenceError(f"{self._full(name)!r} is a category: set one of its preferences")
        self[name] = value

    def __delattr__(self, name):
        raise PreferenceError("a preference can't be deleted; set it to its default")

    def __dir__(self):
        prefix = self._basename + "."
        inside = {c.removeprefix(prefix).partition(".")[0] for c in self._all.pref_register if c.startswith(prefix)}
        return [*dir(type(self)), *self, *inside]


prefs = BrianGlobalPreferences()
brian_prefs = prefs


def _float_type(value):
    return value in (np.float32, np.float64)


def _anything(value):
    return True


def _one_of(*values):
    return lambda value: any(value is v or value == v for v in values)


def _level(value):
    return value in ("CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG", "DIAGNOSTIC")


def _whole(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _schedule(value):
    from ranvier.sim.core.reports import check_schedule

    try:
        check_schedule(value)
    except (TypeError, ValueError):
        return False
    return True


_NO_EFFECT = "Accepted and without effect: there is one engine, which compiles for this machine."
# Category: what it is, and its preferences: default, allowed values, words.
_TABLE = {
    "core": ("How models are run", {
        "default_float_dtype": (np.float64, _float_type, "The type of state variables that do not say theirs: float64 or float32."),
        "default_integer_dtype": (np.int32, _one_of(np.int32), "The type of integer variables, int32."),
        "outdated_dependency_error": (None, _anything, _NO_EFFECT),
        "stop_on_keyboard_interrupt": (True, _one_of(True, False), "Whether Ctrl-C ends a run after the step, in place of an error."),
    }),
    "core.network": ("How networks run", {
        "default_schedule": (["start", "groups", "thresholds", "synapses", "resets", "end"], _schedule,
                             "The slots of a step of networks that have no schedule of their own."),
    }),
    "legacy": ("How earlier versions of Brian did", {
        "refractory_timing": (False, _one_of(False), "Refractory periods are counted in steps; the earlier comparison of times is not here."),
    }),
    "codegen": ("Compilers of Brian 2", {
        "target": ("auto", _anything, _NO_EFFECT),
        "string_expression_target": ("numpy", _anything, _NO_EFFECT),
        "loop_invariant_optimisations": (True, _anything, _NO_EFFECT),
        "max_cache_dir_size": (1000, _anything, _NO_EFFECT),
    }),
    "codegen.generators.cpp": ("Compilers of Brian 2", {
        "restrict_keyword": ("__restrict", _anything, _NO_EFFECT), "flush_denormals": (False, _anything, _NO_EFFECT),
    }),
    "codegen.cpp": ("Compilers of Brian 2", dict.fromkeys(
        """compiler extra_compile_args extra_compile_args_gcc extra_compile_args_msvc extra_link_args library_dirs
        runtime_library_dirs include_dirs libraries headers define_macros msvc_vars_location msvc_architecture""".split(),
        (None, _anything, _NO_EFFECT))),
    "codegen.runtime.cython": ("Compilers of Brian 2", dict.fromkeys(
        "multiprocess_safe cache_dir delete_source_files".split(), (None, _anything, _NO_EFFECT))),
    "codegen.runtime.numpy": ("Compilers of Brian 2", {"discard_units": (False, _anything, _NO_EFFECT)}),
    "devices": ("Devices of Brian 2", {}),
    "devices.cpp_standalone": ("Compilers of Brian 2", dict.fromkeys(
        """openmp_threads openmp_spatialneuron_strategy make_cmd_unix make_cmd extra_make_args_unix extra_make_args_windows
        run_environment_variables run_cmd_unix main_queue""".split(), (None, _anything, _NO_EFFECT))),
    "GSL": ("The GNU Scientific Library", {"directory": (None, _one_of(None), "None: that library is not used here.")}),
    "logging": ("What is told", {
        "console_log_level": ("INFO", _level, "The lowest level that stderr gets, from BrianLogger.initialize() on."),
        "file_log": (True, _one_of(True, False), "Whether messages are kept in a file, BrianLogger.tmp_log."),
        "file_log_level": ("DEBUG", _level, "The lowest level that the file gets."),
        "file_log_max_size": (10_000_000, _whole, "Its size in bytes, at which it begins anew; the one before is kept beside it."),
        "delete_log_on_exit": (True, _one_of(True, False), "Whether the file goes away with the program."),
        "warn_for_unused_objects": (True, _one_of(True, False), "Whether an object that goes away and never ran is told of."),
        **dict.fromkeys("std_redirection std_redirection_to_file display_brian_error_message save_script".split(),
                        (None, _anything, "Accepted and without effect: no other program runs.")),
    }),
}  # fmt: skip
for _category, (_doc, _known) in _TABLE.items():
    prefs.register_preferences(_category, _doc, **{
        name: BrianPreference(default, words, validator, lambda v: getattr(v, "__name__", repr(v)))
        for name, (default, validator, words) in _known.items()
    })  # fmt: skip
prefs._backup()

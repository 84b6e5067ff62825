"""Signatures and docstrings made of what the engine says of its settings.

A function that forwards settings to the engine names them with ``...`` for a default, or takes ``**settings`` for those
that its peer has no place for; :func:`described` fills in defaults and documentation, :func:`given` collects them:

>>> @described("notch_filter")
... def notch_filter(self, freqs, trans_bandwidth=..., **settings):
...     '''Remove narrow bands.
...
...     Parameters
...     ----------
...     {settings}
...     '''
...     self.work(given("notch_filter", locals()))
"""

import functools
import inspect
import re
import sys

from ranvier import _core


@functools.cache
def fields(of):
    """What is known of each setting of `of`: name, default, type, unit, rule and about, as dicts by name."""
    return {field["name"]: field for field in _core.settings(of)}


def entry(field, indent="    "):
    """A setting as numpydoc writes a parameter."""
    unit = f" [{field['unit']}]" if field["unit"] else ""
    kind = field["rule"].removeprefix("one of ") if field["rule"].startswith("one of") else field["type"]
    bound = f"; {field['rule']}" if field["rule"] and kind == field["type"] else ""
    about = field["about"][0].upper() + field["about"][1:]
    return f"{indent}{field['name']} : {kind}\n{indent}    {about}{unit}{bound}. Default {field['default']!r}.\n"


def described(of, without=()):
    """A decorator: `...` becomes the engine's default, and ``{settings}`` in the docstring what it says of each.

    `without` names settings that the function has no use for."""
    known = fields(of)

    def decorate(function):
        signature = inspect.signature(function)
        parameters = []
        for p in signature.parameters.values():
            if p.default is ...:
                p = p.replace(default=known[p.name]["default"])
            if p.kind is not p.VAR_KEYWORD:
                parameters.append(p)
            elif p.name == "settings":
                own = {q.name for q in parameters}
                parameters += [
                    inspect.Parameter(name, p.KEYWORD_ONLY, default=field["default"])
                    for name, field in known.items() if name not in own and name not in without
                ]
        function.__defaults__ = tuple(p.default for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD
                                      and p.default is not p.empty) or None
        if function.__kwdefaults__:
            function.__kwdefaults__ = {name: known[name]["default"] if value is ... else value
                                       for name, value in function.__kwdefaults__.items()}
        function.__signature__ = signature.replace(parameters=sorted(parameters, key=lambda p: p.kind))
        mark = re.search(r"^( *)\{settings\}\n", function.__doc__ or "", flags=re.M)
        if mark:
            told = {name for names in re.findall(r"^ *([a-z_][\w, ]*) : ", function.__doc__, flags=re.M)
                    for name in re.split(r", *", names)}
            text = "".join(
                entry(known[p.name] | ({} if p.default is p.empty else {"default": p.default}), mark[1])
                for p in parameters if p.name in known and p.name not in told
            )
            function.__doc__ = function.__doc__.replace(mark[0], text)
        return function

    return decorate


def given(of, arguments, *, without=(), called=None, **changes):
    """The settings among a described function's ``locals()``, with `changes`; those in `without` it must not have.

    `called` is the function's name for users, where it has another."""
    known = fields(of)
    found = {name: value for name, value in arguments.items() if name in known}
    for name, value in arguments.get("settings", {}).items():
        if name not in known or name in without:
            raise TypeError(f"{called or _called()}() got an unexpected keyword argument {name!r}; settings of {of} are "
                            + ", ".join(sorted(set(known) - set(without) - set(arguments))))  # fmt: skip
        found[name] = value
    for name, value in found.items():
        if isinstance(value, dict) and any(map(callable, value.values())):
            raise NotImplementedError(f"functions in {name}= are not in Ranvier yet; use numbers, or drop(indices)")
    return found | changes


def _called():
    """The name of the function of this package that a user has called."""
    name, frame = "", sys._getframe(1)
    while frame is not None and frame.f_globals.get("__name__", "").startswith("ranvier"):
        name = name if frame.f_code.co_name == "wrapper" else frame.f_code.co_name
        frame = frame.f_back
    return name

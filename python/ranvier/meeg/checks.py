"""Checks of arguments that many functions share."""

import contextlib
import importlib
import numbers
import os
import pathlib
import tempfile
import zipfile
import zlib
from collections.abc import Collection, Iterable, Mapping

import numpy as np

from ranvier import _core
from ranvier.errors import file_error, warn


def names_in(what, value, error=TypeError):
    """Names as a list, from one, or from a list, tuple, set or array of them."""
    names = [value] if isinstance(value, str) else value
    if isinstance(names, Mapping) or not isinstance(names, Collection) or not all(isinstance(n, str) for n in names):
        raise error(f"{what} must be a name or a list of names; got {value!r}")
    return [str(name) for name in names]


def one_of(name, value, allowed):
    """`value`, which must be one of `allowed`."""
    if value not in allowed:
        listed = ", ".join(repr(a) for a in allowed)
        raise ValueError(f"{name} must be one of {listed}; got {value!r}")
    return value


def rule_of(name, value):
    """What to do where something is missing or does not fit: "raise", "warn" (or "warning"), "ignore"."""
    if not isinstance(value, str):
        raise TypeError(f'{name} must be "raise", "warn" or "ignore"; got {value!r}')
    return one_of(name, "warn" if value == "warning" else value, ("raise", "warn", "ignore"))


def number_or_none(name, value, unit=""):
    """`value`, which must be a number, or None."""
    if value is not None and not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a number{unit and f' of {unit}'} or None; got {value!r}")
    if value is not None and np.isnan(value):
        raise ValueError(f"{name} must be a number that is not nan; got {value!r}")
    return value


def time_or_none(name, value):
    """A time [s], which must be a number, or None."""
    return number_or_none(name, value, "seconds")


def flag(name, value):
    """`value`, which must be True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False; got {value!r}")
    return bool(value)


def text_of(name, value):
    """`value`, which must be a text; None is none."""
    if value is not None and not isinstance(value, str):
        raise TypeError(f"{name} must be a str; got {value!r}")
    return value or ""


def list_of(name, value, kind, words):
    """A list of what must be of a kind, which `words` name."""
    if isinstance(value, (str, Mapping)) or not isinstance(value, Iterable):
        raise TypeError(f"{name} must be a list of {words}; got {value!r}")
    value = list(value)
    for each in value:
        if not isinstance(each, kind):
            raise TypeError(f"{name} must hold {words}; got {type(each).__name__}")
    return value


def complain(how, text, advice="", error=ValueError):
    """Raise an error ("raise"), warn ("warn") or say nothing ("ignore"), as the caller asked for."""
    if how == "raise":
        raise error(text + advice)
    if how == "warn":
        warn(text)


def axis_of(name, values, least=-np.inf):
    """Positions along an axis: finite and rising, from `least` on."""
    values = np.ascontiguousarray(values, float)
    if values.ndim != 1 or not np.isfinite(values).all() or (np.diff(values) <= 0).any() or (values < least).any():
        low = f" from {least:g} on" if np.isfinite(least) else ""
        raise ValueError(f"{name} must be a list of finite numbers that rise{low}; got {values}")
    return values


def as_info(info):
    """`info`, which must be an Info."""
    if not isinstance(getattr(info, "_engine", None), _core.meeg.Info):
        raise TypeError(f"info must be an Info, as create_info() makes it; got {type(info).__name__}")
    return info


def as_raw(raw):
    """`raw`, which must be a recording."""
    if not isinstance(getattr(raw, "_engine", None), _core.meeg.Raw):
        raise TypeError(f"this is of recordings: raw must be a Raw; got {type(raw).__name__}")
    return raw


def parts_of(name, value, keys, others=False):
    """The values of a dict under `keys`; it must have all of them, and no other unless `others`."""
    if not isinstance(value, Mapping) or not (set(keys) <= set(value) if others else set(value) == set(keys)):
        got = sorted(map(str, value)) if isinstance(value, Mapping) else repr(value)
        raise ValueError(f"{name} must be a dict with {', '.join(keys)}; got {got}")
    return [value[key] for key in keys]


def needed(name, what):
    """A package that Ranvier does without, or an error that says how to get it."""
    try:
        return importlib.import_module(name)
    except ImportError:
        package = name.partition(".")[0]
        raise ImportError(f"{what} needs the package {package!r}: pip install {package}") from None


def random_stream(random_state, rng=None):
    """What draws numbers: `rng`, a generator of NumPy's or the seed of a new one; or the legacy one that `random_state`
    is or seeds; without either NumPy's own, as scikit-learn and MNE-Python have it: what ``numpy.random.seed()`` seeds."""
    if rng is not None:
        return np.random.default_rng(rng)
    if random_state is None or random_state is np.random:
        return np.random.mtrand._rand
    if isinstance(random_state, (np.random.RandomState, np.random.Generator)):
        return random_state
    if isinstance(random_state, (int, np.integer)) and not isinstance(random_state, bool):
        return np.random.RandomState(int(random_state))
    raise ValueError("random_state must be None, an int, a numpy.random.RandomState or a numpy.random.Generator; "
                     f"got {random_state!r}")  # fmt: skip


def rows_that(table, query, error):
    """Numbers of the rows of a table that a query finds; a KeyError that says what `error` said where it is none."""
    try:
        return table.reset_index(drop=True).query(query).index.to_numpy()
    except Exception as wrong:
        raise KeyError(
            f"{error.args[0] if error.args else error}; nor is it a query of the metadata: {wrong}"
        ) from None


def samples_of(data, info, ndim):
    """Samples of one's own as an array, real or complex, whose last axis but one is that of the channels of `info`."""
    as_info(info)
    data = np.asarray(data)
    if data.ndim != ndim or data.shape[-2] != len(info["chs"]):
        axes = "n_epochs, n_channels, n_times" if ndim == 3 else "n_channels, n_times"
        raise ValueError(f"data must have shape ({axes}) with {len(info['chs'])} channels; got {data.shape}")
    return data


def refusal(what):
    """Why something is not done to complex samples, and what to do."""
    return (f"{what} is of real samples, and these are complex; apply_function(numpy.abs, dtype=float), numpy.angle or "
            "numpy.real first")  # fmt: skip


def not_yet(what, use=None):
    """The error for what MNE has and Ranvier lacks."""
    return NotImplementedError(f"{what} is not in Ranvier yet" + (f"; use {use}" if use else ""))


def lacking(what, use=None):
    """A method that MNE-Python has and Ranvier lacks."""

    def refuse(*args, **kwargs):
        raise not_yet(what, use)

    return refuse


def path_of(name):
    """An absolute path of a file name, `~` expanded."""
    if not isinstance(name, (str, os.PathLike)):
        raise TypeError(f"a file name must be a str or a path; got {type(name).__name__}")
    return pathlib.Path(name).expanduser().absolute()


def fif_name(path, ending, *others):
    """`path`; a warning where the name of a FIFF file does not say by "-`ending`" or "_`ending`" what it holds; of some
    things `others` say it, too."""
    name = path.name.removesuffix(".gz")
    known = tuple(f"{sep}{e}.fif" for sep in "-_" for e in (ending, *others))
    if name.endswith(".fif") and not f"_{name}".endswith(known):
        warn(f"by MNE-Python's conventions a name such as {path.name} should end in -{ending}.fif or _{ending}.fif")
    return path


#: How names of recordings end by MNE-Python's conventions.
raw_endings = ("raw", "raw_sss", "raw_tsss", "meg", "eeg", "ieeg")


@contextlib.contextmanager
def readable(name, ending, preload=True):
    """The path of a file to read; of an open binary file, that of a copy which lives as long as the context.

    What is read from an open file must go into memory, since the copy goes: ValueError unless `preload`."""
    if not hasattr(name, "read"):
        yield path_of(name)
        return
    if preload is False:
        raise ValueError("what an open file holds is read into memory: preload=True, or a file name instead")
    data = name.read()
    if not isinstance(data, bytes):
        raise TypeError("a file to read must be opened in binary mode, 'rb'")
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / ("stream" + ending + (".gz" if data[:2] == b"\x1f\x8b" else ""))
        path.write_bytes(data)
        yield path


@contextlib.contextmanager
def reading(path, what):
    """Says of a file that can't be read as `what` that it is none, or damaged."""
    try:
        yield
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        EOFError,
        zipfile.BadZipFile,
        zlib.error,
    ) as wrong:
        raise file_error(f"{path}: no {what}, or a damaged one ({wrong})", str(path), -1) from None


def output_path(name, overwrite):
    """A path to write to. Raises FileExistsError where it is taken and `overwrite` is False."""
    path = path_of(name)
    if not flag("overwrite", overwrite) and path.exists():
        raise FileExistsError(f"{path} exists; pass overwrite=True to replace it")
    return path


def write_whole(name, content, overwrite):
    """Write bytes to a file, whole or not at all, after the rules of `output_path`."""
    _core.write_file(output_path(name, overwrite), content, overwrite)


def interval(name, value):
    """A (start, stop) pair in which None stands for an end, or None."""
    if value is None:
        return None
    try:
        start, stop = value
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a pair (start, stop) in seconds, or None; got {value!r}") from None
    start = None if start is None else float(start)
    stop = None if stop is None else float(stop)
    return start, stop


def same_head_position(infos, on_mismatch):
    """Check that objects that are put together have one transform from the device to the head."""
    on_mismatch = rule_of("on_mismatch", on_mismatch)
    matrices = [None if info["dev_head_t"] is None else np.asarray(info["dev_head_t"]["trans"]) for info in infos]
    for k, matrix in enumerate(matrices[1:], 1):
        alike = matrix is matrices[0] or (
            matrix is not None and matrices[0] is not None and np.allclose(matrix, matrices[0], equal_nan=True)
        )
        if not alike:
            complain(on_mismatch, f"dev_head_t must be that of the first to put heads at one place; number {k} has another",
                     '; bring them to one position, or pass on_mismatch="warn"')  # fmt: skip


def bytes_of(size):
    """A number of bytes, from a number or from text as "2GB"."""
    if isinstance(size, numbers.Integral) and size >= 0:
        return int(size)
    units = {"KB": 2**10, "MB": 2**20, "GB": 2**30}
    try:
        number = float(size[:-2]) * units[size[-2:].upper()]
        if not 0 <= number < np.inf:
            raise ValueError("no number of bytes")
    except (KeyError, TypeError, ValueError):
        raise ValueError(f'split_size must be a number of bytes >= 0, or as "2GB"; got {size!r}') from None
    return int(number) - 1 if number == 2**31 else int(number)  # the last byte that FIFF can address

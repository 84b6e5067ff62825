"""Complex samples: the engine's objects of the real and of the imaginary parts, to which the same is done."""

import functools

import numpy as np

from ranvier.errors import ConflictError

from .checks import refusal
from .face import floats
from .logs import use_log_level

# What is done to complex samples by doing it to both parts: it is linear and has real factors, or chooses.
_alike = frozenset(
    "add_reference_channels apply_baseline apply_gradient_compensation apply_projections average copy crop crop_times data_of data_of_one decimate drop "
    "drop_bad equalize_event_counts filter load part pick reset_drop_log resample samples set_baseline set_eeg_reference "
    "set_log shift_time subset".split()
)
_of_real = frozenset("annotation_spans annotations_per_epoch matching set_annotations setting".split())
silent = functools.partial(use_log_level, "ERROR")  # what is said about the real part holds for the other


class Parts:
    """What Raw, Epochs and Evoked of complex samples hold: two objects of the engine, of which the first has the info.

    What is not known to treat both parts alike is refused.
    """

    __slots__ = ("real", "imag")

    def __init__(self, real, imag):
        for name, part in (("real", real), ("imag", imag)):  # pickled ones are a class and its arguments
            object.__setattr__(self, name, part[0](*part[1]) if isinstance(part, tuple) else part)

    @property
    def parts(self):
        """What `Parts` are made of again."""
        self.agree()
        return tuple((type(part), part.parts) for part in (self.real, self.imag))

    @property
    def data(self):
        """The samples, or None until they are loaded: a copy, which can't be written to."""
        if self.real.data is None:
            return None
        data = self.real.data + 1j * self.imag.data
        data.flags.writeable = False
        return data

    def agree(self):
        """Tell the imaginary part what has become known of the real one."""
        self.imag.take_info(self.real.info)
        if hasattr(self.real, "first_samp"):  # a recording, whose annotations are changed in place
            self.imag.annotations.assign(self.real.annotations)

    def __getattr__(self, name):
        if name in _alike:
            return functools.partial(self._both, name)
        value = getattr(self.real, name)
        if callable(value) and name not in _of_real:
            raise ConflictError(refusal(f"{name}()"))
        return value

    def __setattr__(self, name, value):
        for part in (self.real, self.imag):
            setattr(part, name, value)

    def _both(self, name, *arguments):
        return of_each(lambda part: getattr(part, name)(*arguments), self)


def parts_of(engine):
    """The real and, of complex samples, the imaginary part; else None."""
    return (engine.real, engine.imag) if isinstance(engine, Parts) else (engine, None)


def of_each(function, *engines):
    """What a function makes of an object of the engine, or of the real and of the imaginary parts."""
    if not any(isinstance(engine, Parts) for engine in engines):
        return function(*engines)
    if not all(isinstance(engine, Parts) for engine in engines):
        raise ConflictError("real and complex samples do not go together; apply_function(numpy.abs, dtype=float) makes "
                            "complex ones real, apply_function(fun, dtype=complex) real ones complex")  # fmt: skip
    for engine in engines:
        engine.agree()
    real = function(*(engine.real for engine in engines))
    with silent():
        imag = function(*(engine.imag for engine in engines))
    if isinstance(real, np.ndarray):
        return real + 1j * imag if real.dtype == float else real
    return Parts(real, imag) if hasattr(real, "take_info") else real


def made_of(data, make):
    """What `make` makes of an array of float; Parts of a complex one."""
    if not np.iscomplexobj(data):
        return make(floats(data))
    real = make(floats(data.real))
    with silent():
        return Parts(real, make(floats(data.imag)))


def replaced(engine, data, write):
    """The object that holds `data`, real or complex, in place of `engine`'s samples; `write` gives some to one."""
    real = engine.real if isinstance(engine, Parts) else engine
    if not np.iscomplexobj(data):
        write(real, floats(data))
        return real
    imag = real.copy()
    write(imag, floats(data.imag))
    write(real, floats(data.real))
    return Parts(real, imag)

"""Devices: there is one engine, whatever it is called."""

import gc

import numpy as np

from ranvier import _core
from ranvier.sim.core.base import BrianObject
from ranvier.sim.core.clocks import default_clock, defaultclock
from ranvier.sim.core.kept import as_given, kept
from ranvier.sim.core.preferences import prefs
from ranvier.sim.units.allunits import find

_ms = find("msecond")


class Device:
    """The engine under a name of Brian 2.

    Parameters
    ----------
    name : str
    """

    def __init__(self, name):
        self.name, self.build_on_run, self.build_options, self.has_been_run = name, True, {}, False

    network_schedule = None
    defaultclock = property(lambda self: default_clock(), doc="The default clock.")

    def seed(self, seed=None):
        """As :func:`seed`."""
        globals()["seed"](seed)

    def activate(self, build_on_run=True, **kwargs):
        """Begins anew; runs wait for :meth:`build` or :meth:`run` unless `build_on_run`. Folders and compilers change nothing."""
        self.build_on_run, self.build_options = build_on_run, dict(kwargs)
        kept.forget()
        kept.on = not build_on_run

    def build(self, directory="output", results_directory="results", compile=True, run=True, debug=False, clean=False,
              with_output=True, additional_source_files=None, run_args=None, direct_call=True):  # fmt: skip
        """Runs what waits, if anything does.

        Parameters
        ----------
        run : bool
            False: :meth:`run` will do it.
        run_args : dict of VariableView to array_like, optional
            As of :meth:`run`.
        directory, results_directory, compile, debug, clean, with_output, additional_source_files, direct_call
            Of Brian 2's compilers: nothing is written.
        """
        if run and kept.on:
            self.run(run_args=run_args)

    def run(self, directory=None, results_directory=None, with_output=True, run_args=None):
        """Runs what waits, from the beginning, each time that it is called.

        Random numbers are new ones unless :func:`seed` was given a number. Values that were set by random numbers before the
        first run stay what they are.

        Parameters
        ----------
        directory, results_directory, with_output
            Of Brian 2's programs: nothing is written.
        run_args : dict of VariableView | TimedArray to array_like, optional
            Values to begin with: ``device.run(run_args={G.tau: 5*ms})``.
        """
        kept.happen(lambda random: self.set_random_state(random) if kept.seeded else seed(None), as_given(run_args))
        self.has_been_run = True

    def apply_run_args(self):
        """Refused: values of run_args are set behind all others that are set before the first run."""
        raise NotImplementedError(
            "run_args are set right before the first run: set what depends on them by run_args, too"
        )

    def reinit(self):
        """Forgets what :meth:`activate` was given, and runs that wait."""
        self.build_options, self.has_been_run = {}, False
        kept.forget()

    def delete(self, data=True, code=True, directory=True, force=False):
        """Nothing was written."""

    def insert_code(self, slot, code):
        """Refused: there is no C++ of a program to insert into."""
        raise NotImplementedError(
            "code of C++ has no place here: write it as statements, or as a function for equations"
        )

    insert_device_code = insert_code

    def get_random_state(self):
        """The state of the random numbers."""
        return {"engine": _core.sim.random_state(), "numpy": np.random.get_state()}

    def set_random_state(self, state):
        """Goes back to a state of the random numbers."""
        _core.sim.set_random_state(*state["engine"])
        np.random.set_state(state["numpy"])

    def __repr__(self):
        return f"<Device {self.name!r}>"


kept.random_states = lambda: get_device().get_random_state()
all_devices = {name: Device(name) for name in ("runtime", "cpp_standalone")}
RuntimeDevice = CPPStandaloneDevice = Device
runtime_device, cpp_standalone_device = all_devices.values()
_stack = [runtime_device]


class _Current:
    """Stands for the device that is set."""

    def __getattr__(self, name):
        return getattr(_stack[-1], name)

    def __repr__(self):
        return repr(_stack[-1])


device = _Current()


def get_device():
    """The device that is set.

    Returns
    -------
    device : Device
    """
    return _stack[-1]


def set_device(device, build_on_run=True, **kwargs):
    """Takes the name of a device of Brian 2; the engine is the same for all.

    Parameters
    ----------
    device : str | Device
        ``"runtime"`` or ``"cpp_standalone"``.
    build_on_run : bool
        False: runs wait until ``device.build()`` or ``device.run()``.
    **kwargs
        Folders and compilers of Brian 2, which change nothing.
    """
    if isinstance(device, str):
        if device not in all_devices:
            raise ValueError(f"device must be one of {', '.join(all_devices)}; got {device!r}")
        device = all_devices[device]
    _stack.append(device)
    device.activate(build_on_run=build_on_run, **kwargs)


def reset_device(device=None):
    """Takes the device that was set before.

    Parameters
    ----------
    device : str | Device, optional
        Another one.
    """
    if device is not None:
        set_device(device)
    elif len(_stack) > 1:
        _stack.pop()
        kept.forget()
        kept.on = not _stack[-1].build_on_run


def reinit_devices():
    """Forgets all objects that nobody holds."""
    from ranvier.sim.core.magic import start_scope

    start_scope()
    gc.collect()


def reinit_and_delete():
    """As :func:`reinit_devices`."""
    reinit_devices()


def seed(seed=None):
    """Sets where random numbers begin, those of NumPy too.

    Until it is called, each network that begins, and each statement outside of runs that draws, takes a seed from NumPy's
    global generator: what :func:`numpy.random.seed` repeats is repeated here.

    Parameters
    ----------
    seed : int, optional
        Equal numbers give equal random numbers; None: as if none had ever been given.
    """
    if seed is not None and (
        not isinstance(seed, (int, np.integer)) or isinstance(seed, bool) or not 0 <= seed < 2**32
    ):
        raise ValueError(f"seed is a whole number from 0 to {2**32 - 1}, or None; got {seed!r}")
    kept.seeded = seed is not None
    np.random.seed(seed)
    if seed is None:
        _core.sim.take_seeds_from_numpy()
    else:
        _core.sim.set_seed(int(seed))


_core.sim.take_seeds_from_numpy()


def restore_initial_state():
    """Preferences, the default clock's step and the scope of run as they are after importing."""
    prefs._restore()
    BrianObject._scope_current_key = 0
    defaultclock.dt = 0.1 * _ms
    gc.collect()

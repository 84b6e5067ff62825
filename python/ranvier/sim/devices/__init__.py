"""Devices, seeds, and what else chooses how things run."""

from ranvier.sim.devices import device as device_module  # noqa: F401
from ranvier.sim.devices.device import all_devices as all_devices
from ranvier.sim.devices.device import device as device
from ranvier.sim.devices.device import get_device as get_device
from ranvier.sim.devices.device import reinit_and_delete as reinit_and_delete
from ranvier.sim.devices.device import reinit_devices as reinit_devices
from ranvier.sim.devices.device import reset_device as reset_device
from ranvier.sim.devices.device import restore_initial_state as restore_initial_state
from ranvier.sim.devices.device import seed as seed
from ranvier.sim.devices.device import set_device as set_device


def check_cache(target):
    """Nothing to tell: compiled models are kept by the engine, which keeps its cache small itself."""


def clear_cache(target):
    """Refused: the engine keeps its cache small itself.

    Parameters
    ----------
    target : str
    """
    raise ValueError(
        f"there is no cache of {target!r}: compiled models are kept by the engine, which keeps its cache small itself"
    )


class _OfBrian:
    """A compiler of Brian 2, to be named and not used."""

    def __init__(self, *args, **kwds):
        raise NotImplementedError(f"{type(self).__name__} is a compiler of Brian 2; there is one engine here")


class NumpyCodeObject(_OfBrian):
    """Of Brian 2."""

    class_name = "numpy"


class CythonCodeObject(_OfBrian):
    """Of Brian 2."""

    class_name = "cython"

"""Files of stored states."""

import hashlib
import io
import os
import pickle

from ranvier import _core

_HEAD = b"ranvier.sim states 2\n"  # then the SHA-256 of what follows
# What numbers, texts and arrays are made of; anything else in a file could run a program.
_ALLOWED = {
    ("numpy", "dtype"), ("numpy", "ndarray"), ("numpy.core.multiarray", "_reconstruct"), ("numpy.core.multiarray", "scalar"),
    ("numpy._core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "scalar"),
    ("numpy.core.numeric", "_frombuffer"), ("numpy._core.numeric", "_frombuffer"), ("_codecs", "encode"),
}  # fmt: skip


class _Plain(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"it holds {module}.{name}, which is no number, text or array")
        return super().find_class(module, name)


def read(filename):
    """The states in a file, by name.

    Parameters
    ----------
    filename : str

    Returns
    -------
    states : dict of str to dict
    """
    with open(filename, "rb") as file:
        data = file.read()
    if not data.startswith(_HEAD):
        raise OSError(f"{filename} is no file that store() of ranvier.sim has written: store the state anew")
    digest, content = data[len(_HEAD) : len(_HEAD) + 32], data[len(_HEAD) + 32 :]
    if hashlib.sha256(content).digest() != digest:
        raise OSError(f"{filename} is damaged: what it holds is not what store() has written")
    try:
        found = _Plain(io.BytesIO(content)).load()
    except Exception as error:  # a damaged pickle ends in any of them
        raise OSError(f"{filename} is damaged, or no file that store() has written: {error}") from None
    return found


def write(filename, states):
    """Writes states beside their goal, then gives the file its name: a reader finds the old file or the new one, whole.

    Parameters
    ----------
    filename : str
    states : dict of str to dict
    """
    data = pickle.dumps(states, protocol=pickle.HIGHEST_PROTOCOL)
    _core.write_file(os.fspath(filename), _HEAD + hashlib.sha256(data).digest() + data, overwrite=True)

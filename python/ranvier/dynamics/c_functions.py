"""C functions inside equations."""

import ctypes

from ranvier import _core


class c_function:
    """A function of C, to be called inside equations: ``System(text, functions={"name": c_function(...)})``.

    It takes and returns double-precision numbers, in SI units (a voltage arrives in volt, whatever unit is shown). It is
    called at every evaluation of the equations, from several threads at once, and must depend on its arguments alone.

    Parameters
    ----------
    function : ctypes function | cffi function | int
        Of ctypes: with ``restype`` and ``argtypes`` set. Of cffi: as ``ffi.dlopen`` gives it, or ``ffi.addressof(lib,
        "name")`` of a compiled module. An integer: an address, whose signature nobody can check.
    arguments : sequence of str
        The unit of each argument: ``["mV", "1"]``; 1 to 8.
    result : str
        The unit of what it returns.
    """

    def __init__(self, function, arguments, result="1"):
        if isinstance(arguments, str):
            raise ValueError(f"arguments is a list with one unit for each argument; got the text {arguments!r}")
        arguments = list(arguments)
        self.arguments, self.result = arguments, result
        self.address = _address(function, len(arguments))
        self._keep = function  # code that Python made lives as long as its owner
        self._dimensions = [_core.units.unit(u)[1] for u in arguments], _core.units.unit(result)[1]

    def __repr__(self):
        return f"<C function ({', '.join(self.arguments)}) -> {self.result}>"

    def _named(self, name):
        """The engine's words for it."""
        return (name, self.address, *self._dimensions)


def _address(function, count):
    expected = f"double f({', '.join(['double'] * count)})"
    if isinstance(function, int) and not isinstance(function, bool):
        if function <= 0:
            raise ValueError(f"the address of a function is a positive number; got {function}")
        return function
    if isinstance(function, ctypes._CFuncPtr):
        found = function.argtypes
        if function.restype is not ctypes.c_double or found is None or any(a is not ctypes.c_double for a in found):
            raise ValueError(f"set restype = c_double and argtypes = {count} * [c_double] of the function: it is called as {expected}")
        if len(found) != count:
            raise ValueError(f"the function takes {len(found)} arguments, but {count} units are given")
        return ctypes.cast(function, ctypes.c_void_p).value
    if type(function).__module__.startswith("_cffi_backend"):
        import cffi

        ffi = cffi.FFI()
        if not isinstance(function, ffi.CData):
            raise ValueError('of a module compiled by cffi, give ffi.addressof(lib, "name")')
        kind = ffi.typeof(function)
        if kind.kind != "function" or kind.ellipsis or [kind.result.cname, *(a.cname for a in kind.args)] != ["double"] * (count + 1):
            raise ValueError(f"the function is {kind.cname}, but it is called as {expected}")
        return int(ffi.cast("uintptr_t", function))
    raise ValueError(f"a C function is one of ctypes or cffi, or an address; got {type(function).__name__}")

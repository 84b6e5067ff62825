"""Names of pylab that are there at once and import matplotlib when they are first used."""

import importlib
import types


class Later:
    """What stands for something of another module until it is used.

    Parameters
    ----------
    module, name : str
        Where it comes from.
    """

    __slots__ = ("_Later__it", "__name__", "_Later__module")

    def __init__(self, module, name):
        object.__setattr__(self, "_Later__module", module)
        object.__setattr__(self, "__name__", name)
        object.__setattr__(self, "_Later__it", None)

    def __found(self):
        if self.__it is None:
            object.__setattr__(self, "_Later__it", getattr(importlib.import_module(self.__module), self.__name__))
        return self.__it

    def __call__(self, *args, **kwds):
        return self.__found()(*args, **kwds)

    def __getattr__(self, name):
        return getattr(self.__found(), name)

    def __setattr__(self, name, value):
        setattr(self.__found(), name, value)

    def __getitem__(self, key):
        return self.__found()[key]

    def __setitem__(self, key, value):
        self.__found()[key] = value

    def __contains__(self, key):
        return key in self.__found()

    def __iter__(self):
        return iter(self.__found())

    def __len__(self):
        return len(self.__found())

    def __eq__(self, other):
        return self.__found() == (other.__found() if isinstance(other, Later) else other)

    def __hash__(self):
        return hash(self.__found())

    def __instancecheck__(self, instance):
        return isinstance(instance, self.__found())

    def __subclasscheck__(self, subclass):
        return issubclass(subclass, self.__found())

    def __mro_entries__(self, bases):
        return (self.__found(),)

    def __dir__(self):
        return dir(self.__found())

    def __repr__(self):
        return f"<{self.__module}.{self.__name__}>"


class LaterModule(types.ModuleType):
    """A module that is imported when one of its names is first used.

    Parameters
    ----------
    name : str
    """

    def __getattr__(self, name):
        if name.startswith("__") and name != "__version__":
            raise AttributeError(name)
        return getattr(importlib.import_module(self.__name__), name)

    def __setattr__(self, name, value):
        if name.startswith("__"):
            return super().__setattr__(name, value)
        return setattr(importlib.import_module(self.__name__), name, value)

    def __dir__(self):
        return dir(importlib.import_module(self.__name__))

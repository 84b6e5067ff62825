"""Where the program calls us, and what can be seen there."""

import os
import sys

import numpy as np

_COMPREHENSIONS = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")


def _outside(frame):
    """The nearest place of the program at or above a frame; None where there is none, as in a thread that begins in a run."""
    while frame is not None and frame.f_code.co_filename.startswith(_BETWEEN):
        frame = frame.f_back
    return frame


# Calls of these files stand between a text and the program that says it; how many there are is nobody's business.
_BETWEEN = tuple(
    os.path.join(os.path.dirname(path), "") for path in (os.path.dirname(_outside.__code__.co_filename), np.__file__)
)


def _places(frame):
    """What can be seen at a place, the nearest first, and the place above it.

    A comprehension is no place of its own, though some versions of Python give it one: what is around it can be seen there.
    """
    places = [frame.f_locals]
    while frame.f_code.co_name in _COMPREHENSIONS:
        above = _outside(frame.f_back)
        if above is None or frame.f_code not in above.f_code.co_consts:  # a generator that somebody else goes through
            break
        frame = above
        places.append(frame.f_locals)
    return [*places, frame.f_globals], _outside(frame.f_back)


class Around:
    """What can be seen where the program calls us, without a copy of it.

    Parameters
    ----------
    level : int
        How many calls above the caller.
    """

    def __init__(self, level=0):
        frame = _outside(sys._getframe(1))
        self._places = []
        for _ in range(level + 1):
            if frame is None:
                if level == 0:
                    return
                raise ValueError(f"level is {level}, and there are not as many functions around this one")
            self._places, frame = _places(frame)

    def __getitem__(self, name):
        for place in self._places:
            if name in place:
                return place[name]
        raise KeyError(name)

    def __contains__(self, name):
        return any(name in place for place in self._places)

    def copied(self):
        """All names with their values, as they are now."""
        return {name: value for place in reversed(self._places) for name, value in place.items()}

    def get(self, name, default=None):
        """The value of a name, or a default."""
        return self[name] if name in self else default

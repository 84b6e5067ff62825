"""Events of trajectories."""


class crossing:
    """A state passes a level: an event for :meth:`System.simulate` that runs at the engine's speed.

    Parameters
    ----------
    state : str
        Which state.
    level : quantity
        Which level.
    direction : int
        +1: only where the state rises, -1: only where it falls, 0: both.
    terminal : bool | int
        Stop there; a number: at the n-th crossing.
    """

    def __init__(self, state, level, direction=0, terminal=False):
        self.state, self.level, self.direction, self.terminal = state, level, direction, terminal

    def __repr__(self):
        return f"crossing({self.state!r}, {self.level!r}, {self.direction}, {self.terminal})"

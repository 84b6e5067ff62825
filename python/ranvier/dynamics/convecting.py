"""Saltzman's convection between free plates."""

from operator import attrgetter

from ranvier import _core

_engine = _core.dynamics


class Convection:
    """Two-dimensional Rayleigh-Bénard convection in stream function psi and temperature departure theta.

    Lengths are measured in the layer's depth, times in depth²/kappa, temperatures in the difference between the plates;
    u = -d psi/dz, w = d psi/dx. Free-free boundaries, periodic in x.

    Parameters
    ----------
    Ra, Pr : float
        Rayleigh and Prandtl number.
    length : float
        Period in x; by default one wave of the first unstable mode.
    modes : tuple of int
        Modes kept along x and z.
    """

    def __init__(self, Ra, Pr=10.0, length=2 * 2**0.5, modes=(32, 32)):
        self.Ra, self.Pr, self.length = Ra, Pr, length
        self._engine = _engine.Convection(Ra, Pr, length, *modes)

    def disturb(self, m=1, n=1, amplitude=1e-3):
        """Add ``amplitude * cos(2 pi m x / length) * sin(n pi z)`` to theta; returns the object."""
        self._engine.disturb(m, n, amplitude)
        return self

    def run(self, dt, steps):
        """Go on for a number of steps; returns the object."""
        self._engine.run(dt, steps)
        return self

    t = property(attrgetter("_engine.t"), doc="Time so far.")
    nusselt = property(attrgetter("_engine.nusselt"), doc="Flux of heat at the lower plate over that of conduction.")

    def psi(self, shape=(33, 96)):
        """The stream function on a grid of z (rows, the plates included) and x (columns)."""
        return self._engine.psi(shape[1], shape[0])

    def theta(self, shape=(33, 96)):
        """The temperature's departure on such a grid."""
        return self._engine.theta(shape[1], shape[0])

    def plot(self, ax=None, shape=(65, 192)):
        """Draw temperature as colours and stream lines over it.

        Parameters
        ----------
        ax : matplotlib.axes.Axes | None
            Where to draw; a new figure if None.
        shape : tuple of int
            Rows and columns of the grid.

        Returns
        -------
        ax : matplotlib.axes.Axes
            The axes.
        """
        from ranvier.dynamics.plots import convection

        return convection(self, ax, shape)


def convection_onset(Pr=1.0):
    """The Rayleigh number at which convection begins, and the wave number that begins it.

    Parameters
    ----------
    Pr : float
        Prandtl number, which does not matter.

    Returns
    -------
    Ra, k : float
        27 pi⁴/4 and pi/sqrt(2), found numerically.
    """
    return _engine.convection_onset(Pr)


def galerkin_convection(psi=((1, 1),), theta=((1, 1), (0, 2)), k=None):
    """Convection in few modes; the default three are Lorenz's system.

    Parameters
    ----------
    psi, theta : sequence of (int, int)
        Modes (m, n): sin(m k x) sin(n pi z) of psi, cos(m k x) sin(n pi z) of theta.
    k : float | None
        Wave number of m = 1; None: that of the onset.

    Returns
    -------
    system : System
        With parameters Pr and Ra.
    """
    from ranvier.dynamics.system import System

    flow = _engine.galerkin_convection([tuple(m) for m in psi], [tuple(m) for m in theta], k or convection_onset()[1])
    return System._of_flow(flow, "galerkin convection")

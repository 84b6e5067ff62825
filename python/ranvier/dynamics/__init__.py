"""Dynamical systems: write one as text, look at it.

>>> from ranvier.dynamics import System
>>> lorenz = System('''dx/dt = sigma*(y - x) : 1
... dy/dt = x*(rho - z) - y : 1
... dz/dt = x*y - beta*z : 1''', sigma=10, rho=28, beta=8/3)
>>> lorenz.simulate((0, 1), x0=[1, 1, 1], method="DOP853").success
True
"""

from ranvier.dynamics.c_functions import c_function
from ranvier.dynamics.convecting import Convection, convection_onset, galerkin_convection
from ranvier.dynamics.events import crossing
from ranvier.dynamics.system import System

__all__ = ["Convection", "System", "c_function", "convection_onset", "crossing", "galerkin_convection"]

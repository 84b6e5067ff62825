"""Short names of units: ``mV``, ``ms``, ``nS``, …"""

from ranvier.sim.units.allunits import SHORT, find

stdunits = {name: find(name) for name in SHORT}
globals().update(stdunits)
__all__ = list(stdunits)  # noqa: PLE0605

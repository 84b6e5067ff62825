"""Monitors: what is recorded during a run."""

import importlib

_PLACES = {"SpikeMonitor": "spikemonitor", "EventMonitor": "spikemonitor", "StateMonitor": "statemonitor",
           "PopulationRateMonitor": "ratemonitor", "RateMonitor": "ratemonitor"}  # fmt: skip
__all__ = list(_PLACES)  # noqa: PLE0604


def __getattr__(name):
    if name in _PLACES:
        return getattr(importlib.import_module(f"ranvier.sim.monitors.{_PLACES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""Input: functions of time, spikes from lists and at random."""

import importlib

_PLACES = {"BinomialFunction": "binomial", "PoissonGroup": "poissongroup", "PoissonInput": "poissoninput",
           "SpikeGeneratorGroup": "spikegeneratorgroup", "TimedArray": "timedarray"}  # fmt: skip
__all__ = list(_PLACES)  # noqa: PLE0604


def __getattr__(name):
    if name in _PLACES:
        return getattr(importlib.import_module(f"ranvier.sim.input.{_PLACES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

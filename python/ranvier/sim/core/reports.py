"""What a run tells of itself: progress, times, order."""

import sys
import time
from collections import namedtuple

from ranvier.sim.units.allunits import find
from ranvier.sim.units.quantity import Quantity

_second = find("second")


def report_function(report):
    """What the engine calls to tell how far it is: ``tell(elapsed, completed, start, duration)``; None where nobody asks.

    Parameters
    ----------
    report : None | "text" | "stdout" | "stderr" | callable
    """
    if report is None:
        return None
    if isinstance(report, str):
        if report not in ("text", "stdout", "stderr"):
            raise ValueError(f"report must be 'text', 'stdout', 'stderr' or a function; got {report!r}")
        report = TextReport(sys.stderr if report == "stderr" else sys.stdout)
    elif not callable(report):
        raise TypeError(f"report must be 'text', 'stdout', 'stderr' or a function; got {type(report).__name__}")
    return lambda elapsed, completed, start, duration: report(_time(elapsed), completed, _time(start), _time(duration))


def _time(seconds):
    return Quantity(seconds, dim=_second.dim)


class TextReport:
    """Tells how far a run is, and for how long it will go on.

    Parameters
    ----------
    stream : file
    """

    def __init__(self, stream):
        self.stream = stream

    def __call__(self, elapsed, completed, start, duration):
        if completed == 0.0:
            self.stream.write(f"Starting simulation at t={start} for a duration of {duration}\n")
        else:
            words = f"{completed * duration} ({int(completed * 100)}%) simulated in {_words(float(elapsed))}"
            if completed < 1.0:
                left = round(float(elapsed) / completed * (1 - completed))
                words += f", estimated {_words(left)} remaining."
            self.stream.write(words + "\n")
        self.stream.flush()


def _words(seconds):
    if seconds < 1:
        return "< 1s"
    parts = time.gmtime(int(seconds))
    days = int(seconds) // 86400
    named = [(days, "d"), (parts.tm_hour, "h"), (parts.tm_min, "m"), (parts.tm_sec, "s")]
    while named[0][0] == 0 and len(named) > 1:
        named.pop(0)
    return " ".join(f"{n}{unit}" for n, unit in named)


class ProfilingSummary:
    """How long each object took.

    Parameters
    ----------
    net : Network
    show : int, optional
        How many.
    """

    def __init__(self, net, show=None):
        info = net.profiling_info
        info = info if show is None else info[:show]
        self.names = [name for name, _ in info]
        self.times = [seconds for _, seconds in info]
        total = sum(float(seconds) for _, seconds in net.profiling_info)
        self.total_time = Quantity(total, dim=_second.dim)
        self.percentages = [100 * float(t) / total if total > 0 else 0.0 for t in self.times]

    def __repr__(self):
        width = max(map(len, [*self.names, "Profiling summary"]))
        times = [f"{float(t):.2f} s" for t in self.times]
        lines = ["Profiling summary", "================="]
        lines += [
            f"{n:<{width}}  {t:>10}  {p:6.2f} %" for n, t, p in zip(self.names, times, self.percentages, strict=True)
        ]
        return "\n".join(lines)

    def _repr_html_(self):
        rows = "".join(
            f"<tr><td>{n}</td><td>{float(t):.2f} s</td><td>{p:.2f} %</td></tr>"
            for n, t, p in zip(self.names, self.times, self.percentages, strict=True)
        )
        return f"<h2 class='ranvier_prof_summary_header'>Profiling summary</h2><table>{rows}</table>"


def check_schedule(slots):
    """Raises where a schedule is no list of names of slots.

    Parameters
    ----------
    slots : list of str
    """
    if not isinstance(slots, (list, tuple)) or not all(isinstance(s, str) for s in slots):
        raise TypeError(f"a schedule is a list of names of slots; got {slots!r}")
    if not slots or len(set(slots)) != len(slots):
        raise ValueError(f"a schedule has at least one slot, and each once; got {list(slots)} (None: the usual one)")
    if any(s.startswith(("before_", "after_")) for s in slots):
        raise ValueError("slots before_… and after_… are there by themselves: leave them away")


SchedulingEntry = namedtuple("SchedulingEntry", "name type owner_name owner_type when order dt active")


class SchedulingSummary:
    """What runs in which order: ``entries``, with name, slot and step of each operation.

    Parameters
    ----------
    net : Network
    """

    def __init__(self, net):
        owners = {id(op): obj for obj in net for engine in obj.engine_objects() for op in engine.operations}
        self.entries = [
            SchedulingEntry(op.name, op.kind or type(obj).__name__, obj.name, type(obj).__name__, op.when, op.order,
                            _time(op.clock.dt) if op.clock.regular else None, op.active)
            for op, obj in ((op, owners[id(op)]) for op in net._engine.in_order())
        ]  # fmt: skip

    def _cells(self):
        fastest = min((float(e.dt) for e in self.entries if e.dt is not None), default=1.0)
        for e in self.entries:
            if e.dt is None:
                every = "at given times"
            else:
                steps = float(e.dt) / fastest
                every = f"{e.dt} (every {'step' if round(steps) == 1 else f'{steps:.6g} steps'})"
            owner = f"{e.owner_name} ({e.owner_type})"
            yield [e.name, owner, every, e.when, str(e.order), "yes" if e.active else "no"]

    def __repr__(self):
        rows = [["object", "part of", "Clock dt", "when", "order", "active"], *self._cells()]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [" | ".join(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=True)) for row in rows]
        return "\n".join([lines[0], "-+-".join("-" * w for w in widths), *lines[1:]])

    def _repr_html_(self):
        rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in self._cells())
        return f"<table><tr><th>object</th><th>part of</th><th>Clock dt</th><th>when</th><th>order</th><th>active</th></tr>{rows}</table>"

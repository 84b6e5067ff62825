"""Models drawn at random, of everything that may run in one stretch, and what a run of each leaves."""

import random

import numpy as np

from ranvier.sim import (
    EventMonitor,
    Network,
    NeuronGroup,
    PopulationRateMonitor,
    SpikeMonitor,
    StateMonitor,
    TimedArray,
    defaultclock,
    ms,
    seed,
    start_scope,
)

STATES = ("v", "w", "x")
LEAVES = (
    *STATES, "a", "k*0.01", "sub", "t/second", "sin(100*Hz*t)", "i*0.1", "N*0.01", "s", "u*0.001", "int(flag)",
    "drive(t)", "kk*0.001",
)  # fmt: skip
FUNCTIONS = (
    "exp(-({})**2)", "sin({})", "exprel(-abs({}))", "tanh({})", "sqrt(abs({}))", "log(1 + abs({}))", "cos({})",
    "clip({}, -1, 1)", "1/(1 + exp(-({})))", "int(({}) > 0.5)", "arctan({})", "log10(1 + abs({}))",
    "sinh(clip({}, -2, 2))", "expm1(-abs({}))", "log1p(abs({}))", "floor(({})*3)", "sign({})",
)  # fmt: skip
THRESHOLDS = (
    "v > 0.4", "v > 0.2 and rand() < 0.5", "v > 0.3 and not flag", "sub > 0.3", "k % 7 == 3", "over",
    "v > 0.3 + 0.1*sin(1000*Hz*t)", "rand() < 0.01", "v > 0.4 and not_refractory",
)  # fmt: skip
RESETS = (
    "v = 0", "v -= 0.5", "k += 1", "k = k*3 + 1", "a += 0.1", "a = a*0.9 + v", "flag = not flag", "c_ = v; a = c_*2",
    "k -= 5", "c_ = exp(v); a = c_", "v = 0.1*rand()", "v = 0.01*k", "k = k//2 + 3", "k = int(v*10) - 2", "k += 70000",
    "k = -k", "v *= -1", "flag = v > 0.2", "a = t/second",
)  # fmt: skip
REFRACTORY = (False, "2*ms", "(1 + 0.5*abs(v))*ms", "v > 0.2", "a*ms", "flag")
EVENTS = (None, None, {"event": "v < -0.1"}, {"event": "a > 1"}, {"event": "k > 20", "other": "v > 0.1"})
ON_EVENT = ("a = 0", "k = 0", "a -= 1", "v += 0.01", "flag = not flag", "k = k - 30")
SLOTS = (None, "start", "end", "after_thresholds", "before_resets", "after_groups", "after_resets")
PARTS = ([20000], [25000], [19999, 20001], [20001, 3, 20000], [100, 20000])


class RandomModel:
    """One model, monitors of it, and the parts in which it is run."""

    def __init__(self, number):
        self.number = number
        pick = self.pick = random.Random(number)
        states = STATES[: pick.choice([1, 1, 2, 3])]
        leaves = [leaf for leaf in LEAVES if leaf not in STATES[len(states) :]]
        noise = pick.random() < 0.35
        lines = []
        for state in states:
            line = f"d{state}/dt = (-{state} + clip({self._term(leaves)}, -3, 3))/({pick.choice([1, 3, 10])}*ms)"
            line += " + 0.3*xi/sqrt(5*ms)" * (noise and state == "v")
            lines.append(line + " : 1" + " (unless refractory)" * (pick.random() < 0.3))
        inner = [leaf for leaf in leaves if leaf != "sub"]
        lines += [
            f"sub = clip({pick.choice(inner)} - 0.5*{pick.choice(inner)}, -5, 5) : 1",
            f"over = {pick.choice(states)} > 0.3 : boolean",
            "a : 1\nk : integer\nkk : integer (constant)\ns : 1 (shared)\nu : integer (shared)\nflag : boolean",
        ]
        self.model = "\n".join(lines)
        self.threshold = pick.choice(THRESHOLDS)
        self.refractory = pick.choice(REFRACTORY)
        if "refractory" in self.model + self.threshold and not self.refractory:
            self.refractory = "2*ms"
        self.made = {
            "N": pick.choice([1, 1, 2, 3, 4, 5, 7, 8, 9, 16, 17]),
            "model": self.model,
            "threshold": self.threshold,
            "reset": "\n".join(pick.choice(RESETS) for _ in range(pick.choice([1, 2, 3, 4]))),
            "method": pick.choice(["euler", "heun"] if noise else ["euler", "rk2", "rk4", "exponential_euler", "heun"]),
            "refractory": self.refractory,
            "events": pick.choice(EVENTS),
            "dtype": {"k": pick.choice([np.int32, np.int64, np.uint16])},
        }
        self.on_event, self.event_slot = pick.choice(ON_EVENT), pick.choice([None, "before_resets", "end"])
        self.monitors = [self._monitor() for _ in range(pick.choice([0, 1, 2, 3]))]
        self.parts = pick.choice(PARTS)

    def _term(self, leaves, depth=0):
        kind = self.pick.random()
        if depth > 2 or kind < 0.3:
            return self.pick.choice(leaves)
        if kind < 0.65:
            return self.pick.choice(FUNCTIONS).format(self._term(leaves, depth + 1))
        return f"({self._term(leaves, depth + 1)} {self.pick.choice('+-*')} {self._term(leaves, depth + 1)})"

    def _monitor(self):
        pick = self.pick
        kind = pick.choice(
            [StateMonitor, StateMonitor, SpikeMonitor, SpikeMonitor, PopulationRateMonitor, EventMonitor]
        )
        names = pick.sample(["v", "a", "k", "sub", "over", "flag", "t", "s", "u", "kk"], pick.choice([1, 2, 3]))
        arguments = {"variables": names} if kind in (StateMonitor, SpikeMonitor) else {}
        if kind is StateMonitor:
            arguments |= {"record": pick.choice([True, [0]]), "dt": pick.choice([None, None, 1 * ms, 0.3 * ms])}
        if kind is EventMonitor:
            arguments["event"] = "event"
        slot = pick.choice(SLOTS)
        if slot and kind is not PopulationRateMonitor:
            arguments |= {"when": slot, "order": pick.choice([0, 0, 1, -1])}
        return kind, pick.random() < 0.3, arguments

    def left(self, **how):
        """All states and records after a run, `how` as the arguments of Network.run; or the error that ended it."""
        start_scope()
        seed(self.number)
        defaultclock.dt = 0.1 * ms
        space = {"drive": TimedArray(np.sin(np.arange(300)), dt=7 * ms)}
        group = NeuronGroup(**self.made, namespace=space, name="cells")
        for event in self.made["events"] or ():
            group.run_on_event(event, self.on_event, **({"when": self.event_slot} if self.event_slot else {}))
        group.v, group.a, group.kk = "0.1*i", "0.05*i", "i*3"
        group.s, group.u = 0.3, 17
        monitors = []
        for kind, part, arguments in self.monitors:
            if kind is not EventMonitor or self.made["events"]:
                source = group[1:-1] if part and len(group) > 2 else group
                monitors.append(kind(source, name=f"monitor_{len(monitors)}", **arguments))
        network = Network(group, monitors)
        left = {}
        try:
            for steps in self.parts:
                network.run(steps * 0.1 * ms, namespace={}, **how)
        except ArithmeticError as error:
            left["error"] = np.array(str(error))
        for each in (group, *monitors):
            for name, values in each.get_states(units=False).items():
                left[f"{each.name}.{name}"] = np.array(values)
        return left


def differing(a, b):
    """What two runs have left differently, bit for bit."""
    return [
        name
        for name in sorted({*a, *b})
        if name not in a or name not in b or a[name].dtype != b[name].dtype or a[name].tobytes() != b[name].tobytes()
    ]

"""Two compartments in NEURON: run by the interpreter that has it, writes times and voltages.

usage: neuron_compartments.py OUT.npz STEP    STEP: a fixed step [ms], or 0 for CVODE
"""

import sys

import numpy as np
from neuron import h

h.load_file("stdrun.hoc")

SIZES = {"soma": (30, 30), "dendrite": (500, 2)}  # length, diameter [µm]


def cell(active):
    """Soma and dendrite, one compartment each; channels of Hodgkin and Huxley where `active`, a leak elsewhere."""
    sections = {}
    for name, (length, diameter) in SIZES.items():
        section = sections[name] = h.Section(name=name)
        section.L, section.diam, section.nseg, section.Ra, section.cm = length, diameter, 1, 35.4, 1
        if name in active:
            section.insert("hh")
            section.gnabar_hh, section.gkbar_hh, section.gl_hh, section.el_hh = 0.12, 0.036, 0.0003, -54.387
            section.ena, section.ek = 50, -77
        else:
            section.insert("pas")
            section.g_pas, section.e_pas = 0.0003, -54.387
    sections["dendrite"].connect(sections["soma"](1), 0)
    return sections


def traces(active, current, step, duration=40.0):
    sections = cell(active)
    clamp = h.IClamp(sections["dendrite"](0.5))
    clamp.delay, clamp.dur, clamp.amp = 0, 1e9, current
    h.celsius = 6.3
    if active:
        h.usetable_hh = 0  # rates computed, not looked up in a table
    recorded = [h.Vector().record(h._ref_t)]
    recorded += [h.Vector().record(sections[name](0.5)._ref_v) for name in SIZES]
    solver = h.CVode()
    solver.active(0 if step else 1)
    if step:
        h.dt, h.secondorder = step, 2  # Crank-Nicolson, gates at half steps
    else:
        solver.rtol(0)
        solver.atol(1e-10)
    h.finitialize(-65)
    while h.t < duration - (step or 1e-9) / 2:
        h.fadvance()
    return np.array([list(v) for v in recorded])


out, step = sys.argv[1], float(sys.argv[2])
cases = {"passive": ((), 0.1), "soma": (("soma",), 0.5), "both": (("soma", "dendrite"), 0.5)}
np.savez(out, version=h.nrnversion(5), **{name: traces(*case, step) for name, case in cases.items()})

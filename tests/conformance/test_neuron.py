"""Two coupled compartments beside NEURON (Debian's python3-neuron): the same cylinders, channels and current.

NEURON's own tolerance sets what can agree. CVODE with an absolute error of 1e-10 in each state and step leaves up to 5e-6 mV
in a spike's flanks, where 1 ns of time is 4e-4 mV; a bound of 2e-5 mV is therefore 2e-7 of a spike. With fixed steps the
method is of second order, and a step of 1 µs leaves 1e-3 mV: the bound there is 5e-3 mV, and twice the step must leave four times
as much, which says that what is left is NEURON's step and no difference between the models.
"""

import pathlib
import subprocess
import sys

import numpy as np
import pytest

from ranvier.dynamics import System
from ranvier.units import ms, nA

SCRIPT = pathlib.Path(__file__).with_name("neuron_compartments.py")


@pytest.fixture(scope="module")
def interpreter():
    """A Python that has NEURON: this one, or Debian's."""
    for python in (sys.executable, "/usr/bin/python3"):
        found = subprocess.run([python, "-c", "import numpy; from neuron import h; h.load_file('stdrun.hoc')"], capture_output=True)
        if found.returncode == 0:
            return python
    pytest.skip("NEURON is not here (make peers, or apt-get install python3-neuron python3-numpy)")


def theirs(interpreter, folder, step):
    out = folder / f"neuron_{step}.npz"
    done = subprocess.run([interpreter, str(SCRIPT), str(out), str(step)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    with np.load(out) as file:
        return {name: file[name] for name in file.files if name != "version"}


GATES = """
dm{i}/dt = (1 - m{i})/exprel(-(E{i} + 40*mV)/(10*mV))/ms - 4*m{i}*exp(-(E{i} + 65*mV)/(18*mV))/ms : 1
dh{i}/dt = 0.07*(1 - h{i})*exp(-(E{i} + 65*mV)/(20*mV))/ms - h{i}/(1 + exp(-(E{i} + 35*mV)/(10*mV)))/ms : 1
dn{i}/dt = 0.1*(1 - n{i})/exprel(-(E{i} + 55*mV)/(10*mV))/ms - 0.125*n{i}*exp(-(E{i} + 65*mV)/(80*mV))/ms : 1
I{i} = ((50*mV - E{i})*120*mS/cm2*m{i}**3*h{i} + (-77*mV - E{i})*36*mS/cm2*n{i}**4
        + (-54.387*mV - E{i})*0.3*mS/cm2)*pi*d_{i}*l_{i} : nA
"""
BOTH = """
dE1/dt = (I1 + (E2 - E1)*G_core)/(1*uF/cm2*pi*d_1*l_1) : mV
dE2/dt = (I2 + (E1 - E2)*G_core + 0.5*nA)/(1*uF/cm2*pi*d_2*l_2) : mV
G_core = pi/(2*35.4*ohm*cm*(l_1/d_1**2 + l_2/d_2**2)) : nS
d_1 = 30*um : um
l_1 = 30*um : um
d_2 = 2*um : um
l_2 = 500*um : um
""" + "".join(GATES.format(i=i) for i in (1, 2))


def rest():
    """Gates that stand still at -65 mV."""
    v = -65.0
    a = {"m": 0.1 * (v + 40) / -np.expm1(-(v + 40) / 10), "h": 0.07, "n": 0.01 * (v + 55) / -np.expm1(-(v + 55) / 10)}
    b = {"m": 4.0, "h": 1 / (1 + np.exp(3.0)), "n": 0.125}
    return {name: a[name] / (a[name] + b[name]) for name in a}


def ours(case):
    if case == "passive":
        return System("two_compartments", "passive", I_2=0.1 * nA), None
    if case == "soma":
        return System("two_compartments", I_2=0.5 * nA), None
    from ranvier.units import mV

    start = {f"{gate}{i}": x for gate, x in rest().items() for i in (1, 2)}
    return System(BOTH), {"E1": -65 * mV, "E2": -65 * mV, **start}


def difference(case, their):
    t, *voltages = their
    keep = np.r_[True, np.diff(t) > 0]
    t, voltages = t[keep], [v[keep] for v in voltages]
    system, start = ours(case)
    result = system.simulate(
        (0 * ms, t[-1] * ms), start, method="DOP853", rtol=1e-12, atol=1e-12, t_eval=t * ms
    )
    assert result.success
    if case != "passive":
        assert voltages[0].max() > 20  # there are spikes to compare
    names = [s for s in system.states if s.startswith("E")]
    return max(np.abs(result[name].value - v).max() for name, v in zip(names, voltages, strict=True))


@pytest.mark.parametrize("case", ["passive", "soma", "both"])
def test_two_compartments_agree_with_neurons_variable_steps(interpreter, tmp_path, case):
    assert difference(case, theirs(interpreter, tmp_path, 0)[case]) < 2e-5  # [mV]


def test_what_fixed_steps_leave_falls_with_their_square(interpreter, tmp_path):
    one, two = (theirs(interpreter, tmp_path, step) for step in (0.001, 0.002))
    for case in ("soma", "both"):
        fine, coarse = difference(case, one[case]), difference(case, two[case])
        assert fine < 5e-3
        assert coarse / fine == pytest.approx(4, rel=0.1)

"""The networks that are timed, in words that both packages read; run as a program, one of them in one package, once.

Prints seconds of the simulation loop (wall, processor) and the number of spikes, for each repeat.
"""

import argparse
import importlib
import os
import pathlib
import tempfile
import time

HH = """
dv/dt = (gl*(El-v) {more} - g_na*(m*m*m)*h*(v-ENa) - g_kd*(n*n*n*n)*(v-EK))/Cm : volt
dm/dt = alpha_m*(1-m)-beta_m*m : 1
dn/dt = alpha_n*(1-n)-beta_n*n : 1
dh/dt = alpha_h*(1-h)-beta_h*h : 1
alpha_m = 0.32*(mV**-1)*4*mV/exprel((13*mV-v+VT)/(4*mV))/ms : Hz
beta_m = 0.28*(mV**-1)*5*mV/exprel((v-VT-40*mV)/(5*mV))/ms : Hz
alpha_h = 0.128*exp((17*mV-v+VT)/(18*mV))/ms : Hz
beta_h = 4./(1+exp((40*mV-v+VT)/(5*mV)))/ms : Hz
alpha_n = 0.032*(mV**-1)*5*mV/exprel((15*mV-v+VT)/(5*mV))/ms : Hz
beta_n = .5*exp((10*mV-v+VT)/(40*mV))/ms : Hz
"""


def hh_constants(b):
    area = 20000 * b.umetre**2
    return dict(
        Cm=(1 * b.ufarad * b.cm**-2) * area, gl=(5e-5 * b.siemens * b.cm**-2) * area, El=-60 * b.mV, EK=-90 * b.mV,
        ENa=50 * b.mV, g_na=(100 * b.msiemens * b.cm**-2) * area, g_kd=(30 * b.msiemens * b.cm**-2) * area,
        VT=-63 * b.mV, Ee=0 * b.mV, Ei=-80 * b.mV, taue=5 * b.ms, taui=10 * b.ms,
    )  # fmt: skip


def joined(b, cells, excite, inhibit):
    made = []
    for part, statement in ((cells[:3200], excite), (cells[3200:], inhibit)):
        synapses = b.Synapses(part, cells, on_pre=statement)
        synapses.connect(p=0.02)
        made.append(synapses)
    return made


def cuba(b):
    cells = b.NeuronGroup(
        4000,
        """dv/dt = (ge + gi - (v + 49*mV))/(20*ms) : volt (unless refractory)
           dge/dt = -ge/(5*ms) : volt
           dgi/dt = -gi/(10*ms) : volt""",
        threshold="v > -50*mV", reset="v = -60*mV", refractory=5 * b.ms, method="exact",
    )  # fmt: skip
    cells.v = "-60*mV + rand()*10*mV"
    return [cells, *joined(b, cells, "ge += 1.62*mV", "gi -= 9*mV")], 1 * b.second, 0.1


def coba(b):
    cells = b.NeuronGroup(
        4000,
        """dv/dt = (ge*(0*mV - v) + gi*(-80*mV - v) - (v + 60*mV) + 20*mV)/(20*ms) : volt (unless refractory)
           dge/dt = -ge/(5*ms) : 1
           dgi/dt = -gi/(10*ms) : 1""",
        threshold="v > -50*mV", reset="v = -60*mV", refractory=5 * b.ms, method="exponential_euler",
    )  # fmt: skip
    cells.v = "-60*mV + (randn()*5 - 5)*mV"
    cells.ge, cells.gi = "randn()*1.5 + 4", "randn()*12 + 20"
    return [cells, *joined(b, cells, "ge += 0.6", "gi += 6.7")], 1 * b.second, 0.1


def cobahh(b):
    equations = HH.format(more="+ ge*(Ee-v) + gi*(Ei-v)") + "dge/dt = -ge/taue : siemens\ndgi/dt = -gi/taui : siemens"
    cells = b.NeuronGroup(4000, equations, threshold="v > -20*mV", refractory=3 * b.ms, method="exponential_euler",
                          namespace=hh_constants(b))  # fmt: skip
    cells.v = "-60*mV + (randn()*5 - 5)*mV"
    cells.ge, cells.gi = "(randn()*1.5 + 4)*10*nS", "(randn()*12 + 20)*10*nS"
    return [cells, *joined(b, cells, "ge += 6*nS", "gi += 67*nS")], 1 * b.second, 0.1


def uncoupled(b, n=100_000, duration=20, dt=0.02):
    b.defaultclock.dt = dt * b.ms
    cells = b.NeuronGroup(n, HH.format(more="+ I") + "I : amp (constant)", threshold="v > -20*mV",
                          refractory="v > -20*mV", method="exponential_euler", namespace=hh_constants(b))  # fmt: skip
    cells.v, cells.I = -65 * b.mV, "0.2*nA + 0.8*nA*i/N" if n > 1 else 0.7 * b.nA
    return [cells], duration * b.ms, dt


def one(b):
    return uncoupled(b, 1, 1000, 0.01)


NETWORKS = {"CUBA": cuba, "COBA": coba, "COBAHH": cobahh, "100,000 HH": uncoupled, "one HH": one}


def standalone(b, network, duration, spikes, repeats):
    """The C++ program of Brian: compiled once, run several times; processor time of its loop by a line of its own."""
    folder = tempfile.mkdtemp()
    b.device.insert_code("before_network_run", "const std::clock_t loop_began = std::clock();")
    b.device.insert_code(
        "after_network_run", 'std::ofstream("loop.txt") << double(std::clock() - loop_began)/CLOCKS_PER_SEC;'
    )
    network.run(duration)
    b.device.build(directory=folder, compile=True, run=False)
    for _ in range(repeats):
        b.device.run(directory=folder, with_output=False)
        print(b.device._last_run_time, (pathlib.Path(folder) / "loop.txt").read_text(), spikes.num_spikes)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=NETWORKS)
    parser.add_argument("package", choices=["ranvier.sim", "brian2"])
    parser.add_argument("--target", default="cython", choices=["cython", "standalone"])
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    b = importlib.import_module(arguments.package)
    if arguments.package == "brian2":
        b.prefs.codegen.target = "cython"
        if arguments.target == "standalone":
            b.set_device("cpp_standalone", build_on_run=False)
    b.seed(1)
    objects, duration, dt = NETWORKS[arguments.name](b)
    b.defaultclock.dt = dt * b.ms
    spikes = b.SpikeMonitor(objects[0])
    network = b.Network(objects, spikes)
    if arguments.target == "standalone" and arguments.package == "brian2":
        return standalone(b, network, duration, spikes, arguments.repeats)
    network.run(0 * b.ms)
    network.store()
    for _ in range(arguments.repeats):
        network.restore()
        marks = []
        network.run(
            duration, report=lambda *_, marks=marks: marks.append((time.perf_counter(), time.process_time())),
            report_period=1e6 * b.second,
        )  # fmt: skip
        print(marks[-1][0] - marks[0][0], marks[-1][1] - marks[0][1], spikes.num_spikes)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()

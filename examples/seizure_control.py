"""A seizure that comes, spreads and ends by itself, and a stimulator that ends it earlier.

Jirsa et al. 2014, doi:10.1093/brain/awu133: the Epileptor, five variables that do what seizures of most patients and animals do. A slow
one, z, carries the tissue over a saddle-node into fast discharges, and back over a homoclinic bifurcation, before which
the discharges slow down. Between the two both states are stable, so that a pulse can end a seizure. Coupling through z, after
Proix et al. 2014, doi:10.1523/JNEUROSCI.1688-14.2014, recruits a neighbour that is healthy by itself.

It teaches bistability, and what closed-loop stimulation can and can't do: the seizure ends, its cause does not.
"""

import argparse
import pathlib

import numpy as np

from ranvier.sim import Network, NeuronGroup, StateMonitor, Synapses, defaultclock, ms, network_operation

# One unit of the paper's time is called a millisecond here. x1, y1: fast discharges; x2, y2: spikes and waves; z: permittivity.
PATCH = """
dx1/dt = (y1 - f1 - z + 3.1 + pulse)/ms : 1
dy1/dt = (1 - 5*x1**2 - y1)/ms : 1
dz/dt = (4*(x1 - x0) - z - pull)/(2857*ms) : 1
dx2/dt = (-y2 + x2 - x2**3 + 0.45 + 0.002*g - 0.3*(z - 3.5))/ms : 1
dy2/dt = (-y2 + int(x2 >= -0.25)*6*(x2 + 0.25))/(10*ms) : 1
dg/dt = -0.01*(g - 0.1*x1)/ms : 1
f1 = int(x1 < 0)*(x1**3 - 3*x1**2) + int(x1 >= 0)*(x2 - 0.6*(z - 4)**2)*x1 : 1
dmean/dt = (x1 - mean)/(60*ms) : 1  # what a detector sees
x0 : 1 (constant)                   # excitability
pull : 1
pulse : 1
"""
# Three pairs of a focus and its neighbour: alone, coupled, coupled and watched by a stimulator.
ALONE, COUPLED, TREATED = (0, 1), (2, 3), (4, 5)


def simulate(duration, coupling=1.0, patience=20):
    """Time [ms], x1, z and the detector's mean of all patches, and the times of the pulses."""
    defaultclock.dt = 0.05 * ms
    patches = NeuronGroup(6, PATCH, method="rk4", name="patches")
    patches.x0 = [-1.6, -2.2] * 3
    patches.x1, patches.y1, patches.z, patches.x2, patches.y2, patches.mean = -1.6, -12, 3.6, -0.8, 0, -1.6
    links = Synapses(patches, patches, "K : 1 (constant)\npull_post = K*(x1_pre - x1_post) : 1 (summed)")
    links.connect(i=[2, 3, 4, 5], j=[3, 2, 5, 4])
    links.K = coupling * np.array([1, 0, 1, 0])  # from the focus outwards
    pulses, seen = [], np.zeros(6)

    @network_operation(dt=5 * ms)
    def stimulator(t):
        seizing = np.array(patches.mean) > -1
        seen[:] = np.where(seizing, seen + 5, 0)
        now = np.zeros(6)
        if seen[TREATED[0]] > patience:
            now[TREATED[0]] = -12  # for 5 ms, then the detector looks again
            pulses.append(float(t / ms))
            seen[TREATED[0]] = 0
        patches.pulse = now

    course = StateMonitor(patches, ["x1", "z", "mean"], record=True, dt=1 * ms)
    Network(patches, links, stimulator, course).run(duration * ms)
    return np.array(course.t / ms), np.array(course.x1), np.array(course.z), np.array(course.mean), np.array(pulses)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--milliseconds", type=float, default=8000)
    parser.add_argument("--figure", type=pathlib.Path)
    args = parser.parse_args()
    t, x1, z, mean, pulses = simulate(args.milliseconds)
    seizing = mean > -1
    part = seizing.mean(axis=1)
    for name, (focus, neighbour) in (("alone", ALONE), ("coupled", COUPLED), ("treated", TREATED)):
        print(
            f"{name:8s} focus seizes {100 * part[focus]:3.0f} % of the time, its neighbour {100 * part[neighbour]:3.0f} %"
        )
    # The second seizure of the focus alone, from its beginning to its end.
    changes = np.flatnonzero(np.diff(seizing[0].astype(int)))
    begin, end = [(a, b) for a, b in zip(changes, changes[1:]) if seizing[0][a + 1]][-1]
    up = begin + np.flatnonzero((x1[0][begin:end] < 0) & (x1[0][begin + 1 : end + 1] >= 0))
    pauses = np.diff(t[up])
    pauses = pauses[pauses > 10]  # between groups of discharges
    longest = [
        max(len(run) for run in "".join("x "[not now] for now in seizing[k]).split()) for k in (COUPLED[0], TREATED[0])
    ]
    print(
        f"a seizure lasts {t[end] - t[begin]:.0f} ms; groups of discharges come every {pauses[0]:.0f} ms at first, every {pauses[-1]:.0f} ms at its end"
    )
    print(f"the longest seizure of the coupled focus lasts {longest[0]} ms, with {len(pulses)} pulses {longest[1]} ms")

    assert 0.1 < part[ALONE[0]] < 0.9 and len(changes) >= 4  # it comes and goes, again and again
    assert part[ALONE[1]] == 0 < part[COUPLED[1]]  # a healthy neighbour is recruited
    assert pauses[-1] > 2 * pauses[0] and (np.diff(pauses) > 0).mean() > 0.6  # the homoclinic bifurcation is near
    assert z[0][end] > z[0][begin] + 0.3  # what ends it
    assert longest[1] < 0.4 * longest[0] and part[TREATED[1]] < 0.2 * part[COUPLED[1]]
    assert part[TREATED[0]] > 0.1  # its cause stays

    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(3, 1, figsize=(9, 5.5), sharex=True, constrained_layout=True)
    for ax, name, (focus, neighbour) in zip(
        axes,
        ("focus alone, and a neighbour without coupling", "coupled", "coupled, stimulated"),
        (ALONE, COUPLED, TREATED),
    ):
        ax.plot(t, x1[focus], linewidth=0.4)
        ax.plot(t, x1[neighbour] - 4, linewidth=0.4)
        ax.set(title=name, yticks=[])
    axes[2].plot(pulses, np.full(len(pulses), 2.5), "kv", markersize=4)
    axes[2].set_xlabel("ms")
    figure.savefig(args.figure, dpi=150) if args.figure else plt.show()


if __name__ == "__main__":
    main()

"""A tap on the knee: a reflex arc from the muscle's stretch to its twitch, and what holds the other muscle back.

Liddell & Sherrington 1924, doi:10.1098/rspb.1924.0023, found the stretch reflex, Sherrington that the opposed muscle is inhibited
with it; the arc is an afferent fibre, one synapse, a motor neuron. Henneman 1957, doi:10.1126/science.126.3287.1345:
small motor neurons, which resist less current, are recruited first and big ones later, whatever excites them.

It teaches a closed loop with conduction delays: spikes move a muscle, the muscle's length drives the spikes.
"""

import argparse
import pathlib

import numpy as np

from ranvier.sim import Network, NeuronGroup, SpikeMonitor, StateMonitor, Synapses, TimedArray, linked_var, ms, seed

MOTOR, AFFERENT, INTER = 100, 60, 40
TAP = 300  # ms, after the limb has settled
AFFERENT_DELAY, EFFERENT_DELAY, SYNAPSE_DELAY = 10, 12, 0.5  # ms: of a leg

# Lengths in units of the stretch by a firm tap; the limb is a mass on the springs of two muscles.
LIMB = """
dangle/dt = speed : 1                                   # + stretches the extensor
dspeed/dt = (tap(t) - 2*pull_extensor + 2*pull_flexor - angle)/(30*ms)**2 - 1.5*speed/(30*ms) : Hz
dpull_extensor/dt = (twitch_extensor - pull_extensor)/(40*ms) : 1
dtwitch_extensor/dt = -twitch_extensor/(40*ms) : 1
dpull_flexor/dt = (twitch_flexor - pull_flexor)/(40*ms) : 1
dtwitch_flexor/dt = -twitch_flexor/(40*ms) : 1
"""
# A spindle's primary afferent sees length and, above all, its change.
SPINDLE = """
rate = clip(3 + 8*angle + 6000*ms*speed*gain, 0, 400)*Hz : Hz
gain : 1 (constant)
angle : 1 (linked)
speed : Hz (linked)
"""
NEURON = """
dv/dt = (bias - v + resistance*(excitation - inhibition))/(8*ms) + 0.06*sqrt(2/(8*ms))*xi : 1 (unless refractory)
dexcitation/dt = -excitation/(3*ms) : 1
dinhibition/dt = -inhibition/(8*ms) : 1
bias : 1 (constant)
resistance : 1 (constant)  # a small neuron's is high
"""


def simulate(height, cut=False):
    """Spikes of extensor's and flexor's motor neurons (t [ms], i), and the limb's course, after a tap."""
    seed(5)
    force = np.zeros(5000)
    force[10 * TAP : 10 * TAP + 100] = height * 3  # 10 ms at steps of 0.1 ms
    tap = TimedArray(force, dt=0.1 * ms)
    limb = NeuronGroup(1, LIMB, method="heun", name="limb", namespace=dict(tap=tap))
    spindles = NeuronGroup(AFFERENT, SPINDLE, threshold="rand() < rate*dt", refractory=2 * ms, name="spindles")
    spindles.gain = "0.5 + i/(1.0*N)"
    spindles.angle, spindles.speed = linked_var(limb, "angle"), linked_var(limb, "speed")
    # Both pools in one group: 0-99 move the extensor, 100-199 the flexor; in each from small to big.
    motor = NeuronGroup(
        2 * MOTOR, NEURON, threshold="v > 1", reset="v = 0", refractory=5 * ms, method="euler", name="motor"
    )
    motor.resistance = "1.5 - (i % 100)/100.0"
    motor.bias[:MOTOR], motor.bias[MOTOR:] = 0.6, "1.12 - 0.4*(i % 100)/100.0"  # the flexor holds a posture
    motor.v = "rand()*bias"
    extensor, flexor = motor[:MOTOR], motor[MOTOR:]
    inter = NeuronGroup(
        INTER, NEURON, threshold="v > 1", reset="v = 0", refractory=2 * ms, method="euler", name="inter"
    )
    inter.bias, inter.resistance = 0.4, 1

    arrive = (AFFERENT_DELAY + SYNAPSE_DELAY) * ms
    links = []
    for source, target, effect, delay in (
        (spindles, extensor, "excitation_post += 0.045", arrive),
        (spindles, inter, "excitation_post += 0.06", arrive),
        (inter, flexor, "inhibition_post += 0.25", 1 * ms),
    ):
        link = Synapses(source, target, on_pre=effect, delay=delay)
        link.connect(p=0.8)
        if not (cut and source is spindles):
            links.append(link)
    for source, muscle in ((extensor, "extensor"), (flexor, "flexor")):
        # A big unit pulls more.
        twitch = Synapses(source, limb, "force : 1", on_pre=f"twitch_{muscle}_post += force", delay=EFFERENT_DELAY * ms)
        twitch.connect()
        twitch.force = "0.001 + 0.004*(i % 100)/100.0"
        links.append(twitch)
    spikes, course = SpikeMonitor(motor), StateMonitor(limb, ["angle", "pull_extensor", "pull_flexor"], record=0)
    stretches = SpikeMonitor(spindles)
    Network(limb, spindles, motor, inter, links, spikes, course, stretches).run(500 * ms)
    return np.array(spikes.t / ms), np.array(spikes.i), course, np.array(stretches.t / ms)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--figure", type=pathlib.Path)
    args = parser.parse_args()
    runs = {height: simulate(height) for height in (0.3, 0.6, 1.0)}
    cut = simulate(1.0, cut=True)
    recruited, order = [], []
    for height, (t, i, _, _) in runs.items():
        reflex = (i < MOTOR) & (t > TAP) & (t < TAP + 70)
        units = np.unique(i[reflex])
        first = np.array([t[reflex & (i == unit)].min() for unit in units])
        recruited.append(len(units))
        order.append(units.mean() if len(units) else np.nan)
        print(
            f"tap of {height:.1f}: {len(units):3d} of {MOTOR} motor units of the extensor answer, "
            f"on average number {order[-1]:.0f} in size, the first {first.min() - TAP:.0f} ms after the tap"
        )
    t, i, course, stretches = runs[1.0]
    volley = stretches[stretches > TAP + 1]
    reflex = (i < MOTOR) & (t > TAP) & (t < TAP + 70)
    latency = t[reflex].min() - volley[:10].mean()
    pause = [
        np.sum((i >= MOTOR) & (t > a) & (t <= a + 30)) / 30 for a in (TAP - 50, TAP + 30)
    ]  # spikes/ms of the flexor's neurons
    pull, limb_time = np.array(course.pull_extensor[0]), np.array(course.t / ms)
    twitch = limb_time[pull.argmax()] - TAP
    print(
        f"central latency {latency:.1f} ms, of which the afferent fibre takes {AFFERENT_DELAY + SYNAPSE_DELAY}; the pull is largest {twitch:.0f} ms after the tap"
    )
    print(f"the flexor's neurons fire {pause[0]:.2f} spikes/ms before and {pause[1]:.2f} during the reflex")

    assert recruited[0] < recruited[1] < recruited[2] and recruited[0] < 0.7 * MOTOR
    assert order[0] < 45 and order[0] < order[2]  # the small ones first (Henneman)
    assert AFFERENT_DELAY + SYNAPSE_DELAY < latency < AFFERENT_DELAY + SYNAPSE_DELAY + 8  # one synapse, not two
    assert 40 < twitch < 150
    assert pause[1] < 0.5 * pause[0]  # reciprocal inhibition
    assert not ((cut[1] < MOTOR) & (cut[0] > TAP) & (cut[0] < TAP + 70)).any()  # no reflex without the dorsal root

    import matplotlib.pyplot as plt

    figure, (top, bottom) = plt.subplots(
        2, 1, figsize=(8, 5.5), sharex=True, height_ratios=(2, 1), constrained_layout=True
    )
    top.plot(t[i < MOTOR], i[i < MOTOR], "k.", markersize=2)
    top.plot(t[i >= MOTOR], i[i >= MOTOR], "C3.", markersize=2)
    top.set(ylabel="motor neuron, small to big", title="tap at 300 ms: extensor (black), flexor (red)")
    bottom.plot(limb_time, course.angle[0], label="stretch")
    bottom.plot(limb_time, pull, label="pull of the extensor")
    bottom.plot(np.array(cut[2].t / ms), cut[2].angle[0], "C0:", label="stretch without reflex")
    bottom.set(xlabel="ms", xlim=(200, 500))
    bottom.legend()
    figure.savefig(args.figure, dpi=150) if args.figure else plt.show()


if __name__ == "__main__":
    main()

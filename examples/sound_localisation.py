"""Where a sound comes from, read from which neuron hears both ears at once.

Jeffress 1948, doi:10.1037/h0061495: axons of different lengths from both ears meet at a row of neurons that fire when spikes
coincide; the place in the row tells the difference in arrival time. Carr & Konishi 1990,
doi:10.1523/JNEUROSCI.10-10-03227.1990, found the delay lines in the barn owl. With a pure tone the neurons a period away
fire as well (phase ambiguity); noise, which has many frequencies, leaves one answer.

It teaches how time becomes place, and how delays of single synapses (`delay='...'`) compute.
"""

import argparse
import pathlib

import numpy as np

from ranvier.sim import Network, NeuronGroup, SpikeMonitor, Synapses, TimedArray, defaultclock, ms, second, seed

STEP = 0.01  # ms
ROW = np.arange(-15, 16) * 0.05  # differences in time [ms] that the neurons stand for
FIBRES = 40  # of each ear and frequency


def heard(sound, frequencies, duration, rng):
    """What each channel of the cochlea hears (time, channel): tones, or bands of noise."""
    time = np.arange(0, duration + 2, STEP)  # ms
    if sound == "tone":
        return time, np.sin(2 * np.pi * frequencies[2] * time)[:, None] * (np.arange(len(frequencies)) == 2)
    waves = []
    for f in frequencies:
        drift = np.cumsum(
            rng.standard_normal(len(time)) * np.sqrt(STEP) * 0.35
        )  # phases wander as those of narrow noise do
        waves.append(np.sin(2 * np.pi * f * time + drift))
    return time, np.array(waves).T


def simulate(sound, difference, duration=200, number=1):
    """Spikes of each neuron of the row while the left ear hears `difference` [ms] later than the right."""
    seed(number)
    rng = np.random.default_rng(number)
    defaultclock.dt = STEP * ms
    frequencies = np.array([1.0, 1.4, 1.9, 2.6, 3.4])  # kHz
    time, waves = heard(sound, frequencies, duration, rng)
    late = np.array([np.interp(time - difference, time, w) for w in waves.T]).T
    channels, n = len(frequencies), len(frequencies) * FIBRES
    both = TimedArray(np.maximum(np.concatenate([late, waves], axis=1), 0) ** 3 * 600 / second, dt=STEP * ms)  # noqa: F841
    ears = NeuronGroup(
        2 * n,
        "channel : integer (constant)\nrate = both(t, channel) : Hz",
        threshold="rand() < rate*dt",
        refractory=0.3 * ms,
        name="ears",
    )
    ears.channel = np.repeat(np.arange(2 * channels), FIBRES)

    # One coincidence detector for each channel and place, and one neuron for each place that hears them all.
    places = len(ROW)
    detectors = NeuronGroup(
        channels * places,
        "dv/dt = -v/(100*us) : 1 (unless refractory)",
        threshold="v > 1",
        reset="v = 0",
        refractory=0.5 * ms,
        method="exact",
        name="detectors",
    )
    lines = Synapses(ears, detectors, on_pre="v_post += 0.2")
    fibre = np.arange(2 * n)
    lines.connect(
        i=np.repeat(fibre, places), j=((fibre // FIBRES % channels)[:, None] * places + np.arange(places)).ravel()
    )
    # The ear that hears first is held back: both are 1 ms long, less and more by half of the place's difference.
    left = np.array(lines.i) < n
    lines.delay = (1 + np.where(left, -0.5, 0.5) * ROW[np.array(lines.j) % places]) * ms
    spikes = SpikeMonitor(detectors)
    Network(ears, detectors, lines, spikes).run(duration * ms)
    return np.bincount(np.array(spikes.i), minlength=channels * places).reshape(channels, places)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--milliseconds", type=float, default=200)
    parser.add_argument("--figure", type=pathlib.Path)
    args = parser.parse_args()
    differences = np.array([-0.4, -0.2, 0.0, 0.2, 0.4])
    table = {
        sound: np.array([simulate(sound, d, args.milliseconds) for d in differences]) for sound in ("noise", "tone")
    }
    rows = table["noise"].sum(axis=1)
    answers = ROW[rows.argmax(axis=1)]
    for d, answer in zip(differences, answers):
        print(f"the left ear hears {1000 * d:4.0f} us later: the neuron for {1000 * answer:4.0f} us fires most")
    tone = table["tone"][:, 2]

    assert np.abs(answers - differences).max() <= 0.05  # neighbours at most
    period = 1 / 1.9  # ms
    for d, row in zip(differences, tone):
        away = [p for p in (d - period, d + period) if np.abs(ROW).max() >= abs(p)]
        for p in away:  # the wrong place is as loud as the right one
            assert row[np.abs(ROW - p).argmin()] > 0.7 * row[np.abs(ROW - d).argmin()]
    for d, row in zip(differences, rows):
        far = np.abs(ROW - d) > 0.25
        assert row[far].max() < 0.8 * row.max()

    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(10, 3.4), constrained_layout=True)
    for ax, responses, title in zip(axes, (rows, tone), ("noise", "a tone of 1.9 kHz")):
        for d, row in zip(differences, responses):
            ax.plot(1000 * ROW, row / args.milliseconds * 1000, label=f"{1000 * d:.0f} us")
        ax.set(xlabel="the neuron's difference (us)", title=title)
    axes[0].set_ylabel("spikes/s")
    axes[0].legend(title="heard", fontsize="small")
    figure.savefig(args.figure, dpi=150) if args.figure else plt.show()


if __name__ == "__main__":
    main()

"""A map of orientations, as in visual cortex, grows from stripes of light.

A self-organizing map of 40 x 40 units, joined at its borders, sees elongated spots at random places and angles of a small
retina, as in Obermayer, Ritter & Schulten 1990, doi:10.1073/pnas.87.21.8345. Its units come to prefer an orientation, in
smooth domains with pinwheels, points around which every orientation occurs once.

Published for tree shrew, galago and ferret: Kaschube et al. 2010, doi:10.1126/science.1194869: 3.14 pinwheels in the area
of one squared column spacing (within 2 %). Maps that grow by this rule are known to come near it without meeting it.
"""

import argparse
import json
import pathlib

import numpy as np

import ranvier.learn as rl

UNITS, RETINA = 40, 9


def stripes(rng, n):
    """Spots of light (n, RETINA²) with their angle [rad]; the retina is joined at its borders."""
    angle, at = rng.uniform(0, np.pi, n), rng.uniform(0, RETINA, (n, 2))
    y, x = np.mgrid[:RETINA, :RETINA]
    wrap = lambda d: (d + RETINA / 2) % RETINA - RETINA / 2  # noqa: E731
    u, v = wrap(x.ravel() - at[:, :1]), wrap(y.ravel() - at[:, 1:])
    along = u * np.cos(angle)[:, None] + v * np.sin(angle)[:, None]
    across = -u * np.sin(angle)[:, None] + v * np.cos(angle)[:, None]
    light = np.exp(-0.5 * (along / 2.2) ** 2 - 0.5 * (across / 0.75) ** 2)
    return light / np.linalg.norm(light, axis=1, keepdims=True), angle


def preference(som, rng):
    """Complex map: the angle doubled as phase, how sharply it is preferred as length."""
    X, angle = stripes(rng, 20000)
    response = np.exp(-8 * som.transform(X) ** 2)
    z = np.exp(2j * angle) @ response / response.sum(axis=0)
    return z.reshape(UNITS, UNITS)


def pinwheels(z):
    """Corners between four units around which the preferred angle turns once: (number, places)."""
    around = [z, np.roll(z, -1, 1), np.roll(z, (-1, -1), (0, 1)), np.roll(z, -1, 0)]
    turn = sum(np.angle(b / a) for a, b in zip(around, [*around[1:], around[0]])) / (2 * np.pi)
    return np.argwhere(np.abs(turn) > 0.5)


def spacing(z):
    """Distance of columns of the same preference [units], from the mean wave number of the map's power."""
    power = np.abs(np.fft.fft2(z)) ** 2
    k = np.hypot(*np.meshgrid(np.fft.fftfreq(UNITS), np.fft.fftfreq(UNITS)))
    # Rings of like length, so that many weak waves don't outweigh the peak.
    which = np.round(k * UNITS).astype(int).ravel()
    ring = np.bincount(which, power.ravel())[1 : UNITS // 2]
    n = np.arange(1, UNITS // 2)
    near = np.abs(n - n[ring.argmax()]) <= 3
    return UNITS / ((n * ring)[near].sum() / ring[near].sum())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--stimuli", type=int, default=12000)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--figure", type=pathlib.Path)
    args = parser.parse_args()
    rows = []
    for seed in range(args.seeds):
        rng = np.random.default_rng(seed)
        X, _ = stripes(rng, args.stimuli)
        som = rl.SelfOrganizingMap((UNITS, UNITS), boundary="toroidal", init="random", sigma=8.0, sigma_end=1.6,
                                   max_iter=30, random_state=seed).fit(X)
        z = preference(som, rng)
        places, width = pinwheels(z), spacing(z)
        rows.append((len(places), width, len(places) * width**2 / UNITS**2))
        print(f"map {seed}: {len(places):3d} pinwheels, columns {width:4.1f} units apart: {rows[-1][2]:.2f} pinwheels a squared spacing, "
              f"sharpness {np.abs(z).mean():.2f}")
    density = np.array(rows)[:, 2]
    print(f"pinwheels a squared column spacing: ours {density.mean():.2f} ± {density.std():.2f}, visual cortex 3.14 (Kaschube et al. 2010)")
    if args.out:
        args.out.write_text(json.dumps(dict(density=density.tolist(), pinwheels=[r[0] for r in rows], sharpness=float(np.abs(z).mean()))))
    if args.figure:
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots(1, 2, figsize=(9, 4.2), constrained_layout=True)
        picture = axes[0].imshow(np.rad2deg(np.angle(z) / 2 % np.pi), cmap="hsv", vmin=0, vmax=180, origin="lower")
        axes[0].plot(places[:, 1] + 0.5, places[:, 0] + 0.5, "w.", markersize=5)
        axes[0].set(title="preferred orientation and pinwheels", xticks=[], yticks=[])
        figure.colorbar(picture, ax=axes[0], label="degrees")
        some = som.weights_.reshape(UNITS, UNITS, RETINA, RETINA)[::4, ::4]
        axes[1].imshow(some.transpose(0, 2, 1, 3).reshape(10 * RETINA, 10 * RETINA), cmap="gray", origin="lower")
        axes[1].set(title="what every fourth unit looks for", xticks=[], yticks=[])
        figure.savefig(args.figure, dpi=150)


if __name__ == "__main__":
    main()

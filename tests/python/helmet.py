"""A small helmet of VectorView's sensors, and what it measures of known sources."""

import numpy as np

import ranvier.meeg as mne

SFREQ = 200.0
MU_0 = 4e-7 * np.pi
UPRIGHT = mne.Transform("meg", "head", np.array([[1, 0, 0, 0.003], [0, 1, 0, -0.005], [0, 0, 1, 0.04], [0, 0, 0, 1.0]]))


def info(triplets=34, head=True, points=True):
    """An Info: two gradiometers and a magnetometer at each of some places on a sphere of 11 cm, its lower part open."""
    names = [f"MEG{k + 11:03d}{coil}" for k in range(triplets) for coil in (2, 3, 1)]
    made = mne.create_info([*names, "STI"], SFREQ, ["grad", "grad", "mag"] * triplets + ["stim"])
    for k in range(triplets):
        z = 1 - 1.35 * (k + 0.5) / triplets
        angle = np.pi * (3 - np.sqrt(5)) * k
        out = np.array([np.sqrt(1 - z**2) * np.cos(angle), np.sqrt(1 - z**2) * np.sin(angle), z])
        along = np.cross([0.3, 0.9, 0.1], out)
        along /= np.linalg.norm(along)
        across = np.cross(out, along)
        for coil, axes in enumerate(((along, across, out), (across, -along, out), (along, across, out))):
            made["chs"][3 * k + coil]["loc"][:] = np.r_[0.11 * out, np.ravel(axes)]
    if head:
        made["dev_head_t"] = UPRIGHT
    if points:
        shape = np.random.default_rng(1).normal(size=(60, 3))
        shape = 0.09 * shape / np.linalg.norm(shape, axis=1, keepdims=True) * [1, 1, 0.98] + [0, 0, 0.04]
        made.set_montage(mne.channels.make_dig_montage(nasion=[0, 0.1, 0], lpa=[-0.08, 0, 0], rpa=[0.08, 0, 0],
                                                       hsp=shape[shape[:, 2] > 0.02], coord_frame="head"))  # fmt: skip
    return made


def _mean(field, ch, shift, width, height):
    """The mean over a loop, of what lies across it."""
    place, ex, ey, ez = ch["loc"].reshape(4, 3)
    grid = (np.arange(6) - 2.5) / 6
    points = [place + (shift + width * a) * ex + height * b * ey + 3e-4 * ez for a in grid for b in grid]
    return np.mean([field(p) @ ez for p in points])


def of_field(made, field):
    """What the sensors measure of a field [T] given at places [m], by the points of a fine grid over their loops."""
    measured = []
    for ch in made["chs"]:
        if not ch["ch_name"].startswith("MEG"):
            continue

        if ch["ch_name"][-1] == "1":
            measured.append(_mean(field, ch, 0, 0.021, 0.021))
        else:
            loops = [_mean(field, ch, side * 0.0084, 0.0098, 0.0264) for side in (1, -1)]
            measured.append((loops[0] - loops[1]) / 0.0168)
    return np.array(measured)


def magnetic_dipole(place, moment):
    """The field of a magnetic dipole [A m²]."""

    def field(p):
        r = p - np.asarray(place)
        d = np.linalg.norm(r)
        return MU_0 / (4 * np.pi) * (3 * (np.asarray(moment) @ r) * r / d**5 - np.asarray(moment) / d**3)

    return field


def recording(seconds=8.0, made=None, noise=1.0, seed=3):
    """Two sources inside, a strong one far away, sensor noise."""
    made = info() if made is None else made
    n, random = int(seconds * SFREQ), np.random.default_rng(seed)
    t = np.arange(n) / SFREQ
    inside = [of_field(made, magnetic_dipole(p, m)) for p, m in (([0.02, 0.01, 0.05], [1e-8, 0, 2e-8]), ([-0.03, 0.02, 0.02], [0, 2e-8, 1e-8]))]
    outside = of_field(made, magnetic_dipole([1.5, 0.4, 0.3], [0, 0.01, 0.02]))
    data = np.zeros((len(made["chs"]), n))
    meg = np.outer(inside[0], np.sin(2 * np.pi * 10 * t)) + np.outer(inside[1], np.cos(2 * np.pi * 6 * t))
    meg += np.outer(outside, np.sin(2 * np.pi * 0.7 * t + 1))
    size = np.where([ch["unit"] == 112 for ch in made["chs"][: len(meg)]], 3e-15, 3e-13)
    data[: len(meg)] = meg + noise * size[:, None] * random.normal(size=meg.shape)
    data[-1, ::50] = 1
    return mne.io.RawArray(data, made, first_samp=400)


def with_coils(raw):
    """The recording with an earlier fit of three coils of the head position indicator, as a file has it."""
    places = [[0.07, 0, 0], [-0.07, 0.01, 0], [0, 0.08, 0.02]]
    tags = [(213, 33, np.array([2, k + 1], ">i4").tobytes() + np.array(p, ">f4").tobytes()) for k, p in enumerate(places)]
    own, blocks = raw.info._engine["preserved"]
    raw.info._engine["preserved"] = (own, (*blocks, (109, tags, ())))
    return raw


def moves(raw, n=6):
    """Positions of a head that turns and shifts."""
    t = np.linspace(0.3, raw.times[-1] - 0.5, n)
    table = np.zeros((n, 10))
    table[:, 0] = t + raw.first_time
    table[:, 1:4] = np.c_[0.01 * np.sin(t), 0.02 * np.cos(t), 0.004 * t]
    table[:, 4:7] = UPRIGHT["trans"][:3, 3] + np.c_[0.002 * np.sin(2 * t), 0.001 * t, 0.003 * np.cos(t)]
    table[:, 7:] = 0.99, 0.001, 0.01
    return table


COILS = np.array([[0.07, 0.02, 0.06], [-0.06, 0.04, 0.05], [0.01, 0.085, 0.07], [0.02, -0.07, 0.08]])  # on the head [m]
COIL_FREQS = 57.0, 67.0, 77.0, 87.0  # [Hz]


def _tag(kind, *values, code=">i4"):
    return kind, {">i4": 3, ">f4": 4}[code], np.array(values, code).tobytes()


def with_chpi(seconds=3.0, turns=((0.0, 0.0), (0.02, 0.003), (0.05, 0.006)), noise=1.0):
    """A recording with four coils that are on, of a head that turns about z by some angles [rad] and rises [m], a third of
    the time each; where it was at each third; and the coils' places in device coordinates then."""
    made = info()
    made["line_freq"] = 50.0
    made.set_montage(mne.channels.make_dig_montage(nasion=[0, 0.1, 0], lpa=[-0.08, 0, 0], rpa=[0.08, 0, 0], hpi=COILS,
                                                   hsp=[p["r"] for p in made["dig"] if p["kind"] == 4], coord_frame="head"))  # fmt: skip
    raw = recording(seconds, made, noise=noise)
    raw._data[-1] = 15
    n, heads, places = raw.n_times, [], []
    t = np.arange(n) / SFREQ
    for k, (angle, up) in enumerate(turns):
        c, s = np.cos(angle), np.sin(angle)
        head = UPRIGHT["trans"] @ np.array([[c, -s, 0, 0], [s, c, 0, 0], [0, 0, 1, up], [0, 0, 0, 1]])
        there = (COILS - head[:3, 3]) @ head[:3, :3]
        piece = slice(k * n // len(turns), (k + 1) * n // len(turns))
        for place, freq in zip(there, COIL_FREQS):
            field = of_field(made, magnetic_dipole(place, 1e-6 * (place / np.linalg.norm(place) + [0.2, 0.1, 0])))
            raw._data[:102, piece] += np.outer(field, np.sin(2 * np.pi * freq * t[piece] + freq))
        heads.append(head)
        places.append(there)
    floats, names = dict(code=">f4"), b"STI"
    coils = [(110, [_tag(245, k + 1), _tag(236, f, **floats)], ()) for k, f in enumerate(COIL_FREQS)]
    bits = [(110, [_tag(603, 1 << k)], ()) for k in range(4)]
    dig = [(213, 33, np.array([2, k + 1], ">i4").tobytes() + np.array(p, ">f4").tobytes()) for k, p in enumerate(places[0])]
    matrix = UPRIGHT["trans"]
    both = [part for m in (matrix, np.linalg.inv(matrix)) for part in (m[:3, :3].ravel(), m[:3, 3])]
    fit = (222, 35, np.array([1, 4], ">i4").tobytes() + np.concatenate(both).astype(">f4").tobytes())
    result = [*dig, _tag(247, 1, 2, 3, 4), _tag(246, 1, 2, 3, 4), _tag(241, 1, 1, 1, 1, **floats), _tag(243, 0.98, **floats),
              _tag(244, 0.005, **floats), _tag(242, 1), fit]  # fmt: skip
    own, blocks = raw.info._engine["preserved"]
    raw.info._engine["preserved"] = (own, (*blocks, (108, [_tag(216, 4)], coils), (109, result, ()),
                                           (121, [_tag(216, 4), (602, 10, names)], bits)))  # fmt: skip
    return raw, heads, places

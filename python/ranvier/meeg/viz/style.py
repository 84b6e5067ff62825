"""What all figures share: units, colours, showing."""

import numpy as np

from ranvier import _core
from ranvier.errors import ConflictError, warn

from ..checks import not_yet, one_of

# What is about the window that MNE's browsers open; figures here are pictures, so these change nothing.
window_arguments = frozenset(
    "block figure_class overview_mode precompute show_options show_scrollbars splash theme use_opengl".split()
)

_displays = _core.meeg.displays()
titles = {kind: title for kind, (title, _, _, _) in _displays.items()}
units = {kind: unit for kind, (_, unit, _, _) in _displays.items()}
factors = {kind: factor for kind, (_, _, factor, _) in _displays.items()}
# Half the room of one trace, in SI units, where nothing else is said; other types' data must say.
rooms = {kind: room for kind, (_, _, _, room) in _displays.items() if room > 0}
line_colours = {
    "eeg": "#1b1b1b", "mag": "#1f3a93", "grad": "#8b1a1a", "eog": "#1b7a3d", "ecg": "#8b1a8b", "emg": "#666666",
    "stim": "#1b1b1b", "misc": "#1b1b1b",
}  # fmt: skip
cycle = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8C6BB1", "#4D4D4D"]


def pyplot():
    """matplotlib.pyplot, or an error that says what to install."""
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise ImportError('figures need matplotlib; install it with: pip install "ranvier[plot]"') from None
    return plt


def check_others(function, others, lacking):
    """Refuse arguments that are about more than a window: those that nobody has, and those in `lacking` (name: default,
    what to use) unless at their default."""
    for name, value in others.items():
        if name in window_arguments:
            continue
        if name not in lacking:
            raise TypeError(f"{function}() has no argument {name!r}")
        default, use = lacking[name]
        if value is not default and not (isinstance(value, type(default)) and value == default):
            raise not_yet(f"{function}({name}={value!r})", use)


def to_project(info, proj):
    """Whether there are projections to apply, where `proj` asks for it."""
    if not isinstance(proj, (bool, np.bool_)):
        raise not_yet(f"proj={proj!r}", "True or False")
    return proj and any(not p["active"] for p in info["projs"])


def projected(inst, proj):
    """The object, or a copy with its projections applied where `proj` asks for it, "reconstruct": and fields given back."""
    if isinstance(proj, str) and proj == "reconstruct":
        return inst.copy().reconstruct_proj()
    return inst.copy().apply_proj() if to_project(inst.info, proj) else inst


def shown(figure, show, block=None):
    """The figure, shown where there is a screen; `block`: until its window is closed."""
    if show:
        import matplotlib

        if matplotlib.get_backend().lower() not in ("agg", "pdf", "svg", "ps", "cairo", "template"):
            pyplot().show(block=block)
    return figure


def all_shown(axes, show):
    """The figures of the axes, shown where there is a screen."""
    return [shown(figure, show) for figure in dict.fromkeys(ax.figure for ax in axes)]


def tidy(axes):
    """Take away the frame's upper and right sides."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def axes_list(axes, n):
    """`axes` as a list of exactly `n`."""
    axes = list(np.atleast_1d(np.asarray(axes, dtype=object)).ravel())
    if not all(hasattr(ax, "figure") for ax in axes):
        raise ValueError(f"axes must be matplotlib axes; got {axes}")
    if len(axes) != n:
        raise ConflictError(f"axes must be {n} matplotlib axes, one for each picture; got {len(axes)}")
    return axes


def event_colour(given, number, numbers, names):
    """The colour of events of one number: what is given for all, for the number or its name, else by its rank."""
    if isinstance(given, dict):
        given = given.get(number, given.get(names.get(number), given.get(-1)))
    return given if given is not None else cycle[numbers.index(number) % len(cycle)]


def spatial_colours(info, idx):
    """A colour for each channel by its place: red to the right, green to the front, blue up."""
    places = np.array([info["chs"][k]["loc"][:3] for k in idx], float)
    colours = np.full((len(idx), 3), 0.4)
    good = np.isfinite(places).all(axis=1) & (np.abs(places).sum(axis=1) > 0)
    if good.any():
        p = places[good] - places[good].min(axis=0)
        spread = p.max(axis=0)
        spread[spread == 0] = 1
        colours[good] = 0.05 + 0.85 * p / spread
    return colours


def sphere_of(info, sphere):
    """The head that is drawn: x, y, z of its centre and its radius [m], or None for what the digitised points say."""
    if sphere is None:
        return None
    words = [sphere] if isinstance(sphere, str) else sphere
    if isinstance(words, (list, tuple)) and words and all(isinstance(word, str) for word in words):
        return _core.meeg.head_sphere(info._engine, list(words))
    try:
        numbers = np.asarray(sphere, float)
    except (TypeError, ValueError):
        raise not_yet(
            f"sphere={sphere!r}", "a radius [m], (x, y, z, radius), or the words for digitised points"
        ) from None
    numbers = np.array([0, 0, 0, numbers]) if numbers.ndim == 0 else numbers
    if numbers.shape != (4,) or not np.isfinite(numbers).all() or not numbers[3] > 0:
        raise ValueError(f"sphere must be a radius > 0 m, or (x, y, z, radius); got {sphere!r}")
    return numbers.tolist()


def labels_of(show_names, labels):
    """The names to write: all, those that a function makes of them, or None."""
    return None if not show_names else [show_names(name) for name in labels] if callable(show_names) else labels


def has_places(info, idx):
    """Which channels have a place on the head."""
    return np.isfinite(_core.meeg.layout_positions(info._engine, [int(k) for k in idx])).all(axis=1)


def times_in(time_unit):
    """The factor that turns seconds into `time_unit`."""
    if time_unit not in ("s", "ms"):
        raise ValueError(f'time_unit must be "s" or "ms"; got {time_unit!r}')
    return 1e3 if time_unit == "ms" else 1.0


def bound(vlim, values, symmetric=None):
    """Colour limits: what is given, else from the values; symmetric about 0 where they have both signs."""
    low, high = vlim if vlim is not None else (None, None)
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        finite = np.zeros(1)
    both = (finite.min() < 0 < finite.max()) if symmetric is None else symmetric
    top = np.abs(finite).max() or 1.0
    auto_low, auto_high = (-top, top) if both else (finite.min(), finite.max())
    if auto_low == auto_high:
        auto_high = auto_low + (abs(auto_low) or 1.0) * 1e-3
    low = auto_low if low is None else low(finite) if callable(low) else low
    high = auto_high if high is None else high(finite) if callable(high) else high
    return float(low), float(high)


def check_norm(cnorm, vlim):
    """Warn of limits that a norm of colours makes useless."""
    if cnorm is not None and any(end is not None for end in (vlim or ())):
        warn(f"cnorm has limits of its own, {cnorm.vmin} to {cnorm.vmax}; vlim={vlim!r} changes nothing")


def joint(vlim, maps):
    """Colour limits of several maps: "joint" are those of all values."""
    if not isinstance(vlim, str):
        return vlim
    one_of("vlim", vlim, ("joint",))
    return bound(None, np.concatenate(maps))


def colour_map(cmap, low, high):
    """The map that is given, else a diverging one for both signs and a sequential one for one sign."""
    if isinstance(cmap, tuple):
        cmap = cmap[0]
    if cmap is not None:
        return cmap
    return "RdBu_r" if low < 0 < high else ("Reds" if high > 0 else "Blues_r")


def axes_for(axes, n, size, below=False):
    """The `n` axes that are given, else new ones of `size` [inches] in all, beside or `below` each other."""
    if axes is None:
        rows, columns = (n, 1) if below else (1, n)
        axes = pyplot().subplots(rows, columns, figsize=size, squeeze=False, sharex=below, layout="constrained")[1]
    return axes_list(axes, n)


def mark_zero(axes, times, color="#333333", lw=0.9, **look):
    """A dashed line at time 0, where the times go through it."""
    if times[0] < 0 < times[-1]:
        axes.axvline(0, color=color, lw=lw, ls="--", **look)

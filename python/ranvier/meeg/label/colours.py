"""Colours that differ."""

import colorsys

from ..checks import needed


def distinct(n, colormap="hsv", whole=True):
    """`n` colours along a map of Matplotlib's: red, green, blue, opacity, as whole numbers to 255 or as parts of 1."""
    if n > 1024:
        raise NotImplementedError(
            f"at most 1024 colours differ enough; {n} are wanted: give labels colours of their own"
        )
    map_ = needed("matplotlib", "colours of labels").colormaps[colormap]
    colours = [tuple(map_(k / n, bytes=True)) if whole else map_(k / n) for k in range(n)]
    colours = [tuple(int(part) if whole else float(part) for part in colour) for colour in colours]
    if whole and len(set(colours)) < n:
        raise RuntimeError(f"the map {colormap!r} has no {n} colours that differ; take another colormap")
    return colours


def in_steps(colour, n):
    """`n` colours of one hue, from dark to light."""
    *rgb, opacity = colour
    hue, saturation, value = colorsys.rgb_to_hsv(*rgb)
    span = (n / 10.0) ** 0.5
    if value > 0.5:
        high = min(0.95, value + span / 2)
        low = max(0.05, high - span)
    else:
        low = max(0.05, value - span / 2)
        high = min(0.95, low + span)
    return [(*colorsys.hsv_to_rgb(hue, saturation, low + (high - low) * k / (n - 1)), opacity) for k in range(n)]

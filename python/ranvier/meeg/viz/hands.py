"""What keys and the pointer do in a figure's window."""

import numpy as np


class DraggableBar:
    """A colour bar by which the limits of the colours are changed.

    Dragged it moves them, dragged with the right button it spreads them; the wheel and the keys up and down, page up and
    page down move them too, + and − spread them, and the space bar brings back those that there were.
    """

    def __init__(self, cbar, picture):
        self.cbar, self.picture = cbar, picture
        self._first = picture.get_clim()
        self._held = None
        events = picture.figure.canvas.mpl_connect
        events("key_press_event", self._key)
        events("scroll_event", lambda event: self._change(-0.1 * event.step))
        events("button_press_event", self._press)
        events("motion_notify_event", self._drag)
        events("button_release_event", self._let_go)

    def _change(self, shift, spread=0.0, limits=None):
        """Move the limits by a part `shift` of their distance, and spread them by a part `spread` of it."""
        low, high = self.picture.get_clim() if limits is None else limits
        size = high - low
        self.picture.set_clim(low + (shift - spread) * size, high + (shift + spread) * size)
        self.picture.figure.canvas.draw_idle()

    def _key(self, event):
        steps = {"up": (0.1,), "down": (-0.1,), "pageup": (0.5,), "pagedown": (-0.5,), "+": (0, -0.1), "-": (0, 0.1)}
        if event.key == " ":
            self._change(0, limits=self._first)
        elif event.key in steps:
            self._change(*steps[event.key])

    def _press(self, event):
        if event.inaxes is self.cbar.ax:
            self._held = event.y, event.button, self.picture.get_clim()

    def _drag(self, event):
        if self._held is not None:
            start, button, limits = self._held
            part = (start - event.y) / (np.ptp(self.cbar.ax.bbox.get_points()[:, 1]) or 1)
            self._change(*((0, part) if button == 3 else (part,)), limits=limits)

    def _let_go(self, event):
        self._held = None


class _Held:
    """What lives as long as its axes; a pickled figure is a picture and has none."""

    def __init__(self, thing=None):
        self.thing = thing

    def __reduce__(self):
        return _Held, ()


def on_rectangle(axes, function):
    """Let a rectangle that is drawn in the axes call `function` with its limits (x0, x1, y0, y1)."""
    from matplotlib.widgets import RectangleSelector

    def chosen(first, last):
        x, y = sorted((first.xdata, last.xdata)), sorted((first.ydata, last.ydata))
        if x[0] < x[1] and y[0] < y[1]:
            function(*x, *y)

    axes.selector = _Held(RectangleSelector(axes, chosen))  # matplotlib holds it by its callbacks weakly

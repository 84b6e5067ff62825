"""Recordings and epochs on a page: what `Raw.plot` and `Epochs.plot` give in a notebook, or with the backend "page"."""

import json
import os
import tempfile
import threading
import weakref
from html import escape

from ranvier import _core

from .. import marks as _marks
from ..checks import output_path
from ..event import as_events
from . import page_server, style
from .window import above_zero, check_clipping, check_rooms, events_within, how_many

MAX_SFREQ = 250.0  # [Hz] of the traces on a page
MAX_BYTES = 30e6  # of them


def hex_colour(colour):
    """A colour of matplotlib's as style sheets write it."""
    from matplotlib.colors import to_hex

    return to_hex(colour)


def look_of(idx, types, *, start=0.0, duration=10.0, n_channels=20, scalings=None, remove_dc=True, clipping=None, butterfly=False,
            show_scalebars=True, show_zero_line=False, show_scrollbars=True, overview_mode=None, time_format="float",
            show_first_samp=False, color=None, bad_color=None, bgcolor=None, annotation_colors=None):  # fmt: skip
    """How traces look at first, from MNE-Python's arguments."""
    check_rooms(scalings)
    check_clipping(clipping)
    look = _core.report.TraceLook()
    look.picks = [int(k) for k in idx]
    look.start, look.duration = float(start), above_zero("duration", duration, "s")
    look.n_channels = how_many("n_channels", n_channels)
    look.remove_mean, look.butterfly = bool(remove_dc), bool(butterfly)
    look.scale_bars, look.zero_lines = bool(show_scalebars), bool(show_zero_line)
    look.overview = bool(show_scrollbars) and overview_mode != "hidden"
    look.clock, look.first_time = time_format == "clock", bool(show_first_samp)
    if clipping is not None:
        look.clip = 0.5 if isinstance(clipping, str) else float(clipping)
        look.clip_hides = clipping == "transparent"
    rooms = {}
    for kind in set(types):
        given = scalings.get(kind) if isinstance(scalings, dict) else scalings
        if given is not None:
            rooms[kind] = 0.0 if given == "auto" else float(given)
    look.half_ranges = rooms
    if color is not None:
        of = color if isinstance(color, dict) else dict.fromkeys(types, color)
        look.colours = {kind: hex_colour(c) for kind, c in of.items()}
    look.bad_colour = "" if bad_color is None else hex_colour(bad_color)
    look.background = "" if bgcolor is None else hex_colour(bgcolor)
    look.annotation_colours = {name: hex_colour(c) for name, c in (annotation_colors or {}).items()}
    return look


def framed(title, html):
    """A page as what a notebook's cell shows: a frame without rights in it, whose scripts run in an origin of their own."""
    return (
        f'<iframe title="{escape(title)}" sandbox="allow-scripts allow-downloads" srcdoc="{escape(html)}" '
        'style="width:100%;height:52rem;border:1px solid #ccc;border-radius:6px"></iframe>'
    )


def _take_away(path, process):
    """Remove a file, in the process that made it."""
    if os.getpid() == process:
        path.unlink(missing_ok=True)


class Browser:
    """A page of traces on which channels, stretches, epochs and components are marked.

    In a notebook it is what a cell shows; `open` shows it in the web browser, and `save` writes it to a file that opens
    anywhere. What is marked is applied at once, of the last 8 pages that were shown: bad channels, bad stretches and
    components that are left out as they are marked; epochs are dropped when Done is pressed. After Done nothing is
    applied until the page is opened again. A page in a file offers to save the marks instead, for ``apply_marks()``.

    Attributes
    ----------
    marks : dict | None
        What was marked last; None: nothing yet.
    """

    def __init__(self, page, inst):
        self._page, self._inst = page, inst
        self._kind = _marks._kind(inst)
        self._sent = None
        self._address = None
        self._done = threading.Event()
        self._over = False  # Done was pressed, and the page not opened since
        self._turn = threading.Lock()

    @property
    def marks(self):
        return None if self._sent is None else json.loads(self._sent)

    @property
    def address(self):
        """Where the web browser finds the page; made when it is first asked for, and anew where the page was forgotten."""
        if self._address is None or not page_server.hears(self._address, self):
            self._address = page_server.serve(self)
        return self._address + "/"

    def _sending_html(self):
        """The page that tells this object what is marked on it."""
        page = self._page.copy()
        page.send_marks(self.address.rstrip("/"))
        self._over = False
        return page.html()

    def _marks_so_far(self):
        """What a page that is opened asks for: the marks that it has sent before, or None."""
        self._over = False
        return self._sent

    def _take(self, text, done):
        """What the page has sent. Raises ValueError where it is none of the object's marks."""
        with self._turn:
            if self._over:
                raise ValueError("marking is over since Done was pressed; open the page again to go on")
            marks = _core.report.Marks.of_json(text)
            if marks.of != self._kind:
                raise ValueError(f"these are marks of {marks.of}, not of this {self._kind}")
            applied = marks if done or self._kind != "epochs" else marks.without_drops()
            _marks._apply(self._inst, applied, False)
            self._sent = text
            self._over = done
        if done:
            self._done.set()

    def save(self, fname, overwrite=False):
        """Write the page to a file that opens anywhere and saves marks as files.

        Parameters
        ----------
        fname : str | Path
            The file, ``.html``.
        overwrite : bool
            Whether to replace a file. Default False.
        """
        self._page.write(output_path(fname, overwrite), bool(overwrite))

    def open(self):
        """Show the page in the web browser.

        It is told of a file that leads to the page and that nobody else may read, since others on this machine can see
        what a browser is called with. Where a browser can't read such files, open `address` in it by hand.
        """
        import pathlib
        import webbrowser

        self._done.clear()
        handle, name = tempfile.mkstemp(prefix="ranvier-", suffix=".html")  # of mode 0600
        with open(handle, "w", encoding="utf-8") as file:
            file.write('<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
                       f'<meta http-equiv="refresh" content="0;url={self.address}"><title>Ranvier</title>'
                       f'<a href="{self.address}">To the page</a>\n')  # fmt: skip
        path = pathlib.Path(name)
        weakref.finalize(self, _take_away, path, os.getpid())
        webbrowser.open(path.as_uri())
        return self

    def wait(self, timeout=None):
        """Wait until Done is pressed on the page.

        Parameters
        ----------
        timeout : float | None
            The longest wait [s]. Default None: as long as it takes.

        Returns
        -------
        done : bool
            Whether it was pressed.
        """
        return self._done.wait(timeout)

    def close(self):
        """Hear no more of the page; what was marked stays."""
        if self._address is not None:
            page_server.withdraw(self._address)
            self._address = None

    def __repr__(self):
        state = "nothing marked yet" if self._sent is None else "marked"
        return f"<Browser | {self._kind}, {state}: open() shows it, save() writes it>"

    def _repr_html_(self):
        return framed(self._page.section_title(0), self._sending_html())


def shown(page, inst, show, block):
    """The browser of a page; in the web browser where `show` asks for it and there is no notebook."""
    from .backend import in_notebook

    browser = Browser(page, inst)
    if show and not in_notebook():
        browser.open()
        if block:
            browser.wait()
    return browser


def page_of_raw(raw, look, events, event_id, event_color, title, theme):
    """A page of a recording's traces."""
    if events is not None and len(events):
        names = {n: name for name, n in (event_id or {}).items()}
        numbers = sorted(set(events[:, 2].tolist()))
        for sample, _, number in events.tolist():
            colour = "" if event_color is None else hex_colour(style.event_colour(event_color, number, numbers, names))
            look.add_event((sample - raw.first_samp) / float(raw.info["sfreq"]), names.get(number, str(number)), colour)
    page = _core.report.Page(title)
    page.set_theme(theme or "auto")
    page.add_recording(title, raw._engine, MAX_SFREQ, MAX_BYTES, look)
    return page


def page_of_epochs(epochs, look, events, event_id, event_color, title, theme):
    """A page of epochs' traces."""
    names = {n: name for name, n in (event_id or epochs.event_id).items()}
    if events is not False:
        events = epochs.events if events is True else as_events(events)
        sfreq, length = float(epochs.info["sfreq"]), len(epochs.times)
        numbers = sorted({*epochs.events[:, 2].tolist(), *events[:, 2].tolist()})
        for k, sample, number in events_within(epochs, events):
            colour = "" if event_color is None else hex_colour(style.event_colour(event_color, number, numbers, names))
            look.add_event((k * length + sample) / sfreq, names.get(number, str(number)), colour)
    page = _core.report.Page(title)
    page.set_theme(theme or "auto")
    page.add_epochs(title, epochs._engine, MAX_SFREQ, MAX_BYTES, look)
    return page


def check_window(function, others):
    """Refuse arguments about MNE-Python's windows that the page can't follow."""
    mode = others.get("overview_mode")
    if mode not in (None, "channels", "hidden"):
        raise style.not_yet(f"{function}(overview_mode={mode!r})", '"channels" or "hidden"')
    return {"show_scrollbars": others.get("show_scrollbars", True), "overview_mode": mode}

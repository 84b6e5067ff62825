"""A report: a page that is put together piece by piece."""

import itertools
import pathlib

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ..checks import not_yet, one_of, output_path, path_of, text_of
from ..logs import verbose as _verbose
from ..viz import style
from ..viz.browser import framed
from . import contents
from .activity import ActivityMixin
from .adding import AddingMixin, info_of

# What is sorted to where by `sort_content`: by the first tag that is known.
_order = ("raw", "events", "ssp", "ica", "epochs", "covariance", "evoked", "spectrum", "spikes", "custom-figure", "custom-image",
          "custom-html", "code", "mne-sysinfo")  # fmt: skip
_lacking = {
    "mri_decim": (2, "no anatomy"), "plot_src": (False, "no anatomy"), "n_time_points_stcs": (None, "no source estimates"),
    "stc_plot_kwargs": (None, "no source estimates"), "n_time_points_evokeds": (None, "the page's marker of time"),
    "topomap_kwargs": (None, "the page's own maps"), "image_format": (None, "the page, which draws what files hold itself"),
}  # fmt: skip
# What parse_folder() takes for what, by the end of a file's name.
_endings = {
    "add_raw": ("_raw.fif", "_meg.fif", "_eeg.fif", "_raw_sss.fif", "-raw.fif", ".edf", ".bdf", ".vhdr", ".set"),
    "add_evokeds": ("-ave.fif", "_ave.fif"),
    "add_epochs": ("-epo.fif", "_epo.fif"),
    "add_covariance": ("-cov.fif", "_cov.fif"),
    "add_projs": ("-proj.fif", "_proj.fif"),
    "add_events": ("-eve.fif", "_eve.fif"),
    "add_ica": ("-ica.fif", "_ica.fif"),
}


class _Element:
    """One thing that was added: some sections of the page, one after the other."""

    def __init__(self, title, section, group, tags, size):
        self.name = title
        self.group = group  # under what the page lists its sections
        self.section = section
        self.tags = tags
        self.size = size


def _tags(tags):
    tags = (tags,) if isinstance(tags, str) else tags
    if not isinstance(tags, (list, tuple, np.ndarray)):
        raise TypeError(f"tags must be a string, or an array of strings; got {tags!r}")
    tags = tuple(tags)
    if not all(isinstance(tag, str) for tag in tags):
        raise TypeError(f"tags must be strings; got {tags!r}")
    wrong = [tag for tag in tags if not tag or any(c in tag for c in " \"'\n\t\r&<>")]
    if wrong:
        raise ValueError(f"tags contained invalid characters (blanks, quotes, <, > and &): {wrong}")
    return tuple(map(str, tags))


class Report(AddingMixin, ActivityMixin):
    """A report: recordings, epochs, averages, noise, components and figures on one page that opens anywhere.

    Traces on it are looked through, and marked: the page saves what was marked for ``apply_marks()``.

    Parameters
    ----------
    info_fname : str | Path | None
        A file whose Info `parse_folder` shows covariances and projections with.
    title : str | None
        Of the page. Default "Report".
    cov_fname : str | Path | None
        A noise covariance, which averages are whitened with.
    baseline : tuple | None
        Baseline (start, stop) [s] of averages that are read from files. Default None: as they are.
    image_format : "auto" | "png" | "svg" | "webp"
        How figures are kept. Default "auto": png.
    raw_psd : bool | dict
        Whether recordings come with a spectrum; or the arguments of `compute_psd`. Default False.
    projs : bool
        Whether objects come with maps of their projections. Default False.
    img_max_width, img_max_res : float | None
        Widest picture [pixels], and greatest resolution [per inch], of figures. Default 850 and 100.
    """

    @_verbose
    def __init__(self, info_fname=None, subjects_dir=None, subject=None, title=None, cov_fname=None, baseline=None,
                 image_format="auto", raw_psd=False, projs=False, *, img_max_width=850, img_max_res=100, collapse=(),
                 verbose=None):  # fmt: skip
        for name, value in (("subjects_dir", subjects_dir), ("subject", subject)):
            if value is not None:
                raise not_yet(f"Report({name}={value!r})", "title=, since no anatomy is shown")
        if collapse not in ((), []):
            raise not_yet(f"Report(collapse={collapse!r})", "tags=, by which readers choose sections")
        self.info_fname = None if info_fname is None else path_of(info_fname)
        self.cov_fname = None if cov_fname is None else path_of(cov_fname)
        self.baseline = baseline
        self.image_format = one_of("image_format", image_format, contents.FORMATS)
        self.raw_psd, self.projs = raw_psd, bool(projs)
        self.img_max_width, self.img_max_res = img_max_width, img_max_res
        self.data_path = None
        self._title = "Report" if title is None else str(title)
        self._page = _core.report.Page(self._title)
        self._content = []
        self._changed = True
        self._include = ""
        self._made = (
            _core.report.time_of_making()
        )  # what its parts say, so that equal ones are equal whenever they are asked for

    # -- what it is

    @property
    def unsaved_changes(self):
        """Whether something has changed since it was saved, or it never was."""
        return self._changed

    @property
    def title(self):
        """Of the page."""
        return self._title

    @title.setter
    def title(self, title):
        self._title = str(title)
        self._changed = True
        self._page.set_title(self._title)

    @property
    def sections(self):
        """Names of the sections that things were added to, in their order."""
        return list(dict.fromkeys(e.section for e in self._content if e.section is not None))

    @property
    def tags(self):
        """All tags, sorted."""
        return tuple(sorted({tag for element in self._content for tag in element.tags}))

    @property
    def include(self):
        """Style rules and scripts that were added, as they stand on the page."""
        return self._include

    @property
    def html(self):
        """What was added, each as HTML that can stand on another page: a frame without rights, with a page of its own."""
        return [self._html_of(k) for k in range(len(self))]

    def _html_of(self, number):
        page, first = self._page.copy(), sum(e.size for e in self._content[:number])
        element = self._content[number]
        for k in reversed(range(len(page))):
            if not first <= k < first + element.size:
                page.remove(k)
        page.set_title(element.name)
        page.set_created(self._made)
        return framed(element.name, page.html())

    def get_contents(self):
        """What was added, in its order.

        Returns
        -------
        titles : list of str
        tags : list of tuple of str
        htmls : list of str
            As `html`.
        """
        return [e.name for e in self._content], [e.tags for e in self._content], self.html

    def __len__(self):
        return len(self._content)

    def __repr__(self):
        titles = [f"\n {e.name}" + (f" ({e.section})" if e.section else "") for e in self._content]
        return f"<Report | {len(titles)} titles{''.join(titles)}\n>"

    def _repr_html_(self):
        return framed(self._title, self._page.html())

    def copy(self):
        """A report of its own with what is here now."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        other._page, other._content = self._page.copy(), list(self._content)
        return other

    def __reduce__(self):
        raise TypeError("reports are not pickled: save() the page, and keep what was added to it")

    # -- adding

    def _add(self, title, tags, section, replace, put):
        """Add what `put` puts on the page, in the place of what has that title and section if `replace`."""
        if not isinstance(title, str):
            raise TypeError(f"title must be a str; got {title!r}")
        text_of("section", section)
        tags = _tags(tags)
        before = len(self._page)
        try:
            put()
        except BaseException:
            while len(self._page) > before:
                self._page.remove(len(self._page) - 1)
            raise
        size = len(self._page) - before
        self._changed = True
        old = [k for k, e in enumerate(self._content) if e.name == title and e.section == section]
        group = section if section is not None else title if size > 1 else ""
        if section is None and group:  # what is marked of the one of two namesakes is not marked of the other
            gone = old[-1] if replace and old else None
            taken = {e.group for k, e in enumerate(self._content) if k != gone and e.section is None}
            names = (f"{title} ({n})" if n > 1 else title for n in itertools.count(1))
            group = next(name for name in names if name not in taken)
        for k in range(before, before + size):
            self._page.label(k, group, list(tags))
        self._content.append(_Element(title, section, group, tags, size))
        if replace and old:
            order = list(range(len(self._content) - 1))
            order[old[-1]] = len(self._content) - 1
            self._keep([*order, old[-1]])
            self._drop(len(self._content) - 1)

    def _keep(self, order):
        """Put the elements in another order."""
        self._changed |= order != list(range(len(order)))
        starts = np.cumsum([0, *(e.size for e in self._content)])
        self._page.reorder([int(starts[k]) + n for k in order for n in range(self._content[k].size)])
        self._content = [self._content[k] for k in order]

    def _drop(self, k):
        self._changed = True
        start = sum(e.size for e in self._content[:k])
        for _ in range(self._content[k].size):
            self._page.remove(start)
        del self._content[k]

    # -- changing

    def remove(self, *, title=None, tags=None, remove_all=False):
        """Take away what was added.

        Parameters
        ----------
        title : str | None
            What has this title.
        tags : str | tuple of str | None
            What has all of these tags.
        remove_all : bool
            Whether to remove everything that matches. Default False: the last that does.

        Returns
        -------
        removed_index : int | tuple of int | None
            Its number; of all with `remove_all`; None: nothing matched.
        """
        wanted = set(_tags(tags)) if tags is not None else set()
        found = [k for k, e in enumerate(self._content) if (title is None or e.name == title) and wanted <= set(e.tags)]
        if title is None and tags is None:
            found = []
        if not found:
            return None
        gone = found if remove_all else found[-1:]
        for k in reversed(gone):
            self._drop(k)
        return tuple(gone) if remove_all else gone[0]

    def reorder(self, order):
        """Put what was added in another order: a list of all numbers."""
        order = np.asarray(order)
        if order.dtype.kind not in "iu" or order.ndim != 1:
            raise ValueError(f"order must be an array of integers; got {order.ndim} dimensions of {order.dtype}")
        if not np.array_equal(np.sort(order), np.arange(len(self))):
            raise ValueError(f"order must be a permutation of range({len(self)}); got {order.tolist()}")
        self._keep(order.tolist())

    def _sorted(self):
        def rank(k):
            known = [_order.index(tag) for tag in self._content[k].tags if tag in _order]
            return min(known, default=len(_order))

        return sorted(range(len(self)), key=rank)

    # -- out

    @_verbose
    def save(self, fname=None, open_browser=True, overwrite=False, sort_content=False, *, only_if_changed=False,
             verbose=None):  # fmt: skip
        """Write the page.

        Parameters
        ----------
        fname : str | Path | None
            The file, ``.html``. Default None: report.html in the folder that was parsed, or here.
        open_browser : bool
            Whether to show it in the web browser. Default True.
        overwrite : bool
            Whether to replace a file. Default False.
        sort_content : bool
            Whether to sort by what things are: recordings, events, projections, components, epochs, noise, averages …
        only_if_changed : bool
            Whether to leave a file that is there as it is where nothing has changed since it was saved. Default False.

        Returns
        -------
        fname : str
            The file.
        """
        path = path_of(fname if fname is not None else pathlib.Path(self.data_path or ".") / "report.html")
        if path.suffix.lower() in (".h5", ".hdf5"):
            raise not_yet("a report in an HDF5 file", ".html; pages are not read back")
        if only_if_changed and not self._changed and path.exists():
            return str(path)
        path = output_path(path, overwrite)
        if sort_content:
            self._keep(self._sorted())
        self._page.write(path, bool(overwrite))
        self._changed = False
        if open_browser:
            import webbrowser

            webbrowser.open(path.as_uri())
        return str(path)

    @_verbose
    def parse_folder(self, data_path, pattern=None, n_jobs=None, sort_content=True, *, on_error="warn", render_bem=False,
                     raw_butterfly=True, verbose=None, **others):  # fmt: skip
        """Add what files of a folder hold, by the ends of their names: ``_raw.fif``, ``-epo.fif``, ``-ave.fif``, ``-cov.fif`` …

        Covariances, projections and events need `info_fname` of the report.

        Parameters
        ----------
        data_path : str | Path
            The folder; folders in it are searched too.
        pattern : str | list of str | None
            Names, with ``*`` for any letters. Default None: all whose names say what they are.
        n_jobs : int | None
            Threads; of no effect on results.
        sort_content : bool
            Whether to sort by what things are. Default True.
        on_error : "warn" | "raise" | "ignore"
            What to do about a file that can't be read. Default "warn".
        raw_butterfly : bool
            Whether traces of a type lie over each other when the page opens. Default True.
        **others
            What MNE-Python has beside, about anatomy and pictures: refused.
        """
        style.check_others("parse_folder", others, _lacking)
        if render_bem:
            raise not_yet("parse_folder(render_bem=True)", "render_bem=False")
        one_of("on_error", on_error, ("warn", "raise", "ignore"))
        folder = path_of(data_path)
        if not folder.is_dir():
            raise FileNotFoundError(f"data_path must be a folder; got {folder}")
        patterns = ["*"] if pattern is None else [pattern] if isinstance(pattern, str) else list(pattern)
        found = sorted({path for p in patterns for path in folder.rglob(p) if path.is_file()})
        self.data_path = folder
        used = 0
        for path in found:
            name = path.name.lower().removesuffix(".gz")
            verb = next((verb for verb, ends in _endings.items() if name.endswith(ends)), None)
            if verb is None:
                continue
            try:
                self._add_file(verb, path, str(path.relative_to(folder)), raw_butterfly)
                used += 1
            except Exception as wrong:
                if on_error == "raise":
                    raise
                if on_error == "warn":
                    warn(f"{path.name} is left out: {wrong}")
        if not used:
            warn(f"no file of {folder} was added: names must say what they are, as raw_raw.fif, noise-cov.fif")
        if sort_content:
            self._keep(self._sorted())

    def _add_file(self, verb, path, title, raw_butterfly):
        if verb == "add_raw":
            self.add_raw(path, title, butterfly=raw_butterfly)
        elif verb == "add_epochs":
            self.add_epochs(path, title)
        elif verb == "add_evokeds":
            from ..evoked import read_evokeds

            evokeds = read_evokeds(path, baseline=self.baseline)
            self.add_evokeds(evokeds, titles=[f"{title}: {evoked.comment}" for evoked in evokeds])
        elif verb == "add_ica":
            self.add_ica(path, title, inst=None)
        elif self.info_fname is None:
            raise ValueError(
                "info_fname of the report must name a recording, since the file does not say what its channels are"
            )
        elif verb == "add_events":
            self.add_events(path, title, sfreq=float(info_of(self.info_fname)["sfreq"]))
        elif verb == "add_covariance":
            self.add_covariance(path, info=self.info_fname, title=title)
        else:
            self.add_projs(info=self.info_fname, projs=path, title=title)

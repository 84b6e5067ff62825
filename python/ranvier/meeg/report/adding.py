"""What reports take: recordings, epochs, averages, noise, projections, components, events, figures, words."""

import os
import pathlib

import numpy as np

from ..checks import as_info, flag, lacking, list_of, not_yet, path_of, text_of
from ..epochs.base import BaseEpochs
from ..event import as_events
from ..evoked import Evoked
from ..points import Projection
from ..preprocessing.ica.decomposition import ICA
from ..preprocessing.ica.files import read_ica
from ..preprocessing.ica.inputs import one_of_nouns
from ..raw import BaseRaw
from ..viz.window import above_zero
from . import contents


def _of_kind(name, value, kind, words):
    """`value`, which must be of a kind, that `words` name, or was read from a file."""
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be {words}, or the name of a file; got {type(value).__name__}")
    return value


def info_of(info):
    """The Info that is given, that of an object, or that of a file."""
    if isinstance(info, (str, os.PathLike)):
        from ..io.info_files import read_info

        return read_info(info)
    return as_info(info.info if hasattr(info, "info") else info)


class AddingMixin:
    """The verbs of a report."""

    def _with_projs(self, title, inst, projs):
        wanted = self.projs if projs is None else projs
        if wanted and inst.info["projs"]:
            self._page.add_projections(f"{title}: projections", list(inst.info["projs"]), inst.info._engine)

    def add_raw(self, raw, title, *, psd=None, projs=None, butterfly=True, scalings=None, tags=("raw",), replace=False,
                topomap_kwargs=None):  # fmt: skip
        """Add a recording: facts, traces on which to mark, annotations over time.

        Parameters
        ----------
        raw : Raw | str | Path
        title : str
        psd : bool | None
            Whether to add a spectrum by Welch's method. Default None: as `raw_psd` of the report says.
        projs : bool | None
            Whether to add maps of the projections. Default None: as `projs` of the report says.
        butterfly : bool
            Whether the traces of a type lie over each other when the page opens. Default True.
        scalings : dict | None
            Half the room of a trace by channel type, in SI units.
        tags : str | tuple of str
        replace : bool
            Whether to take the place of what has that title. Default False.
        """
        contents.no_maps("add_raw", topomap_kwargs)
        if isinstance(raw, (str, os.PathLike)):
            from ..io.files import read_raw

            raw = read_raw(path_of(raw))
        _of_kind("raw", raw, BaseRaw, "a Raw")._need_real("add_raw()")
        if psd is not None:
            flag("psd", psd)

        def put():
            contents.facts(self._page, title, raw)
            contents.recording(self._page, title, raw, bool(butterfly), scalings)
            if self.raw_psd if psd is None else psd:
                settings = self.raw_psd if isinstance(self.raw_psd, dict) else {}
                spectrum, method = contents.psd_of(raw, settings)
                contents.spectra(self._page, f"{title}: spectrum", {"whole recording": spectrum}, method)
            self._with_projs(title, raw, projs)

        self._add(title, tags, None, replace, put)

    def add_epochs(self, epochs, title, *, psd=True, projs=None, image_kwargs=None, topomap_kwargs=None,
                   drop_log_ignore=("IGNORED",), tags=("epochs",), replace=False):  # fmt: skip
        """Add epochs: facts, traces on which to mark, averages of the conditions, why epochs were dropped, a spectrum.

        Parameters
        ----------
        epochs : Epochs | str | Path
        title : str
        psd : bool | float
            Whether to add a spectrum; a number: of the epochs that make up so many seconds. Default True.
        projs : bool | None
            Whether to add maps of the projections. Default None: as `projs` of the report says.
        drop_log_ignore : tuple of str
            Reasons that do not count. Default ("IGNORED",).
        tags : str | tuple of str
        replace : bool
            Whether to take the place of what has that title. Default False.
        """
        contents.no_maps("add_epochs", topomap_kwargs)
        if image_kwargs is not None:
            raise not_yet(f"add_epochs(image_kwargs={image_kwargs!r})", "add_figure(epochs.plot_image())")
        if isinstance(epochs, (str, os.PathLike)):
            from ..epochs.making import read_epochs

            epochs = read_epochs(epochs)
        _of_kind("epochs", epochs, BaseEpochs, "Epochs")._need_real("add_epochs()")
        if not isinstance(psd, (bool, np.bool_)):
            above_zero("psd, where it is no True or False,", psd, "s")
        epochs.drop_bad()
        epochs._need_epochs("add_epochs()")

        def put():
            contents.facts(self._page, title, epochs)
            contents.epochs(self._page, title, epochs, drop_log_ignore)
            if psd:
                part = epochs
                if not isinstance(psd, (bool, np.bool_)):
                    length = len(epochs.times) / float(epochs.info["sfreq"])
                    part = epochs[: max(1, int(np.ceil(float(psd) / length)))]
                spectrum, method = contents.psd_of(part, {})
                contents.spectra(self._page, f"{title}: spectrum", {f"{len(part)} epochs": spectrum}, method)
            self._with_projs(title, epochs, projs)

        self._add(title, tags, None, replace, put)

    def add_evokeds(self, evokeds, *, titles=None, noise_cov=None, projs=None, n_time_points=None, tags=("evoked",),
                    replace=False, topomap_kwargs=None, n_jobs=None):  # fmt: skip
        """Add averages: butterflies with maps at any time, and what whitening leaves of them.

        Parameters
        ----------
        evokeds : Evoked | list of Evoked | str | Path
        titles : str | list of str | None
            One for each. Default None: what the averages are called.
        noise_cov : Covariance | str | Path | None
            Noise to whiten with. Default None: `cov_fname` of the report.
        projs : bool | None
            Whether to add maps of the projections. Default None: as `projs` of the report says.
        tags : str | tuple of str
        replace : bool
            Whether to take the place of what has that title. Default False.
        n_jobs : int | None
            Threads; of no effect on results.
        """
        contents.no_maps("add_evokeds", topomap_kwargs)
        if n_time_points is not None:
            raise not_yet(
                f"add_evokeds(n_time_points={n_time_points!r})", "the page's marker of time, which shows all of them"
            )
        if isinstance(evokeds, (str, os.PathLike)):
            from ..evoked import read_evokeds

            evokeds = read_evokeds(evokeds, baseline=self.baseline)
        evokeds = list(evokeds) if isinstance(evokeds, (list, tuple)) else [evokeds]
        for evoked in evokeds:
            _of_kind("evokeds", evoked, Evoked, "an Evoked or a list of them")._need_real("add_evokeds()")
        if titles is None:
            titles = [evoked.comment or "Average" for evoked in evokeds]
        titles = [titles] if isinstance(titles, str) else list(titles)
        if len(titles) != len(evokeds):
            raise ValueError(
                f"the number of titles ({len(titles)}) must be equal to the number of averages ({len(evokeds)})"
            )
        noise_cov = self.cov_fname if noise_cov is None else noise_cov
        for evoked, title in zip(evokeds, titles):

            def put(evoked=evoked, title=title):
                self._page.add_evoked(title, [evoked.comment or title], [evoked._engine])
                if noise_cov is not None:
                    contents.whitening(self._page, title, evoked, noise_cov)
                self._with_projs(title, evoked, projs)

            self._add(title, tags, None, replace, put)

    def add_spectra(self, spectra, title, *, tags=("spectrum",), section=None, replace=False):
        """Add spectra beside each other, as before and after cleaning. (MNE-Python has no such verb.)

        Parameters
        ----------
        spectra : dict
            By name a Spectrum, or a Raw, Epochs or Evoked, whose spectrum is computed.
        title : str
        tags : str | tuple of str
        section : str | None
            Under whose name it is listed.
        replace : bool
            Whether to take the place of what has that title and section. Default False.
        """
        if not isinstance(spectra, dict) or not spectra:
            raise TypeError(f"spectra must be a dict of names and spectra; got {spectra!r}")
        for name, given in spectra.items():
            if not (hasattr(given, "freqs") or hasattr(given, "compute_psd")):
                raise TypeError(
                    f"spectra[{name!r}] must be a Spectrum, Raw, Epochs or Evoked; got {type(given).__name__}"
                )
        made = {name: s if hasattr(s, "freqs") else contents.psd_of(s, {})[0] for name, s in spectra.items()}
        method = ", ".join(dict.fromkeys(s.method for s in made.values()))
        self._add(title, tags, section, replace, lambda: contents.spectra(self._page, title, made, method))

    def add_covariance(self, cov, *, info, title, tags=("covariance",), replace=False):
        """Add a covariance: the matrix of each type of channels, and its eigenvalues.

        Parameters
        ----------
        cov : Covariance | str | Path
        info : Info | str | Path
            Of the channels.
        title : str
        tags : str | tuple of str
        replace : bool
            Whether to take the place of what has that title. Default False.
        """
        from ..cov.covariance import covariance_of

        cov, info = covariance_of(cov), info_of(info)
        self._add(title, tags, None, replace, lambda: contents.covariance(self._page, title, cov, info))

    def add_projs(self, *, info, title, projs=None, topomap_kwargs=None, tags=("ssp",), joint=False, picks_trace=None,
                  section=None, replace=False):  # fmt: skip
        """Add projections as maps.

        Parameters
        ----------
        info : Info | Evoked | str | Path
            Of the channels; with `joint` the average that is drawn with and without the projections.
        title : str
        projs : list of Projection | str | Path | None
            Default None: those of `info`.
        topomap_kwargs : dict | None
            With `joint`: of `plot_projs_joint`.
        joint : bool
            Whether to add a picture of the average with and without each too. Default False.
        picks_trace : str | list | None
            With `joint`: channels to draw beside them.
        tags : str | tuple of str
        section : str | None
            Under whose name it is listed.
        replace : bool
            Whether to take the place of what has that title and section. Default False.
        """
        evoked = info if hasattr(info, "nave") else None
        info = info_of(info)
        if isinstance(projs, (str, os.PathLike)):
            from ..proj import read_proj

            projs = read_proj(projs)
        projs = info["projs"] if projs is None else list_of("projs", projs, Projection, "projections")
        if joint and evoked is None:
            raise ValueError("joint=True needs an Evoked as info")
        if not joint:
            contents.no_maps("add_projs", topomap_kwargs)
            if picks_trace is not None:
                raise ValueError(f"picks_trace is drawn with joint=True; got {picks_trace!r}")

        def put():
            self._page.add_projections(title, list(projs), info._engine)
            if joint:
                from ..viz.artefacts import plot_projs_joint

                figure = plot_projs_joint(projs, evoked, picks_trace, topomap_kwargs=topomap_kwargs, show=False)
                self._figures(f"{title}: average with and without", [figure], [""], None)

        self._add(title, tags, section, replace, put)

    def add_ica(self, ica, title, *, inst, picks=None, n_components=None, ecg_evoked=None, eog_evoked=None, ecg_scores=None,
                eog_scores=None, n_jobs=None, tags=("ica",), replace=False, plot_sources=True):  # fmt: skip
        """Add an ICA: its components as maps and traces, on which to judge them, and their scores.

        Parameters
        ----------
        ica : ICA | str | Path
            An ICA, or the file of one.
        title : str
        inst : Raw | Epochs | None
            What the traces are computed of; None: no traces.
        picks : int | list of int | None
            Which components. Default None: all. Readers judge where all are shown.
        n_components : int | None
            At most so many. Default None: all.
        ecg_evoked, eog_evoked : Evoked | None
            An average over heart beats or blinks, drawn in the components.
        ecg_scores, eog_scores : array of float, shape (n_components,) | None
            How much each component is like a heart, like a blink.
        n_jobs : int | None
            Threads; of no effect on results.
        tags : str | tuple of str
        replace : bool
            Whether to take the place of what has that title. Default False.
        plot_sources : bool
            Whether to add the traces of the components. Default True.
        """
        ica = read_ica(ica) if isinstance(ica, (str, os.PathLike)) else ica
        _of_kind("ica", ica, ICA, "an ICA")._check_fit()
        if inst is not None:
            one_of_nouns(inst, evoked=False)._need_real("add_ica()")
        for name, evoked in (("ecg_evoked", ecg_evoked), ("eog_evoked", eog_evoked)):
            if evoked is not None and not isinstance(evoked, Evoked):
                raise TypeError(f"{name} must be an Evoked or None; got {type(evoked).__name__}")
        named = {name: contents.scores_of(f"{name.lower()}_scores", values, ica)
                 for name, values in (("ECG", ecg_scores), ("EOG", eog_scores)) if values is not None}  # fmt: skip

        def put():
            about = [("components", str(int(ica.n_components_))), ("method", str(ica.method)),
                     ("left out", ", ".join(ica._facts()[2]) or "none")]  # fmt: skip
            self._page.add_summary(f"{title}: in short", "", [pair for pair in about if pair[1]])
            contents.components(self._page, title, ica, picks, n_components)
            if inst is not None and plot_sources:
                contents.sources(self._page, title, ica, inst)
            if named:
                contents.scores(self._page, title, named)
            for name, evoked in (("heart beats", ecg_evoked), ("blinks", eog_evoked)):
                if evoked is not None:
                    self._figures(f"{title}: {name}", [ica.plot_sources(evoked, show=False)], [""], None)

        self._add(title, tags, None, replace, put)

    def add_events(self, events, title, *, event_id=None, sfreq, first_samp=0, color=None, tags=("events",), section=None,
                   replace=False):  # fmt: skip
        """Add events over time.

        Parameters
        ----------
        events : array of int, shape (n_events, 3) | str | Path
        title : str
        event_id : dict | None
            Names of the numbers.
        sfreq : float
            Sampling rate [Hz].
        first_samp : int
            Sample number of time 0. Default 0.
        tags : str | tuple of str
        section : str | None
            Under whose name it is listed.
        replace : bool
            Whether to take the place of what has that title and section. Default False.
        """
        if color is not None:
            raise not_yet(f"add_events(color={color!r})", "add_figure(plot_events(events, color=...))")
        if isinstance(events, (str, os.PathLike)):
            from ..event import read_events

            events = read_events(events)
        events, sfreq = as_events(events), above_zero("sfreq", sfreq, "Hz")
        if event_id is not None and not isinstance(event_id, dict):
            raise TypeError(f"event_id must be a dict of names and numbers; got {event_id!r}")
        shown = contents.named_times(events, sfreq, int(first_samp), event_id)
        if not shown:
            raise ValueError("events must hold at least one; got none")
        self._add(title, tags, section, replace, lambda: self._page.add_events(title, shown, None, None, "s"))

    def _figures(self, title, figs, captions, image_format):
        kind = self.image_format if image_format is None else image_format
        images = []
        for fig, caption in zip(figs, captions):
            picture = contents.picture_of_figure(fig, kind, self.img_max_width, self.img_max_res)
            images.append((*picture, caption or "", caption or title))
        self._page.add_images(title, images)

    def add_figure(self, fig, title, *, caption=None, image_format=None, tags=("custom-figure",), section=None,
                   replace=False):  # fmt: skip
        """Add figures; of several one is seen at a time.

        Parameters
        ----------
        fig : matplotlib.figure.Figure | array of float | list of these
            An array holds the grey or colours (0 to 1) of pixels.
        title : str
        caption : str | list of str | None
            One for each figure.
        image_format : "auto" | "png" | "svg" | "webp" | None
            How they are kept. Default None: as `image_format` of the report says.
        tags : str | tuple of str
        section : str | None
            Under whose name it is listed.
        replace : bool
            Whether to take the place of what has that title and section. Default False.
        """
        figs = list(fig) if isinstance(fig, (list, tuple)) else [fig]
        captions = list(caption) if isinstance(caption, (list, tuple)) else [caption]
        captions = [None] * len(figs) if caption is None else [text_of("caption", c) for c in captions]
        if len(captions) != len(figs):
            raise ValueError(
                f"Number of captions ({len(captions)}) must be equal to the number of figures ({len(figs)})"
            )
        self._add(title, tags, section, replace, lambda: self._figures(title, figs, captions, image_format))

    def add_image(self, image, title, *, caption=None, tags=("custom-image",), section=None, replace=False):
        """Add a picture from a file.

        Parameters
        ----------
        image : str | Path
            A .png, .jpg, .gif, .webp or .svg file.
        title : str
        caption : str | None
        tags : str | tuple of str
        section : str | None
            Under whose name it is listed.
        replace : bool
            Whether to take the place of what has that title and section. Default False.
        """
        if caption is not None:
            text_of("caption", caption)
        picture = (*contents.picture_of_file(path_of(image)), caption or "", caption or title)
        self._add(title, tags, section, replace, lambda: self._page.add_images(title, [picture]))

    def add_html(self, html, title, *, tags=("custom-html",), section=None, replace=False):
        """Add HTML as it stands, in a frame without rights.

        No script of it runs, it sends no form, goes nowhere by itself and loads nothing: pictures must be data: addresses.

        Parameters
        ----------
        html : str
        title : str
        tags : str | tuple of str
        section : str | None
            Under whose name it is listed.
        replace : bool
            Whether to take the place of what has that title and section. Default False.
        """
        self._add(title, tags, section, replace, lambda: self._page.add_html(title, text_of("html", html)))

    def add_code(self, code, title, *, language="python", tags=("code",), section=None, replace=False):
        """Add the text of a program.

        Parameters
        ----------
        code : str | Path
            The text; a Path: that of a file.
        title : str
        language : str
            What it is written in. Default "python".
        tags : str | tuple of str
        section : str | None
            Under whose name it is listed.
        replace : bool
            Whether to take the place of what has that title and section. Default False.
        """
        text = code.read_text() if isinstance(code, pathlib.Path) else text_of("code", code)
        text_of("language", language)
        self._add(title, tags, section, replace, lambda: self._page.add_code(title, text, language))

    def add_sys_info(self, title, *, tags=("mne-sysinfo",), replace=False):
        """Add what this runs on: Ranvier, Python, packages, the machine."""
        self._add(title, tags, None, replace, lambda: contents.system(self._page, title))

    def add_custom_css(self, css):
        """Add style rules, which come after the page's own."""
        self._page.add_style(text_of("css", css))
        self._include += f"<style>{css}\n</style>\n"
        self._changed = True

    def add_custom_js(self, js):
        """Add a script, which runs after the page's own; it can't load anything."""
        self._page.add_script(text_of("js", js))
        self._include += f"<script>{js}\n</script>\n"
        self._changed = True

    add_stc = lacking("add_stc()", "add_figure()")
    add_forward = lacking("add_forward()", "add_figure()")
    add_inverse_operator = lacking("add_inverse_operator()", "add_figure()")
    add_trans = lacking("add_trans()", "add_figure()")
    add_bem = lacking("add_bem()", "add_figure()")

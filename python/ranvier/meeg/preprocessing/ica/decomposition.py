"""Independent components of recordings and epochs."""

import copy
import html
import numbers

import numpy as np

from ranvier import _core
from ranvier.errors import warn

from ...checks import not_yet, one_of, rule_of
from ...cov.covariance import covariance_of
from ...epochs.base import BaseEpochs
from ...info import Info
from ...lazy import drawn_by, made_by
from ...logs import tell
from ...logs import verbose as _verbose
from ...picks import picks_to_idx
from ...raw import BaseRaw
from .inputs import component_numbers, lists, no_epochs, one_of_nouns, samples_between
from .numbers import draws

_methods = ("fastica", "infomax", "extended-infomax", "picard")
_fitted = ("pre_whitener_", "unmixing_matrix_", "mixing_matrix_", "n_components_", "n_samples_", "pca_components_",
           "pca_explained_variance_", "pca_mean_", "n_iter_", "drop_inds_", "reject_")  # fmt: skip


class ConvergenceWarning(UserWarning, RuntimeWarning):
    """A method was stopped before it was done."""




class ICA:
    """Independent component analysis: sources whose sum, each by its map, are the samples.

    Samples are brought to like sizes, type by type or by a noise covariance; of their principal components the first
    `n_components` are unmixed. What is taken out of the data is sources; the other principal components stay.

    Parameters
    ----------
    n_components : int | float | None
        How many: a number from 2 to that of the channels; a share of the variance between 0 and 1, which that many
        principal components are to exceed; None, the default: 0.999999.
    noise_cov : Covariance | None
        Whitens the samples. Default None: all channels of a type are divided by their standard deviation.
    rng, random_state : None | int | numpy.random.Generator | numpy.random.RandomState
        Where random numbers come from; give one of them. With an int or RandomState as `random_state`, they are those
        that MNE-Python draws, and components are its components.
    method : "fastica" | "infomax" | "picard"
        Default "fastica". Extended Infomax is ``method="infomax", fit_params=dict(extended=True)``.
    fit_params : dict | None
        Settings of the method: of "fastica" algorithm, fun, fun_args, tol, w_init; of "infomax" those of
        :func:`ranvier.meeg.preprocessing.infomax`; of "picard" extended, tol.
    max_iter : int | "auto"
        Most passes. Default "auto": 1000 for "fastica", 500 for the others.
    allow_ref_meg : bool
        Whether reference channels of MEG may be decomposed. Default False.

    Attributes
    ----------
    current_fit : "unfitted" | "raw" | "epochs" | "eeglab"
    info : Info
        Of the channels.
    ch_names : list of str
    n_components_ : int
    pre_whitener_ : array of float, shape (n_channels, 1) or (n_channels, n_channels)
        Standard deviations, or the whitener of `noise_cov`.
    pca_mean_ : array of float, shape (n_channels,)
    pca_components_ : array of float, shape (n_pca, n_channels)
        Orthonormal rows.
    pca_explained_variance_ : array of float, shape (n_pca,)
    unmixing_matrix_, mixing_matrix_ : array of float, shape (n_components_, n_components_)
        From principal components to sources, and back. Sources are sorted by the variance that they explain.
    exclude : list of int
        Sources to be taken out.
    labels_ : dict
        Sources by what they were found to be.
    n_samples_, n_iter_ : int
    reject_ : dict | None
    """

    @_verbose
    def __init__(self, n_components=None, *, noise_cov=None, rng=None, random_state=None, method="fastica",
                 fit_params=None, max_iter="auto", allow_ref_meg=False, verbose=None):  # fmt: skip
        if not isinstance(method, str):
            raise TypeError(f"method must be an instance of str; got {type(method).__name__}")
        if method == "jamica":
            raise not_yet('method="jamica"', '"picard" or "infomax"')
        if method != "imported_eeglab":
            one_of("method", method, _methods)
        if n_components is not None and (isinstance(n_components, bool) or not isinstance(n_components, numbers.Real)):
            raise TypeError(f"n_components must be a number or None; got {n_components!r}")
        if isinstance(n_components, numbers.Integral):
            if n_components < 2:
                raise ValueError(f"Selecting one component or none is not supported; got n_components={n_components}")
        elif n_components is not None and not 0 < n_components < 1:
            raise ValueError(
                f"n_components as a share of variance must lie between 0.0 and 1.0 (exclusive); got {n_components}"
            )
        if rng is not None and random_state is not None:
            raise TypeError("give rng or random_state, not both")
        if isinstance(max_iter, str):
            one_of("max_iter", max_iter, ("auto",))
            max_iter = 1000 if method == "fastica" else 500
        elif isinstance(max_iter, bool) or not isinstance(max_iter, numbers.Integral):
            raise TypeError(f'max_iter must be an instance of int, or "auto"; got {max_iter!r}')
        fit_params = copy.deepcopy(fit_params) if fit_params else {}
        if method == "fastica":
            fit_params = {"algorithm": "parallel", "fun": "logcosh", "fun_args": None} | fit_params
        elif method == "infomax":
            fit_params.setdefault("extended", False)
        fit_params.setdefault("max_iter", max_iter)
        self.noise_cov = noise_cov
        self.n_components = n_components
        self.n_pca_components = None
        self.rng, self.random_state = rng, random_state
        self.method, self.fit_params, self.max_iter = method, fit_params, max_iter
        self.allow_ref_meg = allow_ref_meg
        self.current_fit, self.ch_names, self.info = "unfitted", None, None
        self.exclude, self.labels_ = [], {}

    _max_pca_components = None  # of files that MNE-Python wrote long ago

    @property
    def exclude(self):
        """Sources to be taken out, a list of their numbers."""
        return self._exclude

    @exclude.setter
    def exclude(self, components):
        if not isinstance(components, lists):
            raise TypeError(f"exclude must be a list of numbers of components; got {components!r}")
        component_numbers(list(components))
        self._exclude = components if isinstance(components, list) else [int(k) for k in components]

    # -- between the attributes and the engine

    def _asked(self):
        params = {name: value for name, value in self.fit_params.items() if name != "whiten_solver"}
        return {"n_components": self.n_components, "method": self.method, "fit_params": params,
                "allow_ref_meg": bool(self.allow_ref_meg)}  # fmt: skip

    def _check_fit(self, error=RuntimeError):
        if self.current_fit == "unfitted" or not hasattr(self, "unmixing_matrix_"):
            raise error("No fit available; ICA must be fitted first")

    @property
    def _engine(self):
        """What the engine takes for this."""
        self._check_fit()
        engine = _core.meeg.Ica()
        engine.info = None if self.info is None else self.info._engine
        engine.ch_names = list(self.ch_names)
        engine.current_fit = self.current_fit
        engine.n_pca_components = self.n_pca_components
        for name, value in (("pre_whitener", self.pre_whitener_), ("pca_components", self.pca_components_),
                            ("unmixing", self.unmixing_matrix_), ("mixing", self.mixing_matrix_),
                            ("pca_mean", np.zeros(len(self.ch_names)) if self.pca_mean_ is None else self.pca_mean_),
                            ("pca_explained_variance", self.pca_explained_variance_)):  # fmt: skip
            setattr(engine, name, np.ascontiguousarray(value, float))
        engine.exclude = component_numbers(self.exclude)  # which users may have appended to
        return engine

    def _take(self, engine):
        """The attributes of what the engine found or read."""
        self.pre_whitener_ = np.asarray(engine.pre_whitener)
        self.pca_mean_ = np.asarray(engine.pca_mean)
        self.pca_components_ = np.asarray(engine.pca_components)
        self.pca_explained_variance_ = np.asarray(engine.pca_explained_variance)
        self.unmixing_matrix_ = np.asarray(engine.unmixing)
        self.mixing_matrix_ = np.asarray(engine.mixing)
        self.n_components_ = len(self.unmixing_matrix_)
        self.n_samples_, self.n_iter_ = engine.n_samples, engine.n_iter
        self.reject_ = engine.reject
        self.ch_names = list(engine.ch_names)
        self.current_fit = engine.current_fit
        return self

    # -- fitting

    @_verbose
    def fit(self, inst, picks=None, start=None, stop=None, decim=None, reject=None, flat=None, tstep=2.0,
            reject_by_annotation=True, verbose=None):  # fmt: skip
        """Find the components of a recording, which may stay in its file, or of epochs.

        Filter from 1 Hz on first, and do not correct baselines.

        Parameters
        ----------
        inst : Raw | Epochs
        picks : str | list | slice | None
            Channels; None: good data channels.
        start, stop : int | float | None
            First sample, and the one behind the last; as float: times [s]. Recordings only.
        decim : int | None
            Take every so many samples.
        reject, flat : dict | None
            Peak-to-peak limits by channel type, as dict(eeg=100e-6), above and below which pieces are left out.
            Recordings only.
        tstep : float
            Length of those pieces [s]. Default 2.
        reject_by_annotation : bool
            Whether what annotations call bad is left out. Default True.

        Returns
        -------
        ica : ICA
            This object.
        """
        one_of_nouns(inst, evoked=False)
        raw = isinstance(inst, BaseRaw)
        given = {"start": start, "stop": stop, "reject": reject, "flat": flat}
        if not raw:
            if unused := [name for name, value in given.items() if value is not None]:
                warn(f"parameters {', '.join(unused)} will be ignored: they are about recordings, and these are epochs")
            given = {}
            inst._need_epochs("fit()") if len(inst.events) else no_epochs(inst)
        elif start is not None or stop is not None:
            given["start"], given["stop"] = samples_between(inst, start, stop)
        idx = picks_to_idx(inst.info, picks, "data", exclude="bads", with_ref_meg=self.allow_ref_meg)
        if picks is None and not self.allow_ref_meg:
            types = inst.info.get_channel_types()
            idx = [k for k in idx if types[k] != "ref_meg"]
        self._reset()
        engine = _core.meeg.Ica()
        engine.n_pca_components = self.n_pca_components
        engine.asked = self._asked()
        noise = None if self.noise_cov is None else covariance_of(self.noise_cov)
        settings = {"picks": [int(k) for k in idx], "decim": decim, "tstep": tstep,
                    "reject_by_annotation": bool(reject_by_annotation), **given}  # fmt: skip
        tell(f"fitting ICA to {len(idx)} channels")
        engine.fit(inst._engine, settings, noise, *draws(self.method, self.rng, self.random_state))
        self.info = Info(engine.info, inst.info._rest)
        self._take(engine)
        if raw and (reject is not None or flat is not None):
            self.drop_inds_ = list(engine.drop_inds)
        if engine.not_converged:
            warn(engine.not_converged, ConvergenceWarning)
        return self

    def _reset(self):
        """Forget what was found."""
        for name in _fitted:
            self.__dict__.pop(name, None)
        self.current_fit = "unfitted"

    # -- what it is

    @property
    def _ica_names(self):
        return [f"ICA{k:03d}" for k in range(getattr(self, "n_components_", 0))]

    def get_channel_types(self, picks=None, unique=False, only_data_chs=False):
        """Types of the channels. See `Info.get_channel_types`."""
        if self.info is None:
            raise RuntimeError("the channels of this ICA are not known before it is fitted, or given an info")
        return self.info.get_channel_types(picks, unique, only_data_chs)

    def __contains__(self, ch_type):
        if self.info is None:
            raise ValueError(f"Cannot check for channels of type {ch_type!r}: ICA has no channels before it is fitted")
        types = ("mag", "grad") if ch_type == "meg" else (_core.meeg.known_type(ch_type),)
        return not set(types).isdisjoint(self.info._engine.types)

    def _facts(self):
        on = {"unfitted": None, "raw": "raw data"}.get(self.current_fit, "epochs")
        types = [] if self.info is None else self.info.get_channel_types(unique=True, only_data_chs=True)
        types.sort(key=list(_core.meeg.displays()).index)
        return on, types, [self._ica_names[k] for k in self.exclude if k < len(self._ica_names)]

    def __repr__(self):
        on, types, out = self._facts()
        text = f"{on or 'no'} decomposition, method: {self.method}"
        if on:
            text += (f" (fit in {self.n_iter_} iterations on {self.n_samples_} samples), {self.n_components_} ICA "
                     f"components ({len(self.pca_components_)} PCA components available), channel types: "
                     f"{', '.join(types)}, {len(out) or 'no'} sources marked for exclusion")  # fmt: skip
        return f"<ICA | {text}>"

    def _repr_html_(self):
        on, types, out = self._facts()
        rows = {"Method": self.method, "Fit parameters": [f"{k}={v}" for k, v in self.fit_params.items()] or ["—"]}
        rows["Fit"] = f"{self.n_iter_} iterations on {on} ({self.n_samples_} samples)" if on else "no"
        if on:
            rows |= {"ICA components": self.n_components_, "Available PCA components": len(self.pca_components_),
                     "Channel types": ", ".join(types), "ICA components marked for exclusion": out or ["—"]}  # fmt: skip
        cells = {
            k: "<br />".join(html.escape(str(x)) for x in (v if isinstance(v, list) else [v])) for k, v in rows.items()
        }
        lines = "".join(f"<tr><th>{name}</th><td>{cell}</td></tr>" for name, cell in cells.items())
        return f'<table class="table mne-repr-table">{lines}</table>'

    def copy(self):
        """A copy that shares nothing that can change."""
        return copy.deepcopy(self)

    def __eq__(self, other):
        if not isinstance(other, ICA) or self.__dict__.keys() != other.__dict__.keys():
            return False
        return all(_same(value, other.__dict__[name]) for name, value in self.__dict__.items())

    __hash__ = None

    # -- sources and maps

    def get_components(self):
        """The maps of the sources, shape (n_channels, n_components_), in units of `pre_whitener_`."""
        return np.asarray(self._engine.components())

    def _transform_raw(self, raw, start, stop, reject_by_annotation=False):
        start, stop = samples_between(raw, start, stop)
        return np.asarray(self._engine.sources(raw._engine, start, stop, bool(reject_by_annotation)))

    def _transform_epochs(self, epochs, concatenate):
        sources = np.asarray(self._engine.sources(epochs._engine))
        return np.ascontiguousarray(np.hstack(sources)) if concatenate else sources

    def _transform_evoked(self, evoked):
        return np.asarray(self._engine.sources(evoked._engine))

    def _check_compensation(self, inst):
        if self.info is None:  # components from EEGLAB know of none
            return
        own, other = (info._grade_of(self.ch_names) or 0 for info in (self.info, inst.info))
        if own != other:
            raise RuntimeError(f"Compensation grade of ICA ({own}) and of {type(inst).__name__} ({other}) "
                               "must be one; compensate what you decompose as what you decomposed first")  # fmt: skip

    def get_sources(self, inst, add_channels=None, start=None, stop=None):
        """Sources as an object of the same kind, with channels ICA000, ICA001 …, those of `exclude` bad.

        Parameters
        ----------
        inst : Raw | Epochs | Evoked
        add_channels : list of str | None
            Channels of `inst` to put behind them.
        start, stop : int | float | None
            First sample of a recording, and the one behind the last; as float: times [s].

        Returns
        -------
        sources : Raw | Epochs | Evoked
        """
        one_of_nouns(inst, error=lambda text: ValueError(f"Data input must be of Raw, Epochs or Evoked type: {text}"))
        self._check_fit()
        inst._need_real("get_sources()")
        self._check_compensation(inst)
        add = picks_to_idx(inst.info, list(add_channels or ()), allow_empty=True).tolist()
        if isinstance(inst, BaseRaw):
            return inst._like(
                self._engine.as_raw(inst._engine, *samples_between(inst, start, stop), add), _filenames=()
            )
        if start is not None or stop is not None:
            raise ValueError("start and stop are about recordings; crop epochs or averages first")
        if isinstance(inst, BaseEpochs):
            if not inst._bad_dropped:
                inst.drop_bad()
            metadata = None if inst._metadata is None else inst._metadata.copy()
            return inst._derived(self._engine.as_epochs(inst._engine, add), metadata)
        return inst._like(self._engine.as_evoked(inst._engine, add))

    def get_explained_variance_ratio(self, inst, *, components=None, ch_type=None):
        """How much of the variance of the data components explain.

        Parameters
        ----------
        inst : Raw | Epochs | Evoked
        components : int | list of int | None
            Taken together; None: all.
        ch_type : str | list of str | None
            Of "mag", "grad", "planar1", "planar2" and "eeg"; None: the data channels of `inst`.

        Returns
        -------
        shares : dict
            1 - mean variance of what is left / mean variance of the data, by type; variances are over channels, those
            of epochs over epochs.
        """
        self._check_fit(ValueError)
        one_of_nouns(inst)._need_real("get_explained_variance_ratio()")
        wanted = list(np.atleast_1d(np.arange(self.n_components_) if components is None else components))
        if not all(isinstance(k, numbers.Integral) for k in wanted):
            raise TypeError(f"components must be whole numbers; got {components!r}")
        kinds = [ch_type] if isinstance(ch_type, str) else ch_type
        if kinds is None:
            kinds = inst.get_channel_types(unique=True, only_data_chs=True)
        allowed = ("mag", "grad", "planar1", "planar2", "eeg")
        if wrong := [kind for kind in kinds if kind not in allowed]:
            raise ValueError(f"only the following channel types are supported: {', '.join(allowed)}; got {wrong[0]!r}")
        engine = self._engine
        return {
            kind: engine.explained_variance(
                inst._engine,
                [int(k) for k in wanted],
                [int(k) for k in picks_to_idx(inst.info, kind, exclude="bads" if isinstance(inst, BaseEpochs) else ())],
            )
            for kind in kinds
        }

    # -- taking components out

    @_verbose
    def apply(self, inst, include=None, exclude=None, n_pca_components=None, start=None, stop=None, *, on_baseline="warn",
              verbose=None):  # fmt: skip
        """Take components out of data in memory, in place.

        Parameters
        ----------
        inst : Raw | Epochs | Evoked
        include : list of int | None
            Keep these components alone, with what principal components are beyond them.
        exclude : list of int | None
            Take these out, beside those of `self.exclude`.
        n_pca_components : int | float | None
            How many principal components are kept, as a number or a share of the variance. Default None: those of
            `self.n_pca_components`, or all, which changes nothing but what is taken out.
        start, stop : int | float | None
            First sample of a recording, and the one behind the last; as float: times [s].
        on_baseline : "warn" | "raise" | "ignore" | "reapply"
            What to do where baselines were corrected, which components taken out undo.

        Returns
        -------
        inst : Raw | Epochs | Evoked
            What was given.
        """
        one_of_nouns(inst)
        self._check_fit()
        self._check_compensation(inst)
        inst._need_data("ICA.apply()")
        baseline = getattr(inst, "baseline", None)
        if on_baseline != "reapply":
            how = rule_of("on_baseline", on_baseline)
            if baseline is not None and how != "ignore":
                text = ("the data were baseline-corrected, and ICA can introduce shifts; consider baseline-correcting the "
                        'cleaned data again, as on_baseline="reapply" does')  # fmt: skip
                if how == "raise":
                    raise ValueError(text)
                warn(text)
        settings = {"include": component_numbers(include), "exclude": component_numbers(exclude), "n_pca_components": n_pca_components}
        if isinstance(inst, BaseRaw):
            settings["start"], settings["stop"] = samples_between(inst, start, stop)
        elif start is not None or stop is not None:
            raise ValueError("start and stop are about recordings")
        self._engine.apply(inst._engine, settings)
        if baseline is not None and on_baseline == "reapply":
            inst.apply_baseline(baseline)
        return inst

    score_sources = made_by("preprocessing.ica.scoring.score_sources")
    find_bads_eog = made_by("preprocessing.ica.judging.find_bads_eog")
    find_bads_ecg = made_by("preprocessing.ica.judging.find_bads_ecg")
    find_bads_ref = made_by("preprocessing.ica.judging.find_bads_ref")
    find_bads_muscle = made_by("preprocessing.ica.judging.find_bads_muscle")
    save = made_by("preprocessing.ica.files.save_ica")
    to_mne = made_by("preprocessing.ica.files.ica_to_mne")
    apply_marks = made_by("marks.apply_marks")
    save_marks = made_by("marks.save_marks")
    plot_components = drawn_by("plot_ica_components")
    plot_sources = drawn_by("plot_ica_sources")
    plot_properties = drawn_by("plot_ica_properties")
    plot_overlay = drawn_by("plot_ica_overlay")
    plot_scores = drawn_by("plot_ica_scores")




def _same(a, b):
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return np.array_equal(a, b, equal_nan=np.asarray(a).dtype.kind == "f")
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(a[k], b[k]) for k in a)
    return a is b or bool(np.all(a == b))

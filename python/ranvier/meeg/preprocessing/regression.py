"""Artefacts that other channels hold, taken out by linear regression."""

import numpy as np

from ranvier import _core

from ..info import Info
from ..lazy import drawn_by
from ..logs import verbose as _verbose
from ..picks import picks_to_idx
from .state import read_state, write_state


class EOGRegression:
    """What of some channels, as those of the eyes, is in all others; and its removal.

    Parameters
    ----------
    picks : str | list | slice | None
        Channels to clean; None: good data channels.
    exclude : "bads" | list of str
        Channels that are left out where `picks` names types. Default: the bad ones.
    picks_artifact : str | list
        Channels that hold the artefacts. Default "eog".
    proj : bool
        Whether projections are applied first. Default True.

    Attributes
    ----------
    coef_ : array of float, shape (n_picks, n_artifacts)
        After `fit`: how much of each artefact channel there is in each channel.
    info_ : Info
        After `fit`: that of the data it was fitted to.

    References
    ----------
    Gratton, Coles & Donchin 1983, doi:10.1016/0013-4694(83)90135-9; Croft & Barry 2000,
    doi:10.1016/S0987-7053(00)00055-1
    """

    def __init__(self, picks=None, exclude="bads", picks_artifact="eog", proj=True):
        self.picks = picks
        self.exclude = exclude
        self.picks_artifact = picks_artifact
        self.proj = proj

    def _numbers(self, info):
        """Numbers of the channels to clean, and of those that hold the artefacts."""
        picks = picks_to_idx(info, self.picks, "data", exclude=self.exclude)
        return picks.tolist(), picks_to_idx(info, self.picks_artifact).tolist()

    def _prepared(self, inst):
        """The same, once the data are such that they can be regressed; projections are applied in place."""
        inst._need_samples("regression")
        picks, artifacts = self._numbers(inst.info)
        used = {inst.ch_names[k] for k in (*picks, *artifacts)}
        if "eeg" in inst.get_channel_types(sorted(used)) and not (
            inst.info["custom_ref_applied"] or any(p["kind"] == 10 for p in inst.info["projs"])
        ):
            raise RuntimeError("regression needs a reference of the EEG that was chosen: set_eeg_reference() before")
        if self.proj and not inst.proj:
            inst.apply_proj()
        if not inst.proj and any(used & set(p["data"]["col_names"]) for p in inst.info["projs"]):
            raise RuntimeError("projections must be applied before regression: apply_proj(), or proj=True")
        return picks, artifacts

    def fit(self, inst):
        """Find how much of each artefact channel there is in each channel.

        Parameters
        ----------
        inst : Raw | Epochs | Evoked
            In memory; where there is EEG, with the reference that is wanted. Averages of blinks give coefficients that
            brain signals disturb less.

        Returns
        -------
        self : EOGRegression
        """
        inst._need_samples("regression")
        if self.proj and inst.info["projs"] and not inst.proj:
            inst = inst.copy()
        picks, artifacts = self._prepared(inst)
        self.coef_ = _core.meeg.regression_coefficients(inst._engine, picks, artifacts)
        self.info_ = inst.info.copy()
        return self

    def apply(self, inst, copy=True):
        """Take out what was found.

        Parameters
        ----------
        inst : Raw | Epochs | Evoked
            In memory, with the channels that were fitted.
        copy : bool
            Whether a copy is changed. Default True.

        Returns
        -------
        inst : Raw | Epochs | Evoked
        """
        if not hasattr(self, "coef_"):
            raise RuntimeError("fit() before apply()")
        inst = inst.copy() if copy else inst
        picks, artifacts = self._prepared(inst)
        for what, mine, fitted in zip(("data", "artifact"), (picks, artifacts), self._numbers(self.info_)):
            here, there = [inst.ch_names[k] for k in mine], [self.info_.ch_names[k] for k in fitted]
            if here != there:
                raise ValueError(f"{what} channels must be those that were fitted, in their order, {there}; got {here}")
        _core.meeg.subtract_regression(inst._engine, picks, artifacts, np.ascontiguousarray(self.coef_, float))
        return inst

    plot = drawn_by("plot_regression_weights")

    def __repr__(self):
        if not hasattr(self, "coef_"):
            return "<EOGRegression | not fitted>"
        n = self.coef_.shape[1]
        return f"<EOGRegression | fitted to {n} artifact channel{'s' if n > 1 else ''}>"

    def save(self, fname, overwrite=False):
        """Write to a JSON file, from which `read_eog_regression` makes it again.

        Parameters
        ----------
        fname : str | Path
        overwrite : bool
            Whether a file that is there is replaced. Default False.

        Notes
        -----
        MNE-Python writes HDF5.
        """
        if not hasattr(self, "coef_"):
            raise RuntimeError("fit() before save()")
        picks, artifacts = self._numbers(self.info_)
        state = {"format": "ranvier EOGRegression", "picks": [self.info_.ch_names[k] for k in picks],
                 "picks_artifact": [self.info_.ch_names[k] for k in artifacts], "proj": bool(self.proj),
                 "coef_": np.asarray(self.coef_).tolist(), "info_": self.info_.to_json_dict()}  # fmt: skip
        write_state(fname, state, overwrite)


def read_eog_regression(fname):
    """Read a regression that `EOGRegression.save` has written.

    Parameters
    ----------
    fname : str | Path

    Returns
    -------
    model : EOGRegression
        Its channels are named one by one.
    """
    return read_state(fname, "ranvier EOGRegression", "EOGRegression.save(); MNE-Python's own are HDF5", _regression_of)


def _regression_of(state):
    model = EOGRegression(state["picks"], (), state["picks_artifact"], state["proj"])
    model.info_, model.coef_ = Info.from_json_dict(state["info_"]), np.array(state["coef_"], float)
    if (shape := tuple(map(len, model._numbers(model.info_)))) != model.coef_.shape:
        raise ValueError(f"coef_ must have shape {shape}; got {model.coef_.shape}")
    return model


@_verbose
def regress_artifact(inst, picks=None, *, exclude="bads", picks_artifact="eog", betas=None, proj=True, copy=True,
                     verbose=None):  # fmt: skip
    """Take artefacts out by regression on channels that hold them.

    Parameters
    ----------
    inst : Raw | Epochs | Evoked
        In memory.
    picks, exclude, picks_artifact, proj
        As of `EOGRegression`.
    betas : array of float, shape (n_picks, n_artifacts) | None
        Coefficients; None, the default: those of these data.
    copy : bool
        Whether a copy is changed. Default True.

    Returns
    -------
    inst : Raw | Epochs | Evoked
    betas : array of float, shape (n_picks, n_artifacts)
    """
    model = EOGRegression(picks, exclude, picks_artifact, proj)
    if betas is None:
        model.fit(inst)
    else:
        shape = tuple(len(numbers) for numbers in model._numbers(inst.info))
        if np.shape(betas) != shape:
            raise ValueError(f"betas must have shape {shape}, one for each channel and artefact; got {np.shape(betas)}")
        model.coef_, model.info_ = betas, inst.info.copy()
    return model.apply(inst, copy=copy), model.coef_

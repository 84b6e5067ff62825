"""How many dimensions data have."""

from ranvier import _core

from ..settings import described, given
from .cov.covariance import Covariance
from .epochs.base import BaseEpochs
from .evoked import Evoked
from .logs import verbose as _verbose
from .raw import BaseRaw


@_verbose
@described("compute_rank")
def compute_rank(inst, rank=None, scalings=None, info=None, tol=..., *, proj=..., tol_kind=..., on_rank_mismatch=...,
                 on_few_samples=None, verbose=None):  # fmt: skip
    """The rank of good data channels.

    Parameters
    ----------
    inst : Raw | Epochs | Evoked | Covariance
        Samples that annotations call bad are left out.
    info : Info | None
        Of a covariance: what its channels are.
    {settings}

    Returns
    -------
    rank : dict
        By type of channels, 'meg' for magnetometers and gradiometers together.
    """
    options = given("compute_rank", locals())
    if isinstance(inst, Covariance):
        if info is None:
            raise ValueError("info must be given for a Covariance, which does not know its channels' types; got None")
        ranks = _core.meeg.rank_of_covariance(inst, info._engine, options)
    elif isinstance(inst, BaseRaw):
        ranks = _core.meeg.rank_of_raw(inst._engine, options)
    elif isinstance(inst, BaseEpochs):
        ranks = _core.meeg.rank_of_epochs(inst._engine, options)
    elif isinstance(inst, Evoked):
        ranks = _core.meeg.rank_of_evoked(inst._engine, options)
    else:
        raise TypeError(f"inst must be Raw, Epochs, Evoked or a Covariance; got {type(inst).__name__}")
    return dict(ranks)


__all__ = ["compute_rank"]

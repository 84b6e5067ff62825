"""Current source densities."""

from ...settings import described, given
from ..logs import verbose as _verbose


@_verbose
@described("compute_current_source_density")
def compute_current_source_density(inst, sphere=..., lambda2=..., stiffness=..., n_legendre_terms=..., copy=True, *,
                                   verbose=None):  # fmt: skip
    """EEG as current source density, the Laplacian of the potential over the scalp, which no reference changes.

    Parameters
    ----------
    inst : Raw | Epochs | Evoked
        In memory, with places of all electrodes, none of them bad.
    {settings}
    copy : bool
        Whether a copy is changed. Default True.

    Returns
    -------
    inst : Raw | Epochs | Evoked
        EEG channels are of type "csd" [V/m²].

    Notes
    -----
    ``sphere="auto"`` takes the radius of the fitted head. As in MNE-Python directions are seen from the origin of head
    coordinates, or, where there is MEG, from where the fit's centre lies in head minus where it lies in device
    coordinates; give `sphere` for another centre.

    References
    ----------
    Perrin et al. 1989, Electroencephalography and Clinical Neurophysiology 72:184, doi:10.1016/0013-4694(89)90180-6
    """
    settings = given("compute_current_source_density", locals())
    inst = inst.copy() if copy else inst
    inst._engine.compute_current_source_density(settings)
    return inst

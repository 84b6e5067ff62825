"""What sensors of another kind would measure."""

from ..checks import one_of


def as_type(inst, ch_type="grad", mode="fast"):
    """What magnetometers or gradiometers would measure of the field that all good MEG channels tell.

    The smallest currents that explain the channels give it, as `interpolate_bads` does with the method "MNE".

    Parameters
    ----------
    inst : Epochs | Evoked
        Is left as it is.
    ch_type : "mag" | "grad"
        Of which type the virtual channels are; they lie where the good ones of that type do, and names end in "_v".
        Default "grad".
    mode : "fast" | "accurate"
        Whether 49 terms of the series of the map are summed, or 99. Default "fast".

    Returns
    -------
    virtual : Epochs | Evoked
    """
    one_of("ch_type", ch_type, ("mag", "grad"))
    one_of("mode", mode, ("accurate", "fast"))
    other = inst.copy()
    other._need_samples("as_type()")
    other._need_real("as_type()")
    other._engine.become_virtual(ch_type, mode == "accurate")
    return other

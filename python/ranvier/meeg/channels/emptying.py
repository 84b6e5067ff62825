"""Bad channels that become not-a-number, so that nobody takes their samples for signals."""

import numpy as np

from ranvier.errors import warn


def empty_bads(inst, method, left_out, reset_bads):
    """Put NaN for the samples of bad channels, in place: of all, or of the types for which `method`, a dict, says "nan".

    Returns
    -------
    names : list of str
        The channels.
    """
    types = dict(zip(inst.ch_names, inst.get_channel_types()))
    meant = [name for name in inst.info["bads"] if method == "nan" or method.get(types[name]) == "nan"]
    names = [name for name in meant if name not in left_out]
    inst._data[..., [inst.ch_names.index(name) for name in names], :] = np.nan
    if names and reset_bads:
        warn(
            f"channels of which nothing is left count as good now: {', '.join(names)}; reset_bads=False keeps them bad"
        )
        inst.info["bads"] = [name for name in inst.info["bads"] if name not in names]
    return names

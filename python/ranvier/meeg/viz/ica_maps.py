"""Which components are drawn, and what of their maps."""

import numpy as np

from ..checks import one_of
from ..picks import picks_to_idx
from . import style
from .head import maps_of


def info_of(ica):
    """What is known of its channels; some decompositions come from files without."""
    if ica.info is None:
        raise RuntimeError("the channels of this ICA are not known; fit it, or set its info")
    return ica.info


def kind_of(ica, ch_type):
    """The type of channels whose part of the maps is drawn."""
    info_of(ica)
    types = ica.get_channel_types(unique=True)
    if ch_type is None:
        ch_type = next((t for t in ("mag", "grad", "eeg", "seeg", "dbs", "ecog") if t in types), types[0])
    return one_of("ch_type", ch_type, tuple(types))


def maps_of_component(ica, kind, values, sphere):
    """What `head.maps_of` gives of values at its channels of one type."""
    idx = [k for k, t in enumerate(ica.get_channel_types()) if t == kind]
    placed = style.has_places(ica.info, idx)
    idx = [k for k, ok in zip(idx, placed) if ok]
    if not idx:
        raise ValueError(f"no channel of type {kind!r} has a place on the head; set a montage before ICA is fitted")
    return maps_of(ica.info, idx, np.asarray(values)[idx], kind, sphere)


def title_of(ica, component, kind):
    several = len(set(ica.get_channel_types())) > 1
    return ica._ica_names[component] + (f" ({kind})" if several else "")


def chosen(ica, picks):
    ica._check_fit()
    return picks_to_idx(ica.n_components_, picks)

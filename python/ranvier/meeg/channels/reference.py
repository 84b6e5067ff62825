"""Functions on recordings that change channels or references."""

from ..checks import names_in, rule_of
from ..cov.covariance import Covariance
from ..info import Info
from ..logs import verbose as _verbose
from ..picks import pick_channels, pick_info, picks_to_idx


@_verbose
def set_eeg_reference(inst, ref_channels="average", copy=True, projection=False, ch_type="auto", forward=None, *,
                      joint=False, verbose=None):  # fmt: skip
    """Set what potentials are measured against. See `Raw.set_eeg_reference`.

    Returns
    -------
    inst : Raw | Epochs | Evoked
        A copy, or the object itself if not `copy`.
    ref_data : array of float | None
        What was subtracted, where it was the same of all channels.
    """
    inst = inst.copy() if copy else inst
    reference = None
    kind = ch_type
    several = (
        kind != "auto" and not isinstance(kind, str) and len(kind) > 1 and isinstance(ref_channels, str) and not joint
    )
    if not projection and not isinstance(ref_channels, dict) and len(ref_channels) and not several:
        if hasattr(inst, "load_data"):
            inst.load_data()
        if kind == "auto":
            types = inst.get_channel_types(unique=True)
            kind = next((t for t in ("eeg", "ecog", "seeg", "dbs") if t in types), "eeg")
        average = isinstance(ref_channels, str) and ref_channels == "average"
        idx = picks_to_idx(inst.info, kind if average else names_in("ref_channels", ref_channels), exclude="bads")
        reference = inst.get_data(picks=idx).mean(axis=-2)
    inst.set_eeg_reference(ref_channels, projection, ch_type, forward, joint=joint)
    return inst, reference


@_verbose
def rename_channels(info, mapping, allow_duplicates=False, *, on_missing="raise", verbose=None):
    """Rename the channels of an Info by a dict of old and new names, or by a function."""
    info.rename_channels(mapping, allow_duplicates, on_missing=on_missing)


@_verbose
def equalize_channels(instances, copy=True, verbose=None):
    """Keep the channels that all objects have, in the order of the first.

    Parameters
    ----------
    instances : list of Raw | Epochs | Evoked | AverageTFR | Info | Covariance
    copy : bool
        Whether to change copies; one that has these channels already is returned as it is. Default True.
    """
    instances = list(instances)
    if wrong := [inst for inst in instances if not isinstance(getattr(inst, "info", inst), (Info, Covariance))]:
        raise TypeError(
            f"channels are those of Raw, Epochs, Evoked, maps, Info or Covariance; got {type(wrong[0]).__name__}"
        )
    common = [n for n in instances[0].ch_names if all(n in other.ch_names for other in instances[1:])]
    if not common:
        raise ValueError("the objects have no channel in common")
    return [inst if list(inst.ch_names) == common else _with_channels(inst.copy() if copy else inst, common)
            for inst in instances]  # fmt: skip


def _with_channels(inst, names):
    if isinstance(inst, Info):
        return pick_info(inst, pick_channels(inst.ch_names, names), copy=False)
    return inst.pick_channels(names) if isinstance(inst, Covariance) else inst.pick(names)


@_verbose
def set_bipolar_reference(inst, anode, cathode, ch_name=None, ch_info=None, drop_refs=True, copy=True,
                          on_bad="warn", verbose=None):  # fmt: skip
    """Add channels of differences, anode - cathode.

    Parameters
    ----------
    inst : Raw | Epochs | Evoked
    anode, cathode : str | list of str
        Channels, in pairs.
    ch_name : str | list of str | None
        Names of the new channels. Default "anode-cathode".
    drop_refs : bool
        Whether the anodes and cathodes are removed. Default True.
    ch_info : dict | list of dict | None
        Entries of the new channels' ``info["chs"]`` to set, for all or one for each; those of the anodes are the default.
    copy : bool
        Whether to leave `inst` as it is. Default True.
    on_bad : "raise" | "warn" | "ignore"
        What to do where an anode or a cathode is bad; unless it is an error, the new channel is bad. Default "warn".
    """
    on_bad = rule_of("on_bad", on_bad)
    anodes, cathodes = names_in("anode", anode), names_in("cathode", cathode)
    names = [] if ch_name is None else names_in("ch_name", ch_name)
    bad = [f"{a}-{c}" for a, c in zip(anodes, cathodes) if {a, c} & set(inst.info["bads"])]
    if bad and on_bad == "raise":
        raise ValueError(f'anodes and cathodes must be good channels where on_bad is "raise"; not so in {bad}')
    entries = [ch_info] * len(anodes) if isinstance(ch_info, dict) or ch_info is None else list(ch_info)
    if len(entries) != len(anodes):
        raise ValueError(f"ch_info must be one dict, or one per bipolar channel ({len(anodes)}); got {len(entries)}")
    for entry in entries:
        unknown = set(entry or ()) - set(inst.info["chs"][0]) | {"ch_name"} & set(entry or ())
        if unknown:
            raise ValueError(f'ch_info must have keys of info["chs"] other than ch_name; got {sorted(unknown)}')
        inst.info["chs"][0].copy().update(entry or {})  # which refuses values that can't be
    inst = inst.copy() if copy else inst
    inst._engine.set_bipolar_reference(anodes, cathodes, names, bool(drop_refs), on_bad == "warn")
    for channel, entry in zip(inst.info["chs"][-len(anodes) :], entries):
        channel.update(entry or {})
    return inst


def add_reference_channels(inst, ref_channels, copy=True):
    """Add EEG channels of zeros, the electrodes that the recording was referenced to."""
    return (inst.copy() if copy else inst).add_reference_channels(ref_channels)

"""How FIFF says what a channel is."""

from ranvier import _core

_without_unit = ("ref_meg", "stim", "exci", "syst", "ias", "gof", "dipole", "chpi", "fnirs_od", "eyegaze", "pupil")
_with_coil = (2, 802, 803, 902, 1100, 1400)  # kinds: EEG, sEEG, DBS, ECoG, fNIRS, eye tracking


def get_channel_type_constants(include_defaults=False):
    """FIFF's numbers for each type of channel, as a dict by type: "kind", and "unit" and "coil_type" where they tell it.

    Parameters
    ----------
    include_defaults : bool
        Whether unit and coil are given for every type, as new channels get them. Default False.
    """
    constants = {}
    for name in _core.meeg.displays():
        channel = _core.meeg.Channel()
        channel.set_type(name)
        found = {"kind": list(range(700, 710)) if name == "chpi" else channel["kind"]}
        if include_defaults or name not in _without_unit:
            found["unit"] = (
                107 if name == "misc" and not include_defaults else channel["unit"]
            )  # in V, where it has one
        if include_defaults or channel["kind"] in _with_coil:
            found["coil_type"] = channel["coil_type"]
        constants[name] = found
    return constants

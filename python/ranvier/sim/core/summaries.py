"""What ran, in which order, and for how long."""

from ranvier.sim.core.magic import magic_network
from ranvier.sim.core.reports import ProfilingSummary


def profiling_summary(net=None, show=None):
    """How long each object took in the last run with ``profile=True``.

    Parameters
    ----------
    net : Network, optional
        The magic network if not given.
    show : int, optional
        How many objects to show.

    Returns
    -------
    summary : ProfilingSummary
    """
    return ProfilingSummary(magic_network if net is None else net, show)


def scheduling_summary(net=None):
    """What runs in which order.

    Parameters
    ----------
    net : Network, optional
        The magic network if not given.

    Returns
    -------
    summary : SchedulingSummary
    """
    if net is None:
        magic_network._update_magic_objects()
        return magic_network.scheduling_summary()
    return net.scheduling_summary()

"""Figures, drawn with matplotlib.

Every function takes ``axes=`` to draw into and ``show=`` to show the figure at once, and returns the figure.
"""

from ..lazy import attach as _attach

__getattr__, __dir__, __all__ = _attach(
    __name__,
    {
        "viz.head": "plot_montage plot_projs_topomap plot_sensors plot_topomap",
        "viz.evoked": "plot_compare_evokeds plot_evoked plot_evoked_image",
        "viz.maps": "plot_evoked_joint plot_evoked_topomap",
        "viz.raw": "plot_events plot_raw",
        "viz.epochs": "plot_drop_log plot_epochs plot_epochs_image",
        "viz.spectrum": "plot_spectrum plot_spectrum_topomap",
        "viz.tfr": "plot_tfr plot_tfr_joint plot_tfr_map",
    },
)

"""What comes of epochs: averages, spectra, time-frequency maps, files, tables and figures."""

import numpy as np

from ranvier import _core

from ..checks import bytes_of, one_of, output_path
from ..complex_samples import parts_of
from ..evoked import Evoked
from ..export.files import export_epochs
from ..frames import rows_of
from ..lazy import drawn_by, made_by
from ..logs import verbose as _verbose
from ..picks import picks_to_idx


class EpochsResultsMixin:
    """What comes of epochs."""

    def _averaged(self, kind, picks, by_event_type):
        if by_event_type:
            return [getattr(self[name], kind)(picks) for name in self.event_id]
        idx = [int(k) for k in picks_to_idx(self.info, picks, "data", exclude=())]
        try:
            return Evoked._of(getattr(self._engine, kind)(idx))
        except ValueError:
            self.drop_bad()  # which averaging does while it reads
            self._need_epochs(f"{kind}()")
            raise

    @_verbose
    def average(self, picks=None, method="mean", by_event_type=False, verbose=None):
        """The average over epochs.

        Parameters
        ----------
        picks : str | list | slice | None
            Channels; None: data channels.
        method : "mean" | "median" | callable
            A callable takes (n_epochs, n_channels, n_times) and returns (n_channels, n_times).
        by_event_type : bool
            Whether to return a list with one average per condition.

        Returns
        -------
        evoked : Evoked | list of Evoked
        """
        if method == "mean":
            return self._averaged("average", picks, by_event_type)
        if by_event_type:
            return [self[name].average(picks, method) for name in self.event_id]
        if not callable(method):
            one_of("method", method, ("mean", "median"))
            method = _median
        evoked = self._averaged("average", picks, False)
        data = np.asarray(method(self.get_data(picks=evoked.ch_names)))
        if data.shape != evoked.data.shape:
            raise ValueError(f"method must return an array of shape {evoked.data.shape}; got {data.shape}")
        evoked.data = data
        return evoked

    @_verbose
    def standard_error(self, picks=None, by_event_type=False, verbose=None):
        """The standard error of the average over epochs, as an Evoked."""
        return self._averaged("standard_error", picks, by_event_type)

    # -- spectra

    compute_tfr = made_by("time_frequency.wavelets.tfr_of_epochs")

    # -- out

    @_verbose
    def save(self, fname, split_size="2GB", fmt="single", overwrite=False, split_naming="neuromag", verbose=None):
        """Write to a FIFF file (``-epo.fif``).

        Parameters
        ----------
        split_size : int | str
            A file grows no larger than this [bytes], a mebibyte of which is reserve; what needs more goes to parts of
            equal numbers of epochs, at most 100. Default "2GB".
        fmt : "single" | "double"
            How samples are stored. Default "single": 32 bit, or two of them where they are complex.
        split_naming : "neuromag" | "bids"
            How further parts are called: name-1.fif, or name_split-01_....fif.

        Returns
        -------
        fnames : list of Path
        """
        path = output_path(fname, overwrite)
        one_of("fmt", fmt, ("single", "double"))
        epochs = self._loaded()
        engine = epochs._engine
        engine.metadata = rows_of(epochs.metadata)
        naming = one_of("split_naming", split_naming, ("neuromag", "bids"))
        real, imaginary = parts_of(engine)
        return _core.meeg.write_epochs_fif(real, path, fmt, overwrite, bytes_of(split_size), naming, imaginary)

    @_verbose
    def export(self, fname, fmt="auto", *, overwrite=False, verbose=None):
        """Write to an EEGLAB file, as `ranvier.meeg.export.export_epochs` does.

        Parameters
        ----------
        fname : str | Path
            The file, ``.set``.
        fmt : "auto" | "eeglab"
            The format. Default "auto": that of the ending of `fname`.
        overwrite : bool
            Whether to replace a file. Default False.
        """
        export_epochs(fname, self, fmt, overwrite=overwrite)

    to_mne = made_by("to_mne.epochs_to_mne")
    apply_marks = made_by("marks.apply_marks")
    save_marks = made_by("marks.save_marks")
    to_nitime = made_by("exchange.epochs_to_nitime")
    to_xarray = made_by("exchange.epochs_to_xarray")
    plot = drawn_by("plot_epochs")
    plot_image = drawn_by("plot_epochs_image")
    plot_topo_image = drawn_by("plot_topo_image_epochs")

    def plot_drop_log(self, threshold=0, n_max_plot=20, subject=None, color=(0.3, 0.5, 0.7), width=0.8,
                      ignore=("IGNORED",), show=True):  # fmt: skip
        """Draw why epochs were dropped. See `ranvier.meeg.viz.plot_drop_log`."""
        from ..viz import plot_drop_log

        return plot_drop_log(self.drop_log, threshold, n_max_plot, subject, color, width, ignore, show)

    as_type = made_by("channels.virtual.as_type")
    add_channels = made_by("channels.adding.add_channels")


def _median(data):
    if np.iscomplexobj(data):  # of each part: NumPy's sorts by the real part alone
        return np.median(data.real, axis=0) + 1j * np.median(data.imag, axis=0)
    return np.median(data, axis=0)

"""What was bad where, and was repaired."""

import io

import numpy as np

from ...checks import path_of, reading, write_whole


class RejectLog:
    """Which channels are bad in which epochs, and which epochs are.

    Parameters
    ----------
    bad_epochs : array of bool, shape (n_epochs,)
    labels : array of float, shape (n_epochs, n_channels)
        0: good, 1: bad, 2: repaired; NaN for channels that were not judged.
    ch_names : list of str
    """

    def __init__(self, bad_epochs, labels, ch_names):
        if np.shape(labels) != (len(bad_epochs), len(ch_names)):
            raise ValueError(f"labels must have shape ({len(bad_epochs)}, {len(ch_names)}), one for each of bad_epochs and "
                             f"ch_names; got {np.shape(labels)}")  # fmt: skip
        self.bad_epochs = bad_epochs
        self.labels = labels
        self.ch_names = ch_names

    def _check(self, epochs):
        """Raise ValueError unless `epochs` are as many, and of the same channels in their order, as were judged."""
        n = len(epochs)
        if (len(self.bad_epochs), np.shape(self.labels)) != (n, (n, len(epochs.ch_names))):
            raise ValueError(f"epochs must be the {len(self.bad_epochs)} of {len(self.ch_names)} channels that were judged; "
                             f"got {n} of {len(epochs.ch_names)}")  # fmt: skip
        if wrong := [(there, here) for there, here in zip(self.ch_names, epochs.ch_names) if there != here]:
            raise ValueError(f"channels must be those that were judged, in their order; got {wrong[0][1]!r} in place of "
                             f"{wrong[0][0]!r}")  # fmt: skip

    def plot(self, orientation="vertical", show_names="auto", aspect="equal", show=True, ax=None):
        """Draw what each channel is in each epoch; bad epochs are framed in red.

        Parameters
        ----------
        orientation : "vertical" | "horizontal"
            Whether epochs are rows, or columns.
        show_names : "auto" | int
            Write every so many names; "auto": all of fewer than 25, else every fifth.
        aspect : "equal" | "auto"
        show : bool
        ax : matplotlib.axes.Axes | None

        Returns
        -------
        figure : matplotlib.figure.Figure
        """
        from ...viz.autoreject import plot_reject_log

        return plot_reject_log(self, orientation, show_names, aspect, show, ax)

    def plot_epochs(self, epochs, scalings=None, title=""):
        """Draw the epochs that were judged: bad trials red, repaired ones grey, bad epochs red altogether.

        Parameters
        ----------
        epochs : Epochs
            Those before any was dropped.
        scalings : dict | None
            As of `Epochs.plot`.
        title : str

        Returns
        -------
        fig : matplotlib.figure.Figure
        """
        self._check(epochs)
        colours = {0.0: "k", 1.0: "r", 2.0: (0.6, 0.6, 0.6, 1.0)}
        rows = [["r" if bad else colours.get(float(label), "k") for label in row]
                for bad, row in zip(self.bad_epochs, self.labels)]  # fmt: skip
        return epochs.plot(epoch_colors=rows, scalings=scalings, title=title, events=epochs.events)

    def save(self, fname, overwrite=False):
        """Write to a file of NumPy's (``.npz``), as PyPI's `autoreject` does.

        Parameters
        ----------
        fname : str | Path
        overwrite : bool
            Whether a file that is there is replaced. Default False.
        """
        file = io.BytesIO()
        np.savez_compressed(file, ch_names=self.ch_names, bad_epochs=self.bad_epochs, labels=self.labels)
        write_whole(fname, file.getvalue(), overwrite)

    def __repr__(self):
        return f"<RejectLog | {int(np.sum(self.bad_epochs))} of {len(self.bad_epochs)} epochs are bad>"


def read_reject_log(fname):
    """Read what `RejectLog.save` has written.

    Parameters
    ----------
    fname : str | Path

    Returns
    -------
    reject_log : RejectLog
    """
    path = path_of(fname)
    with reading(path, "file of RejectLog.save()"), np.load(path) as file:
        return RejectLog(file["bad_epochs"], file["labels"], file["ch_names"].tolist())

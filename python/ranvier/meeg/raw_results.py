"""What comes of recordings: spectra, files, tables and figures."""

import numpy as np

from ranvier import _core

from ..settings import described, given
from .checks import bytes_of, fif_name, output_path, raw_endings
from .complex_samples import parts_of
from .event import as_events
from .export.files import export_raw
from .lazy import drawn_by, made_by
from .logs import verbose as _verbose
from .picks import picks_to_idx


class RawResultsMixin:
    """What comes of a recording."""

    compute_psd = made_by("time_frequency.psd.spectrum_of_raw")
    compute_tfr = made_by("time_frequency.wavelets.tfr_of_raw")

    add_channels = made_by("channels.adding.add_channels")

    def add_events(self, events, stim_channel=None, replace=False):
        """Write events into a trigger channel, in place.

        Parameters
        ----------
        events : array of int, shape (n_events, 3)
            Their values are added to what the channel holds.
        stim_channel : str | None
            None: the first trigger channel.
        replace : bool
            Whether the channel's own events are removed first. Default False.
        """
        self._need_data("add_events()")
        events = as_events(events)
        at = events[:, 0] - self.first_samp
        outside = events[(at < 0) | (at >= self.n_times), 0]
        if len(outside):
            raise ValueError(f"events must lie at samples {self.first_samp} … {self.last_samp} of the recording; got "
                             f"{outside[0]}")  # fmt: skip
        trigger = self._data[picks_to_idx(self.info, stim_channel or "stim", exclude=())[0]]
        if replace:
            trigger[:] = 0
        np.add.at(trigger, at, events[:, 2])

    # -- out

    @_verbose
    @described("write_raw_fif")
    def save(self, fname, picks=None, tmin=0, tmax=None, buffer_size_sec=None, drop_small_buffer=False, proj=False,
             fmt=..., overwrite=..., split_size="2GB", split_naming=..., verbose=None):  # fmt: skip
        """Write to a FIFF file.

        Parameters
        ----------
        fname : str | Path
            Should end in ``_raw.fif``, ``_eeg.fif``, ``_meg.fif`` (or ``.fif.gz``).
        picks : str | list | slice | None
            Channels; None: all.
        tmin, tmax : float | None
            Range of times [s]; of a `tmax` beyond the end, what there is.
        buffer_size_sec : float | None
            How long the pieces are [s] in which samples are written. Default None: as the recording says, 1 s.
        drop_small_buffer : bool
            Whether a last piece that is shorter than the others is left out, as MaxFilter wants it. Default False.
        proj : bool
            Whether projections are applied to what is written. Default False.
        fmt : "single" | "double" | "int" | "short"
            How samples are stored. Default "single": 32 bit.
        overwrite : bool
            Whether to replace a file. Default False.
        split_size : str | int
            Longest file, as "2GB" or in bytes; what is longer is written in parts.

        Returns
        -------
        fnames : list of Path
            The files written.
        """
        path = fif_name(output_path(fname, overwrite), *raw_endings)
        part = self
        if picks is not None or tmin != 0 or tmax is not None or proj:
            part = self.copy()
            if picks is not None:
                part._keep_channels([int(k) for k in picks_to_idx(self.info, picks, "all", exclude=())])
            part.crop(tmin, None if tmax is None else min(tmax, part.tmax))
            if proj:
                part.apply_proj()
        seconds = self.buffer_size_sec if buffer_size_sec is None else buffer_size_sec
        buffer_samples = int(np.ceil(seconds * self.info["sfreq"]))
        settings = given("write_raw_fif", locals(), split_size=bytes_of(split_size), buffer_samples=buffer_samples)
        real, imaginary = parts_of(part._engine)
        return _core.meeg.write_raw_fif(real, path, settings, imaginary)

    @_verbose
    def export(self, fname, fmt="auto", physical_range="auto", *, digital_range="auto", add_ch_type=False,
               overwrite=False, verbose=None):  # fmt: skip
        """Write to a file of another format, as `ranvier.meeg.export.export_raw` does.

        Parameters
        ----------
        fname : str | Path
            The file: ``.edf``, ``.bdf``, EEGLAB's ``.set``, or the BrainVision header ``.vhdr``, beside which ``.vmrk`` and ``.eeg`` are written.
        fmt : "auto" | "edf" | "bdf" | "brainvision" | "eeglab"
            The format. Default "auto": that of the ending of `fname`.
        physical_range : "auto" | "channelwise" | tuple of float
            Of EDF and BDF: how far the 16 or 24 bits reach, by the range of each type, or of each channel; or the minimum and the
            maximum of all, in µV of channels in volts and SI units of others, beyond which samples are clipped.
        digital_range : "auto" | "orig"
            Of EDF and BDF: all bits; "orig" would keep the range of the file that was read, which Ranvier does not yet.
        """
        export_raw(fname, self, fmt, physical_range=physical_range, digital_range=digital_range, add_ch_type=add_ch_type,
                   overwrite=overwrite)  # fmt: skip

    @_verbose
    def to_data_frame(self, picks=None, index=None, scalings=None, copy=True, start=None, stop=None, long_format=False,
                      time_format=None, *, verbose=None):  # fmt: skip
        """A pandas DataFrame with one column per channel.

        Parameters
        ----------
        picks : str | list | slice | None
            Channels; None: all.
        index : "time" | None
            Column to use as index.
        scalings : dict | None
            Factors by channel type; default µV, fT, fT/cm.
        start, stop : int | None
            Sample numbers.
        long_format : bool
            Whether each row holds one value.
        time_format : None | "ms" | "timedelta" | "datetime"
            How times are written; None, the default: seconds.
        """
        from .frames import frame_of

        idx = picks_to_idx(self.info, picks, "all", exclude=())
        data, times = self[idx, slice(start, stop)]
        return frame_of(self, idx, data[None], times, index, scalings, long_format, time_format, self.first_time)

    describe = made_by("frames.description_of")
    to_mne = made_by("to_mne.raw_to_mne")
    apply_marks = made_by("marks.apply_marks")
    save_marks = made_by("marks.save_marks")
    to_nitime = made_by("exchange.raw_to_nitime")
    to_xarray = made_by("exchange.raw_to_xarray")
    plot = drawn_by("plot_raw")
    plot_psd = made_by("time_frequency.psd.plot_psd")
    plot_psd_topo = made_by("time_frequency.psd.plot_psd_topo")
    plot_psd_topomap = made_by("time_frequency.psd.plot_psd_topomap")

"""M/EEG analysis in the vocabulary of MNE-Python.

Names, arguments, defaults and units (SI floats) are those of MNE-Python 1.13, so a script written for it runs here when
``import mne`` becomes ``import ranvier.meeg as mne``. What differs: ``n_jobs=None`` means all processors, since results
have the same bits on any number of threads; and little is told unless ``verbose`` asks for it. A name that MNE-Python
has and Ranvier lacks says so and names what to use instead.
"""

from .lazy import attach as _attach

__version__ = "1.13"  # of the vocabulary: scripts ask `mne.__version__` to know what they may call

__getattr__, __dir__, __all__ = _attach(
    __name__,
    {
        "info": "Info create_info",
        "points": "Projection Transform",
        "picks": "channel_indices_by_type channel_type pick_channels pick_channels_regexp pick_info pick_types",
        "annotations": "Annotations count_annotations read_annotations",
        "io.making": "concatenate_raws",
        "event": "annotations_from_events concatenate_events count_events events_from_annotations find_events "
        "find_stim_steps make_fixed_length_events merge_events pick_events read_events write_events",
        "epochs.base": "BaseEpochs",
        "epochs.making": "Epochs EpochsArray concatenate_epochs make_fixed_length_epochs read_epochs",
        "evoked": "Evoked EvokedArray read_evokeds write_evokeds",
        "contrasts": "combine_evoked grand_average",
        "cov": "Covariance read_cov write_cov",
        "proj": "read_proj write_proj",
        "channels.reference": "add_reference_channels equalize_channels rename_channels set_bipolar_reference set_eeg_reference",
        "logs": "set_log_level use_log_level verbose",
        "bridge": "from_mne",
    },
    ("io", "channels", "time_frequency", "viz", "filter", "baseline", "datasets", "event", "epochs", "evoked",
     "annotations", "proj", "cov"),
)  # fmt: skip

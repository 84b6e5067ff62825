"""More of argument_values.py: names that ranvier.meeg has for scripts written for MNE-Python."""

from argument_scenes import Made

_ids = {"stim/left": 1, "stim/right": 2}
_table = dict(events=Made(lambda scene: scene.events()), event_id=_ids, tmin=0.0, tmax=1.2, sfreq=100.0)
_counts = dict(
    epochs_list=Made(lambda scene: [scene.epochs(), scene.epochs()[[0, 5, 6]]]), random_state=7, method="random"
)

SETTINGS = {
    "estimate_ringing_samples": dict(system=([1.0], [1.0, -0.9])),
    "next_fast_len": dict(target=97),
    "FilterMixin.savgol_filter": dict(h_freq=10.0),
    "define_target_events": dict(events=Made(lambda scene: scene.events()), reference_id=1, target_id=2, sfreq=100.0,
                                 tmin=0.0, tmax=0.6),
    "match_event_names": dict(event_names=_ids, keys="left"),
    "equalize_epoch_counts": _counts,
    "bootstrap": dict(random_state=7),
    "make_metadata": _table,
    "make_eeg_average_ref_proj": dict(info=Made(lambda scene: scene.raw().info)),
}  # fmt: skip
CONTEXTS = {
    ("FilterMixin.apply_hilbert", "n_fft"): dict(envelope=True),
    ("FilterMixin.apply_hilbert", "picks"): dict(envelope=True),
    ("match_event_names", "on_missing"): dict(keys="nobody"),
    ("define_target_events", "fill_na"): dict(tmax=0.1),
}
VALUES = {
    ("FilterMixin.apply_hilbert", "n_fft"): [700],
    ("estimate_ringing_samples", "max_try"): [10],
    "new_id": [9], "fill_na": [99],
    "row_events": [["stim/left"]], "keep_first": ["stim"], "keep_last": ["stim"],
    ("equalize_epoch_counts", "rng"): [1], ("bootstrap", "rng"): [1],
    ("make_eeg_average_ref_proj", "ch_type"): [["seeg"]],
}  # fmt: skip
CHANGED = {"equalize_epoch_counts": ["epochs_list"]}

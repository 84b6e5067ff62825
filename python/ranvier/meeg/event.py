"""Events."""

from ._lazy import attach as _attach

__getattr__, __dir__, __all__ = _attach(
    __name__,
    {
        "_events": "concatenate_events count_events find_events find_stim_steps make_fixed_length_events merge_events "
        "pick_events read_events shift_time_events write_events",
    },
)

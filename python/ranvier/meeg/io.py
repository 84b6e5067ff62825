"""Reading and writing recordings."""

from ._lazy import attach as _attach

__getattr__, __dir__, __all__ = _attach(
    __name__,
    {
        "_raw": "BaseRaw",
        "_raw_making": "RawArray concatenate_raws",
        "_raw_files": "Raw read_raw read_raw_bdf read_raw_edf read_raw_fif",
        "_info_files": "read_info write_info",
    },
)

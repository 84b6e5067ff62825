"""Reading and writing recordings."""

from ..lazy import attach as _attach

__getattr__, __dir__, __all__ = _attach(
    __name__,
    {
        "raw": "BaseRaw",
        "io.making": "RawArray concatenate_raws",
        "io.files": "Raw read_raw read_raw_bdf read_raw_edf read_raw_fif",
        "io.info_files": "read_info write_info",
    },
)

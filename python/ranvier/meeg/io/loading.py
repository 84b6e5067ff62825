"""Samples that readers bring into memory."""


def loaded(raw, preload):
    """The recording, with its samples in memory where `preload` says so, or in the file that it names."""
    if isinstance(preload, (str, bytes)) or hasattr(preload, "__fspath__"):
        raw.load_data(memmap=preload)
    elif preload:
        raw.load_data()
    return raw

"""What the annotations of a recording say of the epochs that were cut from it."""


def annotations_per_epoch(epochs, *, with_extras=False):
    """The annotations that each epoch shares a stretch of time with.

    Parameters
    ----------
    with_extras : bool
        Whether what else is known about each is the last of its entries. Default False.

    Returns
    -------
    found : list of list of tuple
        For each epoch (onset, duration, description), the onset [s] after the epoch's time 0.
    """
    annotations = epochs.annotations
    found = epochs._engine.annotations_per_epoch()
    if annotations is None:
        return found
    columns = [annotations.onset.tolist(), annotations.duration.tolist(), annotations.description.tolist()]
    extras = annotations.extras
    zeros = (epochs.events[:, 0] / epochs._engine.raw_sfreq).tolist()

    def entry(k, zero):
        onset, duration, description = (column[k] for column in columns)
        return (onset - zero, duration, description, *([dict(extras[k])] if with_extras else []))

    return [[entry(k, zero) for k in which] for which, zero in zip(found, zeros)]


def annotations_to_metadata(epochs, overwrite=False, *, with_extras=True):
    """Write the annotations of each epoch into its metadata, in place.

    Each of the columns ``annot_onset``, ``annot_duration`` and ``annot_description`` holds a list per epoch, and so does
    one, ``annot_`` and its name, for each of the extras.

    Parameters
    ----------
    overwrite : bool
        Whether to replace such columns. Default False.
    with_extras : bool
        Whether extras get columns. Default True.
    """
    import pandas as pd

    found = annotations_per_epoch(epochs, with_extras=True)
    table = pd.DataFrame(index=range(len(found))) if epochs.metadata is None else epochs.metadata.copy()
    columns = {name: [[entry[k] for entry in entries] for entries in found]
               for k, name in enumerate(("onset", "duration", "description"))}  # fmt: skip
    for key in epochs.annotations._extra_keys() if with_extras and epochs.annotations is not None else ():
        columns[key] = [[entry[3].get(key) for entry in entries] for entries in found]
    taken = [f"annot_{name}" for name in columns if f"annot_{name}" in table.columns]
    if taken and not overwrite:
        raise RuntimeError(f"the metadata have a column {taken[0]} already; pass overwrite=True to replace it")
    for name, values in columns.items():
        table[f"annot_{name}"] = pd.Series(values, index=table.index, dtype=object)
    epochs.metadata = table
    return epochs

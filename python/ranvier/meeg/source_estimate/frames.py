"""pandas DataFrames of source estimates."""

import numpy as np

from ..checks import needed, one_of
from ..frames import _indexed
from ..logs import verbose as _verbose


@_verbose
def to_data_frame(stc, index=None, scalings=None, long_format=False, time_format=None, *, verbose=None):
    """A pandas DataFrame with a column for each vertex.

    Parameters
    ----------
    index : "time" | "subject" | list of str | None
        What becomes the frame's index.
    scalings : None
        Sources have no types to scale by.
    long_format : bool
        Whether each number has a row of its own.
    time_format : None | "ms" | "timedelta"

    Returns
    -------
    df : pandas.DataFrame
    """
    pd = needed("pandas", "to_data_frame()")
    if scalings is not None:
        raise ValueError("scalings must be None: sources have no types to scale by")
    one_of("time_format", time_format, (None, "ms", "timedelta"))
    times = stc.times
    times = np.round(1e3 * times).astype(np.int64) if time_format == "ms" else times
    times = pd.to_timedelta(times, unit="s") if time_format == "timedelta" else times
    columns = {} if stc.subject is None else {"subject": [stc.subject] * len(times)}
    columns["time"] = times
    kinds = ["VOL"] * len(stc.vertices)
    if stc._kind in ("surface", "mixed"):
        kinds[:2] = ["LH", "RH"]
    names = [f"{kind}_{vertex}" for kind, vertices in zip(kinds, stc.vertices) for vertex in vertices]
    keys = list(columns)
    if not long_format:
        frame = pd.concat([pd.DataFrame(columns), pd.DataFrame(stc.data.T, columns=names)], axis=1)
        return _indexed(frame, keys, index)
    frame = pd.DataFrame({key: np.repeat(values, len(names)) for key, values in columns.items()})
    for key, values in (("subject", frame.get("subject")), ("source", names * len(times))):
        if values is not None:
            frame[key] = pd.Categorical(values)
    frame["value"] = stc.data.T.ravel()
    return _indexed(frame, [*keys, "source"], index)

"""What goes on a page: recordings, epochs, averages, noise, projections, components. Each function adds sections."""

import base64
import io
import pathlib
import platform
import sys

import numpy as np

from ranvier import _core

from ..checks import not_yet, one_of
from ..cov.covariance import covariance_of
from ..epochs.base import BaseEpochs
from ..info import told_of
from ..picks import pick_info, picks_to_idx
from ..viz.browser import MAX_BYTES, MAX_SFREQ, look_of
from ..viz.ica_maps import chosen, info_of
from ..viz.window import how_many

FORMATS = ("auto", "png", "svg", "webp")
_image_types = {"png": "png", "gif": "gif", "jpg": "jpeg", "jpeg": "jpeg", "webp": "webp", "svg": "svg+xml"}


def facts(page, title, inst):
    """What is known about an object, as a list of facts."""
    items = told_of(inst.info, {**inst._told()})
    shown = [
        ("Object", " ".join(repr(inst).strip("<>\n").split())),
        *((k, str(v)) for k, v in items.items() if v not in ("", None)),
    ]
    page.add_summary(f"{title}: in short", "", shown)


def named_times(events, sfreq, first_samp, event_id):
    """Names and times [s] of events; numbers without a name are their own."""
    names = {number: name for name, number in (event_id or {}).items()}
    return [(names.get(n, str(n)), (s - first_samp) / sfreq) for s, _, n in np.asarray(events).tolist()]


def spectra(page, title, named, method):
    """Power spectra under names, and where there are several the means over channels of each type beside each other."""
    entries = []
    for spectrum in named.values():
        power = np.asarray(spectrum.data)
        power = power.mean(axis=0) if power.ndim == 3 else power
        entries.append((spectrum.info._engine, np.ascontiguousarray(power), np.asarray(spectrum.freqs).tolist()))
    page.add_spectrum(title, list(named), entries, method)
    if len(named) == 1:
        return
    first = next(iter(named.values()))
    freqs = np.asarray(first.freqs)
    for kind in dict.fromkeys(first.get_channel_types()):
        rows = picks_to_idx(first.info, kind)
        means = np.array([power[rows].mean(axis=0) for _, power, _ in entries])
        keep = freqs > 0
        unit = {"T": "T²/Hz", "T/m": "(T/m)²/Hz", "V": "V²/Hz"}.get(_unit(kind), "")
        page.add_curves(f"{title}: mean over {kind.upper()} channels", ("frequency", "Hz", False), freqs[keep].tolist(),
                        ("power density", unit, True), list(named), np.ascontiguousarray(means[:, keep]))  # fmt: skip


def psd_of(inst, settings):
    """A spectrum, and how it was computed, in words."""
    settings = {**settings}
    if "method" not in settings and not hasattr(inst, "events"):
        settings["method"] = "welch"
    spectrum = inst.compute_psd(**settings)
    return spectrum, f"{spectrum.method}" + (", mean over epochs" if hasattr(inst, "events") else "")


def covariance(page, title, cov, info):
    """A covariance, type by type: the matrix, and the standard deviations along its principal directions."""
    parts = _core.meeg.covariance_parts(cov, info._engine, [], False)
    if not parts:
        raise ValueError("the covariance and info have no channel in common; nothing can be shown")
    for kind, data, singular, rank in parts:
        names = [name for name in cov.ch_names if name in info.ch_names]
        names = [name for name in names if info.get_channel_types([name])[0] == kind]
        names = names if len(names) == len(data) else [str(k) for k in range(len(data))]
        page.add_matrix(f"{title}: {kind.upper()}", names, names, np.ascontiguousarray(data))
        sigma = np.sqrt(np.maximum(np.asarray(singular), 0))
        page.add_curves(f"{title}: {kind.upper()}, eigenvalues (rank ≈ {rank})", ("number", "", False),
                        np.arange(1.0, len(sigma) + 1).tolist(), ("noise σ", _unit(kind), True), ["σ"], sigma[None])  # fmt: skip


def _unit(kind):
    volts = ("eeg", "eog", "ecg", "emg", "seeg", "ecog", "dbs", "bio")
    return "V" if kind in volts else {"mag": "T", "grad": "T/m"}.get(kind, "")


def whitening(page, title, evoked, noise_cov):
    """The global field power of whitened channels, type by type: about 1 where the covariance is that of the noise."""
    from ..cov.whitening import whiten_evoked
    from ..rank import compute_rank

    evoked = evoked.copy()
    evoked.pick(picks_to_idx(evoked.info, None, exclude="bads"))
    cov = covariance_of(noise_cov)
    ranks = compute_rank(cov, info=evoked.info, verbose="error")
    white = whiten_evoked(evoked, cov, rank=ranks)
    rows, names = [], []
    for kind in evoked.get_channel_types(unique=True, only_data_chs=True):
        idx = picks_to_idx(white.info, kind)
        rows.append((white.data[idx] ** 2).sum(axis=0) / max(int(ranks.get(kind, ranks.get("meg", len(idx)))), 1))
        names.append(kind.upper())
    page.add_curves(f"{title}: whitened global field power", ("time", "s", False), evoked.times.tolist(),
                    ("χ² over the rank", "", False), names, np.ascontiguousarray(rows))  # fmt: skip


def recording(page, title, raw, butterfly, scalings):
    """The traces of a recording, on which to mark; where its annotations lie."""
    idx = picks_to_idx(raw.info, "all", exclude=())
    look = look_of(idx, raw.get_channel_types(), scalings=scalings, butterfly=butterfly)
    page.add_recording(f"{title}: time series", raw._engine, MAX_SFREQ, MAX_BYTES, look)
    shown = [(a["description"], float(a["onset"] - raw.first_time)) for a in raw.annotations]
    if shown:
        page.add_events(f"{title}: annotations", shown, 0.0, raw.duration, "s")


def epochs(page, title, inst, drop_log_ignore):
    """The traces of epochs, on which to mark; averages of the conditions; why epochs were dropped."""
    idx = picks_to_idx(inst.info, "all", exclude=())
    length = len(inst.times) / float(inst.info["sfreq"])
    look = look_of(idx, inst.get_channel_types(), duration=20 * length, remove_dc=False)
    page.add_epochs(f"{title}: time series", inst._engine, MAX_SFREQ, MAX_BYTES, look)
    averages = {name: inst[name].average() for name in inst.event_id if len(inst[name])}
    page.add_evoked(f"{title}: averages", list(averages), [evoked._engine for evoked in averages.values()])
    log = [["IGNORED"] if set(reasons) & set(drop_log_ignore) else ["ignored" if r == "IGNORED" else r for r in reasons]
           for reasons in inst.drop_log]  # fmt: skip
    page.add_drops(f"{title}: dropped epochs", log)


def components(page, title, ica, picks, n_components):
    """The components of an ICA as maps, on which to judge them."""
    shown = [int(k) for k in chosen(ica, picks)]
    shown = shown[: None if n_components is None else how_many("n_components", n_components)]
    patterns = np.asarray(ica.get_components(), float)
    labels = {}
    for name, numbers in ica.labels_.items():
        for k in numbers:
            labels.setdefault(int(k), []).append(str(name))
    info = info_of(ica)
    info = pick_info(info, [info.ch_names.index(name) for name in ica.ch_names])
    maps = [(ica._ica_names[k], ", ".join(labels.get(k, ())), k in ica.exclude) for k in shown]
    whole = shown == list(range(patterns.shape[1]))  # else numbers on the page were not the components'
    page.add_maps(f"{title}: components", info._engine, maps, np.ascontiguousarray(patterns[:, shown].T), whole)


def sources(page, title, ica, inst):
    """The traces of an ICA's components, on which to judge them."""
    found = ica.get_sources(inst)
    found.info["bads"] = ica._facts()[2]
    idx = list(range(int(ica.n_components_)))
    of_epochs = isinstance(found, BaseEpochs)
    span = {"duration": 20 * len(found.times) / float(found.info["sfreq"]), "remove_dc": False} if of_epochs else {}
    look = look_of(idx, found.get_channel_types()[: len(idx)], **span)
    look.set_marks_of_ica()
    add = page.add_epochs if of_epochs else page.add_recording
    add(f"{title}: sources", found._engine, MAX_SFREQ, MAX_BYTES, look)


def scores_of(name, values, ica):
    """Scores, one for each component."""
    try:
        values = np.asarray(values, float)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be numbers, one for each component; got {values!r}") from None
    if values.shape != (ica.n_components_,):
        raise ValueError(
            f"{name} must be one number for each of the {ica.n_components_} components; got shape {values.shape}"
        )
    return values


def scores(page, title, named):
    """Scores of components: how much each is like a blink, a heart."""
    rows = list(named.values())
    page.add_curves(f"{title}: scores", ("component", "", False), np.arange(float(len(rows[0]))).tolist(),
                    ("score", "", False), list(named), np.array(rows))  # fmt: skip


def picture_of_figure(fig, image_format, max_width, max_res):
    """A figure of matplotlib's, or an array, as the type and base64 of a picture."""
    from matplotlib.figure import Figure

    one_of("image_format", image_format, FORMATS)
    image_format = "png" if image_format == "auto" else image_format
    buffer = io.BytesIO()
    if isinstance(fig, np.ndarray):
        import matplotlib.image

        if image_format == "svg":  # which holds pixels as a picture of its own
            height, width = fig.shape[:2]
            whole = Figure(figsize=(width / 72, height / 72), dpi=72)
            whole.figimage(fig, vmin=0, vmax=1)
            whole.savefig(buffer, format="svg")
        else:
            matplotlib.image.imsave(buffer, fig, format=image_format, vmin=0, vmax=1)
    elif isinstance(fig, Figure):
        dpi = fig.dpi if max_res is None else min(fig.dpi, float(max_res))
        if max_width is not None:
            dpi = min(dpi, float(max_width) / fig.get_figwidth())
        fig.savefig(buffer, format=image_format, dpi=dpi, **({} if image_format == "svg" else {"facecolor": "w"}))
    else:
        raise TypeError(
            f"fig must be a figure of matplotlib's, an array of pixels, or a list of them; got {type(fig).__name__}"
        )
    return _image_types[image_format], base64.b64encode(buffer.getvalue()).decode()


def picture_of_file(path):
    """The type and base64 of a picture in a file."""
    path = pathlib.Path(path).expanduser()
    kind = one_of("the ending of an image", path.suffix.lower().lstrip("."), tuple(_image_types))
    return _image_types[kind], base64.b64encode(path.read_bytes()).decode()


def system(page, title):
    """What runs here: Ranvier, Python, packages, the machine."""
    import importlib.metadata

    import ranvier

    items = [("Ranvier", ranvier.__version__), ("Python", sys.version.split()[0]), ("Platform", platform.platform()),
             ("Machine", platform.machine())]  # fmt: skip
    for package in ("numpy", "scipy", "matplotlib", "pandas", "mne"):
        try:
            items.append((package, importlib.metadata.version(package)))
        except importlib.metadata.PackageNotFoundError:
            items.append((package, "not installed"))
    page.add_summary(title, "", items)


def no_maps(verb, given):
    """Refuse what is about MNE-Python's pictures of maps, which the page draws itself."""
    if given is not None:
        raise not_yet(f"{verb}(topomap_kwargs={given!r})", "add_figure() with a figure of your own")

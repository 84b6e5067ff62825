"""Write the reference values that tests/meeg compares its operations with.

Run with a Python that has MNE-Python (1.13):

    python tests/reference/make_meeg_operations.py

It writes meeg_montage.json, meeg_filter.json, meeg_interpolation.json and meeg_spectra.json beside itself.
"""

import json
import pathlib
import warnings

import mne
import numpy as np
import scipy
from mne.channels.layout import _find_topomap_coords
from mne.utils.check import _check_sphere

HERE = pathlib.Path(__file__).resolve().parent
VERSIONS = {"mne": mne.__version__, "numpy": np.__version__, "scipy": scipy.__version__}
mne.set_log_level("ERROR")
warnings.simplefilter("ignore")


def noise(rows, n, seed=0):
    """Numbers in [-0.5, 0.5) that any language makes to the bit: integer arithmetic and one division."""
    k = np.arange(n, dtype=np.int64)
    out = np.empty((rows, n))
    for row in range(rows):
        s = 12345 + 7919 * row + 104729 * seed
        x = (k * k * 40503 + k * (2 * s + 1) * 2654435 + s * s) % 1000003
        x = (x * x + 7 * x) % 1000003
        out[row] = x / 1000003.0 - 0.5
    return out


def write(name, values):
    path = HERE / f"meeg_{name}.json"
    text = json.dumps({"made_by": "make_meeg_operations.py", "versions": VERSIONS, **values}, separators=(",", ":"))
    path.write_text(text + "\n")
    print(path.name, len(text))


def floats(a):
    """Lists with null for NaN."""
    a = np.asarray(a, float)
    if a.ndim == 0:
        return None if np.isnan(a) else float(a)
    return [floats(x) for x in a]


def thinned(a, step=3):
    """Every third sample: enough to see any difference, and small files."""
    return floats(np.atleast_2d(a)[..., ::step])


def montage_cases():
    names = [n for n in mne.channels.get_builtin_montages()]
    sums, places = {}, {}
    for name in names:
        m = mne.channels.make_standard_montage(name)
        p = m.get_positions()
        pos = np.array(list(p["ch_pos"].values()))
        weights = np.arange(1, len(pos) + 1)[:, np.newaxis]
        sums[name] = dict(
            n=len(pos), first=m.ch_names[0], last=m.ch_names[-1], frame=p["coord_frame"],
            # a sum with weights by place: any wrong coordinate or order shows
            weighted=floats((pos * weights).sum(0)), squares=float((pos**2).sum()),
            nasion=floats(p["nasion"]), lpa=floats(p["lpa"]), rpa=floats(p["rpa"]),
        )
    scaled = mne.channels.make_standard_montage("colin27_1020", head_size=0.1).get_positions()["ch_pos"]
    places["colin27_1020 at 0.1"] = floats(scaled["Fp1"])
    scaled = mne.channels.make_standard_montage("GSN-HydroCel-32", head_size=0.1).get_positions()["ch_pos"]
    places["GSN-HydroCel-32 at 0.1"] = floats(scaled["E7"])
    scaled = mne.channels.make_standard_montage("GSN-HydroCel-32", head_size=None).get_positions()["ch_pos"]
    places["GSN-HydroCel-32 as read"] = floats(scaled["E7"])

    def placed(ch_names, types, montage, **kwargs):
        info = mne.create_info(ch_names, 100.0, types)
        info.set_montage(montage, **kwargs)
        return info

    def described(info, layout=True):
        d = dict(
            loc=[floats(ch["loc"][:9]) for ch in info["chs"]],
            frames=[int(ch["coord_frame"]) for ch in info["chs"]],
            dig=[[int(d["kind"]), int(d["ident"]), int(d["coord_frame"]), *floats(d["r"])] for d in info["dig"]],
        )
        if layout:
            sphere = _check_sphere(None, info)
            d["map"] = floats(_find_topomap_coords(info, None, ignore_overlap=True, sphere=sphere))
            d["sphere"] = floats(sphere)
        return d

    ten = ["Fp1", "Cz", "Oz", "T7", "F9", "PO8"]
    cases = {}
    info = placed(ten, "eeg", mne.channels.make_standard_montage("colin27_1005"))
    cases["colin27_1005"] = described(info)
    info = placed(["A1", "B7", "C32"], "eeg", "biosemi128")
    cases["biosemi128"] = described(info)
    info = placed(["1", "2", "17"], "eeg", "easycap-M10")
    cases["easycap-M10"] = described(info)
    info = placed(["E1", "e200", "E31"], "eeg", "EGI_256", match_case=False)
    cases["EGI_256"] = described(info)
    info = placed(ten + ["EOG", "nowhere"], ["eeg", "seeg", "dbs", "ecog", "eeg", "eeg", "eog", "eeg"],
                  mne.channels.make_standard_montage("colin27_1005"), on_missing="ignore")
    cases["missing"] = described(info, layout=False)
    # a digitised head: fiducials in a frame of their own, head-shape points, a reference
    shape = noise(60, 3, seed=5)
    shape /= np.linalg.norm(shape, axis=1, keepdims=True)
    shape = shape * [0.08, 0.095, 0.09] + [0.002, 0.01, 0.05]
    ch_pos = {"EEG001": shape[0], "EEG002": shape[7], "EEG000": shape[9], "EEG040": shape[11]}
    digitised = mne.channels.make_dig_montage(
        ch_pos=dict(ch_pos), nasion=[0.01, 0.11, 0.0], lpa=[-0.08, 0.005, 0.001], rpa=[0.082, 0.0, -0.002],
        hsp=shape, hpi=shape[:4] * 1.01, coord_frame="unknown")
    info = placed(["EEG040", "EEG001", "EEG002"], "eeg", digitised)
    cases["digitised"] = described(info)
    cases["digitised"]["shape"] = floats(shape)
    radius, centre, _ = mne.bem.fit_sphere_to_headshape(info, units="m")
    cases["digitised"]["fit"] = [float(radius), *floats(centre)]
    head = mne.channels.make_dig_montage(ch_pos={"a": [0, 0, 0.1], "b": [0.05, 0, 0.08], "c": [0, -0.09, 0.02]},
                                         coord_frame="head")
    cases["head frame without fiducials"] = described(placed(["a", "b", "c"], "eeg", head))
    fnirs = mne.create_info(["S1_D1 760", "S1_D1 850"], 100.0, "fnirs_cw_amplitude")
    for ch, wavelength in zip(fnirs["chs"], (760, 850)):
        ch["loc"][9] = wavelength
    fnirs.set_montage("artinis-octamon")
    cases["artinis-octamon"] = described(fnirs, layout=False)
    write("montage", dict(montages=sums, places=places, cases=cases))


def filter_cases():
    x = noise(2, 400)
    cases = []

    def case(kind, fun, **options):
        y = fun()
        cases.append(dict(kind=kind, options=options, y=thinned(y)))

    def filt(**o):
        kw = dict(o)
        kind = dict(kw)
        case("filter", lambda: mne.filter.filter_data(x, 100.0, kw.pop("l_freq", None), kw.pop("h_freq", None),
             **({"iir_params": dict(order=kw.pop("iir_order"), ftype="butter", output="sos")} if "iir_order" in kw else {}),
             **kw), **kind)

    filt(l_freq=5.0, h_freq=20.0)
    filt(l_freq=1.0)
    filt(h_freq=30.0)
    filt(l_freq=20.0, h_freq=10.0)
    filt(l_freq=45.0, h_freq=5.0)
    filt(h_freq=30.0, phase="zero-double")
    filt(h_freq=30.0, phase="zero-double", filter_length="1s")
    filt(h_freq=30.0, phase="linear")
    filt(l_freq=4.0, h_freq=30.0, phase="minimum")
    filt(l_freq=4.0, h_freq=30.0, fir_window="hann")
    filt(l_freq=4.0, h_freq=30.0, fir_window="blackman")
    filt(l_freq=4.0, h_freq=30.0, filter_length="2s")
    filt(l_freq=4.0, h_freq=30.0, filter_length=301)
    filt(l_freq=4.0, h_freq=30.0, filter_length="2500ms", l_trans_bandwidth=3.0, h_trans_bandwidth=5.5)
    filt(l_freq=0.1)  # longer than the signal
    filt(l_freq=0.1, pad="edge")
    filt(l_freq=5.0, h_freq=20.0, pad="edge")
    filt(l_freq=5.0, h_freq=20.0, pad="reflect")
    filt(l_freq=5.0, h_freq=20.0, pad="constant")
    filt(l_freq=2.0, h_freq=48.0, h_trans_bandwidth=2.0)  # ends at Nyquist
    filt(l_freq=0.0, h_freq=20.0)
    filt()
    filt(l_freq=5.0, h_freq=20.0, method="iir")
    filt(l_freq=1.0, method="iir")
    filt(h_freq=30.0, method="iir", iir_order=7)
    filt(l_freq=25.0, h_freq=15.0, method="iir")
    filt(l_freq=5.0, h_freq=20.0, method="iir", phase="forward")

    def notch(**o):
        kw = dict(o)
        for key in ("freqs", "notch_widths"):
            if key in kw:
                kw[key] = np.array(kw[key])
        case("notch", lambda: mne.filter.notch_filter(x, 100.0, **kw), **o)

    notch(freqs=[20.0])
    notch(freqs=[20.0, 40.0])
    notch(freqs=[12.0, 30.0], notch_widths=[2.0, 3.0], trans_bandwidth=2.0)
    notch(freqs=[12.0, 30.0], notch_widths=[2.0])
    notch(freqs=[20.0], method="iir")

    def resamp(**o):
        kw = dict(o)
        kw.setdefault("npad", "auto")
        case("resample", lambda: mne.filter.resample(x, kw.pop("up"), 100.0, **kw), **o)

    for up in (50.0, 80.0, 33.0, 250.0, 128.0):
        resamp(up=up)
    resamp(up=80.0, npad=0)
    resamp(up=81.0, npad=37, pad="edge")
    resamp(up=50.0, window="hann")
    for up in (50.0, 75.0, 150.0, 33.0):
        resamp(up=up, method="polyphase")
    resamp(up=50.0, method="polyphase", pad="edge")
    stim = (np.arange(400) % 37 < 2) * (1.0 + np.arange(400) // 37)
    triggers = {str(n): floats(mne.filter._resample_stim_channels(stim, n, 400)[0]) for n in (133, 200, 400, 517)}

    # a recording with annotations that split it
    raw = mne.io.RawArray(noise(3, 900, seed=2), mne.create_info(3, 100.0, ["eeg", "eeg", "stim"]), first_samp=50)
    raw.set_annotations(mne.Annotations([2.0, 5.0, 6.0], [0.5, 0.0, 1.0], ["BAD_ACQ_SKIP", "EDGE boundary", "bad other"]))
    one = raw.copy().filter(4.0, 30.0)
    raws = dict(filtered=thinned(one.get_data()), highpass=one.info["highpass"], lowpass=one.info["lowpass"])
    two = raw.copy().notch_filter([20.0])
    raws["notched"] = thinned(two.get_data())
    raws["notched_lowpass"] = two.info["lowpass"]
    part = raw.copy().filter(4.0, 30.0, picks=[1])
    raws["part"] = thinned(part.get_data())
    raws["part_highpass"] = part.info["highpass"]
    events = np.array([[60, 0, 1], [433, 0, 2], [949, 0, 3]])
    a = mne.io.RawArray(noise(3, 500, seed=2), mne.create_info(3, 100.0, ["eeg", "eeg", "stim"]), first_samp=50)
    b = mne.io.RawArray(noise(3, 401, seed=3), mne.create_info(3, 100.0, ["eeg", "eeg", "stim"]))
    a._data[2] = stim.tolist() + [0.0] * 100
    b._data[2] = 0
    both = mne.concatenate_raws([a, b])
    both, moved = both.resample(64.0, events=events)
    raws["resampled"] = thinned(both.get_data())
    raws["resampled_events"] = moved.tolist()
    raws["resampled_first_samp"] = int(both.first_samp)
    raws["resampled_lowpass"] = both.info["lowpass"]

    ep = mne.EpochsArray(noise(6, 200, seed=4).reshape(3, 2, 200), mne.create_info(2, 100.0, "eeg"), tmin=-0.5,
                         events=np.c_[[10, 20, 30], [0] * 3, [1] * 3])
    epochs = dict(filtered=thinned(ep.copy().filter(None, 30.0).get_data()),
                  resampled=thinned(ep.copy().resample(64.0).get_data()))
    ev = ep.average()
    epochs["evoked_filtered"] = thinned(ev.copy().filter(None, 30.0).data)
    epochs["evoked_resampled"] = thinned(ev.copy().resample(64.0).data)

    padlens = {}
    for l, h, bt, order in ((5, 20, "bandpass", 4), (0.5, None, "highpass", 4), (None, 30, "lowpass", 3), (0.05, None, "highpass", 2)):
        p = mne.filter.construct_iir_filter(dict(order=order, ftype="butter", output="sos"),
                                            [c for c in (l, h) if c is not None], None, 100.0, bt)
        padlens[f"{bt} {order} {l} {h}"] = dict(sos=floats(p["sos"]), padlen=int(p["padlen"]))
    write("filter", dict(cases=cases, triggers=triggers, raw=raws, epochs=epochs, padlens=padlens))


NAMES = ["Fp1", "Fp2", "F7", "F3", "Fz", "F4", "F8", "T7", "C3", "Cz", "C4", "T8", "P7", "P3", "Pz", "P4", "P8", "O1", "O2"]


def interpolation_cases():
    info = mne.create_info(NAMES, 100.0, "eeg")
    info.set_montage("colin27_1005")
    info["bads"] = ["Fz", "P8"]
    raw = mne.io.RawArray(noise(19, 60, seed=6), info)
    auto = raw.copy().interpolate_bads()
    given = raw.copy().interpolate_bads(reset_bads=False, origin=(0.0, 0.01, 0.04))
    write("interpolation", dict(
        auto=floats(auto.get_data(["Fz", "P8"])), given=floats(given.get_data(["Fz", "P8"])),
        bads_auto=list(auto.info["bads"]), bads_given=list(given.info["bads"])))


def spectra_cases():
    info = mne.create_info(["a", "b", "c"], 100.0, ["eeg", "eeg", "misc"])
    raw = mne.io.RawArray(noise(3, 2000, seed=7), info, first_samp=30)
    raw.set_annotations(mne.Annotations([3.0, 11.0], [1.0, 0.305], ["bad span", "BAD_ACQ_SKIP"]))
    out = {}

    def put(name, spectrum):
        out[name] = dict(freqs=floats(spectrum.freqs), data=floats(spectrum.get_data(picks="all")))

    put("raw welch", raw.compute_psd("welch"))
    put("raw welch kept", raw.compute_psd("welch", reject_by_annotation=False, n_fft=300, n_per_seg=200, n_overlap=50,
                                          fmin=5, fmax=20))
    put("raw welch piece", raw.compute_psd("welch", tmin=2.5, tmax=13.0, n_fft=128, average="median"))
    put("raw multitaper", raw.compute_psd("multitaper", reject_by_annotation=False, tmax=4.0, fmax=10))
    events = np.c_[[10, 20, 30], [0] * 3, [1] * 3]
    ep = mne.EpochsArray(noise(9, 300, seed=8).reshape(3, 3, 300), info, tmin=-1.0, events=events)
    put("epochs welch", ep.compute_psd("welch", fmax=30))
    put("epochs multitaper", ep.compute_psd("multitaper", fmax=12))
    put("epochs multitaper full", ep.compute_psd("multitaper", fmax=12, bandwidth=3.0, normalization="full", adaptive=True,
                                                 low_bias=False))
    ev = ep.average(picks="all")
    put("evoked welch", ev.compute_psd("welch", n_fft=100))
    put("evoked multitaper", ev.compute_psd("multitaper", fmin=3, fmax=12))

    freqs, cycles = [8.0, 12.0, 25.0], [3.0, 4.0, 7.0]
    kw = dict(method="morlet", freqs=freqs, n_cycles=cycles, decim=3)
    power, itc = ep.compute_tfr(average=True, return_itc=True, **kw)
    single = ep.compute_tfr(**kw)
    tfr = dict(freqs=freqs, n_cycles=cycles, times=floats(power.times), power=floats(power.data), itc=floats(itc.data),
               single=floats(single.data), sfreq=power.info["sfreq"], nave=power.nave)
    for mode in ("mean", "ratio", "logratio", "meanlogratio", "percent", "zscore", "zlogratio"):
        if mode == "meanlogratio":
            data = mne.baseline.rescale(power.data.copy(), power.times, (-0.6, -0.1), mode=mode)
        else:
            data = power.copy().apply_baseline((-0.6, -0.1), mode=mode).data
        tfr["baseline " + mode] = floats(data)
    tfr["baseline to 0"] = floats(power.copy().apply_baseline((None, 0.0), mode="percent").data)
    out["tfr"] = tfr
    write("spectra", out)


if __name__ == "__main__":
    montage_cases()
    filter_cases()
    interpolation_cases()
    spectra_cases()

"""Numbers of Ranvier and MNE-Python 1.13 on real recordings: errors <= 1e-9 of each channel's maximum.

Each case is a few lines that fill the dict `out`; `eeg()`, `meg()` and `epochs()` make what they work on.
"""

import sys
import textwrap

import numpy as np
import pytest
from peers import both, differences, run

PREAMBLE = """
import os, sys, warnings
from pathlib import Path
import numpy as np
import ranvier.meeg as mne

warnings.simplefilter("ignore")
data = Path(os.environ["RANVIER_DATA"])

def eeg(run=6, **kwargs):
    raw = mne.io.read_raw_edf(data / "eegmmidb_S001" / f"S001R{run:02d}.edf", preload=True, **kwargs)
    mne.datasets.eegbci.standardize(raw)
    return raw.set_montage("colin27_1005")

def meg():
    return mne.io.read_raw_fif(data / "sss" / "141027_cropped_90Hz_raw.fif", preload=True)

def epochs(**kwargs):
    raw = eeg()
    events, _ = mne.events_from_annotations(raw, event_id=dict(T1=1, T2=2))
    settings = dict(event_id=dict(hands=1, feet=2), tmin=-1.0, tmax=2.0, baseline=(None, 0), preload=True)
    return mne.Epochs(raw, events, **{**settings, **kwargs})

out = {}
"""

CASES = {
    "edf_samples": 'out["x"] = eeg().get_data()',
    "edf_annotations": """
        a = eeg().annotations
        out["onset"], out["duration"] = a.onset, a.duration
        events, ids = mne.events_from_annotations(eeg())
        out["events"] = events
    """,
    "fiff_samples": 'out["x"] = meg().get_data()',
    "fiff_elekta_events": """
        raw = mne.io.read_raw_fif(data / "formats/misc/test_elekta_3ch_raw.fif")
        out["events"] = mne.find_events(raw)
        out["steps"] = mne.find_events(raw, output="step", consecutive=True)
        out["x"] = raw.get_data(start=1000, stop=5000)
    """,
    "montage_places": """
        out["loc"] = np.array([c["loc"][:6] for c in eeg().info["chs"]])
        out["dig"] = np.array([p["r"] for p in eeg().info["dig"]])
    """,
    "fir_band_pass": 'out["x"] = eeg().filter(1.0, 40.0).get_data()',
    "fir_low_pass": 'out["x"] = eeg().filter(None, 30.0).get_data()',
    "fir_high_pass": 'out["x"] = eeg().filter(0.5, None).get_data()',
    "fir_band_stop": 'out["x"] = eeg().filter(55.0, 45.0, l_trans_bandwidth=2.0, h_trans_bandwidth=2.0).get_data()',
    "fir_minimum_phase": 'out["x"] = eeg().filter(1.0, 40.0, phase="minimum").get_data()',
    "fir_minimum_half_phase": 'out["x"] = eeg().filter(1.0, 40.0, phase="minimum-half").get_data()',
    "head_in_the_helmet": """
        rng = np.random.default_rng(3)
        device, landmarks = rng.normal(scale=0.08, size=(5, 3)), dict(nasion=[0.02, 0.1, 0.01], lpa=[-0.08, 0, 0], rpa=[0.07, 0.01, 0])
        coils = device + rng.normal(scale=0.002, size=(5, 3)) + [0, 0.02, 0.04]
        montage = mne.channels.make_dig_montage(**landmarks, hpi=coils, coord_frame="unknown")
        montage = mne.channels.transform_to_head(montage + mne.channels.make_dig_montage(hpi=device, coord_frame="meg"))
        out["trans"] = mne.channels.compute_dev_head_t(montage)["trans"]
    """,
    "fir_windows": """
        for window in ("hann", "blackman"):
            out[window] = eeg().filter(2.0, 30.0, fir_window=window, l_trans_bandwidth=1.0).get_data()
    """,
    "fir_padding": """
        for pad in ("reflect", "edge"):
            out[pad] = eeg().filter(2.0, 30.0, pad=pad).get_data()
    """,
    "fir_of_meg": 'out["x"] = meg().filter(2.0, 20.0).get_data()',
    "fir_around_annotations": """
        raw = mne.concatenate_raws([eeg(6), eeg(10)])
        out["x"] = raw.filter(1.0, 40.0).get_data()
        out["events"] = mne.events_from_annotations(raw)[0]
    """,
    "iir_band_pass": 'out["x"] = eeg().filter(1.0, 40.0, method="iir").get_data()',
    "iir_high_pass": 'out["x"] = eeg().filter(0.1, None, method="iir").get_data()',
    "iir_order": 'out["x"] = eeg().filter(None, 40.0, method="iir", iir_params=dict(order=6, ftype="butter")).get_data()',
    "notch": 'out["x"] = eeg().notch_filter([50.0, 60.0]).get_data()',
    "notch_widths": 'out["x"] = eeg().notch_filter(60.0, notch_widths=2.0, trans_bandwidth=0.5).get_data()',
    "resample_down": 'out["x"] = eeg().resample(100.0).get_data()',
    "resample_up": 'out["x"] = eeg().crop(0, 30).resample(200.0).get_data()',
    "resample_odd": 'out["x"] = meg().resample(37.0).get_data()',
    "resample_npad": 'out["x"] = eeg().resample(64.0, npad=200, window="hann").get_data()',
    "resample_polyphase": 'out["x"] = eeg().resample(80.0, method="polyphase").get_data()',
    "filter_arrays": """
        x = eeg().get_data()[:4, :4000]
        out["filter"] = mne.filter.filter_data(x, 160.0, 1.0, 30.0)
        out["notch"] = mne.filter.notch_filter(x, 160.0, 60.0)
        out["resample"] = mne.filter.resample(x, up=2.0, down=3.0)
        out["design"] = mne.filter.create_filter(None, 160.0, 1.0, 30.0)
        out["sos"] = mne.filter.create_filter(None, 160.0, 1.0, 30.0, method="iir", iir_params=dict(order=4, ftype="butter", output="sos"))["sos"]
    """,
    "recursive_filters": """
        x = eeg().get_data()[:4, :2000]
        demands = [(dict(ftype=f, gpass=1.0, gstop=30.0, output=o), *edges) for f in ("butter", "cheby1", "cheby2", "ellip") for o in ("sos", "ba")
                   for edges in ((20.0, 40.0, "low"), (20.0, 10.0, "high"), ([10.0, 40.0], [5.0, 55.0], "bandpass"))]
        demands += [(dict(ftype="ellip", gpass=1.0, gstop=30.0), [10.0, 60.0], [20.0, 40.0], "bandstop"),
                    (dict(ftype="butter", gpass=1.0, gstop=30.0), [10.0, 60.0], [20.0, 40.0], "bandstop"),
                    (dict(ftype="bessel", order=3), [10.0, 40.0], None, "bandpass"), (dict(ftype="ellip", order=3, rp=1.0, rs=40.0), 30.0, None, "high")]
        for k, (params, f_pass, f_stop, btype) in enumerate(demands):
            made = mne.filter.construct_iir_filter(params, f_pass, f_stop, 160.0, btype)
            for part in {"sos", "b", "a", "padlen"} & made.keys():
                out[f"{part}{k}"] = np.ravel(made[part])
            if k % 3 == 0:
                for phase in ("zero", "forward"):
                    out[f"{phase}{k}"] = mne.filter.filter_data(x, 160.0, 10.0, 40.0, method="iir", iir_params=made, phase=phase)
        mean = mne.filter.construct_iir_filter(dict(b=np.full(10, 0.1), a=np.array([1.0, 0.0]), padlen=20))
        out["mean"] = mne.filter.filter_data(x, 160.0, None, 40.0, method="iir", iir_params=mean)
    """,
    "average_reference": 'out["x"] = eeg().set_eeg_reference("average").get_data()',
    "named_reference": 'out["x"] = eeg().set_eeg_reference(["T9", "T10"]).get_data()',
    "projections": """
        raw = meg().apply_proj()
        out["x"] = raw.get_data()
        e = eeg(); e.info["bads"] = ["Fp1"]
        e.set_eeg_reference("average", projection=True).apply_proj()
        out["eeg"] = e.get_data()
    """,
    "interpolation": """
        raw = eeg(); raw.info["bads"] = ["C3", "Oz"]
        out["x"] = raw.interpolate_bads().get_data()[:, ::5]
    """,
    "gradient_compensation": """
        for load in (False, True):
            raw = mne.io.read_raw_fif(data / "formats/mne/tests_test_ctf_comp_raw.fif", preload=load)
            for grade in (0, 2, 1, 3):
                out[f"{load}{grade}"] = raw.apply_gradient_compensation(grade).get_data()
                out[f"coil{load}{grade}"] = np.array([c["coil_type"] for c in raw.info["chs"]])
        out["matrices"] = np.concatenate([np.ravel(c["data"]["data"]) for c in raw.info["comps"]])
        raw.save(path := Path(sys.argv[sys.argv.index("--out") + 1]).with_name("again_raw.fif"), overwrite=True)
        out["again"] = mne.io.read_raw_fif(path).apply_gradient_compensation(1).get_data()
    """,
    "interpolation_of_meg": """
        raw = meg().crop(0, 2)
        raw.info["bads"] = raw.ch_names[10:13] + raw.ch_names[100:101]
        out["x"] = raw.copy().interpolate_bads(origin=(0.0, 0.0, 0.04)).get_data()[:, ::5]
        out["fast"] = raw.copy().interpolate_bads(mode="fast", origin=(0.0, 0.01, 0.03), exclude=[raw.ch_names[11], raw.ch_names[20]]).get_data()[:, ::5]
        out["unprojected"] = raw.del_proj().interpolate_bads(origin=(0.0, 0.0, 0.04)).get_data()[:, ::5]
        ctf = mne.io.read_raw_fif(data / "formats/mne/tests_test_ctf_comp_raw.fif", preload=True)
        ctf.info["bads"] = [ctf.copy().pick("mag").ch_names[k] for k in (3, 40, 41)]
        out["ctf"] = ctf.interpolate_bads(origin=(0.0, 0.0, 0.04)).get_data()
    """,
    "reconstruction_of_what_was_projected": """
        raw = meg()
        raw.info["bads"] = raw.ch_names[10:12]
        e = mne.Epochs(raw, mne.make_fixed_length_events(raw, duration=2.0), tmin=0, tmax=0.2, baseline=None, preload=True, picks=["mag", "grad"], proj=False)
        e = e.average(picks="all")
        e.add_proj(mne.compute_proj_evoked(e, n_mag=2, n_grad=2), remove_existing=True)
        out["x"] = e.copy().reconstruct_proj(origin=(0.0, 0.0, 0.04)).data
        out["origin"] = e.reconstruct_proj(origin=(0.0, 0.01, 0.03)).data
        raw = eeg().set_eeg_reference("average", projection=True)
        raw.add_proj(mne.compute_proj_raw(raw, n_eeg=1))
        e = mne.Epochs(raw, mne.make_fixed_length_events(raw, duration=2.0), tmin=0, tmax=0.2, baseline=None, preload=True, proj=False)
        out["eeg"] = e.average().reconstruct_proj().data
    """,
    "virtual_channels": """
        raw = meg()
        raw.info["bads"] = raw.ch_names[10:12]
        e = mne.Epochs(raw, mne.make_fixed_length_events(raw, duration=2.0), tmin=0, tmax=0.2, baseline=None, preload=True, picks=["mag", "grad"], proj=False)
        for kind in ("mag", "grad"):
            made = e.average(picks="all").as_type(kind, mode="accurate")
            out[kind], out[kind + "_names"] = made.data, np.frombuffer("".join(made.ch_names).encode(), "u1")
            out[kind + "_epochs"] = e.as_type(kind).get_data()[:2]
    """,
    "interpolation_of_eeg_by_fields": """
        raw = eeg().crop(0, 20)
        raw.info["bads"] = ["C3", "F8", "Oz"]  # in the order of the channels, as MNE-Python takes each for another else
        out["x"] = raw.copy().interpolate_bads(method=dict(eeg="MNE"), exclude=["F8"]).get_data()[:, ::5]
        out["fast"] = raw.copy().interpolate_bads(method="MNE", mode="fast", origin=(0.0, 0.01, 0.04)).get_data()[:, ::5]
        raw.set_eeg_reference("average", projection=True).apply_proj()
        out["average"] = raw.interpolate_bads(method="MNE").get_data()[:, ::5]
    """,
    "interpolation_of_depth_and_surface_electrodes": """
        raw = eeg().crop(0, 5)
        half = raw.ch_names[:32]
        rng = np.random.default_rng(5)
        ecog = raw.copy().pick(half).set_channel_types(dict.fromkeys(half, "ecog"))
        ecog.info["bads"] = half[5:7]
        out["ecog"] = ecog.interpolate_bads(origin=(0.0, 0.0, 0.04)).get_data()
        seeg = raw.copy().pick(half).set_channel_types(dict.fromkeys(half, "seeg"))
        places = np.array([[0.01 * (k // 8), 0.003 * (k % 8) * (1 + k // 8 / 9), 0.02 * (k // 8)] for k in range(32)])
        places += rng.normal(scale=1e-5, size=places.shape)
        order = rng.permutation(32)
        places[30] += [0, 0.03, 0]
        ch_pos = {name: places[k] for name, k in zip(half, order)}
        seeg.set_montage(mne.channels.make_dig_montage(ch_pos, coord_frame="head"))
        ends = [half[int(np.flatnonzero(order == k)[0])] for k in (0, 9, 12, 18)]
        seeg.info["bads"] = ends
        epochs_ = mne.make_fixed_length_epochs(seeg, 1.0, preload=True)
        out["seeg"], out["trials"] = seeg.interpolate_bads().get_data(), epochs_.interpolate_bads().get_data()
    """,
    "interpolation_of_light": """
        names = [f"S{k}_D{k} {f}" for k in range(1, 9) for f in (760, 850)]
        info = mne.create_info(names, 10.0, "fnirs_cw_amplitude")
        rng = np.random.default_rng(8)
        for k, place in enumerate(np.repeat(rng.normal(scale=0.05, size=(8, 3)), 2, axis=0)):
            info["chs"][k]["loc"][:3], info["chs"][k]["loc"][9] = place, (760, 850)[k % 2]
        raw = mne.io.RawArray(rng.normal(size=(16, 50)), info)
        raw.info["bads"] = names[2:4] + names[8:10]
        out["x"] = raw.interpolate_bads(origin=(0.0, 0.0, 0.0)).get_data()
    """,
    "epochs": """
        e = epochs()
        out["x"], out["events"], out["times"] = e.get_data(), e.events, e.times
    """,
    "epochs_rejection": """
        e = epochs(reject=dict(eeg=250e-6), flat=dict(eeg=1e-6), detrend=1, decim=2, tmin=-0.5)
        out["x"], out["selection"], out["times"] = e.get_data(), e.selection, e.times
        out["dropped"] = np.array([len(r) for r in e.drop_log])
    """,
    "epochs_with_projections": """
        raw = meg()
        events = mne.make_fixed_length_events(raw, duration=0.7)
        e = mne.Epochs(raw, events, tmin=0, tmax=0.5, baseline=(0.0, 0.1), preload=False, picks=["mag", "grad"])
        out["x"], out["average"] = e.get_data(), e.average().data
    """,
    "epochs_operations": """
        e = epochs()
        out["crop"] = e.copy().crop(0.0, 1.0).get_data()
        out["decimate"] = e.copy().decimate(4).get_data()
        out["baseline"] = e.copy().apply_baseline((0.5, 1.0)).get_data()
        out["filter"] = e.copy().filter(None, 20.0).get_data()
        out["resample"] = e.copy().resample(100.0).get_data()
        f = e.copy(); f.equalize_event_counts()
        out["equal"] = f.events
        both = mne.concatenate_epochs([e["hands"], e["feet"]])
        out["joined"], out["joined_events"] = both.get_data(), both.events
    """,
    "evoked": """
        e = epochs()
        hands, feet = e["hands"].average(), e["feet"].average()
        out["hands"], out["error"] = hands.data, e.standard_error().data
        out["difference"] = mne.combine_evoked([hands, feet], [1, -1]).data
        out["nave"] = np.array(mne.combine_evoked([hands, feet], "nave").nave, float)
        out["equal"] = mne.combine_evoked([hands, feet], "equal").data
        out["grand"] = mne.grand_average([hands, feet]).data
        out["filter"] = hands.copy().filter(1.0, 20.0).data
        out["resample"] = hands.copy().resample(100.0).data
    """,
    "sample_evokeds": """
        for k, e in enumerate(mne.read_evokeds(data / "sample/test-ave.fif.gz", baseline=(None, 0))):
            out[f"x{k}"], out[f"times{k}"] = e.data, e.times
    """,
    "welch": """
        s = eeg().compute_psd(n_fft=512, n_overlap=128)
        out["x"], out["freqs"] = s.get_data(), s.freqs
        out["median"] = eeg().compute_psd(average="median", fmax=40.0).get_data()
        out["epochs"] = epochs().compute_psd("welch", n_fft=160, n_overlap=80).get_data()
    """,
    "welch_around_annotations": """
        raw = eeg()
        raw.set_annotations(mne.Annotations([10.0, 50.0], [5.0, 3.0], ["BAD_a", "BAD_b"]))
        out["x"] = raw.compute_psd(n_fft=320).get_data()
    """,
    "multitaper": """
        s = epochs().compute_psd("multitaper", fmin=2.0, fmax=40.0)
        out["x"], out["freqs"] = s.get_data(), s.freqs
        out["wide"] = epochs().compute_psd("multitaper", bandwidth=8.0, normalization="full").get_data()
        out["raw"] = eeg().crop(0, 20).compute_psd("multitaper", bandwidth=1.0).get_data()
    """,
    "multitaper_adaptive": 'out["x"] = epochs().pick(["C3", "Cz"]).compute_psd("multitaper", adaptive=True).get_data()',
    "morlet": """
        freqs = np.arange(6.0, 31.0, 4.0)
        # The recordings end in zeros, where MNE's coherence is 0/0; these epochs end before.
        power, itc = epochs().compute_tfr("morlet", freqs, n_cycles=freqs / 3, average=True, return_itc=True, decim=2)
        out["power"], out["itc"], out["times"] = power.data, itc.data, power.times
        single = epochs().pick(["C3", "C4"]).compute_tfr("morlet", freqs, n_cycles=3.0)
        out["single"] = single.data
    """,
    "baseline_modes": """
        power = epochs().pick(["C3"]).compute_tfr("morlet", [10.0, 20.0], n_cycles=3.0, average=True)
        for mode in ("mean", "ratio", "logratio", "percent", "zscore", "zlogratio"):
            out[mode] = power.copy().apply_baseline((-0.8, -0.2), mode=mode).data
    """,
    "morlet_arrays": """
        x = epochs().get_data()[:, :3]
        out["power"] = mne.time_frequency.tfr_array_morlet(x, 160.0, [8.0, 12.0], 4.0, output="power")
        out["average"] = mne.time_frequency.tfr_array_morlet(x, 160.0, [8.0, 12.0], 4.0, output="avg_power")
        w = mne.time_frequency.morlet(160.0, [8.0, 12.0], 4.0, zero_mean=True)
        out["re"], out["im"] = np.concatenate(w).real, np.concatenate(w).imag
    """,
    "bdf": """
        for k, name in enumerate(["formats/mne/edf_test.bdf", "formats/BDF/multiple_annotation_chans.bdf"]):
            out[f"x{k}"] = mne.io.read_raw_bdf(data / name).get_data()
    """,
    "edf_kinds": """
        for k, name in enumerate(["formats/mne/edf_test.edf", "formats/EDF/chtypes_edf.edf",
                                  "formats/EDF/test_edf_overlapping_annotations.edf"]):
            raw = mne.io.read_raw_edf(data / name)
            out[f"x{k}"], out[f"onset{k}"] = raw.get_data(), raw.annotations.onset
    """,
    "brainvision": """
        renamed = dict(overrides=dict(data_fname="brainvision_test.eeg", marker_fname="brainvision_test.vmrk"))
        bids = "bids/tiny_bids/sub-01/ses-eeg/eeg/sub-01_ses-eeg_task-rest_eeg.vhdr"
        for k, (name, options) in enumerate([
                ("formats/Brainvision/Analyzer_nV_Export.vhdr", {}), ("formats/Brainvision/test_NO.vhdr", {}),
                ("formats/Brainvision/test_VAmp.ahdr", {}), ("formats/mne/brainvision_test.vhdr", renamed), (bids, {})]):
            raw = mne.io.read_raw_brainvision(data / name, **options)
            out[f"x{k}"], out[f"onset{k}"] = raw.get_data(), raw.annotations.onset
            out[f"loc{k}"] = np.array([c["loc"] for c in raw.info["chs"]])
            out[f"edges{k}"] = np.array([raw.info[key] for key in ("sfreq", "highpass", "lowpass")])
            out[f"kinds{k}"] = np.array([[c["kind"], c["unit"], c["coil_type"]] for c in raw.info["chs"]], int)
            out[f"events{k}"] = mne.events_from_annotations(raw)[0]
            out[f"impedances{k}"] = np.array([i["imp"] for i in raw.impedances.values()])
    """,
    "eeglab": """
        raw = mne.io.read_raw_eeglab(data / "eeglab/eeglab_data.set", eog="auto")
        out["x"], out["onset"] = raw.get_data(), raw.annotations.onset
        epochs = mne.read_epochs_eeglab(data / "eeglab/eeglab_data_epochs_ica.set")
        out["epochs"], out["events"], out["times"] = epochs.get_data(), epochs.events, epochs.times
        for name, inst in dict(raw=raw, epochs=epochs).items():
            out[f"loc_{name}"] = np.array([c["loc"] for c in inst.info["chs"]])
            out[f"kinds_{name}"] = np.array([[c["kind"], c["unit"], c["coil_type"]] for c in inst.info["chs"]], int)
        import shutil
        folder = Path(sys.argv[sys.argv.index("--out") + 1]).with_suffix("")
        folder.mkdir()
        shutil.copy(data / "formats/EEGLAB/test_raw_chanloc.set", folder)  # whose samples nobody has
        (folder / "test_raw_chanloc.fdt").write_bytes(np.arange(61 * 385, dtype="<f4").tobytes())
        cap = mne.io.read_raw_eeglab(folder / "test_raw_chanloc.set")
        out["cap"], out["loc_cap"] = cap.get_data(), np.array([c["loc"] for c in cap.info["chs"]])
        out["dig_cap"] = np.array([p["r"] for p in cap.info["dig"]])
    """,
    "covariance_and_projections": """
        cov = mne.read_cov(data / "sample/test-cov.fif")
        out["cov"] = cov.data
        out["proj"] = np.concatenate([p["data"]["data"].ravel() for p in mne.read_proj(data / "sample/test-proj.fif")])
        out["events"] = mne.read_events(data / "sample/test-eve.fif")
    """,
}  # fmt: skip


@pytest.mark.parametrize("case", list(CASES))
def test_numbers_agree_with_mne(case, tmp_path):
    code = PREAMBLE + textwrap.dedent(CASES[case]) + '\nnp.savez(sys.argv[sys.argv.index("--out") + 1], **out)\n'
    found = differences(*both(code, tmp_path))
    print({key: f"{value:.1e}" for key, value in found.items()})
    wrong = {key: value for key, value in found.items() if not value <= 1e-9}
    assert not wrong, f"max|difference| / max|reference| above 1e-9: {wrong}"


def test_files_written_here_are_read_by_mne_and_the_other_way_round(tmp_path):
    """FIFF and EDF: the same samples (after the format's own rounding), names, types and annotations."""
    write = PREAMBLE + textwrap.dedent("""
        folder = Path(sys.argv[sys.argv.index("--out") + 1]).with_suffix("")
        folder.mkdir()
        raw = eeg(); raw.info["bads"] = ["Fp1"]; raw.set_eeg_reference("average", projection=True)
        raw.save(folder / "x_raw.fif", fmt="double", verbose="ERROR")
        e = epochs(); e.save(folder / "x-epo.fif", fmt="double", verbose="ERROR")
        mne.write_evokeds(folder / "x-ave.fif", e.average(), verbose="ERROR")
        m = mne.io.read_raw_fif(data / "sample/SSS/sample_audvis_trunc_raw_sss.fif", preload=True)
        m.save(folder / "m_raw.fif", verbose="ERROR")
        np.savez(sys.argv[sys.argv.index("--out") + 1], done=1)
    """)
    both(write, tmp_path)
    read = PREAMBLE + textwrap.dedent("""
        for folder in ("of_ranvier", "of_mne"):
            f = Path(sys.argv[sys.argv.index("--out") + 1]).parent / folder
            raw = mne.io.read_raw_fif(f / "x_raw.fif", verbose="ERROR")
            out[folder + "_x"], out[folder + "_onset"] = raw.get_data(), raw.annotations.onset
            out[folder + "_names"] = np.array(raw.ch_names + raw.info["bads"] + raw.get_channel_types()).astype("S").view("u1")
            out[folder + "_loc"] = np.array([c["loc"] for c in raw.info["chs"]])
            out[folder + "_numbers"] = np.array([raw.info[k] for k in ("sfreq", "highpass", "lowpass")])
            out[folder + "_date"] = np.array(raw.info["meas_date"].timestamp())
            out[folder + "_projs"] = np.concatenate([p["data"]["data"].ravel() for p in raw.info["projs"]])
            e = mne.read_epochs(f / "x-epo.fif", verbose="ERROR")
            out[folder + "_epochs"], out[folder + "_events"] = e.get_data(), e.events
            out[folder + "_evoked"] = mne.read_evokeds(f / "x-ave.fif", verbose="ERROR")[0].data
            m = mne.io.read_raw_fif(f / "m_raw.fif", verbose="ERROR")
            out[folder + "_meg"] = m.get_data()
            out[folder + "_coils"] = np.array([[c["coil_type"], c["kind"], c["unit"], c["logno"]] for c in m.info["chs"]], int)
            out[folder + "_trans"] = m.info["dev_head_t"]["trans"]
        np.savez(sys.argv[sys.argv.index("--out") + 1], **out)
    """)
    ours, theirs = both(read, tmp_path)
    found = differences(ours, theirs)
    for name in [n for n in ours if n.startswith("of_ranvier_")]:  # what each wrote is the same, too
        found[name + " written"] = differences({"x": ours[name]}, {"x": ours["of_mne_" + name[len("of_ranvier_") :]]})["x"]
    # Annotations are written in double precision here, in single precision (2^-24) by MNE-Python.
    bound = {"of_ranvier_onset written": 2.0**-24}
    wrong = {key: value for key, value in found.items() if not value <= bound.get(key, 1e-9)}
    assert not wrong, f"max|difference| / max|reference| above 1e-9: {wrong}"


def test_brainvision_and_eeglab_files_written_here_are_read_by_mne(tmp_path):
    """The same samples (to the 32 bits that both formats have), names, types, places, annotations and events."""
    write = PREAMBLE + textwrap.dedent("""
        folder = Path(sys.argv[sys.argv.index("--out") + 1]).parent
        raw = eeg().set_channel_types({"Iz": "eog"}).rename_channels({"Oz": "Ö, z"})
        raw.annotations.append(1.5, 0.5, "Stimulus/S  3")
        raw.export(folder / "ü.vhdr"); raw.export(folder / "ü.set")
        epochs(tmin=-0.25, tmax=0.5).export(folder / "e.set")
        out["x"], out["epochs"] = raw.get_data(), epochs(tmin=-0.25, tmax=0.5).get_data()
        np.savez(sys.argv[sys.argv.index("--out") + 1], **out)
    """)
    folder = tmp_path / "written"
    folder.mkdir()
    source = run(sys.executable, write, folder / "source.npz")
    read = PREAMBLE + textwrap.dedent(f"""
        folder = Path({str(folder)!r})
        for kind, raw in dict(bv=mne.io.read_raw_brainvision(folder / "ü.vhdr"), set=mne.io.read_raw_eeglab(folder / "ü.set")).items():
            out[kind] = raw.get_data()
            out[kind + "_onset"], out[kind + "_duration"] = raw.annotations.onset, raw.annotations.duration
            words = raw.ch_names + raw.get_channel_types() + raw.annotations.description.tolist() + [str(raw.info["meas_date"])]
            out[kind + "_words"] = np.frombuffer("|".join(words).encode(), "u1")
            out[kind + "_loc"] = np.array([c["loc"] for c in raw.info["chs"]])
        e = mne.read_epochs_eeglab(folder / "e.set")
        out["e"], out["e_events"], out["e_times"] = e.get_data(), e.events, e.times
        out["e_words"] = np.frombuffer(repr(sorted(e.event_id.items())).encode(), "u1")
        np.savez(sys.argv[sys.argv.index("--out") + 1], **out)
    """)
    ours, theirs = both(read, tmp_path)
    found = differences(ours, theirs)
    wrong = {key: value for key, value in found.items() if not value <= 1e-9}
    assert not wrong, f"max|difference| / max|reference| above 1e-9: {wrong}"
    for name, of in (("bv", "x"), ("set", "x"), ("e", "epochs")):
        np.testing.assert_allclose(theirs[name], source[of], rtol=2.0**-23, atol=1e-12)  # of 20 µV: 32 bits


def test_bdf_files_written_here_are_read_by_mne_as_its_own_are(tmp_path):
    """The samples to half a step of 24 bits, names, annotations; both read what either wrote."""
    write = PREAMBLE + textwrap.dedent("""
        path = Path(sys.argv[sys.argv.index("--out") + 1])
        raw = eeg().crop(0, 20.5)
        raw.annotations.append(1.5, 0.5, "tone")
        raw.export(path.with_suffix(".bdf"), physical_range=(-800.0, 900.0))
        out["x"] = raw.get_data()
        np.savez(path, **out)
    """)
    source, _ = both(write, tmp_path)
    read = PREAMBLE + textwrap.dedent(f"""
        for of in ("of_ranvier", "of_mne"):
            raw = mne.io.read_raw_bdf(Path({str(tmp_path)!r}) / f"{{of}}.bdf")
            out[of], out[of + "_onset"] = raw.get_data(), raw.annotations.onset
            words = raw.ch_names + raw.annotations.description.tolist() + [str(raw.info["meas_date"])]
            out[of + "_words"] = np.frombuffer("|".join(words).encode(), "u1")
        np.savez(sys.argv[sys.argv.index("--out") + 1], **out)
    """)
    folder = tmp_path / "read"
    folder.mkdir()
    ours, theirs = both(read, folder)
    found = differences(ours, theirs)
    found["written"] = differences({"x": ours["of_ranvier"]}, {"x": ours["of_mne"]})["x"]
    for what in ("_onset", "_words"):
        np.testing.assert_array_equal(ours["of_ranvier" + what], ours["of_mne" + what])
    wrong = {key: value for key, value in found.items() if not value <= 1e-9}
    assert not wrong, f"max|difference| / max|reference| above 1e-9: {wrong}"
    n = source["x"].shape[1]
    np.testing.assert_allclose(theirs["of_ranvier"][:, :n], source["x"], atol=0.5001 * 1.7e-3 / 2**24 + 1e-20)

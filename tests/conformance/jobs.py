"""Everyday steps on real files, written once: run with `mne` and with `ranvier.meeg`, they must give the same numbers.

Run as `python jobs.py MODULE JOB OUT.npz`. A job returns named arrays; the first axis of each is compared by channel.
"""

import importlib
import os
import pathlib
import sys
import warnings

import numpy as np

DATA = pathlib.Path(os.environ["RANVIER_DATA"])
JOBS = {}


def job(function):
    JOBS[function.__name__] = function
    return function


def motor_imagery(mne):
    raw = mne.concatenate_raws([mne.io.read_raw_edf(DATA / f"eegmmidb_S001/S001R{run:02d}.edf", preload=True,
                                                    verbose="error") for run in (6, 10, 14)])
    mne.datasets.eegbci.standardize(raw)
    raw.set_montage("standard_1005")
    return raw


def meg(mne):
    return mne.io.read_raw_fif(DATA / "sss/141027_cropped_90Hz_raw.fif", preload=True, allow_maxshield=True,
                               verbose="error")


def motor_epochs(mne, **kwargs):
    raw = motor_imagery(mne)
    raw.set_eeg_reference("average", verbose="error")
    events, _ = mne.events_from_annotations(raw, event_id=dict(T1=2, T2=3), verbose="error")
    settings = dict(tmin=-1.5, tmax=4.5, baseline=(-1, 0), preload=True, verbose="error") | kwargs
    return mne.Epochs(raw, events, dict(hands=2, feet=3), **settings)


@job
def read_edf(mne):
    raw = motor_imagery(mne)
    positions = np.array([ch["loc"][:6] for ch in raw.info["chs"]])
    onsets = np.array([[a["onset"], a["duration"]] for a in raw.annotations])
    return {"data": raw.get_data(), "positions": positions, "annotations": onsets.T}


@job
def average_reference(mne):
    return {"data": motor_imagery(mne).set_eeg_reference("average", verbose="error").get_data()}


@job
def fir_bandpass(mne):
    return {"data": motor_imagery(mne).filter(1.0, 40.0, verbose="error").get_data()}


@job
def fir_highpass_of_a_slow_edge(mne):
    return {"data": motor_imagery(mne).filter(0.1, None, verbose="error").get_data()}


@job
def fir_minimum_phase(mne):
    return {"data": motor_imagery(mne).filter(None, 30.0, phase="minimum", verbose="error").get_data()}


@job
def fir_on_meg(mne):
    return {"data": meg(mne).filter(None, 40.0, verbose="error").get_data(picks="meg")}


@job
def iir_bandpass(mne):
    return {"data": motor_imagery(mne).filter(1.0, 40.0, method="iir", verbose="error").get_data()}


@job
def iir_highpass(mne):
    return {"data": motor_imagery(mne).filter(1.0, None, method="iir", verbose="error").get_data()}


@job
def notch(mne):
    return {"data": motor_imagery(mne).notch_filter(60.0, verbose="error").get_data()}


@job
def notch_at_several(mne):
    return {"data": motor_imagery(mne).notch_filter([20.0, 40.0, 60.0], verbose="error").get_data()}


@job
def resample_down(mne):
    return {"data": motor_imagery(mne).resample(100.0, verbose="error").get_data()}


@job
def resample_up(mne):
    return {"data": motor_imagery(mne).resample(250.0, verbose="error").get_data()}


@job
def resample_polyphase(mne):
    return {"data": motor_imagery(mne).resample(100.0, method="polyphase", verbose="error").get_data()}


@job
def epochs_with_rejection(mne):
    epochs = motor_epochs(mne, reject=dict(eeg=250e-6), flat=dict(eeg=1e-6))
    return {"data": epochs.get_data().swapaxes(0, 1), "selection": epochs.selection[None].astype(float),
            "times": epochs.times[None]}


@job
def epochs_decimated_and_detrended(mne):
    return {"data": motor_epochs(mne, decim=4, detrend=1).get_data().swapaxes(0, 1)}


@job
def evoked_and_contrast(mne):
    epochs = motor_epochs(mne)
    hands, feet = epochs["hands"].average(), epochs["feet"].average()
    contrast = mne.combine_evoked([hands, feet], weights=[1, -1])
    return {"hands": hands.data, "feet": feet.data, "contrast": contrast.data,
            "error": epochs["hands"].standard_error().data, "nave": np.array([[hands.nave, feet.nave, contrast.nave]])}


@job
def read_evoked(mne):
    evoked = mne.read_evokeds(DATA / "sample/test-ave.fif.gz", condition=0, baseline=(None, 0), proj=False,
                              verbose="error")
    return {"data": evoked.data, "times": evoked.times[None]}


@job
def evoked_with_projections(mne):
    evoked = mne.read_evokeds(DATA / "sample/test-ave.fif.gz", condition=0, baseline=(None, 0), proj=True,
                              verbose="error")
    return {"data": evoked.data}


@job
def events_of_a_trigger_channel(mne):
    raw = mne.io.read_raw_fif(DATA / "formats/misc/test_elekta_3ch_raw.fif", preload=True, verbose="error")
    stim = [name for name, kind in zip(raw.ch_names, raw.get_channel_types()) if kind == "stim"]
    if not stim:
        return {"none": np.zeros((1, 1))}
    return {"events": mne.find_events(raw, stim_channel=stim[0], verbose="error").T.astype(float)}


@job
def welch_of_raw(mne):
    psd = motor_imagery(mne).compute_psd(method="welch", n_fft=512, n_overlap=256, verbose="error")
    return {"psd": psd.get_data(), "freqs": psd.freqs[None]}


@job
def welch_of_epochs(mne):
    psd = motor_epochs(mne).compute_psd(method="welch", verbose="error")
    return {"psd": psd.get_data().swapaxes(0, 1)}


@job
def multitaper_of_epochs(mne):
    psd = motor_epochs(mne).compute_psd(method="multitaper", verbose="error")
    return {"psd": psd.get_data().swapaxes(0, 1), "freqs": psd.freqs[None]}


@job
def multitaper_adaptive(mne):
    psd = motor_epochs(mne).pick(["C3", "Cz", "C4"]).compute_psd(method="multitaper", adaptive=True, fmax=40,
                                                                 verbose="error")
    return {"psd": psd.get_data().swapaxes(0, 1)}


@job
def morlet_power_and_coherence(mne):
    freqs = np.arange(4.0, 36.0, 2.0)
    power, itc = motor_epochs(mne).compute_tfr("morlet", freqs, n_cycles=freqs / 2, return_itc=True, average=True,
                                               decim=2, verbose="error")
    return {"power": power.data, "itc": itc.data}


@job
def morlet_of_single_epochs(mne):
    freqs = np.arange(6.0, 31.0, 3.0)
    tfr = motor_epochs(mne).pick(["C3", "Cz", "C4"]).compute_tfr("morlet", freqs, n_cycles=freqs / 2, average=False,
                                                                 decim=4, verbose="error")
    tfr.apply_baseline((-1, 0), mode="logratio", verbose="error")
    return {"data": tfr.data.swapaxes(0, 1)}


@job
def interpolated_bads(mne):
    raw = motor_imagery(mne)
    raw.info["bads"] = ["C3", "Oz"]
    return {"data": raw.interpolate_bads(verbose="error").get_data(picks=["C3", "Oz"])}


def main():
    warnings.simplefilter("ignore")
    module, name, out = sys.argv[1:]
    np.savez(out, **JOBS[name](importlib.import_module(module)))


if __name__ == "__main__":
    main()

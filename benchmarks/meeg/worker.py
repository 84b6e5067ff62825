"""One side of the comparison: runs the same script with `mne` or with `ranvier.meeg`, told by lines of JSON on stdin.

A request is {"case", "n_jobs", "save"}; the answer {"seconds", "processor"}. The result of the case is saved as .npy when asked for.
"""

import importlib
import json
import os
import sys
import time
import warnings

import numpy as np

warnings.simplefilter("ignore")
SFREQ, N_CHANNELS, N_SAMPLES, N_EPOCHS = 600.0, 366, 180_000, 300


def spaces(projs):
    """What vectors are but for their signs."""
    vectors = [p["data"]["data"][0] for p in projs]
    return [np.pad(v * np.sign(v[np.abs(v).argmax()]), (0, 204 - len(v))) for v in vectors]


class Cases:
    """Each case returns (prepare, run, result): prepare is not timed, result(value) is what is compared."""

    def __init__(self, mne, folder):
        self.mne, self.folder = mne, folder
        self.raw = mne.io.read_raw_fif(f"{folder}/bench_raw.fif", preload=True, verbose="error")
        onsets = 600 + 590 * np.arange(N_EPOCHS)
        self.events = np.column_stack([onsets, np.zeros(N_EPOCHS, int), np.ones(N_EPOCHS, int)])
        self.reject = dict(grad=1e-9, mag=1e-10, eeg=1e-3)
        self.epochs = self.cut(self.raw, 1)
        self.epochs60 = self.epochs.copy().pick(self.epochs.ch_names[306:366])

    def helmet(self):
        """A minute of noise and fields from afar in the sensors of an empty room, with a head that is made up."""
        if not hasattr(self, "helmet_raw"):
            room = self.mne.io.read_raw_fif(os.environ["RANVIER_DATA"] + "/sss/test_move_anon_erm_raw.fif",
                                            allow_maxshield="yes", verbose="error").pick("meg")
            upright = np.eye(4)
            upright[2, 3] = 0.04
            room.info["dev_head_t"] = self.mne.Transform("meg", "head", upright)
            random = np.random.default_rng(0)
            size = np.array([2e-14 if ch["unit"] == 112 else 1e-12 for ch in room.info["chs"]])[:, None]
            data = size * (random.normal(size=(306, 60000)) + 20 * random.normal(size=(306, 3)) @ random.normal(size=(3, 60000)))
            self.helmet_raw = self.mne.io.RawArray(data, room.info, verbose="error")
        return self.helmet_raw

    def moves(self):
        """A head that sways by millimetres, seen once a second."""
        t, raw = np.arange(50.0), self.helmet()
        table = np.zeros((50, 10))
        table[:, 0] = t + raw.first_time
        table[:, 1:4] = 0.01 * np.column_stack([np.sin(t), np.cos(t / 3), np.sin(t / 5)])
        table[:, 4:7] = 0.002 * np.column_stack([np.cos(t), np.sin(t / 2), np.cos(t / 7)]) + [0, 0, 0.04]
        table[:, 7] = 0.99
        return table

    def cut(self, raw, n_jobs):
        self.bound_threads(n_jobs)
        return self.mne.Epochs(raw, self.events, tmin=-0.2, tmax=0.5, reject=self.reject, preload=True,
                               proj=False, verbose="error")

    def bound_threads(self, n_jobs):
        """For calls that have no n_jobs in MNE's vocabulary."""
        if self.mne.__name__ != "mne":
            import ranvier

            ranvier.set_threads(n_jobs)

    def components(self, name, n):
        """20 components of 306 channels and 60,000 samples, of sparse sources and noise."""
        self.bound_threads(n)
        self.mne.set_log_level("error")  # stdout is for answers
        ICA = self.mne.preprocessing.ICA
        if not hasattr(self, "sources"):
            rng = np.random.default_rng(0)
            data = rng.normal(size=(306, 40)) @ rng.laplace(size=(40, 60_000)) + 0.3 * rng.normal(size=(306, 60_000))
            info = self.mne.create_info(306, SFREQ, ["mag", "grad", "grad"] * 102, verbose="error")
            self.sources = self.mne.io.RawArray(1e-12 * data, info, verbose="error")
            self.fitted = ICA(20, random_state=0, verbose="error").fit(self.sources, verbose="error")
        if name == "ICA apply":
            return (self.sources.copy, lambda raw: self.fitted.apply(raw, exclude=[0, 3], verbose="error"),
                    lambda raw: raw.get_data()[::37])
        settings = dict(method="infomax", fit_params=dict(extended=True), max_iter=100) if "extended" in name else {}
        return (lambda: self.sources, lambda raw: ICA(20, random_state=0, **settings).fit(raw, verbose="error"),
                lambda ica: ica.get_components().T)

    def filtered(self, **kwargs):
        return self.raw.copy, lambda raw: raw.filter(1.0, 40.0, verbose="error", **kwargs), lambda raw: raw._data

    def case(self, name, n):
        some = slice(None, None, 37)  # every 37th channel is compared; all are computed
        if name == "FIR":
            p, r, _ = self.filtered(n_jobs=n)
            return p, r, lambda x: x.get_data()[some]
        if name == "IIR":
            p, r, _ = self.filtered(method="iir", n_jobs=n)
            return p, r, lambda x: x.get_data()[some]
        if name == "notch":
            freqs = np.arange(60, 241, 60)
            return (self.raw.copy, lambda raw: raw.notch_filter(freqs, n_jobs=n, verbose="error"),
                    lambda x: x.get_data()[some])
        if name == "resample":
            return (self.raw.copy, lambda raw: raw.resample(200.0, n_jobs=n, verbose="error"),
                    lambda x: x.get_data()[some])
        if name == "Welch":
            return (lambda: self.epochs, lambda e: e.compute_psd(method="welch", n_jobs=n, verbose="error"),
                    lambda x: x.get_data()[:, some].swapaxes(0, 1))
        if name == "multitaper":
            return (lambda: self.epochs, lambda e: e.compute_psd(method="multitaper", n_jobs=n, verbose="error"),
                    lambda x: x.get_data()[:, some].swapaxes(0, 1))
        if name == "Morlet":
            freqs = np.geomspace(6, 80, 20)
            return (lambda: self.epochs60,
                    lambda e: e.compute_tfr("morlet", freqs, n_cycles=freqs / 3, return_itc=True, average=True,
                                            n_jobs=n, verbose="error"),
                    lambda x: np.concatenate([x[0].data, x[1].data]))
        if name in ("shrunk", "auto"):
            self.bound_threads(n)
            return (lambda: self.epochs, lambda e: self.mne.compute_covariance(e, method=name, n_jobs=n, verbose="error"),
                    lambda x: x.data)
        if name in ("SSS", "tSSS", "SSS moving"):
            self.bound_threads(n)
            st = dict(st_duration=10.0) if name == "tSSS" else dict(head_pos=self.moves()) if "moving" in name else {}
            filtered = self.mne.preprocessing.maxwell_filter
            return (self.helmet, lambda raw: filtered(raw, origin=(0.0, 0.0, 0.04), verbose="error", **st),
                    lambda x: x.get_data("meg")[some])
        if name.startswith("ICA"):
            return self.components(name, n)
        if name.startswith("SSP"):
            self.bound_threads(n)
            found = self.mne.compute_proj_raw
            counts = dict(n_grad=2, n_mag=2, n_eeg=2, n_jobs=n, verbose="error")
        if name == "SSP raw":
            return lambda: self.raw, lambda raw: found(raw, **counts), spaces
        if name == "SSP epochs":
            return lambda: self.epochs, lambda epochs: self.mne.compute_proj_epochs(epochs, **counts), spaces
        if name == "SSP apply":
            if not hasattr(self, "projs"):
                self.projs = found(self.raw, **counts)
            return (lambda: self.raw.copy().add_proj(self.projs, verbose="error"),
                    lambda raw: raw.apply_proj(verbose="error"), lambda raw: raw.get_data()[some])  # fmt: skip
        if name == "SSP":  # vectors found and projected out
            return (self.raw.copy,
                    lambda raw: raw.add_proj(found(raw, **counts), verbose="error").apply_proj(verbose="error"),
                    lambda raw: raw.get_data()[some])  # fmt: skip
        if name.startswith("Laplacian"):
            self.bound_threads(n)
            if not hasattr(self, "cap"):
                labels = self.mne.channels.make_standard_montage("standard_1005").ch_names[:60]
                info = self.mne.create_info(labels, SFREQ, "eeg", verbose="error")
                self.cap = self.mne.io.RawArray(self.raw.get_data()[306:366], info, verbose="error")
                self.cap.set_montage("standard_1005")
                events = self.events - [self.raw.first_samp, 0, 0]
                cut = self.mne.Epochs(self.cap, events, tmin=-0.2, tmax=0.5, preload=True, proj=False, verbose="error")
                self.of_cap = {"Laplacian": self.cap, "Laplacian 10 s": self.cap.copy().crop(0, 10),
                               "Laplacian epochs": cut, "Laplacian evoked": cut.average()}  # fmt: skip
            csd = self.mne.preprocessing.compute_current_source_density
            return lambda: self.of_cap[name], lambda x: csd(x, verbose="error"), lambda x: x.get_data()
        if name == "epochs":
            return lambda: self.raw, lambda raw: self.cut(raw, n), lambda x: x.get_data()[:, some].swapaxes(0, 1)
        if name == "FIFF read":
            self.bound_threads(n)
            return (lambda: f"{self.folder}/bench_raw.fif",
                    lambda path: self.mne.io.read_raw_fif(path, preload=True, verbose="error"),
                    lambda x: x.get_data()[some])
        if name == "FIFF write":
            path = f"{self.folder}/written_{os.getpid()}_raw.fif"
            self.bound_threads(n)
            return (lambda: self.raw, lambda raw: raw.save(path, overwrite=True, verbose="error"),
                    lambda _: self.mne.io.read_raw_fif(path, preload=True, verbose="error").get_data()[some])
        raise ValueError(name)


def main():
    module, folder = sys.argv[1:]
    cases = Cases(importlib.import_module(module), folder)
    package = importlib.import_module(module.partition(".")[0])
    print(json.dumps({"ready": package.__version__}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        prepare, run, result = cases.case(request["case"], request["n_jobs"])
        given = prepare()
        start, busy = time.perf_counter(), time.process_time()
        value = run(given)
        seconds, processor = time.perf_counter() - start, time.process_time() - busy
        if request["save"]:
            np.save(request["save"], np.asarray(result(value)))
        del given, value
        print(json.dumps({"seconds": seconds, "processor": processor}), flush=True)


if __name__ == "__main__":
    main()

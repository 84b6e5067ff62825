"""The spectra of benchmark_spectra in MNE-Python on one thread. Usage: python benchmarks/kernels/spectra_mne.py"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import time

import mne
import numpy as np
from mne.time_frequency import psd_array_multitaper, psd_array_welch, tfr_array_morlet

mne.set_log_level("ERROR")
x = np.random.default_rng(0).uniform(-0.5, 0.5, (300, 366, 421))
freqs = np.geomspace(6, 80, 20)
cycles = np.maximum(1, freqs / 3)


def report(what, work, runs=2):
    times, processor = [], []
    for _ in range(runs):
        start, start_processor = time.perf_counter(), time.process_time()
        work()
        times.append(time.perf_counter() - start)
        processor.append(time.process_time() - start_processor)
    print(f"{what:28s} least {min(times):.3f} s, processor time {min(processor):.3f} s", flush=True)


print("MNE-Python", mne.__version__)
report("Welch, n_fft 256", lambda: psd_array_welch(x, 600.0, n_fft=256))
report("Welch, n_fft 421", lambda: psd_array_welch(x, 600.0, n_fft=421))
report("multitaper", lambda: psd_array_multitaper(x, 600.0))
report("Morlet power and coherence",
       lambda: tfr_array_morlet(x[:, :60], 600.0, freqs, n_cycles=cycles, zero_mean=True, output="avg_power_itc"))

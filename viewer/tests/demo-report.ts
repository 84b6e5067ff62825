// A report from synthetic data: one of each kind of section, with a damaged and an unknown one on request.

import type { ArrayRef, Channel } from "../src/page-types";
import { demoSensors } from "./demo-sensors";
import { PageWriter } from "./page-writer";

/** Repeatable uniform numbers (mulberry32), so that every run makes the same page. */
export function generator(seed: number): () => number {
  let s = seed >>> 0;
  return () => {
    s = (s + 0x6d2b79f5) >>> 0;
    let t = s;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Noise with a spectrum near 1/f: the sum of slow and fast filtered white noise. */
function pink(random: () => number, n: number): Float64Array {
  const out = new Float64Array(n);
  const state = [0, 0, 0, 0, 0];
  for (let t = 0; t < n; t++) {
    let s = 0;
    state.forEach((_, k) => {
      const a = 1 - 0.5 ** k * 0.6;
      state[k] = a * state[k]! + Math.sqrt(1 - a * a) * (random() - 0.5) * 2;
      s += state[k]!;
    });
    out[t] = s;
  }
  return out;
}

const bump = (x: number, centre: number, width: number): number => Math.exp(-0.5 * ((x - centre) / width) ** 2);
const near = (c: Channel, x: number, y: number, width: number): number =>
  c.position ? Math.exp(-((c.position[0] - x) ** 2 + (c.position[1] - y) ** 2) / (2 * width * width)) : 0;

function recording(w: PageWriter, sensors: Channel[], seconds: number): object {
  const sfreq = 160;
  const n = sfreq * seconds;
  const random = generator(11);
  const channels = [
    ...sensors,
    { name: "EOG", type: "eog", unit: "V", half_range: 150e-6, bad: false, position: null },
    { name: "STI", type: "stim", unit: "V", half_range: 1, bad: false, position: null },
  ];
  const blinks = Array.from({ length: seconds / 7 }, (_, i) => i * 7 + 2 + 3 * random());
  const shared = [pink(random, n), pink(random, n), pink(random, n)];
  const blink = (t: number): number => blinks.reduce((s, b) => s + bump(t, b, 0.09), 0);
  const raw = new Int16Array(channels.length * n);
  channels.forEach((c, i) => {
    const noise = pink(random, n);
    const alpha = near(c, 0, -0.75, 0.5);
    for (let t = 0; t < n; t++) {
      const s = t / sfreq;
      let v = 3 * noise[t]! + 5 * shared[i % 3]![t]!;
      v += 14 * alpha * Math.sin(2 * Math.PI * 10.2 * s + 0.3 * i) * (0.5 + 0.5 * Math.sin(0.5 * s)) ** 2;
      v += (c.type === "eog" ? 230 : 120 * near(c, 0, 1, 0.45)) * blink(s);
      if (c.name === "FC5") v += 60 * Math.sin(2 * Math.PI * 50 * s) + 30 * noise[t]!;
      if (c.type === "stim") v = (s % 8.3 < 4 ? 1 : 0) * 1e6 * (Math.floor(s / 8.3) % 2 ? 1 : 0.5);
      raw[i * n + t] = Math.max(-32767, Math.min(32767, Math.round(c.type === "stim" ? v / 1e3 : v * 20)));
    }
  });
  const annotations = Array.from({ length: Math.floor(seconds / 8.3) }, (_, i) => ({
    onset: 4.2 + i * 8.3,
    duration: 4.1,
    description: i % 2 ? "feet" : "hands",
  }));
  annotations.push({ onset: 31, duration: 5, description: "BAD_movement" });
  const data = w.int16(raw, [channels.length, n], channels.map((c) => (c.type === "stim" ? 1e-3 : 1e-6 / 20)));
  return { kind: "recording", title: "Recording", sfreq, first_time: 0, channels, annotations, data };
}

function evoked(w: PageWriter, sensors: Channel[]): object {
  const time = { start: -0.2, step: 1 / 256, n: 256 };
  const make = (gain: number, side: number, seed: number): ArrayRef => {
    const random = generator(seed);
    const values = new Float32Array(sensors.length * time.n);
    sensors.forEach((c, i) => {
      const noise = pink(random, time.n);
      for (let t = 0; t < time.n; t++) {
        const s = time.start + t * time.step;
        let v = 0.35 * noise[t]!;
        v += gain * 4 * bump(s, 0.105, 0.018) * (near(c, 0, -0.8, 0.4) - 0.25);
        v -= gain * 6 * bump(s, 0.18, 0.028) * (near(c, side * 0.6, -0.5, 0.38) - 0.2);
        v += gain * 7.5 * bump(s, 0.36, 0.075) * (near(c, 0, -0.15, 0.55) - 0.35);
        values[i * time.n + t] = (c.bad ? v * 2 + 3 * noise[t]! : v) * 1e-6;
      }
    });
    return w.float32(values, [sensors.length, time.n]);
  };
  const hands = make(1, 0.9, 3);
  const feet = make(0.55, -0.6, 5);
  return {
    kind: "evoked",
    title: "Evoked responses",
    channels: sensors,
    time,
    conditions: [
      { name: "hands", nave: 22, data: hands },
      { name: "feet", nave: 21, data: feet },
      { name: "hands − feet", nave: 10.7, data: make(0.45, 1, 9) },
    ],
  };
}

function tfr(w: PageWriter, sensors: Channel[]): object {
  const time = { start: -1, step: 0.025, n: 161 };
  const freqs = Array.from({ length: 24 }, (_, i) => Math.round(4 * 1.1 ** i * 1000) / 1000);
  const make = (x: number, y: number, seed: number): ArrayRef => {
    const random = generator(seed);
    const values = new Float32Array(sensors.length * freqs.length * time.n);
    sensors.forEach((c, i) =>
      freqs.forEach((f, k) => {
        const noise = pink(random, time.n);
        for (let t = 0; t < time.n; t++) {
          const s = time.start + t * time.step;
          const on = 1 / (1 + Math.exp(-(s - 0.5) * 9)) / (1 + Math.exp((s - 2.6) * 8));
          const erd = -4.5 * on * bump(Math.log2(f), Math.log2(11), 0.28) * (near(c, -x, y, 0.35) + near(c, x, y, 0.35));
          const beta = -2.5 * on * bump(Math.log2(f), Math.log2(22), 0.2) * near(c, x, y, 0.4);
          const early = 3 * bump(s, 0.2, 0.14) * bump(Math.log2(f), Math.log2(5), 0.35) * near(c, 0, 0.1, 0.5);
          values[(i * freqs.length + k) * time.n + t] = erd + beta + early + 0.35 * noise[t]!;
        }
      }),
    );
    return w.float32(values, [sensors.length, freqs.length, time.n]);
  };
  return {
    kind: "tfr",
    title: "Time–frequency power",
    channels: sensors,
    freqs,
    time,
    unit: "dB",
    baseline: "−1 to 0 s, log ratio",
    conditions: [
      { name: "hands", data: make(0.42, 0, 21) },
      { name: "feet", data: make(0.05, 0.05, 23) },
    ],
  };
}

function spectrum(w: PageWriter, sensors: Channel[]): object {
  const freqs = Array.from({ length: 161 }, (_, i) => i * 0.5);
  const random = generator(31);
  const values = new Float32Array(sensors.length * freqs.length);
  sensors.forEach((c, i) =>
    freqs.forEach((f, k) => {
      const p = 40 / (0.5 + f) ** 1.4 + 14 * near(c, 0, -0.8, 0.5) * bump(f, 10.2, 1) + 1.5 * near(c, 0, 0, 0.5) * bump(f, 21, 2);
      values[i * freqs.length + k] = (p + (c.bad ? 30 : 0.4) * bump(f, 50, 0.4) + 0.01) * (0.85 + 0.3 * random()) * 1e-12;
    }),
  );
  const data = w.float32(values, [sensors.length, freqs.length]);
  return { kind: "spectrum", title: "Power spectrum", channels: sensors, freqs, units: sensors.map(() => "V²/Hz"), conditions: [{ name: "whole recording", data }] };
}

export interface DemoOptions {
  seconds?: number;
  /** Adds a section of an unknown kind and one whose block is too short, and one whose block is absent. */
  damaged?: boolean;
}

/** The page's metadata; the arrays go into `w`. */
export function demoReport(w: PageWriter, options: DemoOptions = {}): object {
  const sensors = demoSensors();
  const sections: object[] = [
    {
      kind: "summary",
      title: "Summary",
      text: "Imagined movements of hands and feet, one synthetic participant.\n\nThe data of this page are made up: pink noise, an occipital rhythm at 10 Hz, blinks, and three evoked components at known places.",
      items: [
        { label: "Channels", value: "64 EEG, 1 EOG, 1 stimulus" },
        { label: "Sampling frequency", value: "160 Hz" },
        { label: "Epochs kept", value: "43 of 45" },
        { label: "Band-pass", value: "1 – 40 Hz" },
        { label: "Reference", value: "average" },
        { label: "Quotes survive", value: `</script><b>"&amp;"</b>` },
      ],
    },
    recording(w, sensors, options.seconds ?? 84),
    spectrum(w, sensors),
    evoked(w, sensors),
    tfr(w, sensors),
  ];
  if (options.damaged) {
    const missing: ArrayRef = { block: 999, dtype: "float32", shape: [sensors.length, 4] };
    const short = w.float32(new Float32Array(10), [sensors.length, 4]);
    const time = { start: 0, step: 0.1, n: 4 };
    sections.push(
      { kind: "evoked", title: "Lost block", channels: sensors, time, conditions: [{ name: "a", nave: 1, data: missing }] },
      { kind: "evoked", title: "Short block", channels: sensors, time, conditions: [{ name: "a", nave: 1, data: short }] },
      { kind: "raster", title: "From the future" },
      { kind: "recording", title: "No rate", channels: sensors },
    );
  }
  sections.push({
    kind: "run",
    title: "This run",
    parameters: [
      { name: "filter.l_freq", value: "1 Hz" },
      { name: "filter.h_freq", value: "40 Hz" },
      { name: "epochs.reject", value: "eeg: 150e-6 V" },
      { name: "epochs.baseline", value: "(-0.2, 0)" },
    ],
    versions: [
      { name: "ranvier", value: "0.1.0" },
      { name: "BLAS", value: "OpenBLAS 0.3.21" },
      { name: "instruction set", value: "AVX-512" },
    ],
    timings: [
      { step: "read", seconds: 0.182 },
      { step: "filter", seconds: 0.094 },
      { step: "epochs", seconds: 0.031 },
      { step: "time-frequency", seconds: 0.74 },
      { step: "report", seconds: 0.21 },
    ],
    inputs: [
      { path: "S001R06.edf", bytes: 2596896, sha256: "6a1c0f2b".repeat(8) },
      { path: "S001R10.edf", bytes: 2596896, sha256: "93d7e455".repeat(8) },
    ],
  });
  return {
    format: "ranvier-report/1",
    title: "Hands against feet",
    created: "2025-03-04T10:15:00Z",
    version: "0.1.0",
    sections,
  };
}

// A page of a network whose activity is made up: two populations that oscillate together, rates, traces of three neurons.

import { generator } from "./demo-report";
import type { PageWriter } from "./page-writer";

export interface DemoActivity {
  /** Excitatory neurons; inhibitory ones are a quarter. */
  n?: number;
  seconds?: number;
  /** Mean rate of each [1/s]. */
  rate?: number;
}

const DT = 1e-4;

/** Spikes of n neurons at a rate that goes up and down 20 times a second, in the order of time. */
export function oscillating(n: number, seconds: number, rate: number, seed: number): { t: Int32Array; i: Int32Array } {
  const random = generator(seed);
  const steps = Math.round(seconds / DT);
  const t: number[] = [];
  const i: number[] = [];
  for (let step = 0; step < steps; step++) {
    const wanted = n * rate * DT * (1 + 0.9 * Math.sin(2 * Math.PI * 20 * step * DT));
    let count = Math.floor(wanted) + (random() < wanted % 1 ? 1 : 0);
    for (; count > 0; count--) {
      t.push(step);
      i.push(Math.floor(random() * n));
    }
  }
  return { t: Int32Array.from(t), i: Int32Array.from(i) };
}

export function activitySection(w: PageWriter, options: DemoActivity = {}): object {
  const { n = 80, seconds = 1, rate = 12 } = options;
  const sizes = [n, Math.ceil(n / 4)];
  const names = ["excitatory", "inhibitory"];
  const spikes = sizes.map((size, k) => oscillating(size, seconds, k === 0 ? rate : 2 * rate, k + 1));
  const step = 1e-3;
  const bins = Math.round(seconds / step);
  const rates = spikes.map(({ t }, k) => {
    const values = new Float32Array(bins);
    for (const s of t) values[Math.min(bins - 1, Math.floor((s * DT) / step))]! += 1 / sizes[k]! / step;
    return { name: names[k]!, population: k, start: 0, step, values: w.float32(values, [1, bins]) };
  });
  const samples = Math.round(seconds / 5e-4);
  const elements = [0, 7, 30].filter((e) => e < n);
  const v = new Int16Array(elements.length * samples);
  elements.forEach((e, k) => {
    for (let s = 0; s < samples; s++) v[k * samples + s] = Math.round(20000 * Math.sin(2 * Math.PI * 20 * s * 5e-4 - e) + 3000 * Math.sin(s));
  });
  return {
    kind: "activity", title: "Activity", start: 0, end: seconds,
    populations: sizes.map((size, k) => ({ name: names[k]!, n: size, t: w.int32(spikes[k]!.t, [1, spikes[k]!.t.length], DT), i: w.int32(spikes[k]!.i, [1, spikes[k]!.i.length]) })),
    rates,
    traces: [
      { name: "v", unit: "mV", start: 0, step: 5e-4, population: 0, elements, data: w.int16(v, [elements.length, samples], elements.map(() => 1e-3)) },
      { name: "g_exc", unit: "nS", start: 0, step: 5e-4, population: 0, elements: elements.slice(0, 1), data: w.int16(v.slice(0, samples), [1, samples], [2e-4]) },
    ],
  };
}

export function demoActivity(w: PageWriter, options: DemoActivity = {}): object {
  return { format: "ranvier-report/1", title: "A network", created: "2025-03-04T10:15:00Z", version: "0.1.0", sections: [activitySection(w, options)] };
}

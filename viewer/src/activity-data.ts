// What a network did, decoded: spikes in the order of time, rates and traces on regular axes; and what of it is in a window.

import type { ActivitySection } from "./page-types";
import { rowValues, type BlockStore, type Samples } from "./decode";
import { fail } from "./schema";

export interface Population {
  name: string;
  n: number;
  /** The row of its first neuron among those of all. */
  first: number;
  /** [s], ascending */
  t: Float64Array;
  /** The row of each spike's neuron. */
  row: Int32Array;
}

export interface Rate {
  name: string;
  population: number | null;
  start: number; // [s]
  step: number; // [s]
  values: Float64Array; // [1/s]
}

export interface TraceGroup {
  name: string;
  unit: string;
  start: number;
  step: number;
  thinned: boolean;
  elements: readonly number[];
  /** The row of each element's neuron in the raster; null where it has none. */
  rows: readonly (number | null)[];
  data: Samples;
  low: number;
  high: number;
}

export interface Activity {
  start: number;
  end: number;
  rows: number;
  populations: Population[];
  rates: Rate[];
  traces: TraceGroup[];
}

export function activityOf(section: ActivitySection, blocks: BlockStore): Activity {
  const { start, end } = section;
  if (!(end > start)) fail("end", `above start, ${start}`, end);
  let rows = 0;
  const populations = section.populations.map((p, k): Population => {
    const t = rowValues(blocks.samples(p.t), 0);
    const raw = blocks.samples(p.i).raw;
    if (raw.length !== t.length) fail(`populations[${k}].i.shape`, `[1, ${t.length}], one for each t`, p.i.shape);
    const first = rows;
    const row = new Int32Array(t.length);
    for (let s = 0; s < t.length; s++) {
      t[s] = t[s]! + start;
      const i = raw[s]!;
      if (!(i >= 0 && i < p.n) || (s > 0 && t[s]! < t[s - 1]!)) fail(`populations[${k}], spike ${s}`, `not before the last, and of a neuron below ${p.n}`, [t[s], i]);
      row[s] = first + i;
    }
    rows += p.n;
    return { name: p.name, n: p.n, first, t, row };
  });
  const known = (k: number | null, where: string): number | null => (k === null || k < populations.length ? k : fail(where, `below the number of populations, ${populations.length}`, k));
  const rates = section.rates.map((r, k): Rate => {
    const population = known(r.population, `rates[${k}].population`);
    return { name: r.name, population, start: r.start, step: r.step, values: rowValues(blocks.samples(r.values), 0) };
  });
  const traces = section.traces.map((g, k): TraceGroup => {
    const data = blocks.samples(g.data);
    if (data.shape[0] !== g.elements.length) fail(`traces[${k}].data.shape`, `[${g.elements.length}, …], a row for each element`, g.data.shape);
    const whose = known(g.population, `traces[${k}].population`);
    const population = whose === null ? null : populations[whose]!;
    const [low, high] = rangeOf(data);
    const inRaster = g.elements.map((e) => (population && e < population.n ? population.first + e : null));
    return { name: g.name, unit: g.unit, start: g.start, step: g.step, thinned: g.thinned, elements: g.elements, rows: inRaster, data, low, high };
  });
  return { start, end, rows, populations, rates, traces };
}

/** The least and the greatest value of all rows; [0, 1] where there is none. */
function rangeOf(data: Samples): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let r = 0; r < data.shape[0]!; r++)
    for (const v of rowValues(data, r)) {
      if (v < low) low = v;
      if (v > high) high = v;
    }
  return low > high ? [0, 1] : low === high ? [low - 0.5, high + 0.5] : [low, high];
}

/** The index of the first that is not below `x`, of ascending numbers. */
export function firstFrom(ascending: ArrayLike<number>, x: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The spikes of a population within [from, to): the first, and the one behind the last. */
export function spikesWithin(p: Population, from: number, to: number): [number, number] {
  return [firstFrom(p.t, from), firstFrom(p.t, to)];
}

/** A round number of steps (1, 2, 5, 10, 20 …) that is at least `wanted`. */
export function roundSteps(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, wanted)));
  for (const m of [1, 2, 5, 10]) if (m * power >= wanted - 1e-9) return m * power;
  return 10 * power;
}

/** Means of `width` values each; bins begin at multiples of it, so that they stay the same while one scrolls. */
export class BinnedRate {
  private readonly kept = new Map<number, Float64Array>();
  constructor(private readonly rate: Rate) {}

  means(width: number): Float64Array {
    let means = this.kept.get(width);
    if (!means) {
      const { values } = this.rate;
      means = new Float64Array(Math.ceil(values.length / width));
      for (let b = 0; b < means.length; b++) {
        const to = Math.min(values.length, (b + 1) * width);
        let sum = 0;
        for (let k = b * width; k < to; k++) sum += values[k]!;
        means[b] = sum / (to - b * width);
      }
      this.kept.set(width, means);
    }
    return means;
  }

  /** The mean of the bin at a time; NaN outside. */
  at(time: number, width: number): number {
    const bin = Math.floor((time - this.rate.start) / this.rate.step / width + 1e-9);
    return this.means(width)[bin] ?? NaN;
  }
}

/** The value of a trace at a time: of the sample that was the last; NaN outside. */
export function traceAt(g: TraceGroup, element: number, time: number): number {
  const at = Math.floor((time - g.start) / g.step + 1e-6);
  return at >= 0 && at < g.data.rowLength ? rowValues(g.data, element, 1, at, at + 1)[0]! : NaN;
}

/** How many spikes fall into each pixel of a picture of rows over time. */
export interface Counts {
  width: number;
  height: number;
  counts: Uint16Array;
}

/** Adds the spikes [from, to) of a population to pixels, row 0 at the bottom; those beyond the picture are left out.
 *  @param x  the time at the left edge [s], pixels per second   @param y  the row above the topmost, pixels per row
 *  @param least  pixels that a spike is high at least */
export function addCounts(into: Counts, p: Population, from: number, to: number, x: { start: number; scale: number }, y: { above: number; scale: number }, least = 1): void {
  const { width, height, counts } = into;
  const tall = Math.max(least, Math.floor(y.scale));
  for (let s = from; s < to; s++) {
    const column = Math.floor((p.t[s]! - x.start) * x.scale);
    const top = Math.floor((y.above - 1 - p.row[s]!) * y.scale);
    if (column < 0 || column >= width || top + tall <= 0 || top >= height) continue;
    for (let line = Math.max(0, top), end = Math.min(height, top + tall); line < end; line++) {
      const at = line * width + column;
      if (counts[at]! < 65535) counts[at] = counts[at]! + 1;
    }
  }
}

/** How dark a pixel with some spikes is, 0 … 1: a single one is seen, and `full` or more are black. */
export function darkness(count: number, full: number): number {
  return count === 0 ? 0 : full <= 1 ? 1 : 0.28 + 0.72 * Math.min(1, (count - 1) / (full - 1));
}

/** The number of spikes in a pixel that is black: more than chance would put there. It hangs on the zoom, not on where one
 *  is, so that a picture does not flicker while it moves. */
export function fullCount(spikes: number, pixels: number): number {
  const mean = pixels > 0 ? spikes / pixels : 0;
  return Math.max(1, Math.ceil(mean + 2.5 * Math.sqrt(mean)));
}

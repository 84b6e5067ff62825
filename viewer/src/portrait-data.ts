// A portrait's numbers in the units they are shown in, and what is asked of them: pure, without a page.

import type { FixedPoint, PortraitSection, Quantity, SpecialPoint, Stability } from "./page-types";
import { rowValues, type BlockStore } from "./decode";
import { symbolText } from "./formula";
import { shown, unitText, withUnit } from "./units";

export interface Trace {
  t: Float64Array;
  x: Float64Array[]; // of each state
}

export interface Value {
  parameter: number; // NaN where none varies
  trace: Trace;
  /** Where each state turns in the second half of the trace. */
  extremes: Float64Array[];
  spikes: number[];
  stopped: string;
  points: FixedPoint[]; // x in display units, eigenvalues per display unit of time
  nullclines: { x: Float64Array; y: Float64Array }[];
  field: { rows: number; columns: number; dx: Float64Array; dy: Float64Array } | null;
  slope: { x: Float64Array; y: Float64Array } | null;
}

export interface EquilibriumRun {
  stability: Stability;
  parameter: Float64Array;
  x: Float64Array[];
}

export interface CycleRun {
  stability: Stability;
  parameter: Float64Array;
  period: Float64Array;
  low: Float64Array[];
  high: Float64Array[];
}

export interface PortraitData {
  states: Quantity[];
  plane: [number, number];
  low: number[];
  high: number[];
  time: { unit: string; scale: number };
  parameter: { name: string; unit: string } | null;
  range: [number, number];
  values: Value[];
  equilibria: EquilibriumRun[];
  cycles: CycleRun[];
  special: SpecialPoint[];
  rates: { parameter: Float64Array; rate: Float64Array } | null;
  /** Of rates and cycles: "Hz", or "" where time is a number. */
  rateUnit: string;
  spikes: boolean;
}

/** Everything in display units. */
export function portraitData(s: PortraitSection, blocks: BlockStore): PortraitData {
  const time = s.time.scale;
  const scales = s.states.map((q) => q.scale);
  const per = s.parameter ? 1 / s.parameter.scale : 1;
  const n = s.states.length;
  const rows = (ref: Parameters<BlockStore["samples"]>[0], factors: readonly number[]): Float64Array[] => {
    const samples = blocks.samples(ref);
    return factors.map((f, i) => rowValues(samples, i, f));
  };
  const inverse = scales.map((x) => 1 / x);
  const values = s.values.map((v): Value => {
    const [t, ...x] = rows(v.trace, [1 / time, ...inverse]);
    let field: Value["field"] = null;
    if (v.field) {
      const [dx, dy] = rows(v.field, [time / scales[0]!, time / scales[1]!]);
      field = { rows: v.field.shape[1]!, columns: v.field.shape[2]!, dx: dx!, dy: dy! };
    }
    let slope: Value["slope"] = null;
    if (v.slope) {
      const [sx, sy] = rows(v.slope, [inverse[0]!, time / scales[0]!]);
      slope = { x: sx!, y: sy! };
    }
    return {
      parameter: v.parameter === null ? NaN : v.parameter * per,
      trace: { t: t!, x },
      extremes: v.extremes ? rows(v.extremes, inverse).map((row) => row.filter((value) => !Number.isNaN(value))) : [],
      spikes: v.spikes.map((at) => at / time),
      stopped: v.stopped,
      points: v.points.map((p) => ({ ...p, x: p.x.map((value, i) => value / scales[i]!), eigenvalues: p.eigenvalues.map(([re, im]) => [re * time, im * time]) })),
      nullclines: v.nullclines.map((ref) => {
        const [nx, ny] = rows(ref, inverse.slice(0, 2));
        return { x: nx!, y: ny! };
      }),
      field,
      slope,
    };
  });
  // A rate is per second where time has a unit, and per unit of time else.
  const seconds = s.time.unit !== "1";
  let rates: PortraitData["rates"] = null;
  if (s.rates) {
    const [p, r] = rows(s.rates, [per, 1]);
    rates = { parameter: p!, rate: r! };
  }
  return {
    states: s.states,
    plane: s.plane,
    low: s.low.map((v, i) => v / scales[i]!),
    high: s.high.map((v, i) => v / scales[i]!),
    time: { unit: unitText(s.time.unit), scale: time },
    parameter: s.parameter ? { name: symbolText(s.parameter.name), unit: unitText(s.parameter.unit) } : null,
    range: s.range ? [s.range[0] * per, s.range[1] * per] : [0, 1],
    values,
    equilibria: (s.diagram?.equilibria ?? []).map((r) => {
      const [parameter, ...x] = rows(r.data, [per, ...inverse]);
      return { stability: r.stability, parameter: parameter!, x };
    }),
    cycles: (s.diagram?.cycles ?? []).map((r) => {
      const [parameter, period, ...x] = rows(r.data, [per, 1 / time, ...inverse, ...inverse]);
      return { stability: r.stability, parameter: parameter!, period: period!, low: x.slice(0, n), high: x.slice(n) };
    }),
    special: (s.diagram?.points ?? []).map((p) => ({
      ...p,
      parameter: p.parameter * per,
      low: p.low.map((v, i) => v / scales[i]!),
      high: p.high.map((v, i) => v / scales[i]!),
      period: p.period === null ? null : p.period / time,
    })),
    rates,
    rateUnit: seconds ? "Hz" : "",
    spikes: s.spikes,
  };
}

/** Index of the value nearest to `x`. */
export function nearestValue(values: readonly { parameter: number }[], x: number): number {
  let best = 0;
  values.forEach((v, i) => {
    if (Math.abs(v.parameter - x) < Math.abs(values[best]!.parameter - x)) best = i;
  });
  return best;
}

/** The states at a time, on straight lines between samples; at a jump, what is after it. */
export function stateAt(trace: Trace, time: number): number[] {
  const { t, x } = trace;
  const last = t.length - 1;
  if (time <= t[0]!) return x.map((row) => row[0]!);
  if (time >= t[last]!) return x.map((row) => row[last]!);
  let lo = 0;
  let hi = last;
  while (hi - lo > 1) {
    const middle = (lo + hi) >> 1;
    if (t[middle]! <= time) lo = middle;
    else hi = middle;
  }
  const u = t[hi]! > t[lo]! ? (time - t[lo]!) / (t[hi]! - t[lo]!) : 1;
  return x.map((row) => row[lo]! + u * (row[hi]! - row[lo]!));
}

/** The runs of a trace between jumps (two samples of one time): [from, to] of each, ends included. */
export function smoothRuns(t: ArrayLike<number>): [number, number][] {
  const runs: [number, number][] = [];
  let from = 0;
  for (let i = 1; i < t.length; i++)
    if (t[i]! <= t[i - 1]!) {
      runs.push([from, i - 1]);
      from = i;
    }
  if (t.length) runs.push([from, t.length - 1]);
  return runs;
}

/** Mean rate of spikes [1/display time]; 0 for fewer than two. */
export function meanRate(spikes: readonly number[]): number {
  const n = spikes.length;
  return n > 1 && spikes[n - 1]! > spikes[0]! ? (n - 1) / (spikes[n - 1]! - spikes[0]!) : 0;
}

/** States that share a unit share a panel; in the order of their first. */
export function panelsOf(states: readonly Quantity[]): number[][] {
  const panels: number[][] = [];
  states.forEach((s, i) => {
    const panel = panels.find((p) => states[p[0]!]!.unit === s.unit && states[p[0]!]!.scale === s.scale);
    if (panel) panel.push(i);
    else panels.push([i]);
  });
  return panels;
}

/** "v (mV)" */
export function axisName(q: Pick<Quantity, "name" | "unit">): string {
  const unit = unitText(q.unit);
  return unit ? `${symbolText(q.name)} (${unit})` : symbolText(q.name);
}

export function stateText(q: Quantity, x: number): string {
  return `${symbolText(q.name)} = ${withUnit(x, unitText(q.unit))}`;
}

/** "−0.03 ± 0.21 i": pairs as one. */
export function eigenvalueTexts(eigenvalues: readonly [number, number][]): string[] {
  const largest = Math.max(0, ...eigenvalues.map(([re, im]) => Math.hypot(re, im)));
  return eigenvalues.flatMap(([re, im]) => {
    if (Math.abs(im) <= 1e-9 * largest) return [shown(re)];
    return im > 0 ? [`${Math.abs(re) <= 1e-9 * largest ? "" : `${shown(re)} `}± ${shown(im)} i`.trim()] : [];
  });
}

/** How a special point is called: "Hopf, subcritical". */
export function specialName(p: Pick<SpecialPoint, "kind" | "criticality">): string {
  const name = p.kind.charAt(0).toUpperCase() + p.kind.slice(1);
  return p.criticality ? `${name}, ${p.criticality}` : name;
}

/** Points that lie within `near` of an earlier one go with it: at an abrupt change there are many. */
export function grouped<T>(points: readonly T[], distance: (a: T, b: T) => number, near: number): T[][] {
  const groups: T[][] = [];
  for (const p of points) {
    const group = groups.find((g) => distance(g[0]!, p) <= near);
    if (group) group.push(p);
    else groups.push([p]);
  }
  return groups;
}

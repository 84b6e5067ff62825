// Which channels belong together: types, sensors that share a place, the nearest sensor to a point.

import type { Channel } from "./page-types";
import type { Point } from "./spline";

const typeNames: Record<string, string> = {
  eeg: "EEG",
  mag: "Magnetometers",
  grad: "Gradiometers",
  eog: "EOG",
  ecg: "ECG",
  emg: "EMG",
  seeg: "sEEG",
  ecog: "ECoG",
  stim: "Stimulus",
  misc: "Miscellaneous",
};

export function typeName(type: string): string {
  return typeNames[type] ?? type.toUpperCase();
}

/** Channel types in order of first appearance. */
export function channelTypes(channels: readonly Channel[]): string[] {
  return [...new Set(channels.map((c) => c.type))];
}

/** Indices of the channels of one type. */
export function picked(channels: readonly Channel[], type: string): number[] {
  return channels.flatMap((c, i) => (c.type === type ? [i] : []));
}

/** Sensors of a topography: each has a place and the channels that stand there. */
export interface Sensors {
  positions: Point[];
  members: number[][];
  names: string[];
  /** Pairs of planar gradiometers show the root mean square of their two directions: a size, never negative. */
  rms: boolean;
}

/** Good channels among `indices` that have a place; null when fewer than four places remain (no map can be drawn). */
export function mappedSensors(channels: readonly Channel[], indices: readonly number[]): Sensors | null {
  const byPlace = new Map<string, { position: Point; members: number[] }>();
  for (const i of indices) {
    const ch = channels[i]!;
    if (ch.bad || !ch.position) continue;
    const key = ch.position.map((x) => x.toFixed(3)).join();
    const place = byPlace.get(key);
    if (place) place.members.push(i);
    else byPlace.set(key, { position: ch.position, members: [i] });
  }
  const places = [...byPlace.values()];
  if (places.length < 4) return null;
  return {
    positions: places.map((p) => p.position),
    members: places.map((p) => p.members),
    names: places.map((p) => p.members.map((i) => channels[i]!.name).join("/")),
    rms: places.some((p) => p.members.length > 1 && channels[p.members[0]!]!.type === "grad"),
  };
}

/** One value per sensor from one value per channel; a sensor without any value counts as 0. */
export function sensorValues(sensors: Sensors, channelValue: (channel: number) => number): Float64Array {
  return Float64Array.from(sensors.members, (members) => {
    let sum = 0;
    let n = 0;
    for (const i of members) {
      const v = channelValue(i);
      if (Number.isNaN(v)) continue;
      sum += sensors.rms ? v * v : v;
      n++;
    }
    if (n === 0) return 0;
    return sensors.rms ? Math.sqrt(sum / n) : sum / n;
  });
}

/** Index of the position nearest to (x, y) within `reach`, or −1. */
export function nearestIndex(positions: readonly (Point | null)[], x: number, y: number, reach: number): number {
  let best = -1;
  let bestD2 = reach * reach;
  positions.forEach((p, i) => {
    if (!p) return;
    const d2 = (p[0] - x) ** 2 + (p[1] - y) ** 2;
    if (d2 <= bestD2) {
      bestD2 = d2;
      best = i;
    }
  });
  return best;
}

/** Global field power: the standard deviation over channels at each time (average reference implied); NaN skipped. */
export function globalFieldPower(rows: readonly ArrayLike<number>[], n: number): Float64Array {
  const out = new Float64Array(n);
  for (let t = 0; t < n; t++) {
    let sum = 0;
    let count = 0;
    for (const r of rows) if (!Number.isNaN(r[t]!)) (sum += r[t]!), count++;
    const mean = sum / count;
    let ss = 0;
    for (const r of rows) if (!Number.isNaN(r[t]!)) ss += (r[t]! - mean) ** 2;
    out[t] = count > 0 ? Math.sqrt(ss / count) : NaN;
  }
  return out;
}

/** Root mean square over channels at each time: the field power of planar gradiometers. */
export function rootMeanSquare(rows: readonly ArrayLike<number>[], n: number): Float64Array {
  const out = new Float64Array(n);
  for (let t = 0; t < n; t++) {
    let ss = 0;
    let count = 0;
    for (const r of rows) if (!Number.isNaN(r[t]!)) (ss += r[t]! ** 2), count++;
    out[t] = count > 0 ? Math.sqrt(ss / count) : NaN;
  }
  return out;
}

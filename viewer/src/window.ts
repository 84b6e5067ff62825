// The part of a recording that is on the screen: pure logic, so that every key's effect can be tested.

export interface Extent {
  duration: number; // [s] of the whole recording
  channels: number;
  step: number; // [s] between samples
}

export interface Window {
  start: number; // [s]
  length: number; // [s]
  first: number; // index of the topmost channel
  rows: number;
  gain: number; // 1 = the type's own scaling; larger = larger traces
}

const clamp = (x: number, lo: number, hi: number): number => Math.min(hi, Math.max(lo, x));

/** The window moved back inside the recording. */
export function fitted(w: Window, e: Extent): Window {
  const length = clamp(w.length, Math.min(e.duration, 10 * e.step), e.duration);
  const rows = clamp(Math.round(w.rows), 1, e.channels);
  return {
    length,
    rows,
    start: clamp(w.start, 0, Math.max(0, e.duration - length)),
    first: clamp(Math.round(w.first), 0, e.channels - rows),
    gain: clamp(w.gain, 1e-4, 1e4),
  };
}

export type Move =
  | "left" | "right" | "pageLeft" | "pageRight" | "start" | "end"
  | "up" | "down" | "fewer" | "more" | "shorter" | "longer" | "larger" | "smaller";

/** What a move does to a window. Steps are those people know from MNE's browser. */
export function moved(w: Window, move: Move, e: Extent): Window {
  const next = { ...w };
  switch (move) {
    case "left": next.start -= w.length / 4; break;
    case "right": next.start += w.length / 4; break;
    case "pageLeft": next.start -= w.length; break;
    case "pageRight": next.start += w.length; break;
    case "start": next.start = 0; break;
    case "end": next.start = e.duration; break;
    case "up": next.first -= w.rows; break;
    case "down": next.first += w.rows; break;
    case "fewer": next.rows = w.rows > 10 ? w.rows - 5 : w.rows - 1; break;
    case "more": next.rows = w.rows >= 10 ? w.rows + 5 : w.rows + 1; break;
    // Around the middle, so that what one looks at stays.
    case "shorter": next.length = w.length * 0.8; next.start += w.length * 0.1; break;
    case "longer": next.length = w.length * 1.25; next.start -= w.length * 0.125; break;
    case "larger": next.gain = w.gain * 1.25; break;
    case "smaller": next.gain = w.gain / 1.25; break;
  }
  return fitted(next, e);
}

const keyMoves: Record<string, Move> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  "Shift+ArrowLeft": "pageLeft",
  "Shift+ArrowRight": "pageRight",
  ArrowUp: "up",
  ArrowDown: "down",
  PageUp: "more",
  PageDown: "fewer",
  Home: "shorter",
  End: "longer",
  "Shift+Home": "start",
  "Shift+End": "end",
  "+": "larger",
  "=": "larger",
  "-": "smaller",
};

export function keyMove(key: string, shift: boolean): Move | null {
  return keyMoves[shift && key.length > 1 ? `Shift+${key}` : key] ?? null;
}

/** Onset of the next (or, backwards, the last) annotation that begins beyond `from`; null if there is none. */
export function nextOnset(onsets: readonly number[], from: number, backwards: boolean): number | null {
  let best: number | null = null;
  for (const t of onsets) {
    if (backwards ? t >= from - 1e-9 : t <= from + 1e-9) continue;
    if (best === null || (backwards ? t > best : t < best)) best = t;
  }
  return best;
}

/**
 * Values reduced to `bins` pairs, the least and the greatest of each bin in the order in which they come; what is drawn
 * from them shows every peak. Values are returned unchanged where they are few.
 */
export function reduced(values: Float64Array, bins: number): Float64Array {
  const n = values.length;
  if (n <= 2 * bins) return values;
  const out = new Float64Array(2 * bins);
  for (let b = 0; b < bins; b++) {
    const from = Math.floor((b * n) / bins);
    const to = Math.floor(((b + 1) * n) / bins);
    let lo = NaN;
    let hi = NaN;
    let atLo = from;
    let atHi = from;
    for (let i = from; i < to; i++) {
      const v = values[i]!;
      if (v !== v) continue;
      if (!(v >= lo)) (lo = v), (atLo = i);
      if (!(v <= hi)) (hi = v), (atHi = i);
    }
    out[2 * b] = atLo <= atHi ? lo : hi;
    out[2 * b + 1] = atLo <= atHi ? hi : lo;
  }
  return out;
}

/** Times that belong to `reduced` values. */
export function reducedTimes(start: number, step: number, n: number, bins: number): number[] {
  if (n <= 2 * bins) return Array.from({ length: n }, (_, i) => start + i * step);
  const out: number[] = [];
  for (let b = 0; b < bins; b++) {
    const from = Math.floor((b * n) / bins);
    const to = Math.floor(((b + 1) * n) / bins);
    out.push(start + step * (from + 0.25 * (to - from)), start + step * (from + 0.75 * (to - from)));
  }
  return out;
}

/** Half the 1st-to-99th percentile range, for types whose scaling only the data can say. */
export function robustScaling(values: Float64Array): number {
  const sorted = values.filter((v) => Number.isFinite(v)).sort();
  if (sorted.length === 0) return 1;
  const at = (q: number): number => sorted[Math.round(q * (sorted.length - 1))]!;
  return (at(0.99) - at(0.01)) / 2 || 1;
}

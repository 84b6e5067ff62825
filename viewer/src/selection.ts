// A rectangle of cells in a time–frequency image, moved by keys or pointer: pure logic.

/** Cells, ends included; the anchor is where a drag or an extension began. */
export interface Selection {
  t0: number;
  t1: number;
  f0: number;
  f1: number;
}

export interface Grid {
  times: number;
  freqs: number;
}

const clamp = (x: number, hi: number): number => Math.min(hi, Math.max(0, x));

/** The rectangle between two cells, in order and inside the grid. */
export function between(t0: number, f0: number, t1: number, f1: number, g: Grid): Selection {
  const [a, b] = [clamp(t0, g.times - 1), clamp(t1, g.times - 1)];
  const [c, d] = [clamp(f0, g.freqs - 1), clamp(f1, g.freqs - 1)];
  return { t0: Math.min(a, b), t1: Math.max(a, b), f0: Math.min(c, d), f1: Math.max(c, d) };
}

/** The whole rectangle moved, its size kept. */
export function shifted(s: Selection, dt: number, df: number, g: Grid): Selection {
  const t = Math.min(Math.max(dt, -s.t0), g.times - 1 - s.t1);
  const f = Math.min(Math.max(df, -s.f0), g.freqs - 1 - s.f1);
  return { t0: s.t0 + t, t1: s.t1 + t, f0: s.f0 + f, f1: s.f1 + f };
}

/** The far corner moved; the near one stays. Never smaller than one cell. */
export function stretched(s: Selection, dt: number, df: number, g: Grid): Selection {
  return {
    ...s,
    t1: Math.min(g.times - 1, Math.max(s.t0, s.t1 + dt)),
    f1: Math.min(g.freqs - 1, Math.max(s.f0, s.f1 + df)),
  };
}

/** Mean over the selected cells of one channel's [freqs × times] values, given by offset; NaN cells are left out. */
export function selectionMean(value: (offset: number) => number, s: Selection, g: Grid): number {
  let sum = 0;
  let n = 0;
  for (let f = s.f0; f <= s.f1; f++)
    for (let t = s.t0; t <= s.t1; t++) {
      const v = value(f * g.times + t);
      if (v === v) (sum += v), n++;
    }
  return n ? sum / n : NaN;
}

/** Edges between frequencies: geometric means on a logarithmic axis, else arithmetic; the outer ones mirrored. */
export function cellEdges(centres: readonly number[], log: boolean): number[] {
  const n = centres.length;
  const f = log ? Math.log : (x: number): number => x;
  const g = log ? Math.exp : (x: number): number => x;
  const c = centres.map(f);
  if (n === 1) return log ? [centres[0]! / 1.1, centres[0]! * 1.1] : [centres[0]! - 0.5, centres[0]! + 0.5];
  const edges = [g(c[0]! - (c[1]! - c[0]!) / 2)];
  for (let i = 1; i < n; i++) edges.push(g((c[i - 1]! + c[i]!) / 2));
  edges.push(g(c[n - 1]! + (c[n - 1]! - c[n - 2]!) / 2));
  return edges;
}

/** Index of the cell that holds x, given ascending edges; clipped to the ends. */
export function cellAt(edges: readonly number[], x: number): number {
  for (let i = 1; i < edges.length - 1; i++) if (x < edges[i]!) return i - 1;
  return edges.length - 2;
}

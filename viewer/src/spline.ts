// Values at scattered sensors → a smooth map of the head: a thin-plate spline whose weights are computed once, so that a
// new time point costs one small matrix–vector product.

export type Point = readonly [number, number];

/** Solves A X = B in place by elimination with partial pivoting; A is n×n, B is n×m, both row-major. */
export function solve(A: Float64Array, B: Float64Array, n: number, m: number): void {
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(A[i * n + k]!) > Math.abs(A[pivot * n + k]!)) pivot = i;
    if (!(Math.abs(A[pivot * n + k]!) > 1e-12)) throw new Error("the sensor positions do not span a plane");
    if (pivot !== k) {
      for (let j = 0; j < n; j++) [A[k * n + j], A[pivot * n + j]] = [A[pivot * n + j]!, A[k * n + j]!];
      for (let j = 0; j < m; j++) [B[k * m + j], B[pivot * m + j]] = [B[pivot * m + j]!, B[k * m + j]!];
    }
    for (let i = k + 1; i < n; i++) {
      const f = A[i * n + k]! / A[k * n + k]!;
      if (f === 0) continue;
      for (let j = k; j < n; j++) A[i * n + j]! -= f * A[k * n + j]!;
      for (let j = 0; j < m; j++) B[i * m + j]! -= f * B[k * m + j]!;
    }
  }
  for (let k = n - 1; k >= 0; k--)
    for (let j = 0; j < m; j++) {
      let x = B[k * m + j]!;
      for (let i = k + 1; i < n; i++) x -= A[k * n + i]! * B[i * m + j]!;
      B[k * m + j] = x / A[k * n + k]!;
    }
}

/** Thin-plate kernel r² ln r, the Green's function of the biharmonic operator in the plane. */
function kernel(r2: number): number {
  return r2 > 0 ? 0.5 * r2 * Math.log(r2) : 0;
}

/**
 * Weights [targets × sources] of the thin-plate spline through the sources, with an affine trend.
 *
 *   s(x) = Σ w_i |x−x_i|² ln|x−x_i| + a + b·x,   Σ w_i = Σ w_i x_i = 0
 *
 * @source Duchon 1977; Perrin et al. 1987, doi:10.1109/TBME.1987.326002 (for scalp maps)
 */
export function splineWeights(sources: readonly Point[], targets: readonly Point[]): Float64Array {
  const n = sources.length;
  const N = n + 3;
  // The system is symmetric: solving it for the kernel rows of the targets gives the weights directly, which costs one
  // elimination whatever the number of time points. Only the inverse's first n rows matter.
  const A = new Float64Array(N * N);
  for (let i = 0; i < n; i++) {
    const [xi, yi] = sources[i]!;
    for (let j = 0; j < n; j++) {
      const [xj, yj] = sources[j]!;
      A[i * N + j] = kernel((xi - xj) ** 2 + (yi - yj) ** 2);
    }
    A[i * N + n] = A[n * N + i] = 1;
    A[i * N + n + 1] = A[(n + 1) * N + i] = xi;
    A[i * N + n + 2] = A[(n + 2) * N + i] = yi;
  }
  const inverse = new Float64Array(N * n); // columns: response of the coefficients to each source value
  for (let i = 0; i < n; i++) inverse[i * n + i] = 1;
  solve(A, inverse, N, n);
  const weights = new Float64Array(targets.length * n);
  const phi = new Float64Array(N);
  targets.forEach(([x, y], t) => {
    for (let i = 0; i < n; i++) phi[i] = kernel((x - sources[i]![0]) ** 2 + (y - sources[i]![1]) ** 2);
    phi[n] = 1;
    phi[n + 1] = x;
    phi[n + 2] = y;
    for (let k = 0; k < N; k++) {
      const p = phi[k]!;
      for (let i = 0; i < n; i++) weights[t * n + i]! += p * inverse[k * n + i]!;
    }
  });
  return weights;
}

/** A square grid over the head; `values` fills it, NaN outside the drawn disc. */
export interface HeadMap {
  size: number;
  /** The grid covers [−radius, radius] in both directions; row 0 is the front (y = +radius). */
  radius: number;
  sensors: number;
  values(sensorValues: ArrayLike<number>): Float32Array;
}

/** Weights of the mean of the three nearest sensors, by inverse squared distance. */
function neighbourWeights(sources: readonly Point[], [x, y]: Point): Float64Array {
  const w = new Float64Array(sources.length);
  const nearest = sources
    .map(([sx, sy], i) => ({ i, d2: (sx - x) ** 2 + (sy - y) ** 2 }))
    .sort((a, b) => a.d2 - b.d2)
    .slice(0, 3);
  const total = nearest.reduce((s, { d2 }) => s + 1 / (d2 + 1e-9), 0);
  for (const { i, d2 } of nearest) w[i] = 1 / (d2 + 1e-9) / total;
  return w;
}

/**
 * Interpolator for sensors at `positions`, on a `size` × `size` grid.
 *
 * Outside the outermost sensors a spline would run away along its trend; a ring of virtual sensors, each the weighted
 * mean of its three nearest neighbours, holds the border down. Exact at the sensors; reproduces constants.
 */
export function headMap(positions: readonly Point[], size = 68): HeadMap {
  const n = positions.length;
  const reach = Math.max(...positions.map(([x, y]) => Math.hypot(x, y)));
  const radius = Math.max(1, reach + 0.06);
  const ringRadius = radius * 1.2;
  const ring: Point[] = Array.from({ length: 20 }, (_, i) => {
    const a = (2 * Math.PI * i) / 20;
    return [ringRadius * Math.sin(a), ringRadius * Math.cos(a)];
  });
  const ringWeights = ring.map((p) => neighbourWeights(positions, p));
  const sources: Point[] = [...positions, ...ring];
  const cells: number[] = [];
  const targets: Point[] = [];
  const edge = radius + (3 * radius) / size; // a little beyond the disc, so that drawing can interpolate up to its rim
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const x = radius * ((2 * column) / (size - 1) - 1);
      const y = radius * (1 - (2 * row) / (size - 1));
      if (Math.hypot(x, y) > edge) continue;
      cells.push(row * size + column);
      targets.push([x, y]);
    }
  const all = splineWeights(sources, targets);
  const m = sources.length;
  const weights = new Float32Array(targets.length * n);
  for (let t = 0; t < targets.length; t++) {
    for (let i = 0; i < n; i++) {
      let w = all[t * m + i]!;
      for (let r = 0; r < ring.length; r++) w += all[t * m + n + r]! * ringWeights[r]![i]!;
      weights[t * n + i] = w;
    }
  }
  return {
    size,
    radius,
    sensors: n,
    values(v) {
      const out = new Float32Array(size * size).fill(NaN);
      for (let t = 0; t < cells.length; t++) {
        let s = 0;
        for (let i = 0; i < n; i++) s += weights[t * n + i]! * v[i]!;
        out[cells[t]!] = s;
      }
      return out;
    },
  };
}

/** Bilinear value of a grid at fractional (column, row); NaN next to cells without value. */
export function bilinear(grid: Float32Array, size: number, column: number, row: number): number {
  const c = Math.min(size - 2, Math.max(0, Math.floor(column)));
  const r = Math.min(size - 2, Math.max(0, Math.floor(row)));
  const u = column - c;
  const v = row - r;
  const i = r * size + c;
  return (
    (1 - v) * ((1 - u) * grid[i]! + u * grid[i + 1]!) + v * ((1 - u) * grid[i + size]! + u * grid[i + size + 1]!)
  );
}

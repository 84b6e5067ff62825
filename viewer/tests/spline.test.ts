import { describe, expect, test } from "vitest";
import { contourLevels, contourSegments } from "../src/contours";
import { bilinear, headMap, solve, splineWeights, type Point } from "../src/spline";
import { demoSensors } from "./demo-sensors";

const positions = demoSensors().map((c) => c.position!);
const apply = (w: Float64Array, v: number[], t: number): number => v.reduce((s, x, i) => s + w[t * v.length + i]! * x, 0);
const cellOf = (size: number, radius: number, [x, y]: Point): [number, number] => [
  ((x / radius + 1) / 2) * (size - 1),
  ((1 - y / radius) / 2) * (size - 1),
];

describe("interpolation", () => {
  test("the solver solves: A times its answer is the right side", () => {
    const A = Float64Array.of(0, 2, 1, 1, -2, -3, -1, 1, 2);
    const x = [1, -2, 3];
    const B = Float64Array.from([0, 1, 2], (r) => x.reduce((s, v, c) => s + A[3 * r + c]! * v, 0));
    solve(A.slice(), B, 3, 1);
    x.forEach((v, i) => expect(B[i]).toBeCloseTo(v, 12));
  });

  test("sensors on one line are refused: no plane goes through them", () => {
    expect(() => splineWeights([[0, 0], [0.5, 0.5], [1, 1], [-1, -1]], [[0, 0]])).toThrow("do not span a plane");
  });

  test("the spline passes through its sensors", () => {
    const v = positions.map((_, i) => Math.sin(3 * i));
    const w = splineWeights(positions, positions);
    positions.forEach((_, i) => expect(apply(w, v, i)).toBeCloseTo(v[i]!, 8));
  });

  test("the spline reproduces every plane", () => {
    const f = ([x, y]: Point): number => 2 - 3 * x + 0.5 * y;
    const targets: Point[] = [[0.13, -0.4], [0.7, 0.2], [1.4, -1.1]];
    const w = splineWeights(positions, targets);
    targets.forEach((p, t) => expect(apply(w, positions.map(f), t)).toBeCloseTo(f(p), 8));
  });

  test("between 64 sensors a smooth field is met within 2 % of its range", () => {
    // The field has one maximum of width 0.4; spacing of the sensors is about 0.22, a thin-plate spline's error falls with its square.
    const f = ([x, y]: Point): number => Math.exp(-((x - 0.2) ** 2 + (y + 0.3) ** 2) / (2 * 0.16));
    const map = headMap(positions, 81);
    const grid = map.values(positions.map(f));
    for (const p of [[0.1, -0.2], [-0.31, 0.15], [0.42, 0.33], [0.05, -0.61]] as Point[]) {
      const [c, r] = cellOf(81, map.radius, p);
      expect(Math.abs(bilinear(grid, 81, c, r) - f(p))).toBeLessThan(0.02);
    }
  });

  test("a constant field gives a constant map up to the rim, NaN outside", () => {
    const map = headMap(positions, 61);
    const grid = map.values(positions.map(() => 4.5));
    let inside = 0;
    for (const v of grid) if (!Number.isNaN(v)) (inside++, expect(v).toBeCloseTo(4.5, 4));
    expect(inside).toBeGreaterThan(2600);
    expect(grid[0]).toBeNaN();
  });

  test("the map does not run away beyond the outermost sensors", () => {
    const v = positions.map(([x]) => x);
    const map = headMap(positions, 61);
    for (const g of map.values(v)) if (!Number.isNaN(g)) expect(Math.abs(g)).toBeLessThan(1.25);
  });

  test("the front of the head is the first row of the grid", () => {
    const grid = headMap(positions, 41).values(positions.map(([, y]) => y));
    expect(grid[3 * 41 + 20]).toBeGreaterThan(0.5);
    expect(grid[37 * 41 + 20]).toBeLessThan(-0.5);
  });
});

describe("contours", () => {
  const size = 41;
  const disc = Float32Array.from({ length: size * size }, (_, i) => Math.hypot((i % size) - 20, Math.floor(i / size) - 20));

  test("the contour of a distance field is a circle of that radius", () => {
    const s = contourSegments(disc, size, 12.3);
    let length = 0;
    for (let i = 0; i < s.length; i += 4) {
      // Linear interpolation of a distance within a cell is off by at most h²/(8 r).
      expect(Math.abs(Math.hypot(s[i]! - 20, s[i + 1]! - 20) - 12.3)).toBeLessThan(1 / (8 * 11) + 1e-6);
      length += Math.hypot(s[i + 2]! - s[i]!, s[i + 3]! - s[i + 1]!);
    }
    expect(length).toBeGreaterThan(2 * Math.PI * 12.3 * 0.99);
    expect(length).toBeLessThan(2 * Math.PI * 12.3 * 1.01);
  });

  test("a level outside the data gives no line; cells without value give none", () => {
    expect(contourSegments(disc, size, 99)).toEqual([]);
    expect(contourSegments(new Float32Array(9).fill(NaN), 3, 0)).toEqual([]);
  });

  test("a saddle gives two lines that do not cross", () => {
    expect(contourSegments(Float32Array.of(1, 0, 0, 1), 2, 0.5)).toHaveLength(8);
  });

  test("levels of a symmetric range are symmetric", () => {
    const l = contourLevels(-7, 7);
    l.forEach((v, i) => expect(v).toBeCloseTo(-l[l.length - 1 - i]!, 12));
  });
});

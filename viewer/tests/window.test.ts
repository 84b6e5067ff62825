import { describe, expect, test } from "vitest";
import { fitted, keyMove, moved, nextOnset, reduced, reducedTimes, robustScaling, type Extent, type Move, type Window } from "../src/window";
import { generator } from "./demo-report";

const extent: Extent = { duration: 100, channels: 64, step: 1 / 160 };
const w: Window = { start: 40, length: 10, first: 20, rows: 20, gain: 1 };

describe("the recording's window", () => {
  test.each([
    ["left", { start: 37.5 }], ["right", { start: 42.5 }], ["pageLeft", { start: 30 }], ["pageRight", { start: 50 }],
    ["start", { start: 0 }], ["end", { start: 90 }], ["up", { first: 0 }], ["down", { first: 40 }],
    ["fewer", { rows: 15 }], ["more", { rows: 25 }], ["larger", { gain: 1.25 }], ["smaller", { gain: 0.8 }],
    ["shorter", { length: 8, start: 41 }], ["longer", { length: 12.5, start: 38.75 }],
  ] as [Move, Partial<Window>][])("%s changes %o and nothing else", (move, change) => {
    expect(moved(w, move, extent)).toEqual({ ...w, ...change });
  });

  test("no sequence of 2,000 random moves leaves the recording", () => {
    const random = generator(5);
    const all: Move[] = ["left", "right", "pageLeft", "pageRight", "start", "end", "up", "down", "fewer", "more", "shorter", "longer", "larger", "smaller"];
    let x = w;
    for (let i = 0; i < 2000; i++) {
      x = moved(x, all[Math.floor(random() * all.length)]!, extent);
      expect(x.start).toBeGreaterThanOrEqual(0);
      expect(x.start + x.length).toBeLessThanOrEqual(extent.duration + 1e-9);
      expect(x.first).toBeGreaterThanOrEqual(0);
      expect(x.first + x.rows).toBeLessThanOrEqual(extent.channels);
      expect(x.rows).toBeGreaterThanOrEqual(1);
      expect(x.length).toBeGreaterThanOrEqual(10 * extent.step);
    }
  });

  test("a recording shorter than the window is shown whole", () => {
    const f = fitted({ ...w, start: 5 }, { duration: 2, channels: 3, step: 0.01 });
    expect(f).toMatchObject({ start: 0, length: 2, first: 0, rows: 3 });
  });

  test("keys with Shift page; plus needs no Shift to be known", () => {
    expect(keyMove("ArrowRight", false)).toBe("right");
    expect(keyMove("ArrowRight", true)).toBe("pageRight");
    expect(keyMove("+", true)).toBe("larger");
    expect(keyMove("x", false)).toBeNull();
  });

  test("the next annotation is the nearest one beyond the time", () => {
    expect(nextOnset([30, 10, 20], 10, false)).toBe(20);
    expect(nextOnset([30, 10, 20], 20, true)).toBe(10);
    expect(nextOnset([30, 10, 20], 30, false)).toBeNull();
  });
});

describe("reduction for drawing", () => {
  test("keeps the extremes of every bin, in the order in which they come", () => {
    const v = Float64Array.of(0, 5, -3, 1, /**/ 2, -9, 8, 0);
    expect([...reduced(v, 2)]).toEqual([5, -3, -9, 8]);
  });

  test("keeps a single spike among a million samples", () => {
    const v = new Float64Array(1_000_000);
    v[654_321] = 7;
    expect(Math.max(...reduced(v, 800))).toBe(7);
  });

  test("leaves few samples as they are", () => {
    const v = Float64Array.of(1, 2, 3);
    expect(reduced(v, 2)).toBe(v);
    expect(reducedTimes(1, 0.5, 3, 2)).toEqual([1, 1.5, 2]);
  });

  test("passes over missing samples; a bin of none but these is missing", () => {
    const r = reduced(Float64Array.of(NaN, NaN, NaN, 1, NaN, 3), 2);
    expect(r[0]).toBeNaN();
    expect([...r.slice(2)]).toEqual([1, 3]);
  });

  test("times and values have the same length and times ascend", () => {
    for (const n of [10, 1000, 1601, 9999]) {
      const times = reducedTimes(0, 0.01, n, 400);
      expect(times).toHaveLength(reduced(new Float64Array(n), 400).length);
      for (let i = 1; i < times.length; i++) expect(times[i]!).toBeGreaterThan(times[i - 1]!);
    }
  });

  test("the scaling of an unknown type passes over outliers", () => {
    const v = Float64Array.from({ length: 1001 }, (_, i) => (i - 500) / 500);
    v[3] = 1e9;
    expect(robustScaling(v)).toBeCloseTo(0.98, 2);
    expect(robustScaling(new Float64Array(5))).toBe(1);
  });
});

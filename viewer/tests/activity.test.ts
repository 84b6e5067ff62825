import { describe, expect, test } from "vitest";
import { activityOf, addCounts, BinnedRate, darkness, firstFrom, fullCount, roundSteps, spikesWithin, traceAt, type Counts, type Population } from "../src/activity-data";
import { elementColours, panelHeights } from "../src/activity-panels";
import { checkedSection } from "../src/contract";
import { BlockStore } from "../src/decode";
import type { ActivitySection } from "../src/page-types";
import { meanRate, rasterHeight } from "../src/sections/activity";
import { activitySection, oscillating } from "./demo-activity";
import { PageWriter } from "./page-writer";

function decoded(change: (s: ActivitySection) => void = () => {}): ReturnType<typeof activityOf> {
  const w = new PageWriter();
  const section = checkedSection(activitySection(w, { n: 40, seconds: 0.5 })) as ActivitySection;
  change(section);
  return activityOf(section, new BlockStore((b) => w.block(b)));
}

const spikes = (n: number, ts: number[], rows: number[], first = 0): Population => ({ name: "p", n, first, t: Float64Array.from(ts), row: Int32Array.from(rows) });

describe("what a page holds of a network", () => {
  test("populations stand above each other, times are steps times their length", () => {
    const a = decoded();
    expect(a.rows).toBe(50);
    expect(a.populations.map((p) => p.first)).toEqual([0, 40]);
    const { t, i } = oscillating(40, 0.5, 12, 1);
    expect(a.populations[0]!.t[5]).toBe(t[5]! * 1e-4);
    expect(Math.min(...a.populations[1]!.row)).toBeGreaterThanOrEqual(40);
    expect(a.populations[0]!.row[5]).toBe(i[5]);
    expect(meanRate(a, 0)).toBeCloseTo(t.length / 40 / 0.5, 12);
  });

  test("times count from the section's start", () => {
    const a = decoded((s) => {
      s.start += 2;
      s.end += 2;
    });
    expect(a.populations[0]!.t[0]).toBeGreaterThanOrEqual(2);
  });

  test("elements of traces know their row in the raster, and one colour in all panels", () => {
    const a = decoded();
    expect(a.traces[0]!.rows).toEqual([0, 7, 30]);
    const colours = elementColours(a);
    expect(colours.of(a.traces[1]!, 0)).toBe(colours.of(a.traces[0]!, 0));
    expect(new Set([0, 1, 2].map((k) => colours.of(a.traces[0]!, k))).size).toBe(3);
    expect(Math.min(...colours.rows.values())).toBe(2); // behind the two populations
  });

  test("what contradicts itself is refused with its place", () => {
    const w = new PageWriter();
    const broken = (t: number[], i: number[]): ActivitySection => checkedSection({
      kind: "activity", title: "x", start: 0, end: 1,
      populations: [{ name: "p", n: 3, t: w.int32(Int32Array.from(t), [1, t.length], 0.1), i: w.int32(Int32Array.from(i), [1, i.length]) }],
    }) as ActivitySection;
    const read = (s: ActivitySection) => () => activityOf(s, new BlockStore((b) => w.block(b)));
    expect(read(broken([1, 2], [0, 3]))).toThrow("populations[0], spike 1 must be not before the last, and of a neuron below 3");
    expect(read(broken([2, 1], [0, 1]))).toThrow("spike 1");
    expect(read(broken([1, 2], [0]))).toThrow("populations[0].i.shape must be [1, 2]");
    expect(read({ ...broken([], []), end: 0 })).toThrow("end must be above start");
    const rate = { name: "r", population: 4, start: 0, step: 1, values: w.float32(Float32Array.of(1), [1, 1]) };
    expect(read({ ...broken([], []), rates: [rate] })).toThrow("rates[0].population must be below the number of populations, 1; got 4");
  });
});

describe("what is in a window", () => {
  test("spikes within a stretch are those from its begin on and before its end", () => {
    const p = spikes(2, [0.1, 0.2, 0.2, 0.4], [0, 1, 0, 1]);
    expect(firstFrom(p.t, 0.2)).toBe(1);
    expect(spikesWithin(p, 0.2, 0.4)).toEqual([1, 3]);
    expect(spikesWithin(p, 0.5, 1)).toEqual([4, 4]);
  });

  test("bins of rates are round and lie at the same places while one scrolls", () => {
    expect([0.3, 1, 1.2, 3, 7, 12, 400].map(roundSteps)).toEqual([1, 1, 2, 5, 10, 20, 500]);
    const rate = new BinnedRate({ name: "r", population: null, start: 1, step: 0.5, values: Float64Array.of(2, 4, 6, 8, 10) });
    expect([...rate.means(2)]).toEqual([3, 7, 10]);
    expect(rate.means(2)).toBe(rate.means(2));
    expect(rate.at(2.1, 2)).toBe(7);
    expect(rate.at(0.9, 2)).toBeNaN();
    expect(rate.at(9, 2)).toBeNaN();
  });

  test("a trace has the value of its last sample", () => {
    const g = decoded().traces[0]!;
    expect(traceAt(g, 0, 0.0101)).toBeCloseTo(g.data.raw[20]! * 1e-3, 9);
    expect(traceAt(g, 1, 0.5)).toBeNaN();
    expect(g.low).toBeLessThan(-18);
  });
});

describe("a picture of dense spikes", () => {
  const sheet = (width: number, height: number): Counts => ({ width, height, counts: new Uint16Array(width * height) });

  test("counts spikes in pixels, the lowest row at the bottom", () => {
    const c = sheet(4, 2);
    addCounts(c, spikes(2, [0, 0.3, 0.3, 0.9, 1.2], [0, 1, 1, 0, 0]), 0, 5, { start: 0, scale: 4 }, { above: 2, scale: 1 });
    expect([...c.counts]).toEqual([0, 2, 0, 0, 1, 0, 0, 1]); // what lies behind the edge is left out
  });

  test("rows that are many share pixels, rows that are few fill theirs", () => {
    const many = sheet(1, 2);
    addCounts(many, spikes(8, [0, 0, 0], [0, 1, 7]), 0, 3, { start: 0, scale: 1 }, { above: 8, scale: 0.25 });
    expect([...many.counts]).toEqual([1, 2]);
    const few = sheet(1, 6);
    addCounts(few, spikes(2, [0], [1]), 0, 1, { start: 0, scale: 1 }, { above: 2, scale: 3 });
    expect([...few.counts]).toEqual([1, 1, 1, 0, 0, 0]);
  });

  test("rows outside the window are left out", () => {
    const c = sheet(1, 2);
    addCounts(c, spikes(10, [0, 0, 0], [0, 5, 9]), 0, 3, { start: 0, scale: 1 }, { above: 6, scale: 1 });
    expect([...c.counts]).toEqual([1, 0]);
  });

  test("one spike is always seen, and chance does not make a pixel black among many", () => {
    expect(darkness(0, 9)).toBe(0);
    expect(darkness(1, 1)).toBe(1);
    expect(darkness(1, 50)).toBeGreaterThan(0.25);
    expect(darkness(50, 50)).toBe(1);
    expect(darkness(99, 50)).toBe(1);
    expect(fullCount(10, 1000)).toBe(1);
    expect(fullCount(100_000, 1000)).toBeGreaterThan(120);
    expect(fullCount(5, 0)).toBe(1);
  });
});

test("a raster is as high as its rows need, within limits", () => {
  expect(rasterHeight(1)).toBe(120);
  expect(rasterHeight(30)).toBe(310);
  expect(rasterHeight(1e6)).toBe(430);
});

test("the last panel has room for the numbers of time", () => {
  const panel = { canvas: null as never, height: 100, draw: () => {} };
  expect(panelHeights([panel, panel])).toEqual([100, 134]);
});

import { describe, expect, test } from "vitest";
import type { Channel } from "../src/page-types";
import { samplesFrom } from "../src/decode";
import { peakIndex } from "../src/sections/evoked";
import { sharedRange } from "../src/maps";
import { envelope } from "../src/overview";
import { firstAndLast, restWords } from "../src/sections/events";
import { entryWidth } from "../src/sections/matrix";
import { shares } from "../src/sections/run";
import { between, cellAt, cellEdges, selectionMean, shifted, stretched } from "../src/selection";
import { globalFieldPower, mappedSensors, nearestIndex, rootMeanSquare, sensorValues } from "../src/sensors";
import { decibels, finiteRange, meanDecibels } from "../src/sections/spectrum";
import { clippedRange, nearest, strongestCell } from "../src/sections/tfr";
import { plotOf } from "../src/tfimage";
import { headLayout, topographyWords } from "../src/topography";

const ch = (name: string, type: string, position: [number, number] | null, bad = false): Channel => ({ name, type, unit: "V", bad, position });

describe("sensors", () => {
  test("global field power is the standard deviation over channels", () => {
    // 1, 2, 3, 4: mean 2.5, variance 1.25.
    const rows = [1, 2, 3, 4].map((v) => Float64Array.of(v, 0));
    expect(globalFieldPower(rows, 2)[0]).toBeCloseTo(Math.sqrt(1.25), 12);
    expect(globalFieldPower(rows, 2)[1]).toBe(0);
  });

  test("a value common to all channels does not change global field power, but does change the root mean square", () => {
    const rows = [1, 2, 6].map((v) => Float64Array.of(v, v + 10));
    expect(globalFieldPower(rows, 2)[0]).toBeCloseTo(globalFieldPower(rows, 2)[1]!, 12);
    expect(rootMeanSquare(rows, 2)[0]).toBeCloseTo(Math.sqrt(41 / 3), 12);
  });

  test("bad channels and channels without a place are left out of a map", () => {
    const channels = [ch("a", "eeg", [0, 1]), ch("b", "eeg", [1, 0]), ch("c", "eeg", [0, -1]), ch("d", "eeg", [-1, 0]), ch("e", "eeg", [0, 0], true), ch("f", "eeg", null)];
    expect(mappedSensors(channels, [0, 1, 2, 3, 4, 5])!.names).toEqual(["a", "b", "c", "d"]);
    expect(mappedSensors(channels, [0, 1, 2, 4, 5])).toBeNull();
  });

  test("a pair of gradiometers becomes the root mean square of both", () => {
    const places: [number, number][] = [[0, 1], [1, 0], [0, -1], [-1, 0]];
    const channels = places.flatMap((p, i) => [ch(`${i}x`, "grad", p), ch(`${i}y`, "grad", p)]);
    const s = mappedSensors(channels, channels.map((_, i) => i))!;
    expect(s.rms).toBe(true);
    expect(sensorValues(s, (i) => (i % 2 ? -4 : 3))[0]).toBeCloseTo(Math.sqrt(12.5), 12);
  });

  test("the nearest sensor is found within reach only", () => {
    expect(nearestIndex([[0, 0], null, [1, 1]], 0.9, 0.8, 0.5)).toBe(2);
    expect(nearestIndex([[0, 0], [1, 1]], 0.5, -0.6, 0.3)).toBe(-1);
  });

  test("words name the sensors of the extremes", () => {
    expect(topographyWords(["Cz", "Oz", "Fz"], [1, -2, 3], "µV")).toBe("maximum 3 µV at Fz, minimum −2 µV at Oz");
  });

  test("the drawn head, with nose and ears, stays inside its square", () => {
    for (const radius of [1, 1.1, 1.4]) {
      const { cx, cy, unit } = headLayout(160, radius);
      expect(cy - 1.15 * unit).toBeGreaterThanOrEqual(0);
      expect(cx + 1.12 * unit).toBeLessThanOrEqual(160);
      expect(cy + radius * unit).toBeLessThanOrEqual(160);
    }
  });
});

describe("colour ranges", () => {
  test("fields are symmetric about zero, sizes begin there", () => {
    expect(sharedRange([[1, -5], [3, NaN]], false)).toEqual([-5, 5]);
    expect(sharedRange([[1, 4]], true)).toEqual([0, 4]);
  });
});

describe("large sections", () => {
  test("a name may have more events than a call can have arguments", () => {
    expect(firstAndLast(Array.from({ length: 300_000 }, (_, i) => i - 7))).toEqual([-7, 299_992]);
  });
  test("kinds beyond those that are drawn are counted in words", () => {
    const groups = Array.from({ length: 203 }, (_, i) => ({ name: `kind ${i}`, times: [i, i + 1] }));
    expect(restWords(groups)).toBe("3 more kinds with 6 events are in the CSV file only.");
    expect(restWords(groups.slice(0, 201))).toBe("1 more kind with 2 events is in the CSV file only.");
    expect(restWords(groups.slice(0, 200))).toBe("");
  });
  test("a matrix is never wider than its room", () => {
    for (const columns of [1, 30, 5_000, 1_000_000]) expect(columns * entryWidth(900, columns)).toBeLessThanOrEqual(900 + 1e-9);
    expect(entryWidth(900, 3)).toBe(40);
  });
});

describe("averages", () => {
  test("the marker begins at the largest field power after the event", () => {
    expect(peakIndex([[9, 1, 2, 1], [0, 1, 1, 5]], 1)).toBe(3);
  });
});

describe("spectra", () => {
  test("decibels are ten times the decimal logarithm; no power has none", () => {
    expect(decibels(100)).toBe(20);
    expect(decibels(0)).toBeNaN();
  });
  test("powers are averaged before the logarithm", () => {
    expect(meanDecibels([[1], [199]], 1)[0]).toBeCloseTo(20, 12);
  });
  test("the axis spans the finite values", () => {
    expect(finiteRange([[0, 100, NaN]])).toEqual([-4, 104]);
    expect(finiteRange([[NaN]])).toEqual([-1, 1]);
  });
});

describe("time–frequency selection", () => {
  const g = { times: 10, freqs: 5 };
  test("a drag in any direction gives an ordered rectangle inside the image", () => {
    expect(between(7, 4, 2, -3, g)).toEqual({ t0: 2, t1: 7, f0: 0, f1: 4 });
  });
  test("moving keeps the size at the edges", () => {
    expect(shifted({ t0: 2, t1: 4, f0: 1, f1: 1 }, 99, -99, g)).toEqual({ t0: 7, t1: 9, f0: 0, f1: 0 });
  });
  test("stretching moves one corner and never inverts", () => {
    expect(stretched({ t0: 2, t1: 4, f0: 1, f1: 2 }, -99, 99, g)).toEqual({ t0: 2, t1: 2, f0: 1, f1: 4 });
  });
  test("the mean is over the selected cells, without those that have no value", () => {
    const row = Float64Array.from({ length: 50 }, (_, i) => i);
    expect(selectionMean((k) => row[k]!, { t0: 1, t1: 2, f0: 0, f1: 1 }, g)).toBe((1 + 2 + 11 + 12) / 4);
    row[12] = NaN;
    expect(selectionMean((k) => row[k]!, { t0: 1, t1: 2, f0: 0, f1: 1 }, g)).toBeCloseTo(14 / 3, 12);
  });
  test("cells meet in the middle: arithmetic or geometric", () => {
    expect(cellEdges([2, 4, 6], false)).toEqual([1, 3, 5, 7]);
    cellEdges([2, 8, 32], true).forEach((e, i) => expect(e).toBeCloseTo([1, 4, 16, 64][i]!, 12));
  });
  test("every centre lies in its own cell, and pixels map back to it", () => {
    const freqs = [4, 5, 6.3, 8, 10];
    const axes = { log: true, freqEdges: cellEdges(freqs, true), timeEdges: [-0.5, 0.5, 1.5] };
    const p = plotOf(500, 300, axes);
    freqs.forEach((f, i) => {
      expect(cellAt(axes.freqEdges, f)).toBe(i);
      expect(p.freq(p.y(f))).toBeCloseTo(f, 9);
    });
    expect(p.time(p.x(1.2))).toBeCloseTo(1.2, 12);
    expect(p.y(10)).toBeLessThan(p.y(4));
    expect(cellAt(axes.freqEdges, 1e9)).toBe(4);
  });
  test("the view begins where many channels are strong, not where one has an artefact, nor before the event", () => {
    const value = (c: number, offset: number): number =>
      offset === 23 ? (c > 4 ? -8 : 0) : offset === 47 ? (c === 3 ? 900 : 0) : offset === 11 ? 50 : 0.1;
    expect(strongestCell(value, Array.from({ length: 10 }, (_, i) => i), g, 2)).toEqual({ t: 3, f: 2 });
  });
  test("colours can leave out the most extreme values", () => {
    const row = Float64Array.from({ length: 101 }, (_, i) => i - 50); // −50 … 50
    row[7] = NaN;
    expect(clippedRange([row], 0, true)).toEqual([-50, 50]);
    expect(clippedRange([row], 0, false)).toEqual([-50, 50]);
    expect(clippedRange([row, [1e6]], 0.02, true)[1]).toBeLessThanOrEqual(50);
    expect(clippedRange([[3, 3]], 0, false)).toEqual([2.5, 3.5]);
    expect(clippedRange([[NaN]], 0.01, true)).toEqual([-1, 1]);
  });
});

describe("overview and run", () => {
  test("the overview's size is the range of the good channels in units of their scaling", () => {
    const raw = new Int16Array([0, 4, 0, 8, /**/ 100, -100, 100, -100]);
    const s = samplesFrom({ block: 0, dtype: "int16", shape: [2, 4] }, new Uint8Array(raw.buffer));
    const e = envelope(s, [ch("a", "eeg", null), ch("b", "eeg", null, true)], () => 2, 2);
    expect([...e]).toEqual([2, 4]);
  });
  test("shares add up to one; no time gives no shares", () => {
    expect(shares([1, 3])).toEqual([0.25, 0.75]);
    expect(shares([0, 0])).toEqual([0, 0]);
  });
});

test("the nearest entry is found at the ends too", () => {
  expect([7, 8.4, 8.6, 50].map((x) => nearest([8, 9, 10], x))).toEqual([0, 0, 1, 2]);
});

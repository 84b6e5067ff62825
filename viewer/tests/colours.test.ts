import { describe, expect, test } from "vitest";
import { annotationColours, colourIndex, diverging, luminance, mapColour, oklch, positionColour, sequential, type Rgb } from "../src/colours";

const at = (map: typeof diverging, i: number): Rgb => mapColour(map, i);

/** Linear-light simulation of full deuteranopia and protanopia. Machado et al. 2009, doi:10.1109/TVCG.2009.113, table 1. */
const blindness: Record<string, number[]> = {
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
};
const simulated = (rgb: Rgb, m: number[]): number[] => {
  const lin = rgb.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return [0, 1, 2].map((r) => m[3 * r]! * lin[0]! + m[3 * r + 1]! * lin[1]! + m[3 * r + 2]! * lin[2]!);
};

describe("colours", () => {
  test("OKLCH ends are white, black, and grey without chroma", () => {
    expect(oklch(1, 0, 0)).toEqual([255, 255, 255]);
    expect(oklch(0, 0, 0)).toEqual([0, 0, 0]);
    const [r, g, b] = oklch(0.6, 0, 123);
    expect(Math.max(r, g, b) - Math.min(r, g, b)).toBeLessThanOrEqual(1);
  });

  test("the diverging map is blue below, near-white in the middle, red above", () => {
    const [lo, mid, hi] = [at(diverging, 0), at(diverging, 128), at(diverging, 255)];
    expect(lo[2]).toBeGreaterThan(lo[0] + 60);
    expect(hi[0]).toBeGreaterThan(hi[2] + 60);
    expect(Math.min(...mid)).toBeGreaterThan(235);
  });

  test("the diverging map darkens evenly to both sides, and equally far", () => {
    for (let i = 0; i < 127; i++) {
      expect(luminance(at(diverging, i))).toBeLessThanOrEqual(luminance(at(diverging, i + 1)) + 0.004);
      expect(luminance(at(diverging, 255 - i))).toBeLessThanOrEqual(luminance(at(diverging, 254 - i)) + 0.004);
    }
    expect(Math.abs(luminance(at(diverging, 0)) - luminance(at(diverging, 255)))).toBeLessThan(0.06);
  });

  test("the sequential map brightens all the way", () => {
    for (let i = 0; i < 255; i++) expect(luminance(at(sequential, i + 1))).toBeGreaterThanOrEqual(luminance(at(sequential, i)) - 0.002);
    expect(luminance(at(sequential, 0))).toBeLessThan(0.05);
    expect(luminance(at(sequential, 255))).toBeGreaterThan(0.75);
  });

  test.each(Object.keys(blindness))("with %s the two signs of the diverging map stay apart", (kind) => {
    for (const a of [40, 80, 127]) {
      const lo = simulated(at(diverging, 127 - a), blindness[kind]!);
      const hi = simulated(at(diverging, 128 + a), blindness[kind]!);
      expect(Math.hypot(...lo.map((v, i) => v - hi[i]!))).toBeGreaterThan(0.1);
    }
  });

  test.each(Object.keys(blindness))("with %s left and right sensors stay apart", (kind) => {
    for (const dark of [false, true])
      for (const y of [-0.8, 0, 0.8]) {
        const l = simulated(positionColour([-0.8, y], dark), blindness[kind]!);
        const r = simulated(positionColour([0.8, y], dark), blindness[kind]!);
        expect(Math.hypot(...l.map((v, i) => v - r[i]!))).toBeGreaterThan(0.1);
      }
  });

  test("values beyond the range take the end colours; an empty range the middle", () => {
    expect(colourIndex(-5, -1, 1)).toBe(0);
    expect(colourIndex(5, -1, 1)).toBe(255);
    expect(colourIndex(0, -1, 1)).toBe(128);
    expect(colourIndex(3, 1, 1)).toBe(128);
  });

  test("annotations that begin with bad share the warning colour; the others differ", () => {
    const c = annotationColours(["T1", "BAD_boundary", "T2", "bad eye", "T1"]);
    expect(c.get("BAD_boundary")).toEqual(c.get("bad eye"));
    expect(new Set([c.get("T1"), c.get("T2"), c.get("BAD_boundary")].map(String)).size).toBe(3);
  });
});

import { describe, expect, test } from "vitest";
import { clockTicks, displayUnit, linearTicks, logarithmicallySpaced, logTicks, shown, shownBytes, shownClock, shownTime } from "../src/units";

describe("units and numbers", () => {
  test("volts are shown in microvolts, their squares in squares", () => {
    expect(displayUnit("V")).toEqual({ factor: 1e6, label: "µV" });
    expect(displayUnit("V^2/Hz")).toEqual({ factor: 1e12, label: "µV²/Hz" });
    expect(displayUnit("T/m").factor).toBe(1e13); // 1 T/m = 1e15 fT / 1e2 cm
    expect(displayUnit("(T/m)²/Hz")).toEqual({ factor: 1e26, label: "(fT/cm)²/Hz" });
    expect(displayUnit("V²/Hz")).toEqual({ factor: 1e12, label: "µV²/Hz" });
    expect(displayUnit("dB")).toEqual({ factor: 1, label: "dB" });
  });

  test.each([
    [0, "0"], [1, "1"], [-2.5, "−2.5"], [1234, "1234"], [0.012345, "0.0123"], [1e-7, "1·10⁻⁷"], [2.5e9, "2.5·10⁹"], [-0, "0"], [100, "100"],
    [NaN, "no value"], [Infinity, "∞"],
  ])("%d is written %s", (x, text) => expect(shown(x)).toBe(text));

  test("times keep the decimals of their step and have no negative zero", () => {
    expect(shownTime(0.12, 0.004)).toBe("0.120 s");
    expect(shownTime(-0.0001, 0.01)).toBe("0.00 s");
    expect(shownTime(-0.2, 0.01)).toBe("−0.20 s");
    expect(shownTime(3, 1)).toBe("3 s");
  });

  test("clocks and sizes", () => {
    expect(shownClock(125.9)).toBe("2:05");
    expect(shownClock(3723)).toBe("1:02:03");
    expect(shownBytes(999)).toBe("999 B");
    expect(shownBytes(2596896)).toBe("2.60 MB");
  });

  test("ticks are round, inside the axis, and evenly spaced", () => {
    for (const [lo, hi] of [[-0.2, 0.8], [0, 3600], [-7.3e-6, 9e-6], [1e5, 1.00001e5]] as const) {
      const ticks = linearTicks(lo, hi, 5);
      expect(ticks.length).toBeGreaterThanOrEqual(3);
      expect(ticks.length).toBeLessThanOrEqual(11);
      const step = ticks[1]! - ticks[0]!;
      ticks.forEach((t, i) => {
        expect(t).toBeGreaterThanOrEqual(lo - 1e-9 * (hi - lo));
        expect(t).toBeLessThanOrEqual(hi + 1e-9 * (hi - lo));
        expect(Math.abs(t - ticks[0]! - i * step)).toBeLessThan(1e-6 * step * (i + 1));
      });
    }
  });

  test("long time axes have ticks at whole minutes or seconds of a clock", () => {
    expect(clockTicks(0, 750, 14)).toEqual([0, 60, 120, 180, 240, 300, 360, 420, 480, 540, 600, 660, 720]);
    expect(clockTicks(33, 64, 4)).toEqual([40, 50, 60]);
    expect(clockTicks(33, 64, 3)).toEqual([45, 60]);
    expect(clockTicks(0, 20 * 86400, 4)).toHaveLength(5);
  });

  test("a logarithmic axis has ticks at 1, 2 and 5 of each decade", () => {
    expect(logTicks(3.8, 41)).toEqual([5, 10, 20]);
    expect(logTicks(1, 100)).toEqual([1, 2, 5, 10, 20, 50, 100]);
  });

  test("spacing decides between a linear and a logarithmic axis", () => {
    expect(logarithmicallySpaced([2, 4, 8, 16])).toBe(true);
    expect(logarithmicallySpaced([2, 4, 6, 8])).toBe(false);
    expect(logarithmicallySpaced([0, 1, 2, 4])).toBe(false);
    expect(logarithmicallySpaced([4, 8])).toBe(false);
  });
});

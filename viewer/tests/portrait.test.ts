import { describe, expect, test } from "vitest";
import { contrast, luminanceOf } from "./contrast";
import { kindColour, stateColour } from "../src/colours";
import { checkedReport, checkedSection } from "../src/contract";
import type { PortraitSection } from "../src/page-types";
import { BlockStore } from "../src/decode";
import { frequencyOf } from "../src/diagram";
import { arrow } from "../src/phase";
import { frameOf, labelPlace, MODEL_MARGIN } from "../src/plot";
import { eigenvalueTexts, grouped, meanRate, nearestValue, panelsOf, portraitData, smoothRuns, specialName, stateAt } from "../src/portrait-data";
import { demoEquations, demoModelReport, demoPortrait, demoSpiking, radius } from "./demo-model";
import { PageWriter } from "./page-writer";

/** The decoded portrait of a demo page, blocks and all. */
function decoded(make: (w: PageWriter) => object) {
  const writer = new PageWriter();
  const section = checkedSection(make(writer)) as PortraitSection;
  return portraitData(section, new BlockStore((k) => writer.block(k)));
}

describe("the contract of a model's sections", () => {
  test("the demo page passes", () => {
    const report = checkedReport(demoModelReport(new PageWriter()));
    expect(report.sections.map((s) => checkedSection(s).kind)).toEqual(["portrait", "equations", "portrait"]);
  });

  const portrait = () => demoPortrait(new PageWriter()) as Record<string, any>;
  test.each([
    ["a trace with too few rows", (p: any) => (p.values[0].trace.shape = [2, 901]), "values[0].trace.shape must be [3, 901]; got [2,901]"],
    ["an equilibrium with a coordinate too many", (p: any) => (p.values[1].points[0].x = [1, 2, 3]), "values[1].points[0].x must be a list of 2, one for each of states; got [1,2,3]"],
    ["values that do not ascend", (p: any) => (p.values[1].parameter = -0.5), "values[1].parameter must be above the one before; got -0.5"],
    ["a first value that is not there", (p: any) => (p.first = 16), "first must be below the number of values, 16; got 16"],
    ["a range that is upside down", (p: any) => (p.range = [1, 0]), "range[1] must be above the one before; got 0"],
    ["cycles without extremes", (p: any) => (p.diagram.cycles[0].data.shape = [2, 21]), "diagram.cycles[0].data.shape must be [6, 21]; got [2,21]"],
    ["a stability that is no word of it", (p: any) => (p.diagram.equilibria[0].stability = "firm"), `diagram.equilibria[0].stability must be "stable", "unstable" or "neutral"; got "firm"`],
    ["extremes of another number of states", (p: any) => (p.values[10].extremes.shape = [3, 2]), "values[10].extremes.shape must be [2, 2]; got [3,2]"],
    ["a scale of 0", (p: any) => (p.states[0].scale = 0), "states[0].scale must be a number > 0; got 0"],
    ["no states", (p: any) => (p.states = []), "states must be a list with at least one entry; got []"],
  ])("%s is refused with place and rule", (_what, damage, message) => {
    const section = portrait();
    damage(section);
    expect(() => checkedSection(section)).toThrow(message);
  });

  test("a model whose parameters are all fixed has one value and no diagram", () => {
    const section = portrait();
    for (const key of ["parameter", "range", "diagram"]) delete section[key];
    section["values"] = [{ ...section["values"][0], parameter: undefined }];
    section["first"] = 0;
    expect(checkedSection(section)).toMatchObject({ parameter: null, diagram: null, rates: null });
  });

  test("formulas are lists that begin with a word", () => {
    const section = demoEquations() as any;
    section.equations[0].formula = ["+", ["name", "a"], 3];
    expect(() => checkedSection(section)).toThrow("equations[0].formula[2] must be a text or a list with at least one entry; got 3");
  });
});

describe("a portrait's numbers", () => {
  const d = decoded(demoPortrait);

  test("are in the units that are shown", () => {
    // SI in the page: 10 mV and 1 ms are one unit of the normal form.
    expect(d.low[0]).toBeCloseTo(-15, 5);
    expect(d.values[10]!.parameter).toBeCloseTo(0.5, 6);
    expect(d.values[10]!.trace.t.at(-1)).toBeCloseTo(60, 3);
    expect(d.values[10]!.points[0]!.eigenvalues[0]![0]).toBeCloseTo(0.5, 6);
    expect(d.special[0]!.period).toBeCloseTo(2 * Math.PI, 5);
    expect(frequencyOf(d, d.special[0]!.period!)).toBeCloseTo(1000 / (2 * Math.PI), 3); // Hz
  });

  test("the field is per displayed time: at x = 10 mV, y = 0 and μ = 0.5 it is (0.5 − 1)·10 mV and 1 each ms", () => {
    const f = d.values[10]!.field!;
    // The grid goes from −1.5 to 1.5 in 9 steps of 0.375: column 4 + 2 is x = 0.75, row 4 is y = 0.
    const k = 4 * f.columns + 6;
    expect(f.dx[k]).toBeCloseTo((0.5 * 0.75 - 0.75 ** 3) * 10, 5);
    expect(f.dy[k]).toBeCloseTo(0.75, 5);
  });

  test("cycles of the normal form are circles of radius √μ", () => {
    const run = d.cycles[0]!;
    run.parameter.forEach((mu, k) => expect(run.high[0]![k]! ** 2).toBeCloseTo(100 * mu, 3));
  });

  test("extremes are those that there are: rows may have gaps", () => {
    expect(d.values[10]!.extremes.map((x) => x.length)).toEqual([2, 1]);
    expect(d.values[10]!.extremes[0]![1]).toBeCloseTo(10 * Math.sqrt(0.5), 4);
    expect(d.values[0]!.extremes).toEqual([]);
  });

  test("the state between samples lies on a straight line", () => {
    const t = d.values[10]!.trace;
    const [v] = stateAt(t, 10.03);
    expect(v! / 10).toBeCloseTo(radius(0.5, 0.3, 10.03) * Math.cos(10.03), 3);
    expect(stateAt(t, -5)).toEqual([t.x[0]![0], t.x[1]![0]]);
    expect(stateAt(t, 1e9)[0]).toBe(t.x[0]!.at(-1));
  });

  test("at a jump the state is what it is afterwards", () => {
    const jump = { t: Float64Array.of(0, 1, 1, 2), x: [Float64Array.of(0, 10, -10, 0)] };
    expect(stateAt(jump, 1)).toEqual([-10]);
    expect(stateAt(jump, 0.5)).toEqual([5]);
    expect(stateAt(jump, 1.5)).toEqual([-5]);
    expect(smoothRuns(jump.t)).toEqual([[0, 1], [2, 3]]);
    expect(smoothRuns([])).toEqual([]);
  });

  test("the nearest value is found, at the ends too", () => {
    expect([-9, 0.04, 0.06, 9].map((x) => nearestValue(d.values, x))).toEqual([0, 5, 6, 15]);
  });

  test("spikes give a rate; fewer than two give none", () => {
    const s = decoded(demoSpiking);
    expect(meanRate(s.values[0]!.spikes)).toBeCloseTo(0.1, 12); // every 10 ms
    expect(s.rates!.rate[10]).toBeCloseTo(100, 4);
    expect(s.rateUnit).toBe("Hz");
    expect(meanRate([5])).toBe(0);
    expect(meanRate([])).toBe(0);
  });

  test("states that share a unit share a panel", () => {
    const q = (name: string, unit: string) => ({ name, unit, scale: unit === "mV" ? 1e-3 : 1, comment: "" });
    expect(panelsOf([q("v", "mV"), q("m", "1"), q("h", "1"), q("u", "mV")])).toEqual([[0, 3], [1, 2]]);
  });
});

describe("words", () => {
  test("a pair of eigenvalues is said once", () => {
    expect(eigenvalueTexts([[-0.5, 2], [-0.5, -2], [-3, 0]])).toEqual(["−0.5 ± 2 i", "−3"]);
    expect(eigenvalueTexts([[0, 2], [0, -2]])).toEqual(["± 2 i"]);
  });
  test("a special point is called by its kind, and a Hopf point by what is born there", () => {
    expect(specialName({ kind: "Hopf", criticality: "subcritical" })).toBe("Hopf, subcritical");
    expect(specialName({ kind: "fold of cycles", criticality: "" })).toBe("Fold of cycles");
  });
});

describe("drawing", () => {
  test("values and pixels are each other's inverse, and up is more", () => {
    const f = frameOf(400, 300, MODEL_MARGIN, [-2, 8], [0, 5]);
    expect(f.xValue(f.x(3.3))).toBeCloseTo(3.3, 12);
    expect(f.yValue(f.y(1.7))).toBeCloseTo(1.7, 12);
    expect(f.y(5)).toBe(MODEL_MARGIN.top);
    expect(f.y(0)).toBe(300 - MODEL_MARGIN.bottom);
  });

  test("an arrow points along the flow, is centred, and never longer than its cell", () => {
    const [x0, y0, x1, y1] = arrow(10, 20, 3, -4, 5, 5, 10)!;
    expect([(x0 + x1) / 2, (y0 + y1) / 2]).toEqual([10, 20]);
    expect(Math.hypot(x1 - x0, y1 - y0)).toBeCloseTo(10, 12);
    expect((y1 - y0) / (x1 - x0)).toBeCloseTo(-4 / 3, 12);
    const [a, b, c, e] = arrow(0, 0, 1, 0, 1e9, 5, 10)!;
    expect(Math.hypot(c - a, e - b)).toBeLessThanOrEqual(10);
    expect(arrow(0, 0, 0, 0, 0, 5, 10)).toBeNull();
    expect(arrow(0, 0, NaN, 1, NaN, 5, 10)).toBeNull();
  });

  test("labels avoid each other and the frame's edge; where there is no room there is no label", () => {
    const f = { left: 0, right: 100, top: 0, bottom: 60 };
    const first = labelPlace(f, 90, 30, 40, 12, [])!;
    expect(first.x + first.w).toBeLessThanOrEqual(98);
    const second = labelPlace(f, 90, 30, 40, 12, [first])!;
    expect(second.y === first.y && second.x === first.x).toBe(false);
    expect(labelPlace(f, 50, 30, 400, 12, [])).toBeNull();
    // Of the places left of the point, where labels are free, the cheapest.
    const left = labelPlace(f, 50, 30, 20, 12, [], (b) => (b.x + b.w < 50 ? 0 : 1))!;
    expect(left.x + left.w).toBeLessThan(50);
  });

  test("points that crowd together form a group", () => {
    expect(grouped([1, 1.1, 5, 0.95, 5.2], (a, b) => Math.abs(a - b), 0.3)).toEqual([[1, 1.1, 0.95], [5, 5.2]]);
  });

  test("the colours of states and kinds reach 3:1 against both panels", () => {
    for (const dark of [false, true]) {
      const panel = luminanceOf(dark ? [23, 29, 37] : [255, 255, 255]);
      for (let i = 0; i < 8; i++) expect(contrast(stateColour(i, dark), panel), `state ${i}`).toBeGreaterThanOrEqual(3);
      for (const kind of ["stable node", "unstable focus", "saddle", "centre"]) expect(contrast(kindColour(kind, dark), panel), kind).toBeGreaterThanOrEqual(3);
    }
  });
});

import { describe, expect, test } from "vitest";
import type { Formula } from "../src/page-types";
import { rangeText } from "../src/sections/equations";
import { setEquation, setFormula, symbolParts, symbolText, termsOf, type Mark } from "../src/formula";
import { unitText, withUnit } from "../src/units";

const n = (name: string): Formula => ["name", name];
const num = (digits: string): Formula => ["number", digits];

/** Marks as short text: fractions as {a|b}, powers as a^b, indices as a_b. */
function plain(m: Mark | string): string {
  if (typeof m === "string") return m;
  const c = m.children.map(plain);
  if (m.tag === "mfrac") return `{${c[0]}|${c[1]}}`;
  if (m.tag === "msup") return `${c[0]}^${c[1]}`;
  if (m.tag === "msub") return `${c[0]}_${c[1]}`;
  if (m.tag === "msqrt") return `√[${c.join("")}]`;
  return c.join("").replace("\u2061", "");
}
const set = (t: Formula): string => plain(setFormula(t));

describe("symbols", () => {
  test.each([
    ["g_Ca", ["g", "Ca"]], ["V1", ["V", "1"]], ["tau_w", ["τ", "w"]], ["phi", ["φ", ""]], ["Delta_T", ["Δ", "T"]], ["x", ["x", ""]], ["y_0", ["y", "0"]],
    ["I_Na_max", ["I", "Na,max"]], ["_x", ["_x", ""]], ["alpha_eta", ["α", "η"]],
  ])("%s", (name, parts) => expect(symbolParts(name)).toEqual(parts));
  test("in plain text digits go below the line", () => expect(["y_0", "g_Ca", "mu", "C_12"].map(symbolText)).toEqual(["y₀", "g_Ca", "μ", "C₁₂"]));
});

describe("formulas", () => {
  test("brackets stand where they are needed and nowhere else", () => {
    expect(set(["-", n("a"), ["-", n("b"), n("c")]])).toBe("a−(b−c)");
    expect(set(["-", ["-", n("a"), n("b")], n("c")])).toBe("a−b−c");
    expect(set(["+", n("a"), ["+", n("b"), n("c")]])).toBe("a+b+c");
    expect(set(["*", ["+", n("a"), n("b")], n("c")])).toBe("(a+b)c");
    expect(set(["**", ["+", n("a"), n("b")], num("2")])).toBe("(a+b)^2");
    expect(set(["neg", ["*", n("a"), n("b")]])).toBe("−ab");
    expect(set(["neg", ["+", n("a"), n("b")]])).toBe("−(a+b)");
    expect(set(["*", n("a"), ["neg", n("b")]])).toBe("a(−b)");
    expect(set(["**", ["neg", n("x")], num("2")])).toBe("(−x)^2");
  });
  test("a quotient is a fraction; inside another, an exponent or an argument it lies flat", () => {
    expect(set(["/", ["+", n("a"), n("b")], n("c")])).toBe("{a+b|c}");
    expect(set(["/", n("a"), ["/", ["+", n("b"), n("c")], n("d")]])).toBe("{a|(b+c)/d}");
    expect(set(["/", n("a"), ["*", n("b"), ["/", n("c"), n("d")]]])).toBe("{a|b(c/d)}");
    expect(set(["call", "exp", ["neg", ["/", n("v"), n("k")]]])).toBe("e^−v/k");
    expect(set(["call", "tanh", ["/", ["-", n("v"), n("V1")], n("V2")]])).toBe("tanh((v−V_1)/V_2)");
    expect(set(["/", n("a"), ["/", n("b"), ["/", n("c"), n("d")]]])).toBe("{a|b/(c/d)}");
  });
  test("a rate reads as a number per time", () => expect(set(["/", num("0.1"), ["unit", "ms"]])).toBe("0.1ms^−1"));
  test("numbers beside numbers have a dot between them", () => {
    expect(set(["*", num("2"), num("3")])).toBe("2·3");
    expect(set(["*", num("2"), n("x")])).toBe("2x");
    expect(set(num("1.5e-07"))).toBe("1.5·10^−7");
    expect(set(num("1e+06"))).toBe("10^6");
    expect(set(num("-3"))).toBe("−3");
    expect(set(["**", num("-3"), num("2")])).toBe("(−3)^2");
  });
  test("comparisons and conditions are said as mathematicians do", () => {
    expect(set(["and", [">=", n("v"), n("V_t")], ["not", n("b")]])).toBe("v≥V_t and not b");
    expect(set(["call", "where", n("c"), n("a"), n("b")])).toBe("where(c,a,b)");
    expect(set(["call", "abs", n("x")])).toBe("|x|");
    expect(set(["call", "sqrt", ["+", n("x"), n("y")]])).toBe("√[x+y]");
  });
  test("a sum falls into its terms, with their signs", () => {
    expect(termsOf(["-", ["+", n("a"), n("b")], ["*", n("c"), n("d")]]).map((t) => t.sign)).toEqual(["", "+", "−"]);
    expect(termsOf(["+", ["neg", n("a")], n("b")]).map((t) => t.sign)).toEqual(["−", "+"]);
  });
  test("dv/dt = (I − …)/C is set as C dv/dt = I − …", () => {
    const f: Formula = ["/", ["-", n("I"), ["*", n("g"), ["-", n("v"), n("E")]]], n("C")];
    expect(setEquation("v", true, f).map(plain)).toEqual(["C{dv|dt}=", "I", "−g(v−E)"]);
  });
  test("other quotients stay on their side: of one term, by more than a name, of a subexpression", () => {
    expect(setEquation("v", true, ["/", ["neg", n("v")], n("tau")]).map(plain)).toEqual(["{dv|dt}=", "{−v|τ}"]);
    expect(setEquation("v", true, ["/", ["-", n("a"), n("v")], ["*", n("b"), n("c")]]).map(plain)).toEqual(["{dv|dt}=", "{a−v|bc}"]);
    expect(setEquation("m_inf", false, ["/", ["-", n("a"), n("v")], n("c")]).map(plain)).toEqual(["m_∞=", "{a−v|c}"]);
  });
  test("a negative sum in a sum keeps its brackets", () => {
    expect(setEquation("x", true, ["-", n("a"), ["+", n("b"), n("c")]]).map(plain)).toEqual(["{dx|dt}=", "a", "−(b+c)"]);
  });
});

describe("units", () => {
  test.each([
    ["uA/cm**2", "µA/cm²"], ["1", ""], ["mV", "mV"], ["1/ms", "1/ms"], ["Mohm", "MΩ"], ["second", "s"], ["um**2", "µm²"], ["ohm*cm", "Ω·cm"], ["mS/cm**2", "mS/cm²"],
    ["second**-0.5", "s^−0.5"], ["kelvin", "K"], ["nS", "nS"], ["us", "µs"], ["umol", "µmol"], ["mV/second", "mV/s"],
  ])("%s is written %s", (unit, text) => expect(unitText(unit)).toBe(text));
  test("a number without unit stands alone", () => {
    expect(withUnit(1.25, "")).toBe("1.25");
    expect(withUnit(-65, "mV")).toBe("−65 mV");
  });
});

test("a parameter's range is written as an interval in its unit", () => {
  expect(rangeText({ low: { value: 0, open: true }, high: null, scale: 1 })).toBe("(0, ∞)");
  expect(rangeText({ low: { value: 0.01, open: false }, high: { value: 0.05, open: true }, scale: 0.01 })).toBe("[1, 5)");
  expect(rangeText({ low: null, high: null, scale: 1 })).toBe("");
});

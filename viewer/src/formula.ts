// Equations as mathematics: the trees of a page become MathML, which browsers set and screen readers read.

import type { Formula } from "./page-types";
import { el } from "./dom";
import { unitText } from "./units";

/** A MathML element to be. */
export interface Mark {
  tag: string;
  children: (Mark | string)[];
  attributes?: Record<string, string>;
}

const mark = (tag: string, ...children: (Mark | string)[]): Mark => ({ tag, children });
const row = (...children: (Mark | string)[]): Mark => (children.length === 1 && typeof children[0] !== "string" ? children[0]! : mark("mrow", ...children));
const op = (text: string): Mark => mark("mo", text);
/** A sign between two terms, spaced as such even where it begins a row. */
const infix = (text: string): Mark => ({ tag: "mo", children: [text], attributes: { form: "infix" } });
const gap: Mark = { tag: "mspace", children: [], attributes: { width: "0.16em" } };
const upright = (text: string): Mark => ({ tag: "mi", children: [text], attributes: { mathvariant: "normal" } });

const greek: Record<string, string> = {
  alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ε", eps: "ε", zeta: "ζ", eta: "η", theta: "θ", iota: "ι", kappa: "κ",
  lambda: "λ", mu: "μ", nu: "ν", xi: "ξ", rho: "ρ", sigma: "σ", tau: "τ", phi: "φ", chi: "χ", psi: "ψ", omega: "ω",
  Gamma: "Γ", Delta: "Δ", Theta: "Θ", Lambda: "Λ", Xi: "Ξ", Pi: "Π", Sigma: "Σ", Phi: "Φ", Psi: "Ψ", Omega: "Ω", pi: "π",
};

/** "g_Ca" → g and Ca; "V1" → V and 1; "tau_w" → τ and w; "tau" → τ and nothing. */
export function symbolParts(name: string): [string, string] {
  const [stem, sub] = splitName(name);
  return [greek[stem] ?? stem, sub.split("_").map((s) => greek[s] ?? s).join(",")];
}

function splitName(name: string): [string, string] {
  const underscore = name.indexOf("_", 1);
  if (underscore > 0 && underscore < name.length - 1) return [name.slice(0, underscore), name.slice(underscore + 1)];
  const digits = /^([^\d]+)(\d+)$/.exec(name);
  return digits ? [digits[1]!, digits[2]!] : [name, ""];
}

const subscripts: Record<string, string> = { "0": "₀", "1": "₁", "2": "₂", "3": "₃", "4": "₄", "5": "₅", "6": "₆", "7": "₇", "8": "₈", "9": "₉" };

/** A name where only text can stand: Greek letters, and digits below the line. */
export function symbolText(name: string): string {
  const [body, sub] = symbolParts(name);
  if (!sub) return body;
  return /^\d+$/.test(sub) ? body + sub.replace(/\d/g, (d) => subscripts[d]!) : `${body}_${sub}`;
}

function symbol(name: string): Mark {
  const [body, sub] = symbolParts(name);
  // One letter leans, a word stands: m∞ and rates keep apart from products of letters.
  const letter = body.length === 1 ? mark("mi", body) : upright(body);
  if (!sub) return letter;
  const below = sub === "inf" ? op("∞") : /^\d+$/.test(sub) ? mark("mn", sub) : sub.length === 1 ? mark("mi", sub) : upright(sub);
  return mark("msub", letter, below);
}

function numeral(digits: string): Mark {
  const [, sign, mantissa, exponent] = /^(-?)([\d.]+|inf|nan)(?:e([+-]?\d+))?$/.exec(digits) ?? ["", "", digits, undefined];
  const body = mantissa === "inf" ? mark("mn", "∞") : mark("mn", mantissa!);
  const power = exponent === undefined ? [] : [op("·"), mark("msup", mark("mn", "10"), mark("mn", String(Number(exponent)).replace("-", "−")))];
  const plain = power.length && mantissa === "1" ? power.slice(1) : [body, ...power];
  return row(...(sign ? [op("−")] : []), ...plain);
}

const levels: Record<string, number> = { or: 1, and: 2, not: 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "==": 4, "!=": 4, "+": 5, "-": 5, "*": 6, "//": 6, "%": 6, neg: 5 };
const signs: Record<string, string> = { "<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠" };
const level = (t: Formula): number => levels[t[0]] ?? 9;
const at = (t: Formula, i: number): Formula => t[i] as Formula;

// Brackets that grow want a mathematical font; inside them fractions lie flat instead.
const bracket = (text: string): Mark => ({ tag: "mo", children: [text], attributes: { stretchy: "false" } });

function bracketed(m: Mark): Mark {
  return row(bracket("("), m, bracket(")"));
}

/** `flat`: fractions on the line, a/b, as inside exponents, arguments and other fractions. */
function inside(t: Formula, least: number, flat: boolean): Mark {
  const own = t[0] === "/" && flat ? 6 : level(t);
  return own < least ? bracketed(setFormula(t, flat)) : setFormula(t, flat);
}

/** Does it begin with a digit, so that a product before it needs a dot? */
function beginsWithDigit(t: Formula): boolean {
  if (t[0] === "number") return true;
  return (t[0] === "*" || t[0] === "**") && beginsWithDigit(at(t, 1));
}

function call(t: Formula, flat: boolean): Mark {
  const name = t[1] as string;
  const args = t.slice(2) as Formula[];
  const a = args[0];
  if (a && name === "exp") return mark("msup", mark("mi", "e"), setFormula(a, true));
  if (a && name === "sqrt") return mark("msqrt", setFormula(a, flat));
  if (a && name === "abs") return row(bracket("|"), setFormula(a, true), bracket("|"));
  const list = args.flatMap((x, i) => (i ? [op(","), setFormula(x, true)] : [setFormula(x, true)]));
  return row(upright(name === "log" ? "ln" : name), op("\u2061"), bracketed(row(...list)));
}

/** The mathematics of one tree. */
export function setFormula(t: Formula, flat = false): Mark {
  switch (t[0]) {
    case "number": return numeral(t[1] as string);
    case "unit": return { tag: "mtext", children: [unitText(t[1] as string)] };
    case "name": return symbol(t[1] as string);
    case "call": return call(t, flat);
    case "neg": return row(op("−"), inside(at(t, 1), 6, flat));
    case "not": return row(mark("mtext", "not "), inside(at(t, 1), 4, flat));
    case "and":
    case "or": return row(inside(at(t, 1), level(t), flat), mark("mtext", ` ${t[0]} `), inside(at(t, 2), level(t), flat));
    case "+": return row(inside(at(t, 1), 5, flat), infix("+"), inside(at(t, 2), 5, flat));
    case "-": return row(inside(at(t, 1), 5, flat), infix("−"), inside(at(t, 2), 6, flat));
    case "/":
      // 0.1/ms reads as 0.1 ms⁻¹.
      if (at(t, 2)[0] === "unit") return row(inside(at(t, 1), 6, flat), gap, mark("msup", setFormula(at(t, 2)), row(op("−"), mark("mn", "1"))));
      if (flat && at(t, 1)[0] === "neg") return row(setFormula(at(t, 1), true), op("/"), inside(at(t, 2), 7, true));
      if (flat) return row(inside(at(t, 1), 6, true), op("/"), inside(at(t, 2), 7, true));
      return mark("mfrac", setFormula(at(t, 1), true), setFormula(at(t, 2), true));
    case "*": {
      const [a, b] = [at(t, 1), at(t, 2)];
      const between = beginsWithDigit(b) ? op("·") : gap;
      return row(inside(a, 6, flat), between, inside(b, flat ? 7 : 6, flat));
    }
    case "**": {
      const base = at(t, 1);
      const atom = base[0] === "name" || base[0] === "unit" || (base[0] === "number" && !(base[1] as string).startsWith("-"));
      return mark("msup", atom ? setFormula(base) : bracketed(setFormula(base, true)), setFormula(at(t, 2), true));
    }
    default:
      if (t.length === 3) return row(inside(at(t, 1), level(t) + 1, flat), infix(signs[t[0]] ?? t[0]), inside(at(t, 2), level(t) + 1, flat));
      return { tag: "mtext", children: [t[0]] };
  }
}

/** A sum taken apart, so that lines can break between its terms; anything else is one term. */
export function termsOf(t: Formula): { sign: "+" | "−" | ""; tree: Formula }[] {
  if (t[0] === "+" || t[0] === "-") {
    const left = termsOf(at(t, 1));
    return [...left, { sign: t[0] === "+" ? "+" : "−", tree: at(t, 2) }];
  }
  if (t[0] === "neg") return [{ sign: "−", tree: at(t, 1) }];
  return [{ sign: "", tree: t }];
}

/** The marks of an equation, one for its left side and one for each term of the right, as textbooks set it:
 *  C dv/dt = I − … for dv/dt = (I − …)/C. */
export function setEquation(name: string, derivative: boolean, tree: Formula): Mark[] {
  const divided = derivative && tree[0] === "/" && at(tree, 2)[0] === "name" && ["+", "-"].includes(at(tree, 1)[0]);
  const right = divided ? at(tree, 1) : tree;
  const left = derivative ? mark("mfrac", row(upright("d"), symbol(name)), row(upright("d"), mark("mi", "t"))) : symbol(name);
  return [
    row(...(divided ? [setFormula(at(tree, 2)), gap] : []), left, infix("=")),
    ...termsOf(right).map(({ sign, tree: term }, i) => row(...(sign ? [i === 0 ? op(sign) : infix(sign)] : []), inside(term, sign === "−" ? 6 : 5, false))),
  ];
}

const MATHML = "http://www.w3.org/1998/Math/MathML";

function element(m: Mark): Element {
  const e = document.createElementNS(MATHML, m.tag);
  for (const [key, value] of Object.entries(m.attributes ?? {})) e.setAttribute(key, value);
  for (const c of m.children) e.append(typeof c === "string" ? c : element(c));
  return e;
}

/** Finds out whether the browser has a font that knows where subscripts stand, and says so to the style sheet. */
export function noteMathFont(root: HTMLElement): void {
  const probe = mathElement(mark("msub", mark("mi", "E"), mark("mi", "E")));
  root.append(probe);
  const [letter, below] = [...probe.firstElementChild!.children].map((c) => c.getBoundingClientRect());
  const size = parseFloat(getComputedStyle(probe).fontSize);
  probe.remove();
  if (letter && below && below.bottom - letter.bottom < 0.1 * size) document.documentElement.dataset["mathfont"] = "none";
}

/** A <math> element; `display` sets fractions large. */
export function mathElement(m: Mark, display = false): Element {
  const math = document.createElementNS(MATHML, "math");
  if (display) math.setAttribute("displaystyle", "true");
  math.append(element(m));
  return math;
}

/** A name in running text; the name as the model's text writes it is its title. */
export function symbolElement(name: string): HTMLElement {
  const [body, sub] = symbolParts(name);
  const below = sub === "inf" ? "∞" : sub;
  return el("span", { class: "rv-symbol", title: name }, body.length === 1 ? el("i", {}, body) : body, below ? el("sub", {}, below) : null);
}

// What a model is: its equations as mathematics, its parameters and presets, and where it comes from.

import type { EquationsSection, Formula, ModelParameter } from "../page-types";
import { el } from "../dom";
import { mathElement, setEquation, setFormula, symbolElement, symbolText, type Mark } from "../formula";
import { shown, unitText } from "../units";
import type { View } from "../view";

/** "(0, ∞)" in the unit shown, or "" where anything goes. */
export function rangeText(p: Pick<ModelParameter, "low" | "high" | "scale">): string {
  if (!p.low && !p.high) return "";
  const left = p.low ? `${p.low.open ? "(" : "["}${shown(p.low.value / p.scale, 6)}` : "(−∞";
  const right = p.high ? `${shown(p.high.value / p.scale, 6)}${p.high.open ? ")" : "]"}` : "∞)";
  return `${left}, ${right}`;
}

function line(marks: Mark[], comment: string, name = "", unit = ""): HTMLElement {
  const aside = [comment, unit && `${symbolText(name)} in ${unit}`].filter(Boolean).join(", ");
  return el(
    "div",
    { class: "rv-equation" },
    el("span", { class: "rv-terms" }, ...marks.map((m) => mathElement(m, true))),
    el("span", { class: "rv-aside" }, aside),
  );
}

const row = (...children: (Mark | string)[]): Mark => ({ tag: "mrow", children });
const words = (text: string): Mark => ({ tag: "mtext", children: [text] });

function sourceOf(section: EquationsSection): HTMLElement | null {
  if (!section.paper && !section.doi) return null;
  const link = section.doi ? el("a", { href: `https://doi.org/${encodeURI(section.doi)}`, rel: "noopener noreferrer" }, `doi:${section.doi}`) : null;
  return el("p", { class: "rv-source" }, section.paper ? `${section.paper}${link ? ". " : ""}` : null, link);
}

function parameterTable(section: EquationsSection): HTMLElement | null {
  if (!section.parameters.length) return null;
  const presets = section.presets;
  const ranges = section.parameters.map(rangeText);
  const hasRange = ranges.some(Boolean);
  const head = el(
    "tr",
    {},
    el("th", { scope: "col" }, "Parameter"),
    el("th", { scope: "col", class: "rv-number" }, "Value"),
    el("th", { scope: "col" }, "Unit"),
    ...presets.map((p) => el("th", { scope: "col", class: `rv-number${p.name === section.preset ? " rv-chosen" : ""}`, title: p.comment || undefined }, p.name)),
    hasRange ? el("th", { scope: "col" }, "Allowed") : null,
    el("th", { scope: "col" }, "Meaning"),
  );
  const rows = section.parameters.map((p, i) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, symbolElement(p.name)),
      el("td", { class: "rv-number" }, p.value === null ? "—" : shown(p.value / p.scale, 6)),
      el("td", {}, unitText(p.unit)),
      ...p.presets.map((v) => el("td", { class: "rv-number" }, v === null ? "" : shown(v / p.scale, 6))),
      hasRange ? el("td", { class: "rv-nowrap" }, ranges[i]!) : null,
      el("td", { class: "rv-meaning" }, p.comment),
    ),
  );
  return el(
    "div",
    { class: "rv-scroll", tabindex: 0, role: "region", "aria-label": "Parameters of the model (table)" },
    el("table", {}, el("caption", {}, "Parameters of the model"), el("thead", {}, head), el("tbody", {}, ...rows)),
  );
}

export function equationsView(section: EquationsSection): View {
  const states = section.equations.filter((e) => e.derivative);
  const parts = section.equations.filter((e) => !e.derivative);
  const lines = (list: typeof states): HTMLElement[] => list.map((e) => line(setEquation(e.name, e.derivative, e.formula), e.comment, e.name, unitText(e.unit)));
  const block = el("div", { class: "rv-equations", role: "group", "aria-label": "Equations" }, ...lines(states));
  if (parts.length) block.append(el("p", { class: "rv-with" }, "with"), ...lines(parts));
  for (const event of section.events) {
    const name = event.name === "spike" ? "A spike" : `“${event.name}”`;
    block.append(el("p", { class: "rv-with" }, event.statements.length ? `${name} when the condition becomes true; then` : `${name} is when`));
    const [sign, a, b] = event.condition;
    const edge = event.edge ? [setFormula(a as Formula), words(sign === ">" ? " rises above " : " falls below "), setFormula(b as Formula)] : null;
    block.append(line([edge ? row(...edge) : setFormula(event.condition)], "condition"));
    for (const s of event.statements) block.append(line([row(setFormula(["name", s.name]), { tag: "mo", children: ["←"] }, setFormula(s.formula))], ""));
  }
  if (section.refractory) block.append(line([row(words("refractory: "), setFormula(section.refractory))], ""));
  const presets = section.presets.filter((p) => p.comment);
  const meanings = presets.length
    ? el("dl", { class: "rv-presets" }, ...presets.flatMap((p) => [el("dt", {}, p.name), el("dd", {}, p.comment)]))
    : null;
  return {
    element: el(
      "div",
      { class: "rv-model" },
      el("div", { class: "rv-modeltext" }, ...section.about.split(/\n\s*\n/).filter(Boolean).map((p) => el("p", { class: "rv-prose" }, p.replace(/\s*\n\s*/g, " "))), sourceOf(section)),
      block,
      parameterTable(section),
      meanings,
    ),
    note: section.preset ? `Preset ${section.preset}` : "",
    keys: [],
  };
}

// The sections that show a model, as docs/viewer.md specifies them: what it does ("portrait") and what it is
// ("equations").

import { arrayRef, checkShape, count, fail, list, nonEmpty, number, object, pair, positive, text, type Json } from "./checks";
import type { ArrayRef } from "./contract";

/** A named quantity; shown value = SI value / scale. */
export interface Quantity {
  name: string;
  unit: string; // as the model's text says it: "uA/cm**2", "1"
  scale: number; // 1 unit in SI
  comment: string;
}

export interface FixedPoint {
  x: number[];
  kind: string;
  stable: boolean;
  eigenvalues: [number, number][]; // [1/time]
}

export interface PortraitValue {
  parameter: number | null;
  trace: ArrayRef; // [1 + states, samples]
  extremes: ArrayRef | null; // [states, samples]
  spikes: number[];
  stopped: string;
  points: FixedPoint[];
  nullclines: ArrayRef[]; // each [2, samples]; none unless there are two states
  field: ArrayRef | null; // [2, rows, columns]
  slope: ArrayRef | null; // [2, samples], with one state
}

export interface SpecialPoint {
  kind: string;
  criticality: string;
  parameter: number;
  low: number[];
  high: number[];
  period: number | null;
}

export type Stability = "stable" | "unstable" | "neutral";

export interface Run {
  stability: Stability;
  data: ArrayRef;
}

export interface Diagram {
  equilibria: Run[]; // [1 + states, points]
  cycles: Run[]; // [2 + 2 states, points]
  points: SpecialPoint[];
}

export interface PortraitSection {
  kind: "portrait";
  title: string;
  time: Quantity;
  states: Quantity[];
  /** Which states the plane begins with, across and up. */
  plane: [number, number];
  low: number[];
  high: number[];
  spikes: boolean;
  parameter: Quantity | null;
  range: [number, number] | null;
  values: PortraitValue[];
  first: number;
  diagram: Diagram | null;
  rates: ArrayRef | null; // [2, values]
  remarks: string[];
  hint: string;
}

/** A tree of an expression: an operator or a word, and its operands. */
export type Formula = [string, ...(string | Formula)[]];

export interface Equation extends Quantity {
  derivative: boolean;
  formula: Formula;
}

export interface ModelParameter extends Quantity {
  value: number | null;
  low: { value: number; open: boolean } | null;
  high: { value: number; open: boolean } | null;
  presets: (number | null)[];
}

export interface EquationsSection {
  kind: "equations";
  title: string;
  model: string;
  about: string;
  paper: string;
  doi: string;
  equations: Equation[];
  events: { name: string; condition: Formula; statements: { name: string; formula: Formula }[] }[];
  refractory: Formula | null;
  parameters: ModelParameter[];
  presets: { name: string; comment: string }[];
  preset: string;
}

function quantity(value: unknown, where: string): Quantity {
  const o = object(value, where);
  return {
    name: text(o["name"], `${where}.name`),
    unit: text(o["unit"], `${where}.unit`),
    scale: positive(o["scale"], `${where}.scale`),
    comment: text(o["comment"] ?? "", `${where}.comment`),
  };
}

const absent = (value: unknown): boolean => value === undefined || value === null;

/** As many numbers as there are states. */
function vector(value: unknown, where: string, n: number): number[] {
  const x = list(value, where, number);
  if (x.length !== n) fail(where, `${n} numbers, one for each state`, value);
  return x;
}

/** An array of so many rows, of any length. */
function table(value: unknown, where: string, rows: number): ArrayRef {
  const ref = arrayRef(value, where);
  checkShape(ref, [rows, ref.shape[1] ?? 0], where);
  return ref;
}

function portraitValue(value: unknown, where: string, n: number, varies: boolean): PortraitValue {
  const o = object(value, where);
  const trace = table(o["trace"], `${where}.trace`, n + 1);
  if (trace.shape[1] === 0) fail(`${where}.trace.shape`, "at least one sample long", trace.shape);
  const field = absent(o["field"]) ? null : arrayRef(o["field"], `${where}.field`);
  if (field && (field.shape.length !== 3 || field.shape[0] !== 2 || Math.min(...field.shape) < 2))
    fail(`${where}.field.shape`, "[2, rows, columns], at least 2 of each", field.shape);
  return {
    parameter: varies ? number(o["parameter"], `${where}.parameter`) : null,
    trace,
    extremes: absent(o["extremes"]) ? null : table(o["extremes"], `${where}.extremes`, n),
    spikes: list(o["spikes"] ?? [], `${where}.spikes`, number),
    stopped: text(o["stopped"] ?? "", `${where}.stopped`),
    points: list(o["points"] ?? [], `${where}.points`, (v, at) => {
      const p = object(v, at);
      return {
        x: vector(p["x"], `${at}.x`, n),
        kind: text(p["kind"], `${at}.kind`),
        stable: p["stable"] === true,
        eigenvalues: list(p["eigenvalues"] ?? [], `${at}.eigenvalues`, pair),
      };
    }),
    nullclines: list(o["nullclines"] ?? [], `${where}.nullclines`, (v, at) => table(v, at, 2)),
    field,
    slope: absent(o["slope"]) ? null : table(o["slope"], `${where}.slope`, 2),
  };
}

function diagram(value: unknown, n: number): Diagram {
  const o = object(value, "diagram");
  const runs = (key: string, rows: number): Run[] =>
    list(o[key] ?? [], `diagram.${key}`, (v, where) => {
      const r = object(v, where);
      const stability = text(r["stability"], `${where}.stability`);
      if (stability !== "stable" && stability !== "unstable" && stability !== "neutral")
        fail(`${where}.stability`, `"stable", "unstable" or "neutral"`, stability);
      return { stability, data: table(r["data"], `${where}.data`, rows) };
    });
  return {
    equilibria: runs("equilibria", 1 + n),
    cycles: runs("cycles", 2 + 2 * n),
    points: list(o["points"] ?? [], "diagram.points", (v, where) => {
      const p = object(v, where);
      return {
        kind: text(p["kind"], `${where}.kind`),
        criticality: text(p["criticality"] ?? "", `${where}.criticality`),
        parameter: number(p["parameter"], `${where}.parameter`),
        low: vector(p["low"], `${where}.low`, n),
        high: vector(p["high"], `${where}.high`, n),
        period: absent(p["period"]) ? null : positive(p["period"], `${where}.period`),
      };
    }),
  };
}

export function portraitReader(o: Json, title: string): PortraitSection {
  const states = nonEmpty(list(o["states"], "states", quantity), "states");
  const n = states.length;
  const varies = !absent(o["parameter"]);
  const values = nonEmpty(
    list(o["values"], "values", (v, where) => portraitValue(v, where, n, varies)),
    "values",
  );
  values.forEach((v, i) => {
    if (i > 0 && varies && !(v.parameter! > values[i - 1]!.parameter!))
      fail(`values[${i}].parameter`, "above the one before", v.parameter);
  });
  const first = count(o["first"] ?? 0, "first");
  if (first >= values.length) fail("first", `below the number of values, ${values.length}`, first);
  const plane = absent(o["plane"]) ? ([0, n - 1] as [number, number]) : pair(o["plane"], "plane");
  if (plane.some((i) => !Number.isInteger(i) || i < 0 || i >= n)) fail("plane", `two numbers of states, 0 … ${n - 1}`, plane);
  const range = varies ? pair(o["range"], "range") : null;
  if (range && !(range[1] > range[0])) fail("range", "ascending", range);
  return {
    kind: "portrait",
    title,
    time: quantity(o["time"], "time"),
    states,
    plane,
    low: vector(o["low"], "low", n),
    high: vector(o["high"], "high", n),
    spikes: o["spikes"] === true,
    parameter: varies ? quantity(o["parameter"], "parameter") : null,
    range,
    values,
    first,
    diagram: absent(o["diagram"]) ? null : diagram(o["diagram"], n),
    rates: absent(o["rates"]) ? null : table(o["rates"], "rates", 2),
    remarks: list(o["remarks"] ?? [], "remarks", text),
    hint: text(o["hint"] ?? "", "hint"),
  };
}

function formula(value: unknown, where: string): Formula {
  if (!Array.isArray(value) || typeof value[0] !== "string") fail(where, "a list that begins with a word", value);
  return value.map((v, i) => (typeof v === "string" ? v : formula(v, `${where}[${i}]`))) as Formula;
}

function bound(value: unknown, where: string): ModelParameter["low"] {
  if (absent(value)) return null;
  const o = object(value, where);
  return { value: number(o["value"], `${where}.value`), open: o["open"] === true };
}

export function equationsReader(o: Json, title: string): EquationsSection {
  const presets = list(o["presets"] ?? [], "presets", (v, where) => {
    const p = object(v, where);
    return { name: text(p["name"], `${where}.name`), comment: text(p["comment"] ?? "", `${where}.comment`) };
  });
  return {
    kind: "equations",
    title,
    model: text(o["model"], "model"),
    about: text(o["about"] ?? "", "about"),
    paper: text(o["paper"] ?? "", "paper"),
    doi: text(o["doi"] ?? "", "doi"),
    equations: list(o["equations"] ?? [], "equations", (v, where) => {
      const e = object(v, where);
      return { ...quantity(v, where), derivative: e["derivative"] === true, formula: formula(e["formula"], `${where}.formula`) };
    }),
    events: list(o["events"] ?? [], "events", (v, where) => {
      const e = object(v, where);
      return {
        name: text(e["name"], `${where}.name`),
        condition: formula(e["condition"], `${where}.condition`),
        statements: list(e["statements"] ?? [], `${where}.statements`, (s, at) => {
          const t = object(s, at);
          return { name: text(t["name"], `${at}.name`), formula: formula(t["formula"], `${at}.formula`) };
        }),
      };
    }),
    refractory: absent(o["refractory"]) ? null : formula(o["refractory"], "refractory"),
    parameters: list(o["parameters"] ?? [], "parameters", (v, where) => {
      const p = object(v, where);
      const changed = list(p["presets"] ?? [], `${where}.presets`, (x, at) => (absent(x) ? null : number(x, at)));
      if (changed.length !== presets.length) fail(`${where}.presets`, `${presets.length} entries, one for each preset`, changed);
      return {
        ...quantity(v, where),
        value: absent(p["value"]) ? null : number(p["value"], `${where}.value`),
        low: bound(p["low"], `${where}.low`),
        high: bound(p["high"], `${where}.high`),
        presets: changed,
      };
    }),
    presets,
    preset: text(o["preset"] ?? "", "preset"),
  };
}

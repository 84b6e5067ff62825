// Checks data against page.schema.json, fills in its defaults and leaves out what it does not name. An error says the
// place and the rule. tests/report/page_schema.hpp does the same for the C++ writer.

import type { ArrayRef } from "./page-types";

/** The keywords that page.schema.json uses. */
export interface Schema {
  $ref?: string;
  description?: string;
  type?: string;
  const?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly Schema[];
  default?: unknown;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  items?: Schema;
  prefixItems?: readonly Schema[];
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  exclusiveMinimum?: number;
  "x-shape"?: readonly (number | string)[];
  "x-length"?: string;
  "x-below"?: string;
  "x-ascending"?: boolean | string;
  $defs?: Readonly<Record<string, Schema>>;
}

/** The page's data break the contract; the message names the place and the rule. */
export class ContractError extends Error {
  override name = "ContractError";
}

export function fail(where: string, rule: string, value: unknown): never {
  const shown = value === undefined ? "nothing" : JSON.stringify(value).slice(0, 80);
  throw new ContractError(`${where} must be ${rule}; got ${shown}`);
}

type Json = Record<string, unknown>;

const typeOf = (value: unknown): string => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

const jsonType = (s: Schema): string | undefined => (s.type === "integer" ? "number" : s.type);

/** What a value must be, in words. */
function words(s: Schema): string {
  const choices = s.enum?.map((v) => JSON.stringify(v)) ?? s.anyOf?.map(words) ?? (s.const !== undefined ? [JSON.stringify(s.const)] : null);
  if (choices) return [choices.slice(0, -1).join(", "), choices.at(-1)].filter(Boolean).join(" or ");
  const above = s.exclusiveMinimum !== undefined ? ` > ${s.exclusiveMinimum}` : s.minimum !== undefined ? ` ≥ ${s.minimum}` : "";
  switch (s.type) {
    case "object": return "an object";
    case "string": return "a text";
    case "boolean": return "true or false";
    case "integer": return `a whole number${above}`;
    case "number": return above ? `a number${above}` : "a finite number";
    case "array": return s.minItems === undefined ? "a list" : s.minItems === s.maxItems ? `a list of ${s.minItems}` : "a list with at least one entry";
    default: return String(s.type);
  }
}

function fits(value: unknown, s: Schema): boolean {
  if (s.const !== undefined && value !== s.const) return false;
  if (s.enum && !s.enum.includes(value)) return false;
  if (s.type === undefined) return true;
  if (typeOf(value) !== jsonType(s)) return false;
  if (typeof value === "number")
    return Number.isFinite(value) && (s.type !== "integer" || Number.isInteger(value)) && !(value < (s.minimum ?? value)) && !(value <= (s.exclusiveMinimum ?? -Infinity));
  return !Array.isArray(value) || (value.length >= (s.minItems ?? 0) && value.length <= (s.maxItems ?? Infinity));
}

export class Checker {
  /** @param section  what the fields of x-shape, x-length and x-below are looked up in */
  constructor(private readonly definitions: Readonly<Record<string, Schema>>, private readonly section: unknown) {}

  /** The value as the schema has it. */
  checked(given: unknown, s: Schema, where: string): unknown {
    const value = given === undefined ? s.default : given;
    const alternative = s.anyOf?.find((a) => typeOf(value) === jsonType(this.resolved(a)));
    if (s.anyOf && !alternative) fail(where, words({ anyOf: s.anyOf.map((a) => this.resolved(a)) }), value);
    if (!fits(value, s)) fail(where, words(s), value);
    const basis = s.$ref ? this.resolved(s) : alternative;
    let result = basis ? this.checked(value, basis, where) : value;
    if (s.properties) {
      const own: Json = s.$ref ? { ...(result as Json) } : {};
      for (const [key, property] of Object.entries(s.properties)) {
        const entry = (value as Json)[key];
        if (entry !== undefined || property.default !== undefined || s.required?.includes(key))
          own[key] = this.checked(entry, property, where ? `${where}.${key}` : key);
      }
      result = own;
    }
    if (s.items) result = (value as unknown[]).map((v, i) => this.checked(v, s.prefixItems?.[i] ?? s.items!, `${where}[${i}]`));
    this.checkAgainstOthers(result, s, where);
    return result;
  }

  private resolved(s: Schema): Schema {
    return s.$ref ? this.definitions[s.$ref.replace("#/$defs/", "")]! : s;
  }

  /** How many a field of the section says: its entries, or its number. */
  private count(path: string): number {
    const found = path.split(".").reduce<unknown>((o, key) => (o as Json | undefined)?.[key], this.section);
    return Array.isArray(found) ? found.length : Number(found ?? 0);
  }

  private checkAgainstOthers(value: unknown, s: Schema, where: string): void {
    if (s["x-shape"]) this.checkShape(value as ArrayRef, s["x-shape"], where);
    const length = s["x-length"];
    if (length && (value as unknown[]).length !== this.count(length)) fail(where, `a list of ${this.count(length)}, one for each of ${length}`, value);
    const below = s["x-below"];
    if (below && !((value as number) < this.count(below))) fail(where, `below the number of ${below}, ${this.count(below)}`, value);
    const by = s["x-ascending"];
    if (by) {
      const keys = typeof by === "string" ? (value as Json[]).map((v) => v[by]) : (value as unknown[]);
      for (let i = 1; i < keys.length; i++)
        if (!((keys[i] as number) > (keys[i - 1] as number))) fail(`${where}[${i}]${typeof by === "string" ? `.${by}` : ""}`, "above the one before", keys[i]);
    }
  }

  private checkShape(array: ArrayRef, dims: readonly (number | string)[], where: string): void {
    const wanted = dims.map((dim, i) => {
      const [, least, factor, path, more] = /^(?:>=(\d+)|(?:(\d+)\*)?([a-z_.]+)(?:\+(\d+))?)$/.exec(String(dim)) ?? [];
      if (least !== undefined) return array.shape[i]! >= Number(least) ? array.shape[i]! : `≥ ${least}`;
      return path === undefined ? Number(dim) : Number(factor ?? 1) * this.count(path) + Number(more ?? 0);
    });
    if (array.shape.length !== wanted.length || wanted.some((n, i) => n !== array.shape[i])) fail(`${where}.shape`, `[${wanted.join(", ")}]`, array.shape);
    if (Array.isArray(array.scale) && array.scale.length !== array.shape[0])
      fail(`${where}.scale`, `one number, or one for each of the ${array.shape[0]} entries of the first axis`, array.scale);
  }
}

// The checks that stand between a page and a drawing: each names the place and the rule that was broken.

import type { ArrayRef } from "./contract";

/** The page's data break the contract; the message names the place and the rule. */
export class ContractError extends Error {
  override name = "ContractError";
}

export type Json = Record<string, unknown>;

export function fail(where: string, rule: string, value: unknown): never {
  const shown = value === undefined ? "nothing" : (JSON.stringify(value) ?? "nothing").slice(0, 80);
  throw new ContractError(`${where} must be ${rule}; got ${shown}`);
}

export function object(value: unknown, where: string): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) fail(where, "an object", value);
  return value as Json;
}

export function text(value: unknown, where: string): string {
  if (typeof value !== "string") fail(where, "a text", value);
  return value;
}

export function number(value: unknown, where: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) fail(where, "a finite number", value);
  return value;
}

export function positive(value: unknown, where: string): number {
  const x = number(value, where);
  if (!(x > 0)) fail(where, "a number > 0", value);
  return x;
}

export function count(value: unknown, where: string): number {
  const x = number(value, where);
  if (!Number.isInteger(x) || x < 0) fail(where, "a whole number ≥ 0", value);
  return x;
}

export function list<T>(value: unknown, where: string, entry: (v: unknown, where: string) => T): T[] {
  if (!Array.isArray(value)) fail(where, "a list", value);
  return value.map((v, i) => entry(v, `${where}[${i}]`));
}

export function nonEmpty<T>(values: T[], where: string): T[] {
  if (values.length === 0) fail(where, "a list with at least one entry", values);
  return values;
}

export function arrayRef(value: unknown, where: string): ArrayRef {
  const o = object(value, where);
  const dtype = text(o["dtype"], `${where}.dtype`);
  if (dtype !== "int16" && dtype !== "float32") fail(`${where}.dtype`, `"int16" or "float32"`, dtype);
  const ref: ArrayRef = {
    block: count(o["block"], `${where}.block`),
    dtype,
    shape: list(o["shape"], `${where}.shape`, count),
  };
  const scale = o["scale"];
  if (scale !== undefined && scale !== null) {
    ref.scale = Array.isArray(scale) ? list(scale, `${where}.scale`, number) : number(scale, `${where}.scale`);
    if (Array.isArray(ref.scale) && ref.scale.length !== ref.shape[0])
      fail(`${where}.scale`, `one number, or one for each of the ${ref.shape[0]} entries of the first axis`, scale);
  }
  return ref;
}

export function pair(value: unknown, where: string): [number, number] {
  const ends = list(value, where, number);
  if (ends.length !== 2) fail(where, "two numbers", value);
  return [ends[0]!, ends[1]!];
}

export function checkShape(ref: ArrayRef, expected: number[], where: string): void {
  if (ref.shape.length !== expected.length || ref.shape.some((n, i) => n !== expected[i]))
    fail(`${where}.shape`, `[${expected.join(", ")}]`, ref.shape);
}

// Blocks: base64 text in the page → little-endian numbers in memory, kept in their stored type and scaled when read.

import type { ArrayRef } from "./page-types";

/** A block is missing or damaged; the message names the block. */
export class BlockError extends Error {
  override name = "BlockError";
}

/** The stored int16 that means "no value here". */
export const MISSING_INT16 = -32768;

/** Numbers of a block: raw as stored, `scale` one factor per entry of the first axis. */
export interface Samples {
  raw: Int16Array | Int32Array | Float32Array;
  shape: number[];
  rowLength: number;
  scale: Float64Array;
}

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Bytes of a base64 text; white space is allowed, as writers may break lines. */
export function base64Bytes(encoded: string): Uint8Array {
  let binary: string;
  try {
    // Newer browsers decode natively, in about half the time.
    const native = (Uint8Array as { fromBase64?: (text: string) => Uint8Array }).fromBase64;
    if (native) return native.call(Uint8Array, encoded);
    binary = atob(encoded);
  } catch {
    throw new BlockError("the text is not base64");
  }
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

function swapped(bytes: Uint8Array, width: number): Uint8Array {
  for (let i = 0; i + width <= bytes.length; i += width) bytes.subarray(i, i + width).reverse();
  return bytes;
}

/** The array that `ref` describes, from the bytes of its block. Throws BlockError if the length is not the shape's. */
export function samplesFrom(ref: ArrayRef, bytes: Uint8Array): Samples {
  const width = ref.dtype === "int16" ? 2 : 4;
  const n = ref.shape.reduce((a, b) => a * b, 1);
  if (bytes.length !== n * width)
    throw new BlockError(
      `block ${ref.block} must hold ${n * width} bytes (shape ${ref.shape.join(" × ")}, ${ref.dtype}); it holds ${bytes.length}`,
    );
  const native = littleEndian ? bytes : swapped(bytes, width);
  const { buffer } = native;
  const raw = ref.dtype === "int16" ? new Int16Array(buffer, 0, n) : ref.dtype === "int32" ? new Int32Array(buffer, 0, n) : new Float32Array(buffer, 0, n);
  const rows = ref.shape[0] ?? 1;
  const scale = new Float64Array(rows);
  for (let i = 0; i < rows; i++) scale[i] = Array.isArray(ref.scale) ? ref.scale[i]! : (ref.scale ?? 1);
  return { raw, shape: ref.shape, rowLength: rows > 0 ? n / rows : 0, scale };
}

/** One value; NaN where the data have none. */
export function valueAt(s: Samples, row: number, offset: number): number {
  const x = s.raw[row * s.rowLength + offset]!;
  return x === MISSING_INT16 && s.raw instanceof Int16Array ? NaN : x * s.scale[row]!;
}

/** Values [from, to) of one entry of the first axis, times `factor`. */
export function rowValues(s: Samples, row: number, factor = 1, from = 0, to = s.rowLength): Float64Array {
  const out = new Float64Array(Math.max(0, to - from));
  const base = row * s.rowLength;
  const k = s.scale[row]! * factor;
  const integer = s.raw instanceof Int16Array;
  for (let i = from; i < to; i++) {
    const x = s.raw[base + i]!;
    out[i - from] = integer && x === MISSING_INT16 ? NaN : x * k;
  }
  return out;
}

/** Where the arrays of a page come from; each block is decoded once. */
export class BlockStore {
  private readonly decoded = new Map<number, Uint8Array>();

  /** @param encodedText gives the base64 text of a block, or null if the page has none. */
  constructor(private readonly encodedText: (block: number) => string | null) {}

  samples(ref: ArrayRef): Samples {
    let bytes = this.decoded.get(ref.block);
    if (!bytes) {
      const encoded = this.encodedText(ref.block);
      if (encoded === null) throw new BlockError(`block ${ref.block} is missing from the page`);
      try {
        bytes = base64Bytes(encoded);
      } catch (error) {
        throw new BlockError(`block ${ref.block} is damaged: ${(error as Error).message}`);
      }
      this.decoded.set(ref.block, bytes);
    }
    return samplesFrom(ref, bytes);
  }
}

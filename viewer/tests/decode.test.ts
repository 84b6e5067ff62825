import { describe, expect, test } from "vitest";
import type { ArrayRef } from "../src/page-types";
import { base64Bytes, BlockError, BlockStore, rowValues, samplesFrom, valueAt } from "../src/decode";

const encoded = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
const store = (blocks: Record<number, string>): BlockStore => new BlockStore((n) => blocks[n] ?? null);

describe("blocks", () => {
  test("little-endian int16 come out with one scale per first-axis entry", () => {
    // 0x0102 = 258, 0xfffe = -2, written byte by byte so that the test says the byte order.
    const bytes = Uint8Array.of(0x02, 0x01, 0xfe, 0xff, 0x0a, 0x00, 0x14, 0x00);
    const ref: ArrayRef = { block: 0, dtype: "int16", shape: [2, 2], scale: [0.5, 10] };
    const s = store({ 0: encoded(bytes) }).samples(ref);
    expect([...rowValues(s, 0)]).toEqual([129, -1]);
    expect([...rowValues(s, 1, 2)]).toEqual([200, 400]);
    expect(valueAt(s, 1, 1)).toBe(200);
  });

  test("little-endian float32 come out as they went in", () => {
    const values = Float32Array.of(1.5, -2.25, NaN, 1e-6);
    const bytes = new Uint8Array(16);
    values.forEach((v, i) => new DataView(bytes.buffer).setFloat32(4 * i, v, true));
    const s = samplesFrom({ block: 0, dtype: "float32", shape: [2, 2] }, bytes);
    expect([...rowValues(s, 0)]).toEqual([1.5, -2.25]);
    expect(rowValues(s, 1)[0]).toBeNaN();
    expect(rowValues(s, 1)[1]).toBe(Math.fround(1e-6));
  });

  test("little-endian int32 come out times their scale", () => {
    const bytes = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x01, 0x00);
    const s = samplesFrom({ block: 0, dtype: "int32", shape: [1, 2], scale: 0.5 }, bytes);
    expect([...rowValues(s, 0)]).toEqual([-0.5, 32768]);
    expect(() => samplesFrom({ block: 0, dtype: "int32", shape: [1, 3] }, bytes)).toThrow("must hold 12 bytes");
  });

  test("the int16 −32768 means that there is no value", () => {
    const bytes = new Uint8Array(Int16Array.of(-32768, 7).buffer);
    const s = samplesFrom({ block: 0, dtype: "int16", shape: [1, 2], scale: 2 }, bytes);
    expect(rowValues(s, 0)[0]).toBeNaN();
    expect(valueAt(s, 0, 0)).toBeNaN();
    expect(valueAt(s, 0, 1)).toBe(14);
  });

  test("a part of a row is the same as that part of the whole row", () => {
    const bytes = new Uint8Array(Int16Array.from({ length: 12 }, (_, i) => i).buffer);
    const s = samplesFrom({ block: 0, dtype: "int16", shape: [2, 2, 3] }, bytes);
    expect([...rowValues(s, 1, 1, 2, 5)]).toEqual([...rowValues(s, 1)].slice(2, 5));
  });

  test("line breaks within base64 are allowed", () => {
    expect([...base64Bytes("AQID\nBAUG\n")]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("a missing block is named", () => {
    expect(() => store({}).samples({ block: 7, dtype: "int16", shape: [1] })).toThrow(new BlockError("block 7 is missing from the page"));
  });

  test("a block of the wrong length says what it must hold and what it holds", () => {
    const ref: ArrayRef = { block: 3, dtype: "float32", shape: [2, 5] };
    expect(() => store({ 3: encoded(new Uint8Array(36)) }).samples(ref)).toThrow(
      "block 3 must hold 40 bytes (shape 2 × 5, float32); it holds 36",
    );
  });

  test("text that is not base64 is refused, with the block's number", () => {
    expect(() => store({ 2: "***" }).samples({ block: 2, dtype: "int16", shape: [1] })).toThrow("block 2 is damaged: the text is not base64");
  });
});

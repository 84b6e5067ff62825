// The page as docs/viewer.md specifies it, written in the simplest way; the C++ module `report` does the same.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ArrayRef } from "../src/page-types";

const dist = (name: string): string => fileURLToPath(new URL(`../dist/${name}`, import.meta.url));

export class PageWriter {
  private readonly blocks: string[] = [];

  int16(values: Int16Array, shape: number[], scale?: number | number[]): ArrayRef {
    return { block: this.add(values), dtype: "int16", shape, ...(scale === undefined ? {} : { scale }) };
  }

  float32(values: Float32Array, shape: number[]): ArrayRef {
    return { block: this.add(values), dtype: "float32", shape };
  }

  int32(values: Int32Array, shape: number[], scale?: number): ArrayRef {
    return { block: this.add(values), dtype: "int32", shape, ...(scale === undefined ? {} : { scale }) };
  }

  /** The base64 text of a block, or null. */
  block(number: number): string | null {
    return this.blocks[number] ?? null;
  }

  private add(values: Int16Array | Int32Array | Float32Array): number {
    this.blocks.push(Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64"));
    return this.blocks.length - 1;
  }

  page(report: object, title: string): string {
    const address = (report as { marks?: { address: string } }).marks?.address;
    const escaped = title.replace(/&/g, "&amp;").replace(/</g, "&lt;");
    const json = JSON.stringify(report).replace(/</g, "\\u003c");
    const blocks = this.blocks.map(
      (b, i) => `<script class="ranvier-block" id="ranvier-block-${i}" type="application/octet-stream">${b}</script>\n`,
    );
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'${address ? `; connect-src ${address}/` : ""}">
<title>${escaped}</title>
<style>${readFileSync(dist("viewer.css"), "utf8")}</style>
</head>
<body>
<div id="ranvier-report"></div>
<noscript>This report draws itself with JavaScript, which is switched off here.</noscript>
<script id="ranvier-data" type="application/json">${json}</script>
${blocks.join("")}<script>${readFileSync(dist("viewer.js"), "utf8")}</script>
</body>
</html>
`;
  }
}

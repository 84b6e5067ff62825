// The built bundle: run `npm run build` first. Without it these tests fail rather than pass unseen.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";

const root = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));
const read = (name: string): string => readFileSync(root(`dist/${name}`), "utf8");

describe("the bundle", () => {
  beforeAll(() => {
    if (!existsSync(root("dist/viewer.js")) || !existsSync(root("dist/viewer.css"))) throw new Error("viewer/dist is empty: run `npm run build` in viewer/ first");
  });

  test("script and style sheet take at most 250 kB gzip", () => {
    const bytes = gzipSync(read("viewer.js")).length + gzipSync(read("viewer.css")).length;
    console.log(`viewer.js + viewer.css: ${(bytes / 1000).toFixed(1)} kB gzip`);
    expect(bytes).toBeLessThanOrEqual(250_000);
  });

  test("the bundle is one script and one style sheet", () => {
    expect(readdirSync(root("dist")).filter((f) => /\.(m?js|css|map|woff2?|svg|png)$/.test(f)).sort()).toEqual(["viewer.css", "viewer.js"]);
  });

  test("the script can stand inside a script element, the style sheet inside a style element", () => {
    expect(read("viewer.js")).not.toMatch(/<\/script|<!--/i);
    expect(read("viewer.css")).not.toMatch(/<\/style/i);
  });

  test("nothing is loaded from elsewhere", () => {
    expect(read("viewer.css")).not.toMatch(/url\(|@import/);
    const found = (pattern: RegExp): number => (read("viewer.js").match(pattern) ?? []).length;
    expect(found(/XMLHttpRequest|import\(|sendBeacon|WebSocket|EventSource/g)).toBe(0);
    expect(found(/\bfetch\(/g)).toBe(1); // marks.ts tells Python on this machine what is marked, where a page is given its address
  });

  test("the lock file names no registry", () => {
    expect(readFileSync(root("package-lock.json"), "utf8")).not.toMatch(/"resolved"|https?:\/\/[^"]*registry/);
  });
});

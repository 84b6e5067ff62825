// npm run demo: writes dist/demo.html, a page of synthetic data to look at while working on the viewer.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createServer } from "vite";

const server = await createServer({ server: { middlewareMode: true, hmr: false, ws: false, watch: null }, logLevel: "error" });
const { demoReport } = await server.ssrLoadModule("/tests/demo-report.ts");
const { PageWriter } = await server.ssrLoadModule("/tests/page-writer.ts");
const writer = new PageWriter();
const page = writer.page(demoReport(writer, { damaged: process.argv.includes("--damaged") }), "Hands against feet");
const path = fileURLToPath(new URL("../dist/demo.html", import.meta.url));
writeFileSync(path, page);
await server.close();
console.log(`${path}: ${(page.length / 1e6).toFixed(1)} MB`);

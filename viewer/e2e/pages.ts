// Pages for the browser tests, written once per worker and opened by file://, as readers open them.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { test as base, expect, type Locator, type Page, type TestInfo } from "@playwright/test";
import { demoReport, type DemoOptions } from "../tests/demo-report";
import { PageWriter } from "../tests/page-writer";
import { chromiumPath } from "./chromium";

export const folder = fileURLToPath(new URL("../test-results/pages/", import.meta.url));
const program = join(process.env["RANVIER_BUILD"] ?? fileURLToPath(new URL("../../build/dev", import.meta.url)), "cli/ranvier");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Writes text as a page and returns its address. */
export function written(name: string, html: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(folder + name, html);
  return pathToFileURL(folder + name).href;
}

/** Address of a page that the command line writes, with the viewer that it was built with: the other side of the contract. */
export function writtenByProgram(info: TestInfo, name: string, command: readonly string[], goal = "-o"): string {
  info.skip(!existsSync(program), `no command-line program at ${program}: build first`);
  mkdirSync(folder, { recursive: true });
  execFileSync(program, [...command, goal, folder + name], { stdio: "pipe" });
  return pathToFileURL(folder + name).href;
}

/** What axe-core finds wrong with a page, in words. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const result = (await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")) as {
    violations: { id: string; help: string; nodes: { html: string; failureSummary: string }[] }[];
    passes: unknown[];
  };
  expect(result.passes.length).toBeGreaterThan(15); // axe ran and found things to judge
  return result.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => `${n.html.slice(0, 160)} ${n.failureSummary}`).join(" | ")}`);
}

const made = new Map<string, string>();

/** Address of a demo page with these options. */
export function demoPage(options: DemoOptions = {}): string {
  const key = JSON.stringify(options);
  let address = made.get(key);
  if (!address) {
    const writer = new PageWriter();
    const report = demoReport(writer, { seconds: 42, ...options });
    made.set(key, (address = written(`demo-${made.size}.html`, writer.page(report, "Hands against feet"))));
  }
  return address;
}

/** The section of a title. */
export const section = (page: Page, title: string): Locator =>
  page.locator("section.rv-section", { has: page.getByRole("heading", { name: title, exact: true }) });

/** Opens a page, waits until every section is filled, and returns what the browser complained about. */
export async function opened(page: Page, address: string): Promise<string[]> {
  const complaints: string[] = [];
  page.on("pageerror", (e) => complaints.push(e.message));
  page.on("console", (m) => m.type() === "error" && complaints.push(m.text()));
  page.on("request", (r) => /^(file|data|blob):/.test(r.url()) || complaints.push(`asked for ${r.url()}`));
  await page.goto(address);
  await page.waitForSelector("html[data-ranvier=ready]");
  await settled(page);
  return complaints;
}

/** Waits until what was asked to be drawn in the next frame is drawn. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r))));
}

/** A number that changes when the pixels of a canvas do. */
export async function pixels(page: Page, selector: string): Promise<string> {
  await settled(page);
  return page.locator(selector).first().evaluate((c) => {
    const data = (c as HTMLCanvasElement).toDataURL();
    let h = 0;
    for (let i = 0; i < data.length; i++) h = (Math.imul(h, 31) + data.charCodeAt(i)) | 0;
    return `${data.length}:${h}`;
  });
}

/** The test that these files use: skipped, with the reason, where there is no browser. */
export const test = base.extend<{ browserFound: void }>({
  browserFound: [
    async ({}, use, info) => {
      info.skip(chromiumPath() === null, "no Chromium found: install Debian's chromium or set RANVIER_CHROMIUM");
      await use();
    },
    { auto: true },
  ],
});

export { expect };

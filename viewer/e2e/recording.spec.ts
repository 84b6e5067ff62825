// Pages of recordings that the command line writes.

import { mkdirSync, writeFileSync } from "node:fs";
import type { Page, TestInfo } from "@playwright/test";
import { edfFile } from "../tests/edf";
import { expect, folder, opened, pixels, section, settled, test, violations, writtenByProgram } from "./pages";

/** How many pixels of a canvas are drawn on. */
const inked = (page: Page, selector: string): Promise<number> =>
  page.locator(selector).first().evaluate((c) => {
    const canvas = c as HTMLCanvasElement;
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    return data.filter((v, i) => i % 4 === 3 && v > 0).length;
  });

// Cz swings by ±100 µV ten times a second, Pz by half of that; 20 s at 500 Hz, which the page thins.
function reportPage(info: TestInfo): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}swing.edf`, edfFile(["Cz", "Pz"], 500, 20, (c, t) => (100 / (1 + c)) * Math.sin(20 * Math.PI * t)));
  return writtenByProgram(info, "swing.html", ["report", `${folder}swing.edf`, "--overwrite"]);
}

test("the page of a recording shows its traces, its own rate and its spectrum", async ({ page }, info) => {
  expect(await opened(page, reportPage(info))).toEqual([]);
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect(page.getByRole("heading", { level: 2 })).toHaveText(["In short", "Recording", "Power spectral density", "How this page was made"]);
  await expect(section(page, "Recording").locator(".rv-note")).toHaveText("2 EEG · 500 Hz (traces thinned to 250 Hz) · 0:20 (20 s)");
  await expect(page.locator(".rv-recording .rv-readout")).toHaveText("0 s – 10 s of 20 s · channels 1–2 of 2 · scale × 1");
  await expect(page.locator(".rv-labels button")).toHaveText(["Cz", "Pz"]);
  expect(await inked(page, ".rv-traces canvas")).toBeGreaterThan(1000);
  const before = await pixels(page, ".rv-traces canvas");
  await page.locator(".rv-recording .rv-stage").focus();
  await page.keyboard.press("-");
  expect(await pixels(page, ".rv-traces canvas")).not.toBe(before);

  // At its rhythm a channel's density lies far above the rest; half the swing is 10 log10(4) = 6.02 dB less.
  const spectrum = section(page, "Power spectral density");
  await expect(spectrum.locator(".rv-readout")).toContainText(/^10\.01 Hz · mean: /);
  const decibels = async (name: string): Promise<number> => {
    await spectrum.getByLabel("Channel", { exact: true }).selectOption(name);
    await expect(spectrum.locator(".rv-readout")).toContainText(`10.01 Hz · ${name}: `);
    return Number(/: (\S+) dB/.exec((await spectrum.locator(".rv-readout").textContent())!)![1]!.replace("−", "-"));
  };
  const cz = await decibels("Cz");
  expect(cz).toBeGreaterThan(30);
  expect(Math.abs(cz - (await decibels("Pz")) - 6.02)).toBeLessThan(0.2);

  const made = section(page, "How this page was made");
  await expect(made.getByText(/^Command: ranvier report .*swing\.edf --overwrite -o .*swing\.html$/)).toBeVisible();
  await expect(made.getByRole("region", { name: "Inputs (table)" })).toContainText("40.8 kB");
});

for (const scheme of ["light", "dark"] as const)
  test(`axe-core finds no violation in a ${scheme} page of a recording`, async ({ page }, info) => {
    await page.emulateMedia({ colorScheme: scheme });
    await opened(page, reportPage(info));
    expect(await violations(page)).toEqual([]);
  });

test("the demo's page is whole, and its pictures agree with its words", async ({ page }, info) => {
  const address = writtenByProgram(info, "demo", ["demo", "--synthetic", "--overwrite"]);
  expect(await opened(page, `${address}/report.html`)).toEqual([]);
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect(page.getByRole("heading", { level: 2 })).toHaveText([
    "In short", "Event-related desynchronisation", "Where the rhythm weakens", "Averages", "Dropped epochs", "Power spectral density", "Recording, 1 to 40 Hz", "How this page was made",
  ]);

  // The image opens with hands at C3, 8 to 13 Hz, 1 to 3 s: the number of the summary.
  const fact = (await section(page, "In short").locator("dd", { hasText: /hands, .* feet$/ }).first().textContent())!;
  const [, hands] = /^(−\d+) % hands/.exec(fact)!;
  const shown = (await page.locator("section:has(.rv-tf) .rv-readout").textContent())!;
  expect(shown).toMatch(/^C3 · 1\.0\d* s to 3\.0\d* s, 8–13 Hz: mean −/);
  const mean = Number(/mean (\S+) %/.exec(shown)![1]!.replace("−", "-"));
  expect(Math.abs(mean - Number(hands!.replace("−", "-")))).toBeLessThan(1);
  expect(await inked(page, ".rv-tf canvas")).toBeGreaterThan(10000);

  await expect(page.locator(".rv-evoked .rv-butterfly")).toHaveCount(3);
  const map = ".rv-evoked .rv-beside canvas";
  await settled(page);
  expect(await inked(page, map)).toBeGreaterThan(1000);
  const before = await pixels(page, map);
  await page.getByRole("slider", { name: "Butterfly plot of hands: time marker" }).focus();
  await page.keyboard.press("Home");
  expect(await pixels(page, map)).not.toBe(before);

  await expect(section(page, "Recording, 1 to 40 Hz").locator(".rv-note")).toContainText(/^64 EEG · 160 Hz · /);
  await expect(section(page, "Recording, 1 to 40 Hz").getByRole("checkbox", { name: /^T1 \(\d+\)$/ })).toBeVisible();
  await expect(section(page, "How this page was made").getByRole("region", { name: /^Time per step/ })).toContainText("Band-pass 1 to 40 Hz");
  expect(await violations(page)).toEqual([]);

  expect(await opened(page, `${address}/model.html`)).toEqual([]);
  await expect(page.getByRole("alert")).toHaveCount(0);
});

import { readFileSync } from "node:fs";
import type { Download, Page } from "@playwright/test";
import { PageWriter } from "../tests/page-writer";
import { demoPage, expect, opened, section, settled, test, violations, writtenByProgram, written } from "./pages";

async function saved(page: Page, title: string, kind: "SVG" | "PNG" | "CSV"): Promise<{ name: string; bytes: Buffer }> {
  const waiting = page.waitForEvent("download");
  await section(page, title).getByRole("button", { name: new RegExp(kind) }).click();
  const download: Download = await waiting;
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

test("a picture saved as SVG holds its curves as curves and its words as words", async ({ page }) => {
  expect(await opened(page, demoPage())).toEqual([]);
  const { name, bytes } = await saved(page, "Power spectrum", "SVG");
  expect(name).toBe("power-spectrum.svg");
  const text = bytes.toString();
  const shown = await page.evaluate((svg) => {
    const tree = new DOMParser().parseFromString(svg, "image/svg+xml");
    return {
      broken: tree.querySelector("parsererror")?.textContent ?? "",
      // A curve has a point for each frequency.
      curves: [...tree.querySelectorAll("path")].filter((p) => p.getAttribute("d")!.split("L").length > 40).length,
      words: [...tree.querySelectorAll("text")].map((t) => t.textContent),
      beginnings: [...new Set([...tree.querySelectorAll("path")].map((p) => p.getAttribute("d")![0]))],
      images: tree.querySelectorAll("image").length,
    };
  }, text);
  expect(shown.broken).toBe("");
  expect(shown.beginnings).toEqual(["M"]);
  expect(shown.curves).toBeGreaterThanOrEqual(64);
  expect(shown.words).toContain("Power spectrum");
  expect(shown.words).toContain("Frequency (Hz)");
  expect(shown.images).toBeLessThan(8); // maps are made of pixels, charts are not
});

test("a saved picture shows what the screen shows: its curves lie where the chart drew them", async ({ page }) => {
  const writer = new PageWriter();
  const values = writer.float32(Float32Array.of(0, 1e-6, 4e-6, 1e-6, 0), [1, 5]);
  const channels = [{ name: "A", type: "eeg", unit: "V", bad: false, position: null }];
  const report = {
    format: "ranvier-report/1", title: "T", created: "2025-01-01T00:00:00Z", version: "0",
    sections: [{ kind: "evoked", title: "Peak", channels, time: { start: 0, step: 0.1, n: 5 }, conditions: [{ name: "a", nave: 1, data: values }] }],
  };
  await opened(page, written("peak.html", writer.page(report, "T")));
  const { bytes } = await saved(page, "Peak", "SVG");
  const peak = await page.evaluate((svg) => {
    const tree = new DOMParser().parseFromString(svg, "image/svg+xml");
    const lines = [...tree.querySelectorAll("path")].map((p) => p.getAttribute("d")!).filter((d) => d.split("L").length === 5 && !d.includes("Z"));
    return lines.map((d) => d.slice(1).split("L").map((xy) => xy.split(" ").map(Number) as [number, number]));
  }, bytes.toString());
  // The field power of one channel is flat: only its curve has a peak.
  const curves = peak.map((points) => points.map(([, y]) => y)).filter((heights) => Math.max(...heights) > Math.min(...heights));
  expect(curves).toHaveLength(1);
  for (const heights of curves) {
    expect(heights.indexOf(Math.min(...heights))).toBe(2); // the third sample is the highest
    const [first, second, third] = heights as [number, number, number];
    expect((first - second) / (first - third)).toBeCloseTo(0.25, 1);
  }
});

test("a picture saved as PNG is one, at twice the screen's size, and not blank", async ({ page }) => {
  expect(await opened(page, demoPage())).toEqual([]);
  const { name, bytes } = await saved(page, "Recording", "PNG");
  expect(name).toBe("recording.png");
  expect(bytes.subarray(1, 4).toString()).toBe("PNG");
  const width = bytes.readUInt32BE(16);
  const body = (await section(page, "Recording").locator(".rv-body").boundingBox())!;
  expect(Math.abs(width - 2 * Math.ceil(body.width))).toBeLessThanOrEqual(2);
  const dark = await page.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width, image.height];
    const c = canvas.getContext("2d")!;
    c.drawImage(image, 0, 0);
    const d = c.getImageData(0, 0, image.width, image.height).data;
    let n = 0;
    for (let i = 0; i < d.length; i += 4) if (d[i]! < 90) n++;
    return n;
  }, bytes.toString("base64"));
  expect(dark).toBeGreaterThan(20_000); // twenty traces
});

test("saving leaves the page as it was", async ({ page }) => {
  await opened(page, demoPage());
  const shot = (): Promise<string> => page.locator(".rv-traces canvas").evaluate((c) => (c as HTMLCanvasElement).toDataURL());
  const before = await shot();
  await saved(page, "Recording", "SVG");
  await settled(page);
  expect(await shot()).toBe(before);
});

test("the numbers of a spectrum are saved as the page has them", async ({ page }) => {
  const writer = new PageWriter();
  const power = writer.float32(Float32Array.of(1e-12, 2e-12, 3e-12, NaN), [2, 2]);
  const channels = ["A", "B"].map((name) => ({ name, type: "eeg", unit: "V", bad: false, position: null }));
  const one = {
    format: "ranvier-report/1", title: "T", created: "2025-01-01T00:00:00Z", version: "0",
    sections: [{ kind: "spectrum", title: "Power", channels, freqs: [1, 2.5], units: ["V²/Hz", "V²/Hz"], conditions: [{ name: "all", data: power }] }],
  };
  await opened(page, written("power.html", writer.page(one, "T")));
  const rows = (await saved(page, "Power", "CSV")).bytes.toString().trim().split("\r\n").map((line) => line.split(","));
  expect(rows[0]).toEqual(["frequency (Hz)", "all A (V²/Hz)", "all B (V²/Hz)"]);
  expect(rows[1]!.map(Number)).toEqual([1, Math.fround(1e-12), Math.fround(3e-12)]);
  expect(rows[2]![2]).toBe(""); // no value
});

const report = (writer: PageWriter): object => ({
  format: "ranvier-report/1", title: "Kinds", created: "2025-01-01T00:00:00Z", version: "0",
  sections: [
    { kind: "events", title: "Events over time", unit: "s", start: 0, end: 60, groups: [{ name: "left, \"L\"", times: [5, 15, 25] }, { name: "right", times: [10.5] }] },
    { kind: "drops", title: "Dropped epochs", given: 45, dropped: 17, reasons: [{ reason: "Fp1", count: 15 }, { reason: "Fpz", count: 4 }] },
    { kind: "matrix", title: "Covariance", rows: ["A", "B"], columns: ["A", "B"], data: { ...writer.float32(Float32Array.of(1, -0.5, -0.5, 0.25), [2, 2]), scale: 4e-26 } },
  ],
});

test("events over time: marks, their numbers, and a CSV that a spreadsheet reads", async ({ page }) => {
  const writer = new PageWriter();
  expect(await opened(page, written("kinds.html", writer.page(report(writer), "Kinds")))).toEqual([]);
  const events = section(page, "Events over time");
  await expect(events.getByRole("row", { name: /^left, "L" 3 5 s 25 s 10 s$/ })).toBeVisible();
  await expect(events.getByRole("img", { name: "4 events of 2 kinds from 0 s to 60 s" })).toBeVisible();
  const { bytes } = await saved(page, "Events over time", "CSV");
  expect(bytes.toString()).toBe('name,time (s)\r\n"left, ""L""",5\r\n"left, ""L""",15\r\n"left, ""L""",25\r\nright,10.5\r\n');
});

test("dropped epochs say how many and why", async ({ page }) => {
  const writer = new PageWriter();
  await opened(page, written("kinds.html", writer.page(report(writer), "Kinds")));
  const drops = section(page, "Dropped epochs");
  await expect(drops.locator(".rv-note")).toHaveText("17 of 45 epochs dropped");
  await expect(drops.getByRole("row", { name: /^Fp1 15 33 %/ })).toBeVisible();
});

test("a matrix reads single entries by keys, in their own size", async ({ page }) => {
  const writer = new PageWriter();
  await opened(page, written("kinds.html", writer.page(report(writer), "Kinds")));
  const matrix = section(page, "Covariance");
  await expect(matrix.locator(".rv-readout")).toHaveText("A · A: 4·10⁻²⁶");
  await matrix.getByRole("application").focus();
  await page.keyboard.press("ArrowRight");
  await expect(matrix.locator(".rv-readout")).toHaveText("A · B: −2·10⁻²⁶");
  expect(await violations(page)).toEqual([]);
});

test("a name that is longer than its place is narrowed in the saved picture as on the screen", async ({ page }) => {
  const writer = new PageWriter();
  const long = "A".repeat(60);
  const data = writer.float32(Float32Array.of(4, -2, -2, 1), [2, 2]);
  const report = {
    format: "ranvier-report/1", title: "T", created: "2025-01-01T00:00:00Z", version: "0",
    sections: [{ kind: "matrix", title: "Covariance", rows: [long, "B"], columns: [long, "B"], data }],
  };
  await opened(page, written("long.html", writer.page(report, "T")));
  const { bytes } = await saved(page, "Covariance", "SVG");
  const lengths = await page.evaluate((svg) => {
    const tree = new DOMParser().parseFromString(svg, "image/svg+xml");
    const texts = [...tree.querySelectorAll("text")];
    return texts.map((t) => [t.textContent!.length, t.getAttribute("textLength"), t.getAttribute("lengthAdjust")]);
  }, bytes.toString());
  const ofLong = lengths.filter(([n]) => n === 60);
  expect(ofLong.length).toBeGreaterThan(0);
  for (const [, width, how] of ofLong) {
    expect(Number(width)).toBeGreaterThan(0);
    expect(how).toBe("spacingAndGlyphs");
  }
  expect(lengths.filter(([n, width]) => n === 1 && width !== null)).toEqual([]);
});

test("the scale bar of a recording with one channel is whole, and one channel is called one", async ({ page }) => {
  const writer = new PageWriter();
  const flat = writer.int16(new Int16Array(400), [1, 400], 1e-9);
  const one = {
    format: "ranvier-report/1", title: "One", created: "2025-01-01T00:00:00Z", version: "0",
    sections: [{ kind: "recording", title: "One", sfreq: 100, first_time: 0, channels: [{ name: "A", type: "eeg", unit: "V", half_range: 20e-6, bad: false, position: null }], annotations: [], data: flat }],
  };
  await opened(page, written("one.html", writer.page(one, "One")));
  await expect(page.locator(".rv-recording .rv-readout")).toContainText("channel 1 of 1");
  const { bytes } = await saved(page, "One", "SVG");
  // The bar is the stroke of four points; it ends above the chart's bottom.
  const inside = await page.evaluate((svg) => {
    const tree = new DOMParser().parseFromString(svg, "image/svg+xml");
    const bar = [...tree.querySelectorAll("path")].map((p) => p.getAttribute("d")!).find((d) => /^M[^L]*(L[^L]*){3}$/.test(d) && !d.includes("Z"))!;
    const ys = bar.slice(1).split("L").map((xy) => Number(xy.split(" ")[1]));
    return { top: Math.min(...ys), bottom: Math.max(...ys), height: Number(tree.querySelector("svg svg")!.getAttribute("height")) };
  }, bytes.toString());
  const dpr = await page.evaluate(() => devicePixelRatio);
  expect(inside.top).toBeGreaterThan(0);
  expect(inside.bottom).toBeLessThan(inside.height - 36 * dpr);
});

test("a page that the program writes of epochs shows them", async ({ page }, info) => {
  const address = writtenByProgram(info, "demo-saving", ["demo", "--synthetic", "--overwrite"]);
  await opened(page, `${address}/report.html`);
  await expect(section(page, "Dropped epochs").locator(".rv-note")).toContainText(/^\d+ of \d+ epochs dropped$/);
});

import { demoReport } from "../tests/demo-report";
import { PageWriter } from "../tests/page-writer";
import { demoPage, expect, opened, test, violations, written } from "./pages";

test("the page shows every section, asks the network for nothing and complains about nothing", async ({ page }) => {
  expect(await opened(page, demoPage())).toEqual([]);
  await expect(page.locator("section.rv-section")).toHaveCount(6);
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Hands against feet");
  await expect(page.getByText(`</script><b>"&amp;"</b>`)).toBeVisible();
});

for (const scheme of ["light", "dark"] as const)
  test(`axe-core finds no violation in the ${scheme} page`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await opened(page, demoPage());
    await expect(page.locator("html")).toHaveAttribute("data-theme", scheme);
    expect(await violations(page)).toEqual([]);
  });

test("axe-core finds no violation on a narrow screen, in the damaged page, or in the list of keys", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await opened(page, demoPage({ damaged: true }));
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("?");
  expect(await violations(page)).toEqual([]);
});

test("a narrow page does not scroll sideways", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await opened(page, demoPage());
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});

test("a damaged section says what is wrong and leaves the others alone", async ({ page }) => {
  await opened(page, demoPage({ damaged: true }));
  const section = (title: string) => page.locator("section.rv-section", { has: page.getByRole("heading", { name: title, exact: true }) });
  await expect(section("Lost block").getByRole("alert")).toContainText("“Lost block” cannot be shown");
  await expect(section("Lost block").getByRole("alert")).toContainText("block 999 is missing from the page");
  await expect(section("Short block").getByRole("alert")).toContainText(/must hold 1024 bytes \(shape 64 × 4, float32\); it holds 40/);
  await expect(section("From the future").getByRole("note")).toContainText("write the page again with a viewer of that version or later");
  await expect(section("No rate").getByRole("alert")).toContainText("sfreq must be a number > 0; got nothing");
  await expect(section("This run").getByRole("table").first()).toBeVisible();
  await expect(page.getByRole("alert")).toHaveCount(3);
});

for (const [what, change, message] of [
  ["cut in the middle", (h: string) => h.replace(/("sections":\[\{"kind":"summ)[\s\S]*?<\/script>/, "$1</script>"), "the data of this page are damaged"],
  ["of another format", (h: string) => h.replace("ranvier-report/1", "ranvier-report/9"), `holds data in the format "ranvier-report/9"`],
  ["without data", (h: string) => h.replace(/<script id="ranvier-data"[\s\S]*?<\/script>/, ""), "nothing to show"],
] as const)
  test(`a page ${what} says so and is never blank`, async ({ page }) => {
    const writer = new PageWriter();
    const html = writer.page(demoReport(writer, { seconds: 10 }), "x");
    expect(change(html)).not.toBe(html);
    await page.goto(written("broken.html", change(html)));
    await expect(page.getByRole("alert")).toContainText(message);
  });

test("an average of a single sample, a single frequency and a recording without positions are shown, not refused", async ({ page }) => {
  const writer = new PageWriter();
  const channels = ["A", "B", "C", "D", "E"].map((name, i) => ({ name, type: "eeg", unit: "V", bad: false, position: [Math.sin(i), Math.cos(2 * i)] }));
  const placeless = channels.map((c) => ({ ...c, position: null }));
  const values = writer.float32(Float32Array.of(1e-6, -2e-6, 3e-6, 0, NaN), [5, 1]);
  const cube = writer.float32(Float32Array.of(1, 2, 3, 4, 5), [5, 1, 1]);
  const flat = writer.int16(new Int16Array(5 * 40), [5, 40], 1e-9);
  const report = {
    format: "ranvier-report/1", title: "Small", created: "2025-01-01T00:00:00Z", version: "0",
    sections: [
      { kind: "evoked", title: "One sample", channels, time: { start: 0, step: 0.001, n: 1 }, conditions: [{ name: "a", nave: 1, data: values }] },
      { kind: "spectrum", title: "One frequency", channels, freqs: [10], units: channels.map(() => "V²/Hz"), conditions: [{ name: "a", data: values }] },
      { kind: "tfr", title: "One cell", channels, freqs: [10], time: { start: 0, step: 0.001, n: 1 }, unit: "dB", baseline: "", conditions: [{ name: "a", data: cube }] },
      { kind: "recording", title: "Flat", sfreq: 100, first_time: 0, channels: placeless, annotations: [], data: flat },
      { kind: "evoked", title: "No places", channels: placeless, time: { start: 0, step: 0.1, n: 1 }, conditions: [{ name: "a", nave: 1, data: values }] },
    ],
  };
  expect(await opened(page, written("small.html", writer.page(report, "Small")))).toEqual([]);
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect(page.getByText("No topography: fewer than four good channels")).toBeVisible();
  await expect(page.locator("section:has(.rv-tf) .rv-readout")).toContainText("E · 0.000 s, 10 Hz: 5 dB");
});

test("? shows the keys of every section, Escape closes the list", async ({ page }) => {
  await opened(page, demoPage());
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Keys" });
  await expect(dialog).toBeVisible();
  for (const title of ["Everywhere", "Recording", "Power spectrum", "Evoked responses", "Time–frequency power"])
    await expect(dialog.getByRole("heading", { name: title })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
});

test("j and k go from section to section, and the navigation follows", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await opened(page, demoPage());
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await expect(page.getByRole("heading", { name: "Power spectrum" })).toBeFocused();
  await expect(page.locator(".rv-nav a[aria-current]")).toHaveText("Power spectrum");
  await page.keyboard.press("k");
  await expect(page.getByRole("heading", { name: "Recording", exact: true })).toBeFocused();
});

test("the letter keys can be switched off", async ({ page }) => {
  await opened(page, demoPage());
  await page.keyboard.press("?");
  await page.getByRole("checkbox", { name: /letter keys/ }).uncheck();
  await page.keyboard.press("Escape");
  await page.keyboard.press("t");
  await expect(page.getByRole("button", { name: /^Colours: Auto/ })).toBeVisible();
});

test("the reader chooses the colours with a button or the key t; canvases follow", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await opened(page, demoPage());
  const panel = () => page.locator(".rv-section").first().evaluate((e) => getComputedStyle(e).backgroundColor);
  const before = await panel();
  await page.keyboard.press("t");
  await page.keyboard.press("t");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  expect(await panel()).not.toBe(before);
  const trace = await page.locator(".rv-traces canvas").evaluate((c) => {
    const canvas = c as HTMLCanvasElement;
    const d = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height).data;
    let bright = 0;
    for (let i = 0; i < d.length; i += 4) if (d[i + 3]! > 200 && d[i]! > 180 && d[i + 2]! > 180) bright++;
    return bright;
  });
  expect(trace).toBeGreaterThan(1000);
});

test("on paper the page is light and without controls", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await opened(page, demoPage());
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print" });
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await expect(page.locator(".rv-nav")).toBeHidden();
  await expect(page.locator(".rv-controls").first()).toBeHidden();
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("every control and plot is reached with Tab, in the order of the page", async ({ page }) => {
  await opened(page, demoPage());
  const seen: string[] = [];
  let lastTop = -1;
  for (let i = 0; i < 120; i++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const e = document.activeElement!;
      const section = e.closest(".rv-section");
      const all = [...document.querySelectorAll(".rv-section")];
      return { name: e.getAttribute("aria-label") ?? e.textContent!.trim().slice(0, 40), section: section ? all.indexOf(section) : -1, body: e === document.body };
    });
    if (at.body) break;
    if (at.section >= 0) {
      expect(at.section).toBeGreaterThanOrEqual(lastTop);
      lastTop = at.section;
    }
    seen.push(at.name);
  }
  for (const part of ["Skip to the report", "Forward by a page", "Recording: traces", "Position in the recording", "Power spectrum of", "Butterfly plot of feet", "time–frequency image", "Inputs (table)"])
    expect(seen.some((s) => s.includes(part)), part).toBe(true);
});

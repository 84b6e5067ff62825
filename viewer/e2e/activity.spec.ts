import type { Page } from "@playwright/test";
import { fileURLToPath } from "node:url";
import { readFileSync } from "node:fs";
import { demoActivity, type DemoActivity } from "../tests/demo-activity";
import { PageWriter } from "../tests/page-writer";
import { expect, opened, pixels, section, settled, test, violations, written, writtenByProgram } from "./pages";

const made = new Map<string, string>();
function networkPage(options: DemoActivity = {}): string {
  const key = JSON.stringify(options);
  let address = made.get(key);
  if (!address) {
    const writer = new PageWriter();
    made.set(key, (address = written(`activity-${made.size}.html`, writer.page(demoActivity(writer, options), "A network"))));
  }
  return address;
}

const stage = (page: Page) => page.getByRole("application", { name: /spikes, rates and traces/ });
const position = (page: Page) => page.locator(".rv-activity output").first();
const values = (page: Page) => page.locator(".rv-activity .rv-values");
const canvas = ".rv-activitypanels canvas";

test("a network's page loads without complaints and asks the network for nothing", async ({ page }) => {
  expect(await opened(page, networkPage())).toEqual([]);
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect(page.locator(canvas)).toHaveCount(4); // raster, rates, two variables
  await expect(page.getByText("1444 spikes of 100 neurons · 4 traces · 1000 ms")).toBeVisible();
  await expect(position(page)).toHaveText("0 ms – 1000 ms of 1000 ms · neurons 0–99 of 100 · 1444 spikes · rates in bins of 10 ms");
});

for (const scheme of ["light", "dark"] as const)
  test(`axe-core finds no violation in a ${scheme} page of a network`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await opened(page, networkPage());
    await stage(page).focus();
    await page.keyboard.press(".");
    await page.getByText("Numbers", { exact: true }).click();
    expect(await violations(page)).toEqual([]);
  });

test("on a narrow screen it has no violation and does not scroll sideways", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await opened(page, networkPage());
  expect(await violations(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});

test("keys zoom, scroll and choose neurons, and all panels follow", async ({ page }) => {
  await opened(page, networkPage());
  await stage(page).focus();
  const all = page.locator(canvas);
  const before = await Promise.all([0, 1, 2, 3].map((k) => pixels(page, `${canvas} >> nth=${k}`)));
  await page.keyboard.press("Home");
  await expect(position(page)).toHaveText(/^100 ms – 900 ms of 1000 ms/);
  const after = await Promise.all([0, 1, 2, 3].map((k) => pixels(page, `${canvas} >> nth=${k}`)));
  for (let k = 0; k < 4; k++) expect(after[k]).not.toBe(before[k]);
  await page.keyboard.press("ArrowRight");
  await expect(position(page)).toHaveText(/^200 ms – 1000 ms/);
  await page.keyboard.press("Shift+Home");
  await expect(position(page)).toHaveText(/^0 ms – 800 ms/);
  await page.keyboard.press("PageDown");
  await expect(position(page)).toHaveText(/neurons 25–74 of 100/);
  await page.keyboard.press("ArrowUp");
  await expect(position(page)).toHaveText(/neurons 50–99 of 100/);
  await page.keyboard.press("0");
  await expect(position(page)).toHaveText(/^0 ms – 1000 ms of 1000 ms · neurons 0–99 of 100/);
  expect(await all.count()).toBe(4);
});

test("the cursor stands in all panels and says what is there; n goes from spike to spike", async ({ page }) => {
  await opened(page, networkPage());
  await stage(page).focus();
  await page.keyboard.press(".");
  await expect(values(page)).toHaveText(/^t = 500 ms · excitatory [\d.]+ \/s · inhibitory [\d.]+ \/s · v\[0\] = .* mV · .*g_exc\[0\] = .* nS$/);
  await page.keyboard.press("n");
  const said = page.locator("[aria-live=polite].rv-sr");
  await expect(said).toHaveText(/^(excitatory|inhibitory), neuron \d+ at 5\d\d(\.\d)? ms$/);
  const first = await said.textContent();
  await page.keyboard.press("n");
  await expect(said).not.toHaveText(first!);
  await page.keyboard.press("N");
  await expect(said).toHaveText(/ at 5\d\d(\.\d)? ms$/);
  const box = (await page.locator(canvas).nth(2).boundingBox())!;
  await page.mouse.move(box.x + 66 + (box.width - 66 - 22) / 4, box.y + 60);
  await expect(values(page)).toHaveText(/^t = 2(49|5\d)(\.\d+)? ms/);
  const line = (await page.locator(".rv-activitycursor").boundingBox())!;
  expect(line.height).toBeGreaterThan(500);
});

test("dragging pulls the picture, with Shift it chooses a stretch, Ctrl and the wheel zoom, the wheel alone scrolls the page", async ({ page }) => {
  await opened(page, networkPage());
  const box = (await page.locator(canvas).first().boundingBox())!;
  const x = (share: number): number => box.x + 66 + share * (box.width - 66 - 22);
  await page.mouse.move(x(0.25), box.y + 100);
  await page.keyboard.down("Shift");
  await page.mouse.down();
  await page.mouse.move(x(0.5), box.y + 110);
  await page.mouse.up();
  await page.keyboard.up("Shift");
  await expect(position(page)).toHaveText(/^2(49|50)[\d.]* ms – (499|500)[\d.]* ms/);
  await page.mouse.move(x(0.5), box.y + 100);
  await page.mouse.down();
  await page.mouse.move(x(0.1), box.y + 100, { steps: 3 });
  await page.mouse.up();
  await expect(position(page)).toHaveText(/^3(49|50)[\d.]* ms – (599|600)[\d.]* ms/);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -200);
  await page.keyboard.up("Control");
  await settled(page);
  await expect(position(page)).toHaveText(/^3\d\d[\d.]* ms – 5\d\d[\d.]* ms/);
  const window_ = await position(page).textContent();
  await page.mouse.wheel(0, 120);
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(0);
  await expect(position(page)).toHaveText(window_!);
});

test("rates are shown in bins that the reader chooses", async ({ page }) => {
  await opened(page, networkPage());
  const before = await pixels(page, `${canvas} >> nth=1`);
  await page.getByLabel("Rate bins").selectOption({ label: "50 ms" });
  await expect(position(page)).toHaveText(/rates in bins of 50 ms$/);
  expect(await pixels(page, `${canvas} >> nth=1`)).not.toBe(before);
});

test("a million spikes are shown as density, and scroll within the time of a frame or two", async ({ page }) => {
  await opened(page, networkPage({ n: 8000, seconds: 10, rate: 8.5 }));
  await expect(position(page)).toHaveText(/1019787 spikes, as density/);
  await stage(page).focus();
  for (let k = 0; k < 4; k++) await page.keyboard.press("Home");
  await settled(page);
  // The work of the page in a frame; how fast a browser without a graphics card paints is not ours.
  const times = await page.evaluate(async () => {
    const sheet = document.querySelector(".rv-activitypanels")!;
    const spent: number[] = [];
    const real = requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (f) =>
      real((t) => {
        const begin = performance.now();
        f(t);
        spent.push(performance.now() - begin);
      });
    for (let k = 0; k < 40; k++) {
      sheet.dispatchEvent(new WheelEvent("wheel", { deltaX: 6, bubbles: true, cancelable: true }));
      await new Promise((r) => real(() => real(r)));
    }
    window.requestAnimationFrame = real;
    return spent.sort((a, b) => a - b);
  });
  expect(times.length).toBeGreaterThanOrEqual(40);
  console.log(`1,019,787 spikes: ${times[Math.floor(0.9 * times.length)]!.toFixed(1)} ms of work in nine of ten frames, at most ${times.at(-1)!.toFixed(1)} ms`);
  expect(times[Math.floor(0.9 * times.length)]!).toBeLessThan(16);
});

test("what is on the screen is saved as curves and words, and the spikes of the window as a table", async ({ page }) => {
  await opened(page, networkPage());
  const saved = async (name: string): Promise<string> => {
    const [download] = await Promise.all([page.waitForEvent("download"), section(page, "Activity").getByRole("button", { name }).click()]);
    return readFileSync(await download.path(), "utf8");
  };
  const svg = await saved("Save Activity as an SVG picture");
  expect(svg).toContain(">Rate (1/s)</text>");
  expect(svg).toContain(">v[7]</text>");
  expect(svg.match(/M[\d.]+ [\d.]+L/g)!.length).toBeGreaterThan(1000); // a stroke for each spike
  const rows = (await saved("Save the numbers of Activity as CSV")).trim().split("\r\n");
  expect(rows[0]).toBe("population,neuron,t [s]");
  expect(rows.length).toBe(1445);
});

test("the page of a run from the command line shows network, models and activity", async ({ page }, info) => {
  const network = fileURLToPath(new URL("../../examples/coba.toml", import.meta.url));
  const folder = info.outputPath("run");
  const address = writtenByProgram(info, "coba.html", ["sim", "run", network, "--duration", "100ms", "--overwrite", "--out", folder], "--report");
  expect(await opened(page, address)).toEqual([]);
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect(page.getByRole("heading", { level: 2 })).toHaveText(["Summary", "Activity", "The network", "Model conductance_integrate_and_fire", "How this page was made"]);
  await expect(section(page, "The network").locator("code")).toContainText("[[synapses]]");
  await expect(page.locator(canvas)).toHaveCount(4);
  expect(await violations(page)).toEqual([]);
});

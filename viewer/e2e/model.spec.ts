import type { Page } from "@playwright/test";
import { demoModelReport } from "../tests/demo-model";
import { PageWriter } from "../tests/page-writer";
import { expect, opened, pixels, settled, test, violations, written, writtenByProgram } from "./pages";

let address = "";
function modelPage(): string {
  if (!address) {
    const writer = new PageWriter();
    address = written("model.html", writer.page(demoModelReport(writer), "A model"));
  }
  return address;
}

const first = (page: Page) => page.locator("section.rv-section").first();
const diagram = (page: Page) => first(page).getByRole("slider", { name: /^Bifurcation diagram over μ: value shown/ });
const trace = (page: Page) => first(page).getByRole("slider", { name: "Trace: time marker" });
const readout = (page: Page, figure: number) => first(page).locator("figure").nth(figure).locator(".rv-readout");

test("a model's page loads without complaints and asks the network for nothing", async ({ page }) => {
  expect(await opened(page, modelPage())).toEqual([]);
  await expect(page.locator("section.rv-section")).toHaveCount(3);
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect(first(page).getByText("16 values of μ from −0.5 to 1")).toBeVisible();
  await expect(first(page).getByRole("slider", { name: "μ", exact: true })).toHaveAttribute("aria-valuetext", "μ = 0.5");
});

for (const scheme of ["light", "dark"] as const)
  test(`axe-core finds no violation in a ${scheme} model page`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await opened(page, modelPage());
    expect(await violations(page)).toEqual([]);
  });

test("on a narrow screen a model page has no violation and does not scroll sideways", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await opened(page, modelPage());
  expect(await violations(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});

test("a click on the diagram shows the trace and the plane at the nearest value", async ({ page }) => {
  await opened(page, modelPage());
  const before = [await pixels(page, ".rv-tracefigure canvas"), await pixels(page, ".rv-phase canvas")];
  const box = (await diagram(page).locator("canvas").boundingBox())!;
  // The frame begins 58 pixels from the left and ends 14 from the right: a fifth of it is μ = −0.2.
  await page.mouse.click(box.x + 58 + 0.2 * (box.width - 72), box.y + 100);
  await expect(diagram(page)).toHaveAttribute("aria-valuenow", "3");
  await expect(diagram(page)).toHaveAttribute("aria-valuetext", "μ = −0.2; equilibria: stable focus");
  await expect(first(page).getByText("Phase plane at μ = −0.2")).toBeVisible();
  await expect(first(page).locator(".rv-value")).toHaveText("−0.2");
  expect(await pixels(page, ".rv-tracefigure canvas")).not.toBe(before[0]);
  expect(await pixels(page, ".rv-phase canvas")).not.toBe(before[1]);
});

test("dragging along the diagram goes through the values", async ({ page }) => {
  await opened(page, modelPage());
  const box = (await diagram(page).locator("canvas").boundingBox())!;
  const x = (mu: number): number => box.x + 58 + ((mu + 0.5) / 1.5) * (box.width - 72);
  await page.mouse.move(x(0.5), box.y + 120);
  await page.mouse.down();
  await page.mouse.move(x(0.8), box.y + 140);
  await expect(diagram(page)).toHaveAttribute("aria-valuenow", "13");
  await page.mouse.move(x(5), box.y + 140);
  await expect(diagram(page)).toHaveAttribute("aria-valuenow", "15");
  await page.mouse.up();
});

test("keys choose the value: in the diagram and with the slider", async ({ page }) => {
  await opened(page, modelPage());
  await diagram(page).focus();
  await page.keyboard.press("ArrowRight");
  await expect(diagram(page)).toHaveAttribute("aria-valuenow", "11");
  await page.keyboard.press("Home");
  await expect(diagram(page)).toHaveAttribute("aria-valuetext", /^μ = −0.5/);
  await page.keyboard.press("ArrowLeft");
  await expect(diagram(page)).toHaveAttribute("aria-valuenow", "0");
  await page.keyboard.press("PageUp");
  await expect(diagram(page)).toHaveAttribute("aria-valuenow", "5");
  const slider = first(page).getByRole("slider", { name: "μ", exact: true });
  await expect(slider).toHaveValue("5");
  await slider.focus();
  await page.keyboard.press("End");
  await expect(diagram(page)).toHaveAttribute("aria-valuenow", "15");
  await expect(first(page).getByText("The trace ends before its time: it was cut for this test.")).toBeVisible();
});

test("the time marker moves by key and pointer, and the plane follows", async ({ page }) => {
  await opened(page, modelPage());
  await trace(page).focus();
  await page.keyboard.press("Home");
  // The trajectory begins at (0.3, 0), which is 3 mV.
  await expect(readout(page, 1)).toHaveText("t = 0 ms: v = 3 mV, w₁ = 0");
  const before = await pixels(page, ".rv-phase canvas");
  await page.keyboard.press("Shift+ArrowRight");
  await expect(readout(page, 2)).toContainText("t = 1.5 ms");
  await expect(readout(page, 1)).toContainText("t = 1.5 ms");
  expect(await pixels(page, ".rv-phase canvas")).not.toBe(before);
  const box = (await trace(page).locator("canvas").boundingBox())!;
  await page.mouse.move(box.x + 58 + 0.5 * (box.width - 72), box.y + 60);
  await expect(readout(page, 2)).toContainText(/t = (30|29\.9\d*|30\.0\d*) ms/);
});

test("Space lets time run and stops it", async ({ page }) => {
  await opened(page, modelPage());
  await trace(page).focus();
  await page.keyboard.press("Home");
  await page.keyboard.press(" ");
  await expect(first(page).getByRole("button", { name: "Stop time" })).toBeVisible();
  await expect.poll(async () => Number(await trace(page).getAttribute("aria-valuenow"))).toBeGreaterThan(1);
  await page.keyboard.press(" ");
  await expect(first(page).getByRole("button", { name: "Let time run" })).toBeVisible();
  const stopped = await trace(page).getAttribute("aria-valuenow");
  await settled(page);
  expect(await trace(page).getAttribute("aria-valuenow")).toBe(stopped);
});

test("hovering reads curves, special points and equilibria in the units shown", async ({ page }) => {
  await opened(page, modelPage());
  const box = (await diagram(page).locator("canvas").boundingBox())!;
  const x = (mu: number): number => box.x + 58 + ((mu + 0.5) / 1.5) * (box.width - 72);
  const y = (mv: number): number => box.y + 10 + (1 - (mv + 15) / 30) * (box.height - 52);
  await page.mouse.move(x(0), y(0));
  await expect(readout(page, 0)).toHaveText("Hopf, supercritical · μ = 0 · period 6.283 ms");
  await page.mouse.move(x(-0.3), y(0.2));
  await expect(readout(page, 0)).toHaveText("μ = −0.3 · stable equilibrium · v = 0 mV");
  await page.mouse.move(x(1), y(10));
  await expect(readout(page, 0)).toHaveText("μ = 1 · stable cycle · v = −10 mV … 10 mV · period 6.283 ms (159.2 Hz)");
  await page.mouse.move(box.x - 20, box.y - 20);
  await expect(readout(page, 0)).toHaveText("μ = 0.5; equilibria: unstable focus");
  const plane = (await page.locator(".rv-phase canvas").first().boundingBox())!;
  await page.mouse.move(plane.x + 58 + 0.5 * (plane.width - 72), plane.y + 10 + 0.5 * (plane.height - 52));
  await expect(readout(page, 1)).toHaveText("unstable focus · v = 0 mV, w₁ = 0 · eigenvalues 0.5 ± 1 i per ms");
});

test("the diagram can show another state, or the frequency of cycles", async ({ page }) => {
  await opened(page, modelPage());
  const before = await pixels(page, ".rv-portrait canvas");
  const select = first(page).getByLabel("Diagram shows");
  await expect(select.locator("option")).toHaveText(["v", "w₁", "frequency of cycles"]);
  await select.selectOption("1");
  expect(await pixels(page, ".rv-portrait canvas")).not.toBe(before);
  await select.selectOption("frequency");
  const box = (await diagram(page).locator("canvas").boundingBox())!;
  // 159.15 Hz for all μ > 0, on an axis from −3 % to 108 % of it.
  await page.mouse.move(box.x + 58 + 0.8 * (box.width - 72), box.y + 10 + (0.08 / 1.11) * (box.height - 52));
  await expect(readout(page, 0)).toContainText("stable cycle · period 6.283 ms (159.2 Hz)");
});

test("a bifurcation in the table leads to its value", async ({ page }) => {
  await opened(page, modelPage());
  await first(page).getByRole("button", { name: "Show the value nearest to μ = 0", exact: true }).click();
  await expect(diagram(page)).toHaveAttribute("aria-valuenow", "5");
  await expect(first(page).getByRole("region", { name: "Equilibria at μ = 0 (table)" })).toContainText("centre");
});

test("a model that spikes shows its rate, its phase line and its spikes", async ({ page }) => {
  await opened(page, modelPage());
  const section = page.locator("section.rv-section").nth(2);
  await expect(section.getByRole("slider", { name: /^Rate over I/ })).toBeVisible();
  await expect(section.getByText("Phase line at I = 1 nA")).toBeVisible();
  await expect(section.locator(".rv-tracefigure .rv-readout")).toContainText("5 spikes, 100 Hz");
  await expect(section.getByText("No equilibrium in view at I = 1 nA.")).toBeVisible();
});

test("equations are mathematics, and names are never markup", async ({ page }) => {
  await opened(page, modelPage());
  const section = page.locator("section.rv-section").nth(1);
  await expect(section.locator("math").first()).toBeVisible();
  await expect(section.locator(".rv-equation").first()).toContainText("membrane potential, v in mV");
  await expect(section.getByText("A title with <b>tags</b>")).toBeVisible();
  await expect(section.getByRole("link", { name: "doi:10.1000/182" })).toHaveAttribute("href", "https://doi.org/10.1000/182");
  const table = section.getByRole("region", { name: "Parameters of the model (table)" });
  await expect(table.getByRole("columnheader")).toHaveText(["Parameter", "Value", "Unit", "hopf", "fold", "Allowed", "Meaning"]);
  await expect(table.getByRole("row").nth(1).getByRole("cell")).toHaveText(["90", "µA/cm²", "", "50", "", "injected current"]);
  await expect(table.getByRole("row").nth(2)).toContainText("(0, ∞)");
});

test("on paper the value of the parameter is still said", async ({ page }) => {
  await opened(page, modelPage());
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print" });
  await expect(first(page).locator(".rv-controls")).toBeHidden();
  await expect(first(page).getByText("Trace at μ = 0.5")).toBeVisible();
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
});

// The other side of the contract: pages that the command line writes, with the viewer that it was built with.
for (const [model, ...more] of [
  ["morris_lecar", "--preset", "saddle_node"],
  ["hodgkin_huxley"],
  ["leaky_integrate_and_fire"],
  ["izhikevich"],
  ["jansen_rit"],
  ["lotka_volterra"],
] as const)
  test(`the page that the command line writes for ${model} is as the contract says`, async ({ page }, info) => {
    const address = writtenByProgram(info, `${model}.html`, ["model", "report", model, ...more, "--values", "5", "--overwrite"]);
    expect(await opened(page, address)).toEqual([]);
    await expect(page.getByRole("alert")).toHaveCount(0);
    await expect(page.locator("section.rv-section")).toHaveCount(3);
    await expect(page.getByRole("slider", { name: "Trace: time marker" })).toHaveAttribute("aria-valuetext", /^t = /);
    const shown = first(page).getByRole("slider", { name: /: value shown$/ });
    await shown.focus();
    await page.keyboard.press("End");
    const before = await pixels(page, ".rv-tracefigure canvas");
    await page.keyboard.press("Home");
    await expect(shown).toHaveAttribute("aria-valuenow", "0");
    expect(await pixels(page, ".rv-tracefigure canvas")).not.toBe(before);
    expect(await violations(page)).toEqual([]);
  });

for (const font of ["", "math, math * { font-family: 'DejaVu Sans' !important }"])
  test(`subscripts stand below the line, ${font ? "without" : "with"} a mathematical font`, async ({ page }) => {
    await page.addInitScript((css) => {
      addEventListener("DOMContentLoaded", () => document.head.append(Object.assign(document.createElement("style"), { textContent: css })), { once: true, capture: true });
      new MutationObserver((_, watch) => {
        if (!document.head) return;
        document.head.prepend(Object.assign(document.createElement("style"), { textContent: css }));
        watch.disconnect();
      }).observe(document, { childList: true, subtree: true });
    }, font);
    await opened(page, modelPage());
    const depths = await page.evaluate(() =>
      [...document.querySelectorAll("msub")].map((m) => {
        const [letter, below] = [...m.children].map((c) => c.getBoundingClientRect());
        return (below!.bottom - letter!.bottom) / parseFloat(getComputedStyle(m).fontSize);
      }),
    );
    expect(depths.length).toBeGreaterThan(0);
    expect(Math.min(...depths)).toBeGreaterThan(0.1);
  });

test("the key of the plane explains what is in it, and says where no equilibrium is", async ({ page }) => {
  await opened(page, modelPage());
  const legend = first(page).locator("figure").nth(1).locator(".rv-legend");
  const kinds = await first(page).getByRole("table", { name: /^Equilibria/ }).locator("tbody th").allTextContents();
  for (const kind of new Set(kinds)) await expect(legend).toContainText(kind);
  const keys = (await legend.locator(".rv-key").allTextContents()).filter((t) => !t.includes("/dt = 0"));
  expect(new Set(keys)).toEqual(new Set(kinds.length ? kinds : ["no equilibrium in view"]));
});

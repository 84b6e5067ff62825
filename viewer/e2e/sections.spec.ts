import { demoPage, expect, opened, pixels, settled, test } from "./pages";

test.describe("recording", () => {
  test("arrow keys scroll, Shift pages, and the overview follows", async ({ page }) => {
    await opened(page, demoPage());
    const readout = page.locator(".rv-recording .rv-readout");
    await expect(readout).toContainText("0 s – 10 s of 42 s · channels 1–20 of 66");
    const before = await pixels(page, ".rv-traces canvas");
    await page.locator(".rv-recording .rv-stage").focus();
    await page.keyboard.press("ArrowRight");
    await expect(readout).toContainText("2.5 s – 12.5 s");
    expect(await pixels(page, ".rv-traces canvas")).not.toBe(before);
    await page.keyboard.press("Shift+ArrowRight");
    await expect(readout).toContainText("12.5 s – 22.5 s");
    await expect(page.getByRole("slider", { name: "Position in the recording" })).toHaveAttribute("aria-valuenow", "12.5");
    await page.keyboard.press("Shift+End");
    await expect(readout).toContainText("32 s – 42 s");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("PageUp");
    await expect(readout).toContainText("channels 21–45 of 66");
    await page.keyboard.press("+");
    await expect(readout).toContainText("scale × 1.25");
    await page.keyboard.press("Home");
    await expect(readout).toContainText("33 s – 41 s");
  });

  test("pressing a channel's name marks it bad; its trace turns grey and its name is listed", async ({ page }) => {
    await opened(page, demoPage());
    const list = page.locator(".rv-badlist");
    await expect(list).toHaveText("Bad channels (2): FC5, T8");
    const before = await pixels(page, ".rv-traces canvas");
    await page.getByRole("button", { name: "Fpz", exact: true }).click();
    await expect(list).toHaveText("Bad channels (3): Fpz, FC5, T8");
    await expect(page.getByRole("button", { name: "Fpz", exact: true })).toHaveAttribute("aria-pressed", "true");
    expect(await pixels(page, ".rv-traces canvas")).not.toBe(before);
    await page.getByRole("button", { name: "Fp1", exact: true }).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect(list).toHaveText("Bad channels (2): FC5, T8");
    expect(await pixels(page, ".rv-traces canvas")).toBe(before);
  });

  test("annotations can be jumped to and hidden", async ({ page }) => {
    await opened(page, demoPage());
    await page.locator(".rv-recording .rv-stage").focus();
    await page.keyboard.press("a");
    await page.keyboard.press("a");
    // Onsets 4.2, 12.5, … stand a quarter into the window.
    await expect(page.locator(".rv-recording .rv-readout")).toContainText("10 s – 20 s");
    const before = await pixels(page, ".rv-traces canvas");
    await page.getByRole("checkbox", { name: /^feet \(\d+\)$/ }).uncheck();
    expect(await pixels(page, ".rv-traces canvas")).not.toBe(before);
  });

  test("the overview is dragged with the pointer and moved with keys", async ({ page }) => {
    await opened(page, demoPage());
    const bar = page.getByRole("slider", { name: "Position in the recording" });
    await bar.scrollIntoViewIfNeeded();
    const box = (await bar.boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + 15);
    // The middle of 42 s stands in the middle of a window of 10 s; a pixel of the bar is worth 0.05 s.
    await expect(page.locator(".rv-recording .rv-readout")).not.toContainText(/^0 s/);
    expect(Math.abs(Number(await bar.getAttribute("aria-valuenow")) - 16)).toBeLessThan(0.1);
    await bar.focus();
    await page.keyboard.press("Home");
    await expect(page.locator(".rv-recording .rv-readout")).toContainText("0 s – 10 s");
  });
});

test.describe("evoked", () => {
  const map = ".rv-evoked .rv-beside canvas";

  test("moving the time marker with keys redraws the topographies of all conditions", async ({ page }) => {
    await opened(page, demoPage());
    const slider = page.getByRole("slider", { name: "Butterfly plot of hands: time marker" });
    await slider.focus();
    const label = await page.locator(map).first().getAttribute("aria-label");
    const pictures = await Promise.all([0, 1, 2].map((i) => pixels(page, `${map} >> nth=${i}`)));
    await page.keyboard.press("Home");
    await settled(page);
    await expect(slider).toHaveAttribute("aria-valuenow", "0");
    await expect(slider).toHaveAttribute("aria-valuetext", /^−0\.200 s/);
    expect(await page.locator(map).first().getAttribute("aria-label")).not.toBe(label);
    for (const i of [0, 1, 2]) expect(await pixels(page, `${map} >> nth=${i}`)).not.toBe(pictures[i]);
  });

  test("pointing at a time moves the marker in every butterfly", async ({ page }) => {
    await opened(page, demoPage());
    const over = page.locator(".rv-evoked .rv-butterfly .u-over").first();
    await over.scrollIntoViewIfNeeded();
    const box = (await over.boundingBox())!;
    // The time axis is −0.2 … 0.796 s; 30.1 % of it is 0.1 s.
    await page.mouse.move(box.x + 0.3012 * box.width, box.y + 4);
    for (const slider of await page.getByRole("slider", { name: /^Butterfly/ }).all())
      await expect(slider).toHaveAttribute("aria-valuetext", /^0\.(098|102|101|099)/);
    await expect(page.locator(map).first()).toHaveAttribute("aria-label", /Topography of hands, At 0\.(098|102|101|099).* at (Oz|O1|O2|Iz|POz|PO3|PO4)/);
  });

  test("a pressed time is pinned with its maps, pressed again it is let go", async ({ page }) => {
    await opened(page, demoPage());
    await page.getByRole("slider", { name: /^Butterfly plot of feet/ }).focus();
    await page.keyboard.press("Enter");
    await expect(page.locator(".rv-pinrows figure")).toHaveCount(1);
    await expect(page.locator(".rv-pinrows canvas[aria-label^=Topography]")).toHaveCount(3);
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press(" ");
    await expect(page.locator(".rv-pinrows figure")).toHaveCount(2);
    await expect(page.locator(".rv-butterfly").first().locator(".rv-pin")).toHaveCount(2);
    await page.keyboard.press(" ");
    await expect(page.locator(".rv-pinrows figure")).toHaveCount(1);
    await page.getByRole("button", { name: "Remove pin 1" }).click();
    await expect(page.locator(".rv-pinrows figure")).toHaveCount(0);
  });

  test("a channel is held by keys, list or sensor map, and highlighted in curves and maps", async ({ page }) => {
    await opened(page, demoPage());
    const readout = page.locator(".rv-evoked .rv-readout");
    const before = await pixels(page, map);
    await page.locator(".rv-evoked").getByLabel("Channel", { exact: true }).selectOption("Cz");
    await expect(readout).toContainText("· Cz: hands");
    expect(await pixels(page, map)).not.toBe(before);
    const drawn = await page.locator(".rv-evoked .rv-overlay").first().evaluate((c) => {
      const canvas = c as HTMLCanvasElement;
      return canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height).data.some((v) => v > 0);
    });
    expect(drawn).toBe(true);
    await page.getByRole("slider", { name: /^Butterfly plot of hands: / }).focus();
    await page.keyboard.press("ArrowDown");
    await expect(readout).toContainText("· C2: hands");
    await page.keyboard.press("Escape");
    await expect(readout).toContainText("global field power");
    await page.locator(".rv-evoked .rv-sensors circle", { hasText: /^Oz$/ }).click();
    await expect(readout).toContainText("· Oz: hands");
  });

  test("conditions are chosen; none chosen says what to do", async ({ page }) => {
    await opened(page, demoPage());
    const evoked = page.locator(".rv-evoked");
    await evoked.getByRole("checkbox", { name: /^feet/ }).uncheck();
    await expect(evoked.locator(".rv-butterfly")).toHaveCount(2);
    await settled(page);
    await expect(evoked.locator(".rv-beside canvas")).toHaveCount(2);
    await evoked.getByRole("checkbox", { name: /^hands \(/ }).uncheck();
    await evoked.getByRole("checkbox", { name: /^hands −/ }).uncheck();
    await expect(evoked).toContainText("No condition is chosen: tick one above.");
  });
});

test.describe("time–frequency", () => {
  const section = "section:has(.rv-tf)";

  test("the view begins at the strongest value, and its words agree with the data", async ({ page }) => {
    await opened(page, demoPage());
    // The synthetic decrease is −4.5 dB near 11 Hz between 0.5 and 2.6 s at C3 and C4.
    await expect(page.locator(`${section} .rv-readout`)).toHaveText(/^(C3|C4|C5|C6|C1|C2|FC3|FC4|CP3|CP4) · [12]\.\d+ s, (9|1[0-3])(\.\d+)? Hz: −[3-9](\.\d+)? dB$/);
  });

  test("arrow keys move the selection, Shift stretches it, and the topographies follow", async ({ page }) => {
    await opened(page, demoPage());
    const maps = `${section} .rv-map canvas`;
    const before = await pixels(page, maps);
    await page.locator(".rv-tf").focus();
    await page.keyboard.press("Home");
    for (let i = 0; i < 4; i++) await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Shift+ArrowUp");
    await settled(page);
    await expect(page.locator(`${section} .rv-readout`)).toContainText("−1.00 s to −0.90 s");
    await expect(page.locator(`${section} .rv-readout`)).toContainText("mean");
    expect(await pixels(page, maps)).not.toBe(before);
    await expect(page.locator(maps).first()).toHaveAttribute("aria-label", /Topography of hands, −1\.00 s to −0\.90 s/);
  });

  test("channel and condition are picked by list, map and keys", async ({ page }) => {
    await opened(page, demoPage());
    const readout = page.locator(`${section} .rv-readout`);
    await page.locator(section).getByLabel("Channel", { exact: true }).selectOption("Oz");
    await expect(readout).toContainText(/^Oz/);
    await page.locator(`${section} .rv-sensors circle`, { hasText: /^Cz$/ }).click();
    await expect(readout).toContainText(/^Cz/);
    const before = await pixels(page, ".rv-tf canvas");
    await page.locator(".rv-tf").focus();
    await page.keyboard.press("c");
    await expect(page.locator(section).getByLabel("Condition", { exact: true })).toHaveValue("1");
    expect(await pixels(page, ".rv-tf canvas")).not.toBe(before);
    await page.keyboard.press("n");
    await expect(readout).toContainText(/^C2/);
  });

  test("a drag selects a window", async ({ page }) => {
    await opened(page, demoPage());
    const canvas = page.locator(".rv-tf canvas");
    await canvas.scrollIntoViewIfNeeded();
    const box = (await canvas.boundingBox())!;
    await page.mouse.move(box.x + 0.4 * box.width, box.y + 100);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.6 * box.width, box.y + 200, { steps: 4 });
    await page.mouse.up();
    await expect(page.locator(`${section} .rv-readout`)).toHaveText(/ s to .* s, .*–.* Hz: mean /);
  });

  test("the colour scale changes between symmetric and not", async ({ page }) => {
    await opened(page, demoPage());
    const bar = page.locator(`${section} .rv-tfline .rv-bar`);
    const range = async (): Promise<number[]> => {
      await settled(page);
      const m = /from (\S+) to (\S+) /.exec((await bar.getAttribute("aria-label"))!)!;
      return [m[1]!, m[2]!].map((s) => Number(s.replace("−", "-")));
    };
    const [lo, hi] = await range();
    expect(lo).toBe(-hi!);
    await page.locator(section).getByRole("checkbox", { name: "Symmetric about zero" }).uncheck();
    const [a, b] = await range();
    expect(a).not.toBe(-b!);
    await page.locator(section).getByLabel("Colours reach").selectOption("the largest value");
    const [c, d] = await range();
    expect(c).toBeLessThan(a!);
    expect(d).toBeGreaterThan(b!);
  });
});

test("the spectrum's marker moves by keys and shows decibels and a map", async ({ page }) => {
  await opened(page, demoPage());
  const section = page.locator("section", { has: page.getByRole("heading", { name: "Power spectrum" }) });
  const slider = section.getByRole("slider");
  await expect(section.locator(".rv-readout")).toContainText("10 Hz · mean:");
  await slider.focus();
  await page.keyboard.press("ArrowRight");
  await expect(section.locator(".rv-readout")).toContainText("10.5 Hz");
  await page.keyboard.press("Home");
  await settled(page);
  await expect(section.locator(".rv-map canvas")).toHaveAttribute("aria-label", /At 0 Hz/);
  await section.getByRole("checkbox", { name: "Logarithmic frequency" }).check();
  await section.getByRole("slider").focus();
  await page.keyboard.press("Home");
  await expect(section.locator(".rv-readout")).toContainText("0.5 Hz");
});

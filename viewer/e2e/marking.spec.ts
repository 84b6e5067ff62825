// Marks by mouse and keys, and their way back: as a file, and to Python on this machine.

import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { demoMarks } from "../tests/demo-marks";
import { PageWriter } from "../tests/page-writer";
import { expect, opened, section, settled, test, violations, written } from "./pages";

interface Saved {
  of: string;
  first_time?: number;
  bads: string[];
  annotations: { onset: number; duration: number; description: string }[];
  dropped: number[];
  exclude: number[];
}

const writer = new PageWriter();
const address = (): string => written("marks.html", writer.page(demoMarks(writer), "Marks"));

/** What the button of a section saves. */
async function saved(page: Page, title: string): Promise<Saved> {
  const [download] = await Promise.all([page.waitForEvent("download"), section(page, title).getByRole("button", { name: "Save marks" }).click()]);
  return JSON.parse(readFileSync(await download.path(), "utf8")) as Saved;
}
const stage = (page: Page, title: string) => section(page, title).locator(".rv-stage");

test.describe("a recording", () => {
  test("stretches are marked by keys alone, named, taken away and taken back", async ({ page }) => {
    expect(await opened(page, address())).toEqual([]);
    const own = section(page, "Recording");
    expect(await saved(page, "Recording")).toEqual({ format: "ranvier-marks/1", of: "recording", first_time: 2.5, bads: [], annotations: [{ onset: 12, duration: 1, description: "BAD_old" }] });
    await own.getByLabel("Next stretch is").fill("blink");
    await stage(page, "Recording").focus();
    await page.keyboard.press("["); // the cursor begins in the middle of 0 to 8 s
    for (let k = 0; k < 2; k++) await page.keyboard.press(">");
    for (let k = 0; k < 3; k++) await page.keyboard.press(".");
    await page.keyboard.press("]");
    await expect(own.getByRole("region", { name: /^Bad stretches \(2\)/ })).toContainText("BAD_blink");
    await expect(own.getByRole("checkbox", { name: "BAD_blink (1)" })).toBeVisible();
    await expect(page.locator("[aria-live=polite].rv-sr")).toHaveText("BAD_blink marked from 4 s to 5.84 s");
    const [blink] = (await saved(page, "Recording")).annotations;
    expect(blink!.description).toBe("BAD_blink");
    expect(blink!.onset).toBeCloseTo(4, 9);
    expect(blink!.duration).toBeCloseTo(1.84, 9);

    await stage(page, "Recording").focus();
    await page.keyboard.press(",");
    await page.keyboard.press("x"); // the cursor is in it
    expect((await saved(page, "Recording")).annotations).toHaveLength(1);
    await stage(page, "Recording").focus();
    await page.keyboard.press("u");
    expect((await saved(page, "Recording")).annotations).toHaveLength(2);
    await own.getByRole("button", { name: "Remove BAD_old at 12 s" }).press("Enter");
    expect((await saved(page, "Recording")).annotations.map((a) => a.description)).toEqual(["BAD_blink"]);
    await own.getByRole("button", { name: "Undo" }).press("Enter");
    expect((await saved(page, "Recording")).annotations).toHaveLength(2);
  });

  test("Escape lets go of a stretch that has begun", async ({ page }) => {
    await opened(page, address());
    await stage(page, "Recording").focus();
    for (const key of ["[", ">", "Escape", "]"]) await page.keyboard.press(key);
    expect((await saved(page, "Recording")).annotations).toHaveLength(1);
  });

  test("dragging with Shift marks a stretch; without, it pulls the paper; a box makes it mark", async ({ page }) => {
    await opened(page, address());
    const box = (await section(page, "Recording").locator(".u-over").boundingBox())!;
    const drag = async (from: number, to: number): Promise<void> => {
      await page.mouse.move(box.x + from * box.width, box.y + 30);
      await page.mouse.down();
      await page.mouse.move(box.x + to * box.width, box.y + 40, { steps: 4 });
      await page.mouse.up();
      await settled(page);
    };
    await page.keyboard.down("Shift");
    await drag(0.5, 0.25); // backwards is fine
    await page.keyboard.up("Shift");
    const [first] = (await saved(page, "Recording")).annotations;
    expect(first!.onset).toBeCloseTo(2, 1);
    expect(first!.duration).toBeCloseTo(2, 1);
    await drag(0.5, 0.25);
    await expect(section(page, "Recording").locator(".rv-readout").first()).toHaveText(/^2(\.\d+)? s – 10/);
    expect((await saved(page, "Recording")).annotations).toHaveLength(2);
    await section(page, "Recording").getByRole("checkbox", { name: "Drag marks" }).check();
    await drag(0.5, 0.75);
    expect((await saved(page, "Recording")).annotations).toHaveLength(3);
  });

  test("channels are marked by their names, and both kinds of marks are in one file", async ({ page }) => {
    await opened(page, address());
    await section(page, "Recording").getByRole("button", { name: "Cz", exact: true }).press("Enter");
    await expect(section(page, "Recording").locator(".rv-badlist")).toHaveText("Bad channels (1): Cz");
    const file = await saved(page, "Recording");
    expect([file.of, file.bads, file.annotations.length]).toEqual(["recording", ["Cz"], 1]);
  });

  test("a butterfly lays channels of a type over each other, by key and box", async ({ page }) => {
    await opened(page, address());
    await stage(page, "Recording").focus();
    await page.keyboard.press("b");
    await expect(section(page, "Recording").getByRole("checkbox", { name: "Butterfly" })).toBeChecked();
    await expect(section(page, "Recording").getByRole("img", { name: /^Traces of 4 channels, those of a type over each other/ })).toBeVisible();
    await page.keyboard.press("b");
    await expect(section(page, "Recording").getByRole("img", { name: /^Traces of 4 channels, Fz to Oz/ })).toBeVisible();
  });
});

test("epochs are dropped by keys and by a click, and those dropped before stay so", async ({ page }) => {
  expect(await opened(page, address())).toEqual([]);
  const own = section(page, "Epochs");
  await expect(own.locator(".rv-note")).toHaveText("4 EEG · 100 Hz · 5 epochs of 1 s");
  await stage(page, "Epochs").focus();
  for (const key of [".", ".", "x"]) await page.keyboard.press(key); // the first, the second
  await expect(own.locator(".rv-badlist")).toHaveText("No bad channels · Epochs to drop (1): 2");
  const { width } = (await own.locator(".u-over").boundingBox())!;
  const click = (share: number): Promise<void> => own.locator(".rv-traces").click({ position: { x: 16 + share * width, y: 80 } });
  await click(0.9); // the fourth of four in the window
  await expect(own.locator(".rv-badlist")).toContainText("Epochs to drop (2): 2, 7");
  await click(0.3);
  await expect(own.locator(".rv-badlist")).toContainText("Epochs to drop (1): 7");
  expect(await saved(page, "Epochs")).toEqual({ format: "ranvier-marks/1", of: "epochs", bads: [], dropped: [5, 7] });
});

test("components are judged in maps and traces alike", async ({ page }) => {
  await opened(page, address());
  await expect(section(page, "Sources").locator(".rv-badlist")).toHaveText("Components left out (1): ICA001");
  await section(page, "Components").getByRole("checkbox", { name: "Leave ICA002 out" }).press("Space");
  await expect(section(page, "Sources").locator(".rv-badlist")).toHaveText("Components left out (2): ICA001, ICA002");
  await section(page, "Sources").getByRole("button", { name: "ICA001", exact: true }).press("Enter");
  await expect(section(page, "Components").getByRole("checkbox", { name: "Leave ICA001 out" })).not.toBeChecked();
  expect(await saved(page, "Components")).toEqual({ format: "ranvier-marks/1", of: "ica", exclude: [2] });
});

test("curves, pictures, words and programs are shown; scripts in words do not run, nor is anything fetched", async ({ page }) => {
  const complaints = await opened(page, address());
  expect(complaints).toEqual([]);
  const curves = section(page, "Eigenvalues");
  await curves.getByRole("slider").focus();
  await page.keyboard.press("End");
  await expect(curves.locator(".rv-readout")).toHaveText("number 4 · noise: 1·10⁻⁴ µV² · data: 0 µV²");
  await section(page, "Figures").getByRole("slider").focus();
  await page.keyboard.press("ArrowRight");
  await expect(section(page, "Figures").locator("figcaption")).toHaveText("2 of 2: the same");
  await expect(section(page, "Words").frameLocator("iframe").locator("b")).toHaveText("bold");
  const frame = (await section(page, "Words").locator("iframe").boundingBox())!;
  expect(frame.height).toBeGreaterThan(20);
  expect(frame.height).toBeLessThan(80);
  await expect(page).toHaveTitle("Marks");
  await expect(section(page, "Script").locator("code")).toContainText("read_raw('<a.fif>')");
});

test.describe("HTML of the writer's own", () => {
  let server: Server;
  let asked: string[] = [];
  test.beforeEach(async () => {
    asked = [];
    server = createServer((request, answer) => {
      asked.push(request.url!);
      answer.setHeader("Content-Type", "text/html");
      answer.end("<title>elsewhere</title>elsewhere");
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  });
  test.afterEach(() => void server.close());
  const own = (html: (elsewhere: string) => string): string => {
    const elsewhere = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const report = { format: "ranvier-report/1", title: "x", created: "", version: "0", sections: [{ kind: "html", title: "Words", html: html(elsewhere) }] };
    return written("own.html", new PageWriter().page(report, "x"));
  };

  test("can't reach the network", async ({ page }) => {
    const complaints = await opened(page, own((elsewhere) => `<img alt="" src="${elsewhere}/x.png"><iframe src="${elsewhere}/frame"></iframe>`));
    expect(complaints.join()).toContain("Content Security Policy");
    expect(asked).toEqual([]);
  });

  test("runs no script, neither in elements nor where pictures fail nor behind links", async ({ page }) => {
    const act = "top.document.title = 'ran'; document.title = 'ran'; parent.document.title = 'ran'";
    const address = own(() => `<img alt="" src="data:image/png;base64,x" onerror="${act}"><svg onload="${act}"></svg><script>${act}</script><a href="javascript:void(${act.replaceAll(";", ",")})">press</a>`);
    const complaints = await opened(page, address);
    await page.frameLocator("section iframe").getByText("press").click();
    await page.waitForTimeout(300);
    expect(complaints.join()).toContain("Blocked script execution");
    await expect(page).toHaveTitle("x");
  });

  test("does not lead readers elsewhere", async ({ page }) => {
    const address = own((elsewhere) => `<meta http-equiv="refresh" content="0;url=${elsewhere}/refresh"><base href="${elsewhere}/"><b>here</b>`);
    await opened(page, address);
    await page.waitForTimeout(700);
    expect([page.url(), asked]).toEqual([address, []]);
    await expect(page.frameLocator("section iframe").locator("b")).toHaveText("here");
  });

  test("sends no form, within its frame or to the top", async ({ page }) => {
    const form = (target: string, elsewhere: string): string => `<form action="${elsewhere}/form" method="post" target="${target}"><input name="a" value="1" aria-label="a"><button>send to ${target}</button></form>`;
    const address = own((elsewhere) => ["_self", "_top", "_blank"].map((target) => form(target, elsewhere)).join(""));
    await opened(page, address);
    for (const target of ["_self", "_top", "_blank"]) await page.frameLocator("section iframe").getByText(`send to ${target}`).click();
    await page.waitForTimeout(300);
    expect([page.url(), asked, page.context().pages().length]).toEqual([address, [], 1]);
  });

  test("has links, which open in a tab of their own", async ({ page }) => {
    await opened(page, own((elsewhere) => `<a href="${elsewhere}/paper">the paper</a>`));
    const [tab] = await Promise.all([page.waitForEvent("popup"), page.frameLocator("section iframe").getByText("the paper").click()]);
    await expect(tab).toHaveTitle("elsewhere");
    expect(await tab.evaluate("window.opener")).toBeNull();
  });

  test("is as dark as the page", async ({ page }) => {
    await page.emulateMedia({ colorScheme: "dark" });
    await opened(page, own(() => "<b>words</b>"));
    const colour = await page.frameLocator("section iframe").locator("b").evaluate((b) => getComputedStyle(b).color);
    expect(colour).toBe("rgb(233, 237, 242)");
  });
});

test("two ICAs on one page are judged apart, and saved under their names", async ({ page }) => {
  const w = new PageWriter();
  const [maps, sources] = (demoMarks(w) as { sections: object[] }).sections.slice(2, 4);
  const sections = ["Day 1", "Day 2"].flatMap((group) => [{ ...maps, title: `${group}: maps`, group }, { ...sources, title: `${group}: sources`, group }]);
  await opened(page, written("two.html", w.page({ ...demoMarks(w), sections }, "Two")));
  await section(page, "Day 1: maps").getByRole("checkbox", { name: "Leave ICA002 out" }).press("Space");
  await expect(section(page, "Day 1: sources").locator(".rv-badlist")).toHaveText("Components left out (2): ICA001, ICA002");
  await expect(section(page, "Day 2: sources").locator(".rv-badlist")).toHaveText("Components left out (1): ICA001");
  await expect(section(page, "Day 2: maps").getByRole("checkbox", { name: "Leave ICA002 out" })).not.toBeChecked();
  const [download] = await Promise.all([page.waitForEvent("download"), section(page, "Day 2: maps").getByRole("button", { name: "Save marks" }).click()]);
  expect(download.suggestedFilename()).toBe("day-2-ica-marks.json");
  expect((JSON.parse(readFileSync(await download.path(), "utf8")) as Saved).exclude).toEqual([1]);
});

test("channels that stand beside components are none, and can't be left out", async ({ page }) => {
  const w = new PageWriter();
  const sources = (demoMarks(w) as { sections: { channels: object[] }[] }).sections[3]!;
  const eye = { name: "EOG 1", type: "eog", unit: "V", half_range: 1e-4, bad: false, position: null };
  const channels = [...sources.channels.slice(0, 2), eye];
  await opened(page, written("beside.html", w.page({ ...demoMarks(w), sections: [{ ...sources, channels }] }, "Beside")));
  await section(page, "Sources").getByRole("button", { name: "EOG 1", exact: true }).press("Enter");
  await expect(page.locator("[aria-live=polite].rv-sr")).toHaveText("EOG 1 is a channel, no component");
  expect((await saved(page, "Sources")).exclude).toEqual([1]);
});

test("sections stand under their groups, and tags choose them", async ({ page }) => {
  await opened(page, address());
  await expect(page.locator(".rv-nav .rv-group > span")).toHaveText("Data");
  await page.locator(".rv-tags summary").click();
  await page.getByRole("checkbox", { name: "ica", exact: true }).uncheck();
  await expect(section(page, "Components")).toBeHidden();
  await expect(section(page, "Recording")).toBeVisible();
  await page.getByRole("checkbox", { name: "ica", exact: true }).check();
  await expect(section(page, "Components")).toBeVisible();
});

for (const scheme of ["light", "dark"] as const)
  test(`axe-core finds no violation in a ${scheme} page for marking`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await opened(page, address());
    await stage(page, "Recording").focus();
    for (const key of ["[", ">", "]", "x"]) await page.keyboard.press(key);
    await section(page, "Recording").getByRole("button", { name: "Cz", exact: true }).press("Enter");
    await page.locator(".rv-tags summary").click();
    expect(await violations(page)).toEqual([]);
  });

test.describe("to Python at once", () => {
  let server: Server;
  let posts: { path: string; body: string }[] = [];
  let latest: string | null = null;
  test.beforeEach(async () => {
    posts = [];
    latest = null;
    server = createServer((request, answer) => {
      answer.setHeader("Access-Control-Allow-Origin", "*");
      let body = "";
      request.on("data", (part: Buffer) => (body += part.toString()));
      request.on("end", () => {
        if (request.method === "POST") posts.push({ path: request.url!, body });
        answer.statusCode = request.method === "GET" && latest === null ? 404 : 200;
        answer.end(latest ?? "");
      });
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  });
  test.afterEach(() => void server.close());
  const sending = (): string => {
    const w = new PageWriter();
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret`;
    return written("sending.html", w.page(demoMarks(w, { marks: { address: at } }), "Marks"));
  };

  test("each mark is sent to the page's own address, and Done says so", async ({ page }) => {
    await page.goto(sending());
    await page.waitForSelector("html[data-ranvier=ready]");
    await section(page, "Recording").getByRole("button", { name: "Cz", exact: true }).press("Enter");
    await expect(section(page, "Recording").locator(".rv-status")).toHaveText("Python knows");
    expect(posts.map((p) => p.path)).toEqual(["/secret/marks"]);
    expect((JSON.parse(posts[0]!.body) as Saved).bads).toEqual(["Cz"]);
    await section(page, "Recording").getByRole("button", { name: "Done" }).press("Enter");
    await expect(section(page, "Recording").locator(".rv-status")).toContainText("Python goes on");
    expect(posts.at(-1)!.path).toBe("/secret/done");
  });

  test("what waits when Done is pressed is sent once, and nothing after it until the page is opened again", async ({ page }) => {
    await page.goto(sending());
    await page.waitForSelector("html[data-ranvier=ready]");
    const own = section(page, "Recording");
    await page.evaluate(() => {
      const labelled = (text: string): HTMLButtonElement => [...document.querySelectorAll("button")].find((b) => b.textContent === text)!;
      labelled("Cz").click();
      labelled("Done").click(); // before the mark has gone
    });
    await expect(own.locator(".rv-status")).toContainText("Python goes on");
    await own.getByRole("button", { name: "Pz", exact: true }).press("Enter");
    await expect(own.locator(".rv-status")).toHaveText("Marking is over: open the page again to go on");
    await page.waitForTimeout(300);
    await page.evaluate(() => dispatchEvent(new Event("pagehide")));
    await page.waitForTimeout(100);
    expect(posts.map((p) => [p.path, (JSON.parse(p.body) as Saved).bads])).toEqual([["/secret/done", ["Cz"]]]);
    await page.reload();
    await page.waitForSelector("html[data-ranvier=ready]");
    await own.getByRole("button", { name: "Oz", exact: true }).press("Enter");
    await expect(own.locator(".rv-status")).toHaveText("Python knows");
    expect(posts.at(-1)!.path).toBe("/secret/marks");
  });

  test("a page that is opened again knows what was sent", async ({ page }) => {
    latest = JSON.stringify({ format: "ranvier-marks/1", of: "recording", first_time: 2.5, bads: ["Oz"], annotations: [] });
    await page.goto(sending());
    await expect(section(page, "Recording").locator(".rv-badlist")).toHaveText("Bad channels (1): Oz");
    expect(posts).toEqual([]);
  });

  test("where Python is gone the page says so and offers the file", async ({ page }) => {
    await page.goto(sending());
    await page.waitForSelector("html[data-ranvier=ready]");
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    await section(page, "Recording").getByRole("button", { name: "Cz", exact: true }).press("Enter");
    await expect(section(page, "Recording").locator(".rv-status")).toContainText("Python was not told");
    expect((await saved(page, "Recording")).bads).toEqual(["Cz"]);
  });
});

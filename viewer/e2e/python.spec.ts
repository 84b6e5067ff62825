// Pages that Python makes, and the way back: what is marked in Chromium changes the recording in Python, through a file
// and at once, in the web browser and in a notebook's frame.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Page, TestInfo } from "@playwright/test";
import { expect, folder, section, test, violations, written } from "./pages";

const build = process.env["RANVIER_BUILD"] ?? fileURLToPath(new URL("../../build/dev", import.meta.url));
const python = fileURLToPath(new URL("../../.venv/bin/python", import.meta.url));

const PRELUDE = `
import sys, warnings
import numpy as np
import ranvier.meeg as mne
warnings.simplefilter("ignore")
mne.viz.set_browser_backend("page")
names = ["Fz", "Cz", "Pz", "Oz"]
def recording():
    data = np.random.default_rng(0).standard_normal((4, 4000)) * 1e-5
    raw = mne.io.RawArray(data, mne.create_info(names, 200.0, "eeg"), first_samp=100)
    return raw.set_annotations(mne.Annotations([12], [1], ["BAD_old"]))
def say(*words):
    print(*words, flush=True)
`;

/** A Python of this build that runs a program and is told lines; what it prints are the answers. */
class Python {
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;
  private errors = "";
  constructor(program: string) {
    this.process = spawn(python, ["-c", PRELUDE + program], { env: { ...process.env, PYTHONPATH: `${build}/python` } });
    this.process.stderr.on("data", (part: Buffer) => (this.errors += part.toString()));
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }
  async line(): Promise<string> {
    const next = await this.lines.next();
    if (next.done) throw new Error(`Python ended: ${this.errors}`);
    return next.value;
  }
  tell(text: string): void {
    this.process.stdin.write(text + "\n");
  }
  end(): void {
    this.process.kill();
  }
}

function needed(info: TestInfo): void {
  info.skip(!existsSync(python) || !existsSync(`${build}/python/ranvier`), `no Python with this build at ${python}: build first`);
  mkdirSync(folder, { recursive: true });
}

/** Marks a channel bad and a stretch from 5 s on, by keys. */
async function mark(own: ReturnType<typeof section>, page: Page): Promise<void> {
  await own.getByRole("button", { name: "Cz", exact: true }).press("Enter");
  await own.getByLabel("Next stretch is").fill("BAD_jump");
  await own.locator(".rv-stage").focus();
  for (const key of ["[", ">", ">", "]"]) await page.keyboard.press(key);
}

test("what is marked on a page in a file is applied by apply_marks", async ({ page }, info) => {
  needed(info);
  const p = new Python(`
raw = recording()
raw.plot(show=False).save("${folder}from-python.html", overwrite=True)
say("written")
raw.apply_marks(sys.stdin.readline().strip())
say(raw.info["bads"], [(round(float(o - raw.first_time), 6), round(float(d), 6), str(t)) for o, d, t in zip(raw.annotations.onset, raw.annotations.duration, raw.annotations.description)])
`);
  expect(await p.line()).toBe("written");
  await page.goto(pathToFileURL(`${folder}from-python.html`).href);
  await page.waitForSelector("html[data-ranvier=ready]");
  const own = section(page, "Recording");
  await mark(own, page);
  expect(await violations(page)).toEqual([]);
  const [download] = await Promise.all([page.waitForEvent("download"), own.getByRole("button", { name: "Save marks" }).press("Enter")]);
  p.tell(await download.path());
  expect(await p.line()).toBe("['Cz'] [(5.0, 2.0, 'BAD_jump'), (12.0, 1.0, 'BAD_old')]");
  p.end();
});

test("plot() with block=True serves the page, hears every mark, and goes on when Done is pressed", async ({ page }, info) => {
  needed(info);
  const p = new Python(`
import webbrowser
webbrowser.open = say
raw = recording()
raw.plot(block=True)
say(raw.info["bads"], raw.annotations.description.tolist())
`);
  const file = await p.line();
  expect(file).toMatch(/^file:\/\/.*ranvier-\w+\.html$/);
  await page.goto(file);
  await page.waitForURL(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}\/$/);
  await page.waitForSelector("html[data-ranvier=ready]");
  const own = section(page, "Recording");
  await mark(own, page);
  await expect(own.locator(".rv-status")).toHaveText("Python knows");
  await page.reload();
  await expect(own.locator(".rv-badlist")).toHaveText("Bad channels (1): Cz");
  await expect(own.getByRole("button", { name: "Undo" })).toBeDisabled();
  await own.getByRole("button", { name: "Remove BAD_old" }).press("Enter");
  await own.getByRole("button", { name: "Done" }).press("Enter");
  expect(await p.line()).toBe("['Cz'] ['BAD_jump']");
  p.end();
});

test("in a notebook's frame marks are applied at once", async ({ page }, info) => {
  needed(info);
  const p = new Python(`
raw = recording()
browser = raw.plot(show=False)
open("${folder}frame.txt", "w").write(browser._repr_html_())
say("written")
sys.stdin.readline()
say(raw.info["bads"], raw.annotations.description.tolist())
`);
  expect(await p.line()).toBe("written");
  await page.goto(written("notebook.html", `<!doctype html><html lang="en"><title>Notebook</title><body><h1>Notebook</h1>${readFileSync(`${folder}frame.txt`, "utf8")}`));
  const frame = page.frameLocator("iframe");
  const own = frame.locator("section.rv-section").first();
  await own.getByRole("button", { name: "Pz", exact: true }).press("Enter");
  await expect(own.locator(".rv-status")).toHaveText("Python knows");
  await own.locator(".rv-stage").focus();
  for (const key of ["[", ">", "]"]) await page.keyboard.press(key);
  await expect(own.getByRole("region", { name: /^Bad stretches \(2\)/ })).toBeVisible();
  await expect(own.locator(".rv-status")).toHaveText("Python knows");
  p.tell("now");
  expect(await p.line()).toBe("['Pz'] ['BAD_', 'BAD_old']");
  p.end();
});

test("epochs are dropped when Done is pressed", async ({ page }, info) => {
  needed(info);
  const p = new Python(`
import webbrowser
webbrowser.open = say
raw = recording().set_annotations(None)
events = np.c_[np.arange(300, 3900, 400), np.zeros(9, int), np.ones(9, int)]
epochs = mne.Epochs(raw, events, tmin=-0.2, tmax=0.8, baseline=None, preload=True)
epochs.drop([0], "noise")
epochs.plot(block=True)
say(epochs.selection.tolist(), epochs.drop_log[2], epochs.info["bads"])
`);
  await page.goto(await p.line());
  await page.waitForSelector("html[data-ranvier=ready]");
  const own = section(page, "Epochs");
  await own.locator(".rv-stage").focus();
  for (const key of [".", ".", "x", ".", "x", "u"]) await page.keyboard.press(key); // the second of those left; the third is taken back
  await expect(own.locator(".rv-badlist")).toHaveText("No bad channels · Epochs to drop (1): 2");
  await own.getByRole("button", { name: "Done" }).press("Enter");
  expect(await p.line()).toBe("[1, 3, 4, 5, 6, 7, 8] ('USER',) []");
  p.end();
});

test("components are left out on the page of an ICA's sources", async ({ page }, info) => {
  needed(info);
  const p = new Python(`
import webbrowser
webbrowser.open = say
raw = recording().set_annotations(None)
ica = mne.preprocessing.ICA(3, random_state=0, max_iter=5).fit(raw, verbose="error")
ica.exclude = [1]
ica.plot_sources(raw, block=True)
say(ica.exclude, raw.info["bads"])
`);
  await page.goto(await p.line());
  await page.waitForSelector("html[data-ranvier=ready]");
  const own = section(page, "ICA components");
  await expect(own.locator(".rv-badlist")).toHaveText("Components left out (1): ICA001");
  await own.getByRole("button", { name: "ICA002", exact: true }).press("Enter");
  await expect(own.locator(".rv-status")).toHaveText("Python knows");
  await own.getByRole("button", { name: "Done" }).press("Enter");
  expect(await p.line()).toBe("[1, 2] []");
  p.end();
});

import { join } from "node:path";
import { defineConfig } from "@playwright/test";
import { chromiumPath } from "./e2e/chromium";

const jsonDir = process.env["RANVIER_TEST_JSON_DIR"];
const executablePath = chromiumPath();

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  timeout: 60_000,
  workers: 1,
  reporter: jsonDir ? [["list"], ["json", { outputFile: join(jsonDir, "playwright.json") }]] : [["list"]],
  use: {
    viewport: { width: 1280, height: 900 },
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
      ],
    },
  },
});

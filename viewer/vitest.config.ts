import { join } from "node:path";
import { defineConfig } from "vitest/config";

const jsonDir = process.env["RANVIER_TEST_JSON_DIR"];

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    environment: "node",
    testTimeout: 30_000,
    reporters: jsonDir ? ["default", "json"] : ["default"],
    ...(jsonDir ? { outputFile: { json: join(jsonDir, "vitest.json") } } : {}),
  },
});

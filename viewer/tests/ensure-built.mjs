// Before the tests: builds the bundle if it is absent or older than its sources, and else leaves it alone, so that
// whatever embeds it is not made anew.
import { execSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const changed = (path) => {
  try {
    return statSync(root + path).mtimeMs;
  } catch {
    return -1;
  }
};
const sources = [...readdirSync(root + "src", { recursive: true }).map((f) => `src/${f}`), "page.schema.json", "package.json", "vite.config.ts", "tsconfig.json"];
const built = Math.min(changed("dist/viewer.js"), changed("dist/viewer.css"));
if (built < Math.max(...sources.map(changed))) execSync("npm run --silent build", { cwd: root, stdio: "inherit" });

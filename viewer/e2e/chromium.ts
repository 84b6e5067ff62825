import { existsSync } from "node:fs";

/** The system's Chromium: $RANVIER_CHROMIUM, or where distributions put it; null if there is none. */
export function chromiumPath(): string | null {
  const named = process.env["RANVIER_CHROMIUM"];
  const places = named ? [named] : ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  return places.find((p) => existsSync(p)) ?? null;
}

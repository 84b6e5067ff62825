// Light and dark: follows the system until the reader chooses; paper is always light.

export type Choice = "auto" | "light" | "dark";

export interface Palette {
  dark: boolean;
  panel: string;
  ink: string;
  ink2: string;
  line: string;
  grid: string;
  accent: string;
  bad: string;
}

const listeners = new Set<() => void>();
let printing = false;

function stored(): Choice {
  try {
    const v = localStorage.getItem("ranvier-theme");
    return v === "light" || v === "dark" ? v : "auto";
  } catch {
    return "auto"; // pages opened from a file may have no storage
  }
}

let choice: Choice = "auto";

export function themeChoice(): Choice {
  return choice;
}

export function isDark(): boolean {
  if (printing) return false;
  return choice === "dark" || (choice === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
}

function apply(): void {
  document.documentElement.dataset["theme"] = isDark() ? "dark" : "light";
  redrawAll();
}

/** Shows a theme on this page, without keeping it for others. */
export function showTheme(next: Choice): void {
  choice = next;
  apply();
}

export function chooseTheme(next: Choice): void {
  choice = next;
  try {
    if (next === "auto") localStorage.removeItem("ranvier-theme");
    else localStorage.setItem("ranvier-theme", next);
  } catch {
    // the choice then lasts as long as the page
  }
  apply();
}

/** Calls `redraw` whenever colours change. */
export function onTheme(redraw: () => void): void {
  listeners.add(redraw);
}

/** Draws everything again. */
export function redrawAll(): void {
  for (const f of listeners) f();
}

export function startTheme(): void {
  choice = stored();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);
  addEventListener("beforeprint", () => {
    printing = true;
    apply();
  });
  addEventListener("afterprint", () => {
    printing = false;
    apply();
  });
  apply();
}

/** Colours that canvases share with the style sheet. */
export function palette(): Palette {
  const s = getComputedStyle(document.documentElement);
  const v = (name: string): string => s.getPropertyValue(name).trim();
  return {
    dark: isDark(),
    panel: v("--rv-panel"),
    ink: v("--rv-ink"),
    ink2: v("--rv-ink-2"),
    line: v("--rv-line"),
    grid: v("--rv-grid"),
    accent: v("--rv-accent"),
    bad: v("--rv-bad"),
  };
}

export const FONT = '12px ui-sans-serif, system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
export const SMALL_FONT = FONT.replace("12px", "11px");

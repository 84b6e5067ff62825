// The entry of the bundle: finds the report's data in the page and starts.

import "uplot/dist/uPlot.min.css";
import "./style.css";
import { startPage } from "./page";
import { TracedPath } from "./saving";

// Charts make their paths of it, so that a picture can be saved as curves.
window.Path2D = TracedPath;

function start(): void {
  const root = document.getElementById("ranvier-report");
  if (!root) return;
  startPage(
    root,
    document.getElementById("ranvier-data")?.textContent ?? null,
    (block) => document.getElementById(`ranvier-block-${block}`)?.textContent ?? null,
  );
}

// The script may stand before or after the data.
if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
else start();

// The text of a program.

import { el } from "../dom";
import type { CodeSection } from "../page-types";
import { counted } from "../units";
import type { View } from "../view";

export function codeView(section: CodeSection): View {
  const lines = section.code.replace(/\n$/, "").split("\n").length;
  return {
    element: el("pre", { class: "rv-code", tabindex: 0, role: "region", "aria-label": `${section.title} (text)` }, el("code", {}, section.code)),
    note: [section.language, counted(lines, "line")].filter(Boolean).join(" · "),
    keys: [],
  };
}

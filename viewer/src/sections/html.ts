// HTML of whoever wrote the page, as it stands. Scripts put into a page this way do not run.

import { el } from "../dom";
import type { HtmlSection } from "../page-types";
import type { View } from "../view";

export function htmlView(section: HtmlSection): View {
  const element = el("div", { class: "rv-own" });
  element.innerHTML = section.html;
  return { element, note: "", keys: [] };
}

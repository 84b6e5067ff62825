// HTML of whoever wrote the page, in a frame without rights: no script of it runs, no form is sent, it goes nowhere by
// itself, and the page's policy lets it load nothing. The page itself may look into the frame, to make it as high as it needs.

import { el } from "../dom";
import type { HtmlSection } from "../page-types";
import { isDark, onTheme } from "../theme";
import type { View } from "../view";

export function htmlView(section: HtmlSection): View {
  const styles = [...document.querySelectorAll("style")].map((style) => `<style>${style.textContent}</style>`).join("");
  const frame = el("iframe", {
    class: "rv-own",
    title: section.title,
    sandbox: "allow-same-origin",
    srcdoc: `<!doctype html><html lang="en"><head><meta charset="utf-8">${styles}</head><body class="rv-root rv-inside">${section.html}`,
  });
  const look = (): void => {
    const inside = frame.contentDocument?.documentElement;
    if (inside) inside.dataset["theme"] = isDark() ? "dark" : "light";
  };
  frame.addEventListener("load", () => {
    const inside = frame.contentDocument;
    if (!inside) return;
    look();
    const fit = (): string => (frame.style.height = `${Math.ceil(inside.body.getBoundingClientRect().height) + 2}px`);
    new ResizeObserver(fit).observe(inside.body);
    fit();
    inside.addEventListener("click", (event) => {
      const link = (event.target as Element).closest("a[href]");
      if (!link || !/^https?:/i.test((link as HTMLAnchorElement).href)) return;
      event.preventDefault();
      open((link as HTMLAnchorElement).href, "_blank", "noopener,noreferrer");
    });
  });
  onTheme(look);
  return { element: frame, note: "", keys: [] };
}

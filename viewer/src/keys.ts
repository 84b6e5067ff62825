// The keys: a dialog that lists them, and the page-wide ones.

import { button, checkbox, el, typing } from "./dom";
import { chooseTheme, themeChoice } from "./theme";
import type { KeyHelp } from "./view";

export interface KeyGroup {
  title: string;
  keys: readonly KeyHelp[];
}

const pageKeys: KeyHelp[] = [
  { keys: "?", does: "show or close this list" },
  { keys: "j k", does: "next or previous section" },
  { keys: "t", does: "colours: as the system, light, dark" },
  { keys: "Tab", does: "next control or plot; the plot with the frame takes its keys" },
];

/** Creates the dialog and listens for the page-wide keys. `go` moves by sections. */
export function startKeys(groups: () => readonly KeyGroup[], go: (by: number) => void): { open(): void } {
  const body = el("div", { class: "rv-keylists" });
  // Single-letter keys disturb people who steer by voice: WCAG 2.1.4 asks for a way to turn them off.
  let letters = true;
  const close = button("Close", "Close the list of keys", () => dialog.close());
  close.autofocus = true;
  const dialog = el(
    "dialog",
    { class: "rv-dialog", "aria-labelledby": "rv-keys-title" },
    el(
      "div",
      { class: "rv-dialoghead" },
      el("h2", { id: "rv-keys-title" }, "Keys"),
      checkbox("Page-wide letter keys (j, k, t)", true, (on) => (letters = on)).element,
      close,
    ),
    body,
  );
  document.body.append(dialog);
  const open = (): void => {
    body.replaceChildren(
      ...[{ title: "Everywhere", keys: pageKeys }, ...groups()].map((g) =>
        el(
          "section",
          {},
          el("h3", {}, g.title),
          el(
            "dl",
            {},
            ...g.keys.flatMap((k) => [
              el("dt", {}, ...k.keys.split(" ").map((x) => el("kbd", {}, x))),
              el("dd", {}, k.does),
            ]),
          ),
        ),
      ),
    );
    if (!dialog.open) dialog.showModal();
  };
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const inText = typing(event) && !["checkbox", "radio"].includes((event.target as HTMLInputElement).type);
    if (inText) return;
    if (event.key === "?") {
      if (dialog.open) dialog.close();
      else open();
      event.preventDefault();
    } else if (letters && !dialog.open && event.key === "j") go(1);
    else if (letters && !dialog.open && event.key === "k") go(-1);
    else if (letters && !dialog.open && event.key === "t")
      chooseTheme(themeChoice() === "auto" ? "light" : themeChoice() === "light" ? "dark" : "auto");
  });
  return { open };
}

// How each kind of section is shown: by the view of its name in the file of its name, sections/<kind>.ts.

import type { Section } from "./page-types";
import type { Context, View } from "./view";

type Show = (section: Section, context: Context) => View;

const files = import.meta.glob<Record<string, Show>>("./sections/*.ts", { eager: true });

export const views: Record<string, Show> = Object.fromEntries(
  Object.entries(files).map(([path, file]) => {
    const kind = path.slice("./sections/".length, -".ts".length);
    return [kind, file[`${kind}View`]!];
  }),
);

export function viewOf(section: Section, context: Context): View {
  return views[section.kind]!(section, context);
}

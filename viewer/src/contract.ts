// What a page holds, as page.schema.json says: the checks that stand between its data and a drawing.

import page from "../page.schema.json";
import type { Report, Section, SectionLabel } from "./page-types";
import { Checker, ContractError, fail, type Schema } from "./schema";

const schema = page as Schema;
const definitions = schema.$defs!;

export const FORMAT = schema.properties!["format"]!.const as string;

export interface UnknownSection {
  kind: "unknown";
  title: string;
  wanted: string;
}

const kinds = new Map(
  definitions["Section"]!.anyOf!.map((row) => {
    const definition = definitions[row.$ref!.replace("#/$defs/", "")]!;
    return [definition.properties!["kind"]!.const as string, definition];
  }),
);

/** The checked report, its sections still unchecked: a damaged section must not take the others with it. */
export function checkedReport(value: unknown): Omit<Report, "sections"> & { sections: unknown[] } {
  const checker = new Checker(definitions, null);
  const format = checker.checked(value, { type: "object", required: ["format"], properties: { format: { type: "string" } } }, "the report");
  if ((format as { format: string }).format !== FORMAT)
    throw new ContractError(
      `this page holds data in the format "${(format as { format: string }).format}"; this viewer reads "${FORMAT}". ` +
        `Write the page again with the version of Ranvier whose viewer it carries.`,
    );
  const report = { ...schema, properties: { ...schema.properties, sections: { type: "array" } } };
  return checker.checked(value, report, "") as Report;
}

/** One checked section, or what is known of a section from a later version. */
export function checkedSection(value: unknown): Section | UnknownSection {
  if (typeof value !== "object" || value === null) fail("the section", "an object", value);
  const { kind, title } = value as { kind?: unknown; title?: unknown };
  if (typeof kind !== "string") fail("kind", "a text", kind);
  const definition = kinds.get(kind);
  if (!definition) return { kind: "unknown", title: typeof title === "string" ? title : kind, wanted: kind };
  return new Checker(definitions, value).checked(value, definition, "") as Section;
}

/** Where a section stands among the others; damaged labels are none. */
export function labelOf(section: unknown): SectionLabel {
  const none: SectionLabel = { group: "", tags: [] };
  try {
    return new Checker(definitions, null).checked(section, definitions["SectionLabel"]!, "") as SectionLabel;
  } catch {
    return none;
  }
}

// The TypeScript types of a page, from its schema.

import type { Schema } from "../src/schema";

/** Long types go on lines of their own, indented by two more. */
function typeText(s: Schema, indent: string): string {
  const own = s.properties ? objectText(s, indent) : null;
  if (s.$ref) return [s.$ref.replace("#/$defs/", ""), ...(own ? [own] : [])].join(" & ");
  if (own) return own;
  if (s.const !== undefined) return JSON.stringify(s.const);
  if (s.enum) return s.enum.map((v) => JSON.stringify(v)).join(" | ");
  if (s.anyOf) return s.anyOf.map((a) => typeText(a, indent)).join(" | ");
  if (s.type === "array") {
    const entry = typeText(s.items!, indent);
    if (s.prefixItems) return `[${s.prefixItems.map((p) => typeText(p, indent)).join(", ")}, ...(${entry})[]]`;
    if (s.minItems !== undefined && s.minItems === s.maxItems) return `[${Array.from({ length: s.minItems }, () => entry).join(", ")}]`;
    return /[|&]/.test(entry.replace(/\{[^]*\}/, "")) ? `(${entry})[]` : `${entry}[]`;
  }
  return s.type === "integer" ? "number" : s.type!;
}

const comment = (s: Schema, indent: string): string => (s.description ? `${indent}/** ${s.description} */\n` : "");

function objectText(s: Schema, indent: string): string {
  const fields = Object.entries(s.properties!).map(([name, property]) => {
    const optional = s.required?.includes(name) || property.default !== undefined ? "" : "?";
    return `${comment(property, `${indent}  `)}${indent}  ${name}${optional}: ${typeText(property, `${indent}  `)};\n`;
  });
  return `{\n${fields.join("")}${indent}}`;
}

/** The text of src/page-types.ts. */
export function pageTypes(schema: Schema): string {
  const all: [string, Schema][] = [...Object.entries(schema.$defs!), ["Report", schema]];
  const parts = all.map(([name, s]) => `${comment(s, "")}export ${s.properties && !s.$ref ? `interface ${name} ` : `type ${name} = `}${typeText(s, "")}${s.properties && !s.$ref ? "" : ";"}\n`);
  return `// Made from page.schema.json by "npm run types"; a test sees to it that it is up to date.\n\n${parts.join("\n")}`;
}

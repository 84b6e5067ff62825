import { expect, test } from "vitest";
import schema from "../page.schema.json";
import { pageTypes } from "./page-types";

test("the types of a page are those that its schema gives: run `npm run types` after a change", async () => {
  await expect(pageTypes(schema)).toMatchFileSnapshot("../src/page-types.ts");
});

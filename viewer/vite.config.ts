import { defineConfig } from "vite";

// One script and one style sheet that the report writer pastes into a page: no chunks, no asset files, no hashes in names.
export default defineConfig({
  publicDir: false,
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    cssCodeSplit: false,
    reportCompressedSize: true,
    lib: {
      entry: "src/main.ts",
      name: "RanvierReport",
      formats: ["iife"],
      fileName: () => "viewer.js",
      cssFileName: "viewer",
    },
  },
});

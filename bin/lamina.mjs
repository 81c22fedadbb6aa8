#!/usr/bin/env node
import { existsSync } from "node:fs";

const bundle = new URL("../dist/lamina.mjs", import.meta.url);
if (!existsSync(bundle)) {
  console.error("lamina is not built yet. Run: npm run build");
  process.exit(1);
}
await import(bundle.href);

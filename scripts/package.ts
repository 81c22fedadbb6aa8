import { existsSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import packageJson from "../package.json" with { type: "json" };
import { listing } from "./packaging/listing.ts";
import { fetchRuntime } from "./packaging/node-runtime.ts";
import { PackagingError } from "./packaging/packaging-error.ts";
import { type Platform, platforms } from "./packaging/platform.ts";
import { sizeTable } from "./packaging/size-table.ts";
import { writePackage } from "./packaging/write-package.ts";

const root = path.resolve(import.meta.dirname, "..");
const out = path.join(root, "out", "package");

/** The platforms that `--platform` names; this machine's when it names none. */
function choosePlatforms(): readonly Platform[] {
  const { values } = parseArgs({
    options: { platform: { type: "string", multiple: true } },
  });
  const { platform = [`${process.platform}-${process.arch}`] } = values;
  return platform.map((name) => {
    const found = Object.entries(platforms).find(([known]) => known === name);
    if (found !== undefined) return found[1];
    const all = Object.keys(platforms).join(", ");
    throw new PackagingError(`There are packages for ${all}, not ${name}.`);
  });
}

async function make(platform: Platform): Promise<void> {
  const { version } = packageJson;
  const downloads = path.join(out, "downloads");
  const runtime = await fetchRuntime(platform, downloads);
  const source = { root, platform, runtime, version, downloads };
  const place = path.join(out, platform.name);
  const written = await writePackage(source, place);
  console.log(`${path.relative(process.cwd(), place)}\n`);
  console.log(`${sizeTable(written.files, written.archives)}\n`);
  console.log(`${listing(written, platform)}\n`);
}

try {
  for (const built of ["lamina.mjs", "panel", "host-scripts", "cep", "uxp"]) {
    if (!existsSync(path.join(root, "dist", built))) {
      throw new PackagingError(`dist/${built} is missing: npm run build.`);
    }
  }
  for (const platform of choosePlatforms()) await make(platform);
} catch (error) {
  if (!(error instanceof PackagingError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import packageJson from "../../package.json" with { type: "json" };

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What is in backticks within a page's text; what stands in fenced blocks is no text. */
const inBackticks = (page: string): string[] =>
  [...page.replace(/^```.*?^```$/gms, "").matchAll(/`([^`\n]+)`/g)].map(
    (match) => match[1]!,
  );

const topFolders = [
  "src",
  "test",
  "bench",
  "docs",
  "scripts",
  "webpack",
  "host-scripts",
  "bin",
  ".ci",
];
/** Folders of `src` by which pages name a file without it. */
const modules = readdirSync(`${root}/src`);

/** Whether a text looks like a file or folder of the repository; one that is named alone may lie anywhere in it. */
function looksLikePath(text: string): boolean {
  if (!/^[\w.@/-]+$/.test(text)) return false;
  const parts = text.split("/");
  return parts.length > 1
    ? topFolders.includes(parts[0]!) ||
        modules.includes(parts[0]!) ||
        /(\/|\.ts|\.mjs)$/.test(text)
    : /\.(ts|mjs|md)$/.test(text);
}

describe("a page for contributors", () => {
  const guides = readdirSync(`${root}/docs`)
    .filter((name) => /^(adding-.*|debugging)\.md$/.test(name))
    .map((name) => `docs/${name}`);
  const pages = ["CONTRIBUTING.md", "ARCHITECTURE.md", ...guides];
  const files = ["src", "test", "bench", "scripts", "webpack"].flatMap((at) =>
    readdirSync(`${root}/${at}`, { encoding: "utf8", recursive: true }),
  );

  for (const page of pages) {
    it(`names only files and folders that there are: ${page}`, async () => {
      const text = await readFile(`${root}/${page}`, "utf8");
      const missing = inBackticks(text)
        .filter(looksLikePath)
        .map((path) => path.replace(/\/$/, ""))
        .filter(
          (path) =>
            !["", "src/", "docs/"].some((at) =>
              existsSync(`${root}/${at}${path}`),
            ) && !files.some((file) => file.endsWith(`/${path}`)),
        );
      assert.deepEqual(missing, []);
    });

    it(`names only scripts of package.json: ${page}`, async () => {
      const text = await readFile(`${root}/${page}`, "utf8");
      const missing = [...text.matchAll(/npm run ([\w:-]+)/g)]
        .map((match) => match[1]!)
        .filter((name) => !(name in packageJson.scripts));
      assert.deepEqual(missing, []);
    });
  }
});

import { readFile } from "node:fs/promises";

/** The page about farms. */
export const readFarmPage = (): Promise<string> =>
  readFile(new URL("../../docs/farm.md", import.meta.url), "utf8");

/** Lines of code under a heading, a block each. */
export function codeUnder(page: string, heading: string): string[] {
  const [, section = ""] = page.split(`\n## ${heading}\n`);
  const [own = ""] = section.split("\n## ");
  return [...own.matchAll(/^```\w*\n([^]*?)^```$/gm)].map(([, code]) => code!);
}

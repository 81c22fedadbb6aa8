import { readFile } from "node:fs/promises";
import { escapeMarkup } from "../contact-sheet/escape-markup.ts";

/** The page asks for letters of somebody else's server; it does without. */
const ELSEWHERE = /<link\b[^>]*\bhref="https?:[^>]*>/g;

/**
 * Fills Bull Board's page in. Its template knows two marks only: `<%= name %>` for text, `<%- name %>` for what is markup or JSON already.
 *
 * @param template path of the file
 * @returns        the page, which asks for nothing from elsewhere
 */
export async function boardPage(
  template: string,
  params: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const text = (await readFile(template, "utf8")).replace(ELSEWHERE, "");
  return text.replace(
    /<%([=-])\s*(\w+)\s*%>/g,
    (_, kind: string, name: string) => {
      const value = params[name] ?? "";
      return kind === "-" ? value : escapeMarkup(value);
    },
  );
}

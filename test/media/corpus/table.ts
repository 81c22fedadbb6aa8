import type { Kind } from "./kind.ts";

const cell = (text: string): string =>
  text.replaceAll("|", "\\|").replaceAll("*", "\\*");

/** Kinds of input as a table for people, in their order. */
export function tableOf(kinds: readonly Kind[]): string {
  const rows = kinds.map(({ name, flags, ...kind }) => {
    const verdict = kind.refusal === undefined ? kind.verdict : "refused";
    const says = kind.refusal ?? kind.says;
    return [
      cell(name) + (flags === undefined ? "" : ` \`${flags}\``),
      says === undefined ? verdict : `${verdict}: “… ${cell(says)} …”`,
    ];
  });
  const heads = ["input", "becomes"];
  const widths = heads.map((head, k) =>
    Math.max(
      ...[head, ...rows.map((row) => row[k]!)].map((each) => each.length),
    ),
  );
  const line = (parts: readonly string[]): string =>
    `| ${parts.map((part, k) => part.padEnd(widths[k]!)).join(" | ")} |`;
  return [
    line(heads),
    line(widths.map((width) => "-".repeat(width))),
    ...rows.map(line),
  ].join("\n");
}

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** Writes text so that it can stand between tags or in an attribute; characters that XML cannot hold are left out. */
export const xmlText = (text: string): string =>
  text
    // eslint-disable-next-line no-control-regex -- these are what XML 1.0 forbids
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replace(/[&<>"]/g, (character) => escapes[character]!);

/** An element with text or with elements in it, indented by tabs. */
export function xmlElement(
  name: string,
  content: string | number | readonly string[],
  attributes = "",
): string {
  const open = `<${name}${attributes === "" ? "" : ` ${attributes}`}>`;
  if (typeof content !== "object") {
    return `${open}${xmlText(String(content))}</${name}>`;
  }
  const lines = content.flatMap((element) => element.split("\n"));
  return [open, ...lines.map((line) => `\t${line}`), `</${name}>`].join("\n");
}

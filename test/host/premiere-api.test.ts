import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The calls and properties of Adobe's types that the UXP script uses, as `Class.member`. */
function usedMembers(): Set<string> {
  const folder = path.join(root, "host-scripts/premiere/uxp");
  const { config } = ts.readConfigFile(
    path.join(folder, "tsconfig.json"),
    (file) => ts.sys.readFile(file),
  ) as { config: unknown };
  const parsed = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  const program = ts.createProgram(parsed.fileNames, parsed.options);
  const checker = program.getTypeChecker();
  const used = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) {
      const symbol = checker.getSymbolAtLocation(node.name);
      for (const declaration of symbol?.declarations ?? []) {
        const { fileName } = declaration.getSourceFile();
        if (!fileName.includes("@adobe/premierepro")) continue;
        const alias = declaration.parent.parent;
        if (!ts.isTypeAliasDeclaration(alias)) continue;
        if (alias.name.text === "premierepro") continue;
        const className = alias.name.text.replace(/Static$/, "");
        used.add(`${className}.${node.name.text}`);
      }
    }
    ts.forEachChild(node, visit);
  };
  for (const file of program.getSourceFiles()) {
    if (file.fileName.startsWith(folder)) visit(file);
  }
  return used;
}

/** Rows of the page: member, version, what is done without it. */
function listed(): { member: string; since: string; without: string }[] {
  const page = readFileSync(path.join(root, "docs/premiere-api.md"), "utf8");
  return [...page.matchAll(/^\| `([\w.]+)` +\| ([\d.]+) +\| (.*?) *\|$/gm)].map(
    ([, member, since, without]) => ({
      member: member!,
      since: since!,
      without: without!,
    }),
  );
}

describe("the page of Premiere's calls", () => {
  const used = usedMembers();
  const rows = listed();

  it("lists what the UXP script uses of Adobe's types, and nothing else", () => {
    assert(used.size > 50, "the script was not read");
    assert.deepEqual(rows.map(({ member }) => member).sort(), [...used].sort());
  });

  it("says what is done without what the oldest version that is let in does not have", () => {
    const manifest = JSON.parse(
      readFileSync(path.join(root, "manifest.json"), "utf8"),
    ) as { host: { minVersion: string } };
    const number = (version: string): number => {
      const [major = 0, minor = 0] = version.split(".").map(Number);
      return major * 100 + minor;
    };
    const oldest = number(manifest.host.minVersion);
    for (const { member, since, without } of rows) {
      assert.equal(number(since) > oldest, without !== "", member);
    }
  });

  it("names the version of the types that it was made from", () => {
    const { version } = JSON.parse(
      readFileSync(
        path.join(root, "node_modules/@adobe/premierepro/package.json"),
        "utf8",
      ),
    ) as { version: string };
    const page = readFileSync(path.join(root, "docs/premiere-api.md"), "utf8");
    assert(page.includes(`@adobe/premierepro\` ${version}`), version);
  });
});

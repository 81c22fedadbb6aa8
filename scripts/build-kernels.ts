import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const kernels = path.join(import.meta.dirname, "../src/kernels");
const sources = path.join(kernels, "assembly");
const target = path.join(kernels, "compiled.ts");

/** The part of AssemblyScript's compiler that is used here. Its own declarations change the global ones, so they are not loaded. */
interface Compiler {
  readonly version: string;
  readonly main: (
    flags: readonly string[],
    disk: {
      readonly readFile: (name: string) => string | null;
      readonly writeFile: (name: string, contents: string | Uint8Array) => void;
      readonly listFiles: () => readonly string[];
    },
  ) => Promise<{
    readonly error: Error | null;
    readonly stderr: { toString: () => string };
  }>;
}

/**
 * Compiles the kernels from AssemblyScript to WebAssembly with 128-bit vectors, and writes them with the types of their exports as
 * `src/kernels/compiled.ts`, unless that file already stands for the same sources.
 */
export async function buildKernels(): Promise<void> {
  const compiler: string = "assemblyscript/asc";
  const asc = (await import(compiler)) as Compiler;
  const texts = new Map(
    readdirSync(sources)
      .filter((name) => name.endsWith(".ts"))
      .sort()
      .map((name) => [
        name,
        readFileSync(path.join(sources, name), "utf8").replaceAll("\r\n", "\n"),
      ]),
  );
  const hash = createHash("sha256").update(asc.version);
  for (const [name, text] of texts) hash.update(`\0${name}\0${text}`);
  const stamp = `// Compiled from assembly/ by scripts/build-kernels.ts: ${hash.digest("hex").slice(0, 16)}`;
  if (firstLine(target) === stamp) return;

  const outputs = new Map<string, string | Uint8Array>();
  const { error, stderr } = await asc.main(
    [
      "index.ts",
      "--outFile=kernels.wasm",
      "--bindings=raw",
      "--runtime=stub",
      "--importMemory",
      "--enable=simd",
      "--optimizeLevel=3",
      "--shrinkLevel=0",
      "--converge",
      "--noAssert",
      "--use=abort=",
    ],
    {
      readFile: (name) => texts.get(path.posix.normalize(name)) ?? null,
      writeFile: (name, contents) => {
        outputs.set(path.basename(name), contents);
      },
      listFiles: () => [],
    },
  );
  if (error !== null) throw new Error(stderr.toString(), { cause: error });
  const wasm = outputs.get("kernels.wasm") as Uint8Array;
  const declarations = String(outputs.get("kernels.d.ts"));
  const signatures = [
    ...declarations.matchAll(/export function (\w+)(\(.*\)): (\w+);/g),
  ].map(
    ([, name, inputs, output]) => `  readonly ${name}: ${inputs} => ${output};`,
  );
  writeFileSync(
    target,
    `${stamp}
/** What the compiled module offers; addresses and counts are numbers, see \`assembly/\` for what each does. */
export interface KernelExports {
${signatures.join("\n")}
}

/** The WebAssembly module, base64: the same text serves Node, bundles and browsers. */
export const compiledKernels =
  "${Buffer.from(wasm).toString("base64")}";
`,
  );
}

function firstLine(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").split("\n", 1)[0];
  } catch {
    return undefined;
  }
}

if (process.argv[1] === import.meta.filename) await buildKernels();

import { execFile } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import webpack from "webpack";
import { gpuBench } from "../webpack/gpu-bench.ts";
import { fetchRuntime } from "./packaging/node-runtime.ts";
import { filesBelow, type PackageFile } from "./packaging/package-file.ts";
import { PackagingError } from "./packaging/packaging-error.ts";
import { platforms } from "./packaging/platform.ts";
import { sizeTable } from "./packaging/size-table.ts";
import { writeFolder } from "./packaging/write-files.ts";

const root = path.resolve(import.meta.dirname, "..");
const out = path.join(root, "out", "gpu-bench");
const name = "lamina-gpu-bench";

/** What such a machine can be sent at once, bytes. */
const LARGEST_ARCHIVE_BYTES = 60 << 20;

/** Nothing but a shell's own words: the machine may have no PATH. */
const start = `#!/bin/sh
here=\${0%/*}
exec "$here/node" "$here/gpu.mjs" "$@"
`;

/** The Vulkan loader for machines that have a driver but none; from whoever has one here. */
const loaders = [
  "/usr/lib/x86_64-linux-gnu/libvulkan.so.1",
  "/usr/lib64/libvulkan.so.1",
  "/usr/lib/chromium/libvulkan.so.1",
];

/** Files of the packages that stay packages, as far as Linux needs them. */
const packages: Readonly<Record<string, RegExp>> = {
  "onnxruntime-node":
    /^(package\.json|dist\/.*\.js|bin\/napi-v6\/linux\/x64\/.*)$/,
  "onnxruntime-common": /^(package\.json|dist\/cjs\/.*\.(js|json))$/,
  webgpu: /^(package\.json|LICENSE\.md|index\.js|dist\/linux-x64\/.*)$/,
};

async function bundle(folder: string): Promise<void> {
  const compiler = webpack(gpuBench(folder));
  const stats = await promisify(compiler.run.bind(compiler))();
  await promisify(compiler.close.bind(compiler))();
  if (stats?.hasErrors() !== false)
    throw new PackagingError(stats?.toString("errors-only") ?? "no bundle");
}

async function contents(bundled: string): Promise<PackageFile[]> {
  const runtime = await fetchRuntime(
    platforms["linux-x64"],
    path.join(out, "downloads"),
  );
  const files: PackageFile[] = [
    {
      target: "node",
      content: { file: runtime.program },
      executable: true,
      part: "Node",
    },
    {
      target: "run",
      content: { text: start },
      executable: true,
      part: "bench",
    },
    {
      target: "package.json",
      content: { text: '{"type":"module","private":true}\n' },
      part: "bench",
    },
  ];
  for (const file of await filesBelow(bundled))
    files.push({
      target: file,
      content: { file: path.join(bundled, file) },
      part: "bench",
    });
  for (const [each, wanted] of Object.entries(packages)) {
    const folder = path.join(root, "node_modules", each);
    for (const file of await filesBelow(folder))
      if (wanted.test(file))
        files.push({
          target: `node_modules/${each}/${file}`,
          content: { file: path.join(folder, file) },
          part: each,
        });
  }
  const loader = loaders.find((file) => existsSync(file));
  if (loader === undefined)
    console.log("No Vulkan loader here: the package comes without one.\n");
  else
    files.push({
      target: "lib/libvulkan.so.1",
      content: { file: loader },
      part: "Vulkan loader",
    });
  return files;
}

try {
  await mkdir(out, { recursive: true });
  const bundled = path.join(out, "bundle");
  await bundle(bundled);
  const files = await contents(bundled);
  await writeFolder(path.join(out, name), files);
  const archive = path.join(out, `${name}.tar.xz`);
  // Small blocks, so that all processors take part; 1 % larger than one block.
  const packer = "xz -6 -T0 --block-size=24MiB";
  await promisify(execFile)("tar", [
    `--use-compress-program=${packer}`,
    "--owner=0",
    "--group=0",
    ...["-C", out, "-cf", archive, name],
  ]);
  console.log(sizeTable(files, [archive]));
  await rm(bundled, { recursive: true });
  const { size } = statSync(archive);
  if (size > LARGEST_ARCHIVE_BYTES)
    throw new PackagingError(
      `${archive} is larger than ${LARGEST_ARCHIVE_BYTES} bytes.`,
    );
  console.log(`\n${path.relative(process.cwd(), archive)}`);
} catch (error) {
  if (!(error instanceof PackagingError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

import path from "node:path";
import type { Configuration } from "webpack";

const root = path.join(import.meta.dirname, "..");

/**
 * The GPU's bench as one script for machines that have no checkout; packages with native code stay beside it. Not part of the
 * build.
 *
 * @param folder where it goes
 */
export const gpuBench = (folder: string): Configuration => ({
  name: "gpu-bench",
  mode: "production",
  target: "node20",
  context: root,
  entry: { gpu: "./bench/gpu.ts" },
  experiments: { outputModule: true },
  output: {
    path: folder,
    filename: "[name].mjs",
    chunkFilename: "[name].mjs",
    module: true,
    chunkFormat: "module",
    library: { type: "module" },
    clean: true,
  },
  externalsType: "module-import",
  externals: [/^(onnxruntime-node|webgpu|node:.*)$/],
  module: {
    parser: { javascript: { importMeta: false, url: false } },
    rules: [
      {
        test: /\.ts$/,
        loader: "esbuild-loader",
        options: { target: "node20" },
      },
    ],
  },
  devtool: false,
  optimization: { minimize: false },
  performance: { hints: false },
});

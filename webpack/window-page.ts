import path from "node:path";
import type { Configuration } from "webpack";

const root = path.resolve(import.meta.dirname, "..");

/** The page of the hidden window: a script that starts a worker, the worker with all that it needs, and ONNX Runtime's WebAssembly. */
export const windowPage: Configuration = {
  name: "window-page",
  target: ["web", "es2022"],
  entry: {
    page: [
      "./src/gpu-window/page/page.ts",
      "./src/gpu-window/page/index.html",
      "onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm",
    ],
  },
  experiments: { outputModule: true },
  output: {
    path: path.join(root, "dist/window"),
    filename: "[name].mjs",
    chunkFilename: "[name].mjs",
    module: true,
    workerChunkLoading: "import",
    clean: true,
  },
  module: {
    rules: [
      {
        test: /\.ts$/,
        loader: "esbuild-loader",
        options: { target: "es2022" },
      },
      {
        test: /\.html$/,
        type: "asset/resource",
        generator: { filename: "index.html" },
      },
      {
        test: /\.wasm$/,
        type: "asset/resource",
        generator: { filename: "ort.wasm" },
      },
      {
        // It finds its WebAssembly where it is told to, not where the bundler would put it.
        test: /onnxruntime-web/,
        parser: { importMeta: false, url: false, worker: false },
      },
    ],
  },
  devtool: false,
  performance: { hints: false },
};

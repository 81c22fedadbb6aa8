import path from "node:path";
import type { Configuration } from "webpack";
import { extendScript, uxp } from "./webpack/host-scripts.ts";
import { panelPage } from "./webpack/panel.ts";
import { cepService, uxpPlugin } from "./webpack/start.ts";
import { windowPage } from "./webpack/window-page.ts";

const root = import.meta.dirname;

/** Bundles for the command, its worker threads, the service's sessions and models' processes; native packages stay outside. */
const command: Configuration = {
  name: "command",
  target: "node20",
  entry: {
    lamina: "./src/cli/main.ts",
    worker: "./src/workers/worker.ts",
    "scene-worker": "./src/cli/scene-worker.ts",
    subjects: "./src/service/subject-worker.ts",
    "model-process": "./src/runtime/model-process.ts",
  },
  experiments: { outputModule: true },
  output: {
    path: path.join(root, "dist"),
    filename: "[name].mjs",
    module: true,
    chunkFormat: "module",
    library: { type: "module" },
    // The other bundles have folders of their own in it.
    clean: { keep: /^(cep|host-scripts\/premiere|panel|uxp|window)\// },
  },
  externalsType: "module-import",
  // Whatever is not a path is a package, and stays one, but for OpenCV.
  externals: [/^(?!@opencvjs\/web$)[^./]/],
  module: {
    // The bundle finds its worker script beside itself at run time.
    parser: { javascript: { importMeta: false, url: false } },
    rules: [
      {
        test: /\.ts$/,
        loader: "esbuild-loader",
        options: { target: "node20" },
      },
      {
        test: /@opencvjs[\\/]web[\\/]lib[\\/].*\.js$/,
        loader: path.join(root, "webpack/opencv-apart.mjs"),
      },
    ],
  },
  devtool: "source-map",
  optimization: { minimize: false },
  performance: { hints: false },
};

export default [
  command,
  extendScript,
  uxp,
  windowPage,
  panelPage,
  cepService,
  uxpPlugin,
];

import path from "node:path";
import type { Configuration } from "webpack";

const root = path.join(import.meta.dirname, "..");

/** What runs inside Premiere's ExtendScript engine: ES3, one global object `lamina`. */
export const extendScript: Configuration = {
  name: "extendscript",
  target: ["web", "es5"],
  entry: "./host-scripts/premiere/extendscript/main.ts",
  output: {
    path: path.join(root, "dist/host-scripts/premiere/extendscript"),
    filename: "lamina.jsx",
    iife: true,
  },
  module: {
    rules: [
      {
        test: /\.ts$/,
        loader: "babel-loader",
        options: {
          babelrc: false,
          configFile: false,
          targets: { ie: 8 },
          presets: [
            [
              "@babel/preset-env",
              { loose: true, modules: false, bugfixes: false },
            ],
            [
              "@babel/preset-typescript",
              { allowDeclareFields: true, optimizeConstEnums: false },
            ],
          ],
        },
      },
    ],
  },
  devtool: false,
  optimization: { minimize: false, concatenateModules: true },
  performance: { hints: false },
};

/** What runs on the plug-in's own page in UXP; Premiere's modules stay outside. */
export const uxp: Configuration = {
  name: "uxp",
  target: ["web", "es2022"],
  entry: "./host-scripts/premiere/uxp/main.ts",
  output: {
    path: path.join(root, "dist/host-scripts/premiere/uxp"),
    filename: "lamina-host.js",
  },
  externals: { premierepro: "commonjs premierepro", fs: "commonjs fs" },
  module: {
    rules: [
      {
        test: /\.ts$/,
        loader: "esbuild-loader",
        options: { target: "es2022" },
      },
    ],
  },
  devtool: false,
  optimization: { minimize: false },
  performance: { hints: false },
};

import path from "node:path";
import type { Configuration } from "webpack";

const root = path.join(import.meta.dirname, "..");

const downTo = (target: string): NonNullable<Configuration["module"]> => ({
  rules: [
    { test: /\.[mc]?[jt]s$/, loader: "esbuild-loader", options: { target } },
  ],
});

/** What finds or starts the service for a panel in CEP: everything in one file for its old Node, which knows no `node:` names. */
export const cepService: Configuration = {
  name: "cep-service",
  target: "node14",
  entry: "./src/start/cep-node/cep-service.ts",
  output: {
    path: path.join(root, "dist/cep"),
    filename: "service.cjs",
    library: { type: "commonjs2" },
  },
  externalsPresets: { node: false },
  externals: [
    ({ request }, callback) => {
      if (request.startsWith("node:")) {
        callback(undefined, `commonjs ${request.slice("node:".length)}`);
      } else callback();
    },
    /^(child_process|fs|os|path)$/,
  ],
  module: downTo("node14"),
  devtool: false,
  optimization: { minimize: false },
  performance: { hints: false },
};

/** What does that on the plug-in's own page in UXP. */
export const uxpPlugin: Configuration = {
  name: "uxp-plugin",
  target: ["web", "es2022"],
  entry: "./src/start/uxp-plugin/uxp-plugin.ts",
  output: { path: path.join(root, "dist/uxp"), filename: "start.js" },
  externals: { uxp: "commonjs uxp", fs: "commonjs fs", os: "commonjs os" },
  module: downTo("es2022"),
  devtool: false,
  optimization: { minimize: false },
  performance: { hints: false },
};

import path from "node:path";
import type { Configuration } from "webpack";

const root = path.resolve(import.meta.dirname, "..");

/**
 * The panel's page, and the page that has it beside a simulated timeline. Everything, packages too, is brought down to
 * Chromium 88, the oldest that Premiere's panels run in.
 */
export const panelPage: Configuration = {
  name: "panel-page",
  target: ["web", "es2020"],
  entry: {
    panel: [
      "./src/panel/main.ts",
      "./src/panel/index.html",
      "./src/panel/page.css",
    ],
    dev: ["./src/panel/dev/main.ts", "./src/panel/dev/dev.html"],
  },
  output: {
    path: path.join(root, "dist/panel"),
    filename: "[name].js",
    clean: true,
  },
  resolve: { conditionNames: ["browser", "import", "default"] },
  module: {
    rules: [
      {
        test: /\.[jt]s$/,
        loader: "esbuild-loader",
        options: { target: "chrome88" },
      },
      {
        test: /\.(html|css)$/,
        type: "asset/resource",
        generator: { filename: "[name][ext]" },
      },
    ],
  },
  devtool: false,
  performance: { hints: false },
};
